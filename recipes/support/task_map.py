"""按名字登记的任务：每个租户各有一份，进程自己也有一份；停止进程时结束的是全部任务。"""

from typing import Any, Dict, Iterator, List, Tuple, TypeVar

from src.common.message.tenant_context import get_current_agent_id, get_current_tenant_id
from src.common.structure.process_map import ProcessAwareMap

KT = TypeVar("KT")
VT = TypeVar("VT")


class TaskMap(ProcessAwareMap[KT, VT]):
    """租户只看得到自己登记的任务，同名的互不替换；没有租户时按名字得到进程自己的，遍历、计数与清空的是全部任务。"""

    def _seen(self) -> List[Dict[KT, VT]]:
        return [self._readable()] if get_current_tenant_id() else list(self._parts.values())

    def _pairs(self) -> List[Tuple[KT, VT]]:
        return [pair for part in self._seen() for pair in list(part.items())]

    def __iter__(self) -> Iterator[KT]:
        return iter([key for key, _ in self._pairs()])

    def __len__(self) -> int:
        return sum(map(len, self._seen()))

    def items(self) -> Any:
        return self._pairs()  # 不同租户的同名任务都在其中

    def values(self) -> Any:
        return [value for _, value in self._pairs()]

    def clear(self) -> None:
        for part in self._seen():
            part.clear()


def own_runs(tenants: Any) -> Any:
    """一个任务要为哪些租户运行：租户登记的任务只为它自己运行，进程登记的为全部租户运行。"""
    if not get_current_tenant_id():
        return tenants
    return [item for item in tenants if _is_own(item)]


def _is_own(item: Any) -> bool:
    """一项（二元组，或有 tenant_id 与 agent_id 的记录）是否就是当前租户；没有 agent 时是它的每一个 agent。"""
    tenant_id, agent_id = item[:2] if isinstance(item, (tuple, list)) else (item.tenant_id, item.agent_id)
    own_agent = get_current_agent_id()
    return tenant_id == get_current_tenant_id() and (not own_agent or agent_id == own_agent)
