"""按（租户, agent）分区的字典。"""

from collections.abc import Iterator, MutableMapping
from typing import Dict, Tuple, TypeVar

from src.common.message.tenant_context import current_tenant_id, get_current_agent_id

K = TypeVar("K")
V = TypeVar("V")


class ContextAwareMap(MutableMapping[K, V]):
    """每个（租户, agent）一份数据；没有租户上下文时，任何读写都抛出 TenantContextError。"""

    def __init__(self) -> None:
        self._partitions: Dict[Tuple[str, str], Dict[K, V]] = {}

    def _partition(self) -> Dict[K, V]:
        return self._partitions.setdefault((current_tenant_id(), get_current_agent_id() or ""), {})

    def set_with_context(self, key: K, value: V, tenant_id: str, agent_id: str = "") -> None:
        """不依赖当前上下文，写入指定的分区。"""
        self._partitions.setdefault((tenant_id, agent_id or ""), {})[key] = value

    def __getitem__(self, key: K) -> V:
        return self._partition()[key]

    def __setitem__(self, key: K, value: V) -> None:
        self._partition()[key] = value

    def __delitem__(self, key: K) -> None:
        del self._partition()[key]

    def __iter__(self) -> Iterator[K]:
        return iter(list(self._partition()))

    def __len__(self) -> int:
        return len(self._partition())
