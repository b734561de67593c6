"""租户上下文：记录当前代码在为哪个租户、哪个 agent 工作。

上下文保存在 ContextVar 中，随 await 与 asyncio 任务传递；线程不会自动携带它。
"""

from __future__ import annotations

import os
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from contextvars import ContextVar, Token
from dataclasses import dataclass
from typing import Optional


@dataclass(frozen=True)
class TenantContextState:
    """当前的租户与 agent；两者都为 None 表示没有上下文。"""

    tenant_id: Optional[str] = None
    agent_id: Optional[str] = None


_NO_TENANT = TenantContextState()
_STATE: ContextVar[TenantContextState] = ContextVar("tenant_context_state", default=_NO_TENANT)


def get_current_context() -> TenantContextState:
    """当前的上下文；没有时两个 id 都是 None。"""
    return _STATE.get()


def get_current_tenant_id() -> Optional[str]:
    """当前租户的 id；没有上下文时为 None。"""
    return get_current_context().tenant_id


def get_current_agent_id() -> Optional[str]:
    """当前 agent 的 id；没有时为 None。"""
    return get_current_context().agent_id


class TenantContextError(RuntimeError):
    """代码需要租户上下文，而当前没有。"""


class TenantAccessError(RuntimeError):
    """代码要动用不属于当前租户的东西。"""


def current_tenant_id() -> str:
    """当前租户的 id；没有租户上下文时抛出 TenantContextError，并说明是哪个函数需要它。"""
    tenant_id = get_current_tenant_id()
    if not tenant_id:
        raise TenantContextError(f"{_calling_function()} 需要租户上下文，但当前没有租户")
    return tenant_id


def current_agent_id() -> str:
    """当前 agent 的 id；没有时抛出 TenantContextError，并说明是哪个函数需要它。"""
    agent_id = get_current_agent_id()
    if not agent_id:
        raise TenantContextError(f"{_calling_function()} 需要租户上下文，但当前没有 agent")
    return agent_id


def admin_pair() -> tuple[str, str]:
    """管理员租户与它的 agent：默认为 admin / local，可用 MAIM_WEBUI_TENANT_ID 与 MAIM_WEBUI_AGENT_ID 修改。"""
    return (
        os.getenv("MAIM_WEBUI_TENANT_ID", "").strip() or "admin",
        os.getenv("MAIM_WEBUI_AGENT_ID", "").strip() or "local",
    )


def _calling_function() -> str:
    """调用 current_*_id() 的函数的全名，跳过推导式与 lambda。"""
    frame = sys._getframe(2)
    while frame.f_code.co_name in ("<listcomp>", "<setcomp>", "<dictcomp>", "<genexpr>", "<lambda>") and frame.f_back:
        frame = frame.f_back
    name = getattr(frame.f_code, "co_qualname", frame.f_code.co_name)
    return f"{frame.f_globals.get('__name__', '?')}.{name}"


class tenant_scope:
    """进入一个租户：`with tenant_scope(租户, agent):`，或在协程里 `async with`。每次进入用一个新的实例。"""

    def __init__(self, tenant_id: str, agent_id: str):
        if not tenant_id or not agent_id:
            raise TenantContextError("进入租户需要 tenant_id 与 agent_id")
        self._pair = (tenant_id, agent_id)

    def __enter__(self) -> None:
        self._token = set_current_tenant(*self._pair)

    def __exit__(self, *exc_info: object) -> None:
        reset_current_tenant(self._token)

    async def __aenter__(self) -> None:
        self._entered = tenant_context_async(*self._pair)
        await self._entered.__aenter__()

    async def __aexit__(self, *exc_info: object) -> None:
        await self._entered.__aexit__(*exc_info)


def set_current_tenant(tenant_id: Optional[str], agent_id: Optional[str] = None) -> Token:
    """设置上下文，返回的 token 交给 reset_current_tenant 恢复。"""
    return _STATE.set(TenantContextState(tenant_id, agent_id))


def reset_current_tenant(token: Token) -> None:
    """恢复到 set_current_tenant 之前的上下文。"""
    _STATE.reset(token)


@contextmanager
def tenant_context(tenant_id: str, agent_id: Optional[str] = None) -> Iterator[None]:
    """在 with 块内使用给定的租户。"""
    token = set_current_tenant(tenant_id, agent_id)
    try:
        yield
    finally:
        reset_current_tenant(token)


@asynccontextmanager
async def tenant_context_async(tenant_id: str, agent_id: Optional[str] = None) -> AsyncIterator[None]:
    """tenant_context 的 async with 形式。"""
    with tenant_context(tenant_id, agent_id):
        yield
