"""每个租户各有一份的值：代替租户之间共用的模块变量与类属性。"""

from typing import Callable, Dict, Generic, Optional, Tuple, TypeVar

from src.common.message.tenant_context import current_agent_id, current_tenant_id

T = TypeVar("T")


class TenantLocal(Generic[T]):
    """读写 `.value` 时使用当前租户的那一份；没有租户上下文时抛出 TenantContextError。

    default 是每个租户的初始值；可变的初始值用 factory 给出，每个租户第一次读取时各创建一个。
    prepare 在创建之后调用一次，这时 `.value` 已经是刚创建的那一个。
    """

    def __init__(self, default: Optional[T] = None, *, factory: Optional[Callable[[], T]] = None, prepare=None):
        self._default = default
        self._factory = factory
        self._prepare = prepare
        self._values: Dict[Tuple[str, str], T] = {}

    @property
    def value(self) -> T:
        pair = (current_tenant_id(), current_agent_id())
        if pair not in self._values:
            # 线程可能同时第一次读取：都得到同一份
            made = self._factory() if self._factory else self._default
            if self._values.setdefault(pair, made) is made and self._prepare:
                self._prepare()
        return self._values[pair]

    @value.setter
    def value(self, value: T) -> None:
        self._values[(current_tenant_id(), current_agent_id())] = value
