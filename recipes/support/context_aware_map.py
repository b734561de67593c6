"""按（租户, agent）分区的映射。"""

from collections.abc import MutableMapping
from typing import Any, Collection, Dict, Iterator, List, Tuple, TypeVar

from src.common.message.tenant_context import (
    TenantAccessError,
    TenantContextError,
    current_tenant_id,
    get_current_agent_id,
)
from src.common.message.tenant_door import door_is_open

KT = TypeVar("KT")
VT = TypeVar("VT")


class ContextAwareMap(MutableMapping[KT, VT]):
    """每个（租户, agent）一份数据：只读写当前租户的那一份，没有租户上下文时抛出 TenantContextError。

    两个租户可以用同一个键。遍历的是当时的快照。系统经过 tenant_door 时看得到全部租户的数据。
    """

    def __init__(self) -> None:
        self._partitions: Dict[Tuple[str, str], Dict[KT, VT]] = {}

    @staticmethod
    def _current() -> Tuple[str, str]:
        return current_tenant_id(), get_current_agent_id() or ""

    @staticmethod
    def _pair_of(value: VT) -> Tuple[str, str]:
        """经过门写入时，值自己所属的租户。"""
        tenant_id = getattr(value, "tenant_id", None)
        if not tenant_id:
            raise TenantContextError("写入的值没有 tenant_id，不知道属于哪个租户")
        return tenant_id, getattr(value, "agent_id", None) or ""

    def _readable(self) -> List[Dict[KT, VT]]:
        """看得到的分区：自己的，或经过门时全部的。"""
        if door_is_open():
            return list(self._partitions.values())
        return [self._partitions.get(self._current(), {})]

    def tenants(self) -> List[Tuple[str, str]]:
        """有数据的（租户, agent），只有经过门才能知道。"""
        if not door_is_open():
            raise TenantAccessError("只有系统自己可以知道有哪些租户")
        return [pair for pair, partition in self._partitions.items() if partition]

    def set_with_context(self, key: KT, value: VT, tenant_id: str, agent_id: str = "") -> None:
        """写入指定的租户：只能是当前租户，或经过门。"""
        pair = (tenant_id, agent_id or "")
        if not tenant_id:
            raise ValueError("写入需要 tenant_id")
        if not door_is_open() and pair != self._current():
            raise TenantAccessError("不能写入另一个租户的数据")
        self._partitions.setdefault(pair, {})[key] = value

    def __contains__(self, key: object) -> bool:
        if not door_is_open():
            return key in self._partitions.get(self._current(), {})
        return any(key in partition for partition in self._readable())

    def __getitem__(self, key: KT) -> VT:
        if not door_is_open():
            return self._partitions.get(self._current(), {})[key]
        found = [partition[key] for partition in self._readable() if key in partition]
        if not found:
            raise KeyError(key)
        if len(found) > 1:
            raise TenantAccessError(f"多个租户都有 {key}")
        return found[0]

    def __setitem__(self, key: KT, value: VT) -> None:
        pair = self._pair_of(value) if door_is_open() else self._current()
        self._partitions.setdefault(pair, {})[key] = value

    def __delitem__(self, key: KT) -> None:
        del self._partitions.get(self._current(), {})[key]

    def __iter__(self) -> Iterator[KT]:
        return iter([key for partition in self._readable() for key in partition])

    def __len__(self) -> int:
        return sum(len(partition) for partition in self._readable())

    def setdefault(self, key: KT, default: Any = None) -> Any:
        """与字典相同：多个线程同时第一次写入时，都得到同一个值。"""
        if door_is_open():
            return super().setdefault(key, default)
        return self._partitions.setdefault(self._current(), {}).setdefault(key, default)

    def pop(self, key: KT, *default: Any) -> Any:
        if door_is_open():
            return super().pop(key, *default)
        return self._partitions.get(self._current(), {}).pop(key, *default)

    def keys(self) -> Any:
        return dict(self._pairs()).keys()

    def values(self) -> Collection[VT]:
        return [value for _, value in self._pairs()]

    def items(self) -> Any:
        return dict(self._pairs()).items()

    def _pairs(self) -> List[Tuple[KT, VT]]:
        return [pair for partition in self._readable() for pair in list(partition.items())]

    def clear(self) -> None:
        if door_is_open():
            self._partitions.clear()
        else:
            self._partitions.pop(self._current(), None)
