"""对象上每个租户各有一份的属性：代替单例上由所有租户轮流覆盖的列表与计数。"""

from typing import Any, Callable, Optional

from src.common.message.tenant_context import current_tenant_id
from src.common.structure.context_aware_map import ContextAwareMap


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
        current_tenant_id()
        # 线程可能同时第一次读取：都得到同一份
        return self._values(instance).setdefault(self._name, self._factory())

    def __set__(self, instance: Any, value: Any) -> None:
        current_tenant_id()
        self._values(instance)[self._name] = value

    def _values(self, instance: Any) -> ContextAwareMap:
        return instance.__dict__.setdefault(f"_tenant_{self._name}", ContextAwareMap())
