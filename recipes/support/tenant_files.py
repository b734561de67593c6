"""租户文件：插件原来所有租户共用的文件与目录，改为每个租户在自己的存储目录下各有一份。

原有的文件归管理员租户（MAIM_WEBUI_TENANT_ID 与 MAIM_WEBUI_AGENT_ID）：它第一次使用时复制一份，原处的不再改动；
其他租户从空白开始。没有租户上下文时（例如加载插件时创建目录）仍是原来的位置。
"""

import os
import shutil
import threading
from pathlib import Path

from src.common.message.tenant_context import admin_pair, get_current_agent_id, get_current_tenant_id

_lock = threading.Lock()
# 下面的方法得到的仍是租户文件，而不是当前租户的那一个
_DERIVING = frozenset({"joinpath", "with_name", "with_stem", "with_suffix", "absolute", "resolve", "expanduser"})


def tenant_path(shared):
    """一个原来共用的路径（字符串或 Path）：用到它时，总是当前租户自己的那一份。没有路径（None）时原样返回。"""
    return shared if not shared or isinstance(shared, TenantPath) else TenantPath(shared)


class TenantPath(os.PathLike):
    """可以当作路径使用：打开、拼接、取上级目录、转成字符串。"""

    def __init__(self, shared):
        self.shared = shared

    def __fspath__(self):
        return os.fspath(self._now())

    def __str__(self):
        return str(self._now())

    def __repr__(self):
        return f"tenant_path({self.shared!r})"

    def __format__(self, spec):
        return format(str(self), spec)

    def __truediv__(self, other):
        return TenantPath(Path(self.shared) / other)

    def __add__(self, other):
        return TenantPath(str(self.shared) + other)

    def __eq__(self, other):
        if isinstance(other, (TenantPath, str, os.PathLike)):
            return os.fspath(self.shared) == os.fspath(getattr(other, "shared", other))
        return NotImplemented

    def __hash__(self):
        return hash(os.fspath(self.shared))

    @property
    def parent(self):
        return TenantPath(Path(self.shared).parent)

    def __getattr__(self, name):
        if name in _DERIVING and isinstance(self.shared, Path):
            return lambda *args, **kwargs: TenantPath(getattr(self.shared, name)(*args, **kwargs))
        return getattr(self._now(), name)

    def _now(self):
        """现在的位置：当前租户的，没有租户时是原来的；与原来的类型相同。"""
        pair = (get_current_tenant_id(), get_current_agent_id())
        own = _own_place(pair, self.shared) if all(pair) else self.shared
        return str(own) if isinstance(self.shared, str) else Path(own)


def _own_place(pair, shared):
    from src.common.utils.tenant_storage import ensure_storage_subdir

    shared = Path(os.path.normpath(Path.cwd() / shared))
    inside = shared.relative_to(Path.cwd() if shared.is_relative_to(Path.cwd()) else shared.anchor)
    own = Path(ensure_storage_subdir("files")) / inside
    own.parent.mkdir(parents=True, exist_ok=True)
    if pair == admin_pair():
        with _lock:
            _take_over(shared, own, Path(ensure_storage_subdir("files_taken_over")), inside)
    if shared.is_dir():
        own.mkdir(exist_ok=True)
    return own


def _take_over(shared, own, marks, inside):
    """管理员租户第一次使用时，把原有的文件复制过来，只做一次：之后删掉的不会再回来。"""
    is_done = any((marks / f"{place}.done").exists() for place in (inside, *inside.parents))
    if is_done or not shared.exists():
        return
    if shared.is_dir():
        shutil.copytree(shared, own, dirs_exist_ok=True)
    elif not own.exists():
        for side in ("-wal", "-journal", ""):  # SQLite 还没有写回的内容在旁边的文件里
            if Path(f"{shared}{side}").exists():
                shutil.copy2(f"{shared}{side}", f"{own}{side}")
    mark = marks / f"{inside}.done"
    mark.parent.mkdir(parents=True, exist_ok=True)
    mark.touch()
