"""系统的门：启动时加载全部聊天流、定期保存它们，需要越过租户，只有它们经过这里。"""

import inspect
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from typing import Any, Callable, Iterator, List, Optional

from src.common.logger import get_logger
from src.common.message.tenant_context import TenantAccessError, get_current_tenant_id, tenant_context

logger = get_logger("tenant_door")


class _Door:
    """门开着的一段时间；之后由它派生的任务也不再能通过。"""

    is_open = True


_DOOR: ContextVar[Optional[_Door]] = ContextVar("tenant_door", default=None)


def door_is_open() -> bool:
    """当前代码是否经过了门；进入租户之后就只看得到那个租户。"""
    door = _DOOR.get()
    return door is not None and door.is_open and not get_current_tenant_id()


@contextmanager
def open_door() -> Iterator[None]:
    """打开门；只有系统自己可以，租户里的代码会得到 TenantAccessError。"""
    if get_current_tenant_id():
        raise TenantAccessError("租户不能越过租户的界限")
    door = _Door()
    token = _DOOR.set(door)
    try:
        yield
    finally:
        door.is_open = False
        _DOOR.reset(token)


def across_tenants(function: Callable[..., Any]) -> Callable[..., Any]:
    """整个函数为全部租户工作，例如启动时的加载。"""
    if inspect.iscoroutinefunction(function):

        @wraps(function)
        async def run_async(*args: Any, **kwargs: Any) -> Any:
            with open_door():
                return await function(*args, **kwargs)

        return run_async

    @wraps(function)
    def run(*args: Any, **kwargs: Any) -> Any:
        with open_door():
            return function(*args, **kwargs)

    return run


def for_each_tenant(method: Callable[..., Any]) -> Callable[..., Any]:
    """在每个有数据的租户里各运行一次，例如定期的保存；已经在租户里时只为它运行。

    一个租户失败不影响其他租户，全部运行之后再抛出第一个错误。
    """

    @wraps(method)
    async def run(self: Any, *args: Any, **kwargs: Any) -> None:
        if get_current_tenant_id():
            await method(self, *args, **kwargs)
            return
        failures: List[Exception] = []
        for tenant_id, agent_id in _tenants_of(self):
            with tenant_context(tenant_id, agent_id):
                try:
                    await method(self, *args, **kwargs)
                except Exception as e:
                    logger.error(f"租户 {tenant_id}/{agent_id} 的 {method.__name__} 失败: {e}")
                    failures.append(e)
        if failures:
            raise failures[0]

    return run


def _tenants_of(owner: Any) -> List[Any]:
    """一个对象的分区映射里有哪些（租户, agent）。"""
    from src.common.structure.context_aware_map import ContextAwareMap

    maps = [item for item in vars(owner).values() if isinstance(item, ContextAwareMap)]
    with open_door():
        return sorted({pair for item in maps for pair in item.tenants()})
