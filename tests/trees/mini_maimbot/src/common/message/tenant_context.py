"""当前租户与代理，保存在 ContextVar 中"""

from contextlib import asynccontextmanager, contextmanager
from contextvars import ContextVar, Token
from dataclasses import dataclass
from typing import AsyncIterator, Iterator, Optional


@dataclass(frozen=True)
class TenantContextState:
    """一次调用所属的租户与代理"""

    tenant_id: str
    agent_id: Optional[str] = None


_state_var: ContextVar[Optional[TenantContextState]] = ContextVar("mini_tenant_state", default=None)


def get_current_context() -> Optional[TenantContextState]:
    """当前上下文，没有时为 None"""
    return _state_var.get()


def get_current_tenant_id() -> Optional[str]:
    state = _state_var.get()
    return None if state is None else state.tenant_id


def get_current_agent_id() -> Optional[str]:
    state = _state_var.get()
    return None if state is None else state.agent_id


def set_current_tenant(tenant_id: str, agent_id: Optional[str] = None) -> Token:
    """设置当前租户，返回的令牌用于还原"""
    if not tenant_id:
        raise ValueError("tenant_id 不能为空")
    return _state_var.set(TenantContextState(tenant_id, agent_id))


def reset_current_tenant(token: Token) -> None:
    _state_var.reset(token)


@contextmanager
def tenant_context(tenant_id: str, agent_id: Optional[str] = None) -> Iterator[TenantContextState]:
    """在代码块内以指定租户运行"""
    token = set_current_tenant(tenant_id, agent_id)
    try:
        yield _state_var.get()
    finally:
        reset_current_tenant(token)


@asynccontextmanager
async def tenant_context_async(tenant_id: str, agent_id: Optional[str] = None) -> AsyncIterator[TenantContextState]:
    """tenant_context 的异步版本"""
    with tenant_context(tenant_id, agent_id) as state:
        yield state
