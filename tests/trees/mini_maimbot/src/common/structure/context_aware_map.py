"""按（租户, 代理）分区的映射"""

from collections.abc import MutableMapping
from typing import Any, Dict, Iterator, List, Optional, Tuple

from src.common.logger import get_logger
from src.common.message.tenant_context import get_current_context

logger = get_logger("context_aware_map")

PartitionKey = Tuple[str, str]


class ContextAwareMap(MutableMapping):
    """每个（租户, 代理）一份数据；没有上下文时读取会看到所有人的数据，只记日志"""

    def __init__(self) -> None:
        self._partitions: Dict[PartitionKey, Dict[Any, Any]] = {}

    @staticmethod
    def _partition_key() -> Optional[PartitionKey]:
        state = get_current_context()
        return None if state is None else (state.tenant_id, state.agent_id or "")

    def _readable(self) -> List[Dict[Any, Any]]:
        """当前可以读取的分区"""
        key = self._partition_key()
        if key is None:
            logger.warning("没有租户上下文，将读取所有分区的数据")
            return list(self._partitions.values())
        return [self._partitions.get(key, {})]

    def _writable(self) -> Dict[Any, Any]:
        key = self._partition_key()
        if key is None:
            raise RuntimeError("没有租户上下文，不能写入数据")
        return self._partitions.setdefault(key, {})

    def set_with_context(self, key: Any, value: Any, tenant_id: str, agent_id: str = "") -> None:
        """不依赖当前上下文，直接写入指定分区"""
        self._partitions.setdefault((tenant_id, agent_id or ""), {})[key] = value

    def __getitem__(self, key: Any) -> Any:
        for partition in self._readable():
            if key in partition:
                return partition[key]
        raise KeyError(key)

    def __setitem__(self, key: Any, value: Any) -> None:
        self._writable()[key] = value

    def __delitem__(self, key: Any) -> None:
        del self._writable()[key]

    def __iter__(self) -> Iterator[Any]:
        for partition in self._readable():
            yield from list(partition)

    def __len__(self) -> int:
        return sum(len(partition) for partition in self._readable())
