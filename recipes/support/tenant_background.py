"""后台工作的租户：聊天循环在自己的租户里运行，线程与回调带着启动处的上下文，没有租户的消息被拒绝。"""

import inspect
from contextvars import ContextVar, copy_context
from functools import wraps
from typing import Any, Callable, Dict, Optional, Tuple

from src.common.logger import get_logger
from src.common.message.tenant_context import (
    TenantAccessError,
    TenantContextError,
    get_current_agent_id,
    get_current_tenant_id,
    tenant_scope,
)

logger = get_logger("tenant_background")

Pair = Tuple[str, str]

# 刚才的 API Key 没有解析成功，是因为出错（例如超时），而不是因为它没有对应的租户
_UNCHECKED: ContextVar[bool] = ContextVar("unchecked_api_key", default=False)


def in_own_tenant(method: Callable[..., Any]) -> Callable[..., Any]:
    """聊天循环的方法：不论由谁启动，都在自己聊天流的租户里运行；由别的租户启动时抛出 TenantAccessError。"""
    if inspect.iscoroutinefunction(method):

        @wraps(method)
        async def run_async(self: Any, *args: Any, **kwargs: Any) -> Any:
            own = _own_pair(self)
            if own == _current_pair():
                return await method(self, *args, **kwargs)
            async with tenant_scope(*own):
                return await method(self, *args, **kwargs)

        return run_async

    @wraps(method)
    def run(self: Any, *args: Any, **kwargs: Any) -> Any:
        with tenant_scope(*_own_pair(self)):
            return method(self, *args, **kwargs)

    return run


def remembers_tenant(init: Callable[..., None]) -> Callable[..., None]:
    """给没有聊天流、只有聊天 id 的循环的 __init__：记下创建它的租户。"""

    @wraps(init)
    def remembering(self: Any, *args: Any, **kwargs: Any) -> None:
        init(self, *args, **kwargs)
        self._own_tenant = _pair_knowing(self)

    return remembering


def carry_context(function: Callable[..., Any]) -> Callable[..., Any]:
    """让函数在此刻的上下文里运行，哪怕之后由别的线程调用，或同时被调用几次。"""
    context = copy_context()

    @wraps(function)
    def run(*args: Any, **kwargs: Any) -> Any:
        return context.copy().run(function, *args, **kwargs)

    return run


def in_sender_tenant(handler: Callable[..., Any]) -> Callable[..., Any]:
    """消息服务器直接调用的处理函数：在发送者的 API Key 所属的租户里运行，没有租户的消息被拒绝。

    服务器在消息之后还交来连接的信息，处理函数自己不接收时不再传给它。
    """
    kinds = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
    parameters = inspect.signature(handler).parameters.values()
    accepted = sum(parameter.kind in kinds for parameter in parameters)
    accepts_any = any(parameter.kind is inspect.Parameter.VAR_POSITIONAL for parameter in parameters)

    @wraps(handler)
    async def handle(*args: Any, **kwargs: Any) -> Any:
        handed_on = args if accepts_any else args[:accepted]
        if get_current_tenant_id():
            return await handler(*handed_on, **kwargs)
        pair = await _pair_of_sender(args[-1] if args else None)
        if pair is None:
            return await refuse_message(*args[-2:])
        async with tenant_scope(*pair):
            return await handler(*handed_on, **kwargs)

    return handle


def key_not_checked(answer: Any = None) -> Any:
    """解析 API Key 时出错的回答：接着被拒绝的消息会如实告诉发送者，是没能验证，而不是没有租户。"""
    _UNCHECKED.set(True)
    return answer


async def refuse_message(message: Any = None, metadata: Any = None) -> None:
    """拒绝一条没有租户的消息：记下日志（不含 API Key），并答复发送它的连接。"""
    unchecked = _UNCHECKED.get()
    _UNCHECKED.set(False)
    reason = "暂时无法验证 API Key，请稍后重试" if unchecked else "API Key 没有对应的租户"
    logger.warning(f"{reason}，消息未被处理")
    connection = metadata.get("uuid") if isinstance(metadata, dict) else None
    if not connection:
        return
    from src.common.message.api import get_global_api

    answer: Dict[str, Any] = {"success": False, "error": f"{reason}，消息未被处理"}
    try:
        send = getattr(get_global_api(), "send_custom_message", None)
        if send is not None:
            await send("custom_message_refused", answer, connection_uuid=connection)
    except Exception as e:
        logger.warning(f"拒绝消息的答复没有送达: {type(e).__name__}")


async def _pair_of_sender(metadata: Any) -> Optional[Pair]:
    """连接信息里的 API Key 所属的租户，没有时为 None。"""
    from src.common.message.api import parse_api_key

    api_key = metadata.get("api_key") if isinstance(metadata, dict) else None
    parsed = await parse_api_key(api_key) if api_key else None
    pair = (parsed.get("tenant_id"), parsed.get("agent_id")) if parsed else (None, None)
    return pair if all(pair) else None


def _own_pair(loop: Any) -> Pair:
    """循环自己的租户；当前在别的租户里时抛出 TenantAccessError。"""
    stream = getattr(loop, "chat_stream", None)
    own = (getattr(stream, "tenant_id", None), getattr(stream, "agent_id", None))
    if not all(own):
        own = getattr(loop, "_own_tenant", None) or _pair_knowing(loop)
        loop._own_tenant = own
    current = _current_pair()
    if current is not None and current != own:
        raise TenantAccessError(f"{type(loop).__name__} 的聊天不属于当前租户")
    if own is None:
        raise TenantContextError(f"{type(loop).__name__} 需要租户上下文，但当前没有租户")
    return own


def _pair_knowing(loop: Any) -> Optional[Pair]:
    """当前租户，只要循环的聊天是它的。"""
    from src.chat.message_receive.chat_stream import get_chat_manager

    current = _current_pair()
    chat_id = getattr(loop, "chat_id", None) or getattr(loop, "stream_id", None)
    return current if current and get_chat_manager().get_stream(chat_id) is not None else None


def _current_pair() -> Optional[Pair]:
    tenant_id = get_current_tenant_id()
    return (tenant_id, get_current_agent_id() or "") if tenant_id else None
