"""What has been worked out, for the next command: kept in the user's cache folder, by all that it came of.

All of that is in its key, so that nothing that is kept can be out of date. Losing it costs time: what cannot be read or
written here is as if it had never been kept.
"""

from __future__ import annotations

import errno
import hashlib
import io
import os
import pickle
import sqlite3
import sys
import time
import zlib
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing, suppress
from pathlib import Path
from typing import ClassVar, Generic, TypeVar

from codemods.tree import Checkout, SourceFile

PLACE = "TENANTIZE_CACHE_DIR"  # names the folder, where the usual one is of no use; empty, nothing is kept
_NAME = "kept.sqlite3"
# What nobody asked for in so many days is let go of.
_DAYS = 30
# Of more bytes of Python than this, facts take less memory where they are read: what is alike in them is one object.
_LARGEST = 5_000_000
# Seconds to wait for another process that writes: reading a large file takes no longer.
_PATIENCE = 0.2
_Of = TypeVar("_Of")
_Kept = TypeVar("_Kept")
_Answer = TypeVar("_Answer")


def users_folder(checkout: Checkout) -> Path | None:
    """Where things are kept for the user who reads a checkout; None where none are, or it would lie in the checkout."""
    if sum(len(file.data) for file in checkout.files) > _LARGEST:
        return None
    place = os.environ.get(PLACE)
    if place is None:
        import platformdirs

        place = platformdirs.user_cache_dir("tenantize", appauthor=False)
    if not place or place.startswith("~"):  # a user whom the system has no home for
        return None
    folder = Path(place).absolute()
    return None if folder.resolve().is_relative_to(checkout.root.resolve()) else folder


class Cache(ABC, Generic[_Of, _Kept]):
    """What is kept of things of one kind, in a table of its own, in a folder which is made when it is first asked for.

    table: its name. kinds: all that may be a part of what is kept; the first is the kind itself.
    """

    table: ClassVar[str]
    kinds: ClassVar[tuple[type, ...]]

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._kinds = {(kind.__module__, kind.__qualname__): kind for kind in self.kinds}

    @abstractmethod
    def key(self, of: _Of) -> bytes:
        """All that what is kept of a thing comes of. Raises OSError where that cannot be told: nothing is kept then."""

    def found(self, of: Iterable[_Of]) -> list[tuple[_Of, _Kept]]:
        """What is kept of some things, each with it."""
        return self._asked(lambda table: self._rows(table, of), [])

    def put(self, kept: Iterable[tuple[_Of, _Kept]]) -> None:
        """Keep something of each of some things, and let go of what nobody has asked for in a long time."""
        self._asked(lambda table: self._write(table, kept), None)

    def _rows(self, table: sqlite3.Connection, of: Iterable[_Of]) -> list[tuple[_Of, _Kept]]:
        found, today, old = list[tuple[_Of, _Kept]](), _today(), list[bytes]()
        for each in of:
            key = self.key(each)
            for packed, day in table.execute(f"SELECT packed, day FROM {self.table} WHERE key = ?", (key,)):
                with suppress(zlib.error, pickle.UnpicklingError):  # damaged: it will be put there again
                    found.append((each, self._unpacked(packed)))
                old += [key] if day != today else []
        if old:  # once a day: who only asks waits for nobody
            table.executemany(f"UPDATE {self.table} SET day = ? WHERE key = ?", [(today, key) for key in old])
        return found

    def _write(self, table: sqlite3.Connection, kept: Iterable[tuple[_Of, _Kept]]) -> None:
        today = _today()
        rows = ((self.key(of), _packed(item), today) for of, item in kept)
        table.executemany(f"INSERT OR REPLACE INTO {self.table} VALUES (?, ?, ?)", rows)
        table.execute(f"DELETE FROM {self.table} WHERE day < ?", (today - _DAYS,))

    def _asked(self, question: Callable[[sqlite3.Connection], _Answer], otherwise: _Answer) -> _Answer:
        """What the table answers; `otherwise` where it cannot be used: locked, full, damaged, another user's."""
        place = self._folder / _NAME
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            _require_own(place)
            with closing(sqlite3.connect(place, timeout=_PATIENCE)) as table, table:
                table.execute(
                    f"CREATE TABLE IF NOT EXISTS {self.table} (key BLOB PRIMARY KEY, packed BLOB, day INTEGER)"
                    " WITHOUT ROWID"
                )
                return question(table)
        except (OSError, sqlite3.OperationalError):
            return otherwise
        except sqlite3.DatabaseError:  # damaged: the next run has a whole one
            with suppress(OSError):
                place.unlink()
            return otherwise

    def _unpacked(self, data: bytes) -> _Kept:
        """What was packed. Raises zlib.error and UnpicklingError for anything else."""
        try:
            item = _Unpickler(zlib.decompress(data), self._kinds).load()
        except (AttributeError, EOFError, IndexError, TypeError, ValueError) as error:  # as the docs of pickle have it
            raise pickle.UnpicklingError(str(error)) from error
        if not isinstance(item, self.kinds[0]):
            raise pickle.UnpicklingError(f"{type(item).__name__} is not what is kept here")
        return item  # type: ignore[return-value]


def code_digest(folders: Iterable[Path]) -> bytes:
    """What tells code that works something out, the data that it is written with and the Python that runs it from all
    others: `folders` and all below them.

    Raises OSError where that is not at hand as files, as in an archive.
    """
    digest = hashlib.sha256(sys.version.encode())
    for top in folders:
        files = sorted(_files_below(top))
        if not files:
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), str(top))
        for file in files:
            digest.update(hashlib.sha256(bytes(file) + b"\0" + file.read_bytes()).digest())
    return digest.digest()


def file_digest(file: SourceFile) -> bytes:
    """What tells a file, by its place and bytes, from all others."""
    place = f"{file.path}\0{file.module}\0".encode(errors="surrogateescape")
    return hashlib.sha256(place + file.data).digest()


def _files_below(top: Path) -> Iterator[Path]:
    for folder, _, names in os.walk(top):
        yield from (Path(folder, name) for name in names if not name.endswith(".pyc"))


def _require_own(place: Path) -> None:
    """Make a file that only the user can read. Raises OSError where one is there that is a link or another user's."""
    descriptor = os.open(place, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    try:
        if os.fstat(descriptor).st_uid != os.geteuid():
            raise PermissionError(errno.EPERM, os.strerror(errno.EPERM), str(place))
    finally:
        os.close(descriptor)


def _today() -> int:
    return int(time.time() // 86_400)


def _packed(item: object) -> bytes:
    return zlib.compress(pickle.dumps(item, pickle.HIGHEST_PROTOCOL), 1)


class _Unpickler(pickle.Unpickler):
    """Makes things of some kinds, by module and name, and nothing else that a pickle may name."""

    def __init__(self, data: bytes, kinds: Mapping[tuple[str, str], type]) -> None:
        super().__init__(io.BytesIO(data))
        self._kinds = kinds

    def find_class(self, module: str, name: str) -> type:
        if (module, name) not in self._kinds:
            raise pickle.UnpicklingError(f"{module}.{name} is nothing that is kept")
        return self._kinds[module, name]
