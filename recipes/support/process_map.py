"""进程与租户都会使用的映射：每个租户各有一份，没有租户时使用进程自己的一份。"""

import sys
from collections.abc import MutableMapping
from types import FrameType
from typing import Any, Dict, Iterator, List, Optional, Tuple, TypeVar

from src.common.message.tenant_context import get_current_agent_id, get_current_tenant_id

KT = TypeVar("KT")
VT = TypeVar("VT")

_GONE: Any = object()


class ProcessAwareMap(MutableMapping[KT, VT]):
    """每个（租户, agent）一份数据，没有租户上下文时是进程自己的一份：互不可见。遍历的是当时的快照。"""

    def __init__(self) -> None:
        self._parts: Dict[Tuple[str, str], Dict[KT, VT]] = {}

    @staticmethod
    def _current() -> Tuple[str, str]:
        return get_current_tenant_id() or "", get_current_agent_id() or ""

    def _readable(self) -> Dict[KT, VT]:
        return self._parts.get(self._current(), {})

    def _writable(self) -> Dict[KT, VT]:
        return self._parts.setdefault(self._current(), {})

    def __getitem__(self, key: KT) -> VT:
        return self._readable()[key]

    def __setitem__(self, key: KT, value: VT) -> None:
        self._writable()[key] = value

    def __delitem__(self, key: KT) -> None:
        del self._readable()[key]

    def __iter__(self) -> Iterator[KT]:
        return iter(list(self._readable()))

    def __len__(self) -> int:
        return len(self._readable())

    def setdefault(self, key: KT, default: Any = None) -> Any:
        """与字典相同：多个线程同时第一次写入时，都得到同一个值。"""
        return self._writable().setdefault(key, default)

    def pop(self, key: KT, *default: Any) -> Any:
        return self._readable().pop(key, *default)

    def clear(self) -> None:
        self._parts.pop(self._current(), None)


class TemplateMap(ProcessAwareMap[KT, VT]):
    """在租户之外登记的内容，是每个租户一开始就有的；租户自己写入、修改、删除的，只影响它自己的一份。

    登记的值是列表、字典或集合时，租户第一次读取就得到自己的一份副本。导入模块时登记的内容总是进程的：模块只导入一次，
    而第一个用到它的可能正是某个租户。
    """

    _PROCESS = ("", "")

    def _registered(self) -> Dict[KT, VT]:
        return self._parts.get(self._PROCESS, {})

    def __setitem__(self, key: KT, value: VT) -> None:
        part = self._parts.setdefault(self._PROCESS, {}) if _is_importing() else self._writable()
        part[key] = value

    def __getitem__(self, key: KT) -> VT:
        own = self._readable()
        if key in own:
            value = own[key]
        else:
            value = _copied(self._registered()[key])
            if isinstance(value, (list, dict, set)):
                # 多个线程可能同时第一次读取：都得到同一份
                value = self._writable().setdefault(key, value)
        if value is _GONE:
            raise KeyError(key)
        return value

    def __delitem__(self, key: KT) -> None:
        self.pop(key)

    def __iter__(self) -> Iterator[KT]:
        return iter(self._keys())

    def __len__(self) -> int:
        return len(self._keys())

    def _keys(self) -> List[KT]:
        merged = {**self._registered(), **self._readable()}
        return [key for key, value in merged.items() if value is not _GONE]

    def setdefault(self, key: KT, default: Any = None) -> Any:
        try:
            return self[key]
        except KeyError:
            own = self._readable()
            if _is_importing() or own.get(key) is _GONE:
                self[key] = default
                return default
            return self._writable().setdefault(key, default)

    def pop(self, key: KT, *default: Any) -> Any:
        try:
            value = self[key]
        except KeyError:
            if default:
                return default[0]
            raise
        if self._current() == self._PROCESS:
            return self._registered().pop(key, value)
        own = self._writable()
        if key in self._registered():
            own[key] = _GONE
        else:
            own.pop(key, None)
        return value

    def clear(self) -> None:
        for key in self._keys():
            self.pop(key, None)


def _copied(value: Any) -> Any:
    """容器的副本，其中的对象仍是同一个。"""
    if type(value) is list:
        return [_copied(item) for item in value]
    if type(value) is dict:
        return {key: _copied(item) for key, item in value.items()}
    return set(value) if type(value) is set else value


def _is_importing() -> bool:
    """当前代码是否在导入某个模块的过程中运行。"""
    frame: Optional[FrameType] = sys._getframe(1)
    while frame is not None:
        if frame.f_code.co_name == "<module>" and frame.f_globals.get("__name__") != "__main__":
            return True
        frame = frame.f_back
    return False
