"""对象上每个租户各有一份的属性：代替单例上由所有租户轮流覆盖的列表与计数。"""

from typing import Any, Callable, Dict, Optional, Tuple

from src.common.message.tenant_context import current_tenant_id, get_current_agent_id


class TenantAttribute:
    """在类中声明，像普通属性一样读写，使用的是当前租户的那一份；没有租户上下文时抛出 TenantContextError。

    每个租户第一次读取时的值由 factory 给出。
    """

    def __new__(cls, factory: Callable[[], Any]) -> Any:  # 在类型上就是属性的值
        return super().__new__(cls)

    def __init__(self, factory: Callable[[], Any]):
        self._factory = factory

    def __set_name__(self, owner: type, name: str) -> None:
        self._name = name

    def __get__(self, instance: Any, owner: Optional[type] = None) -> Any:
        if instance is None:
            return self
        pair, values = self._current(), self._values(instance)
        # 多个线程可能同时第一次读取：字典的 setdefault 是原子的，都得到同一份
        return values[pair] if pair in values else values.setdefault(pair, self._factory())

    def __set__(self, instance: Any, value: Any) -> None:
        self._values(instance)[self._current()] = value

    @staticmethod
    def _current() -> Tuple[str, str]:
        return current_tenant_id(), get_current_agent_id() or ""

    def _values(self, instance: Any) -> Dict[Tuple[str, str], Any]:
        return instance.__dict__.setdefault(f"_tenant_{self._name}", {})
