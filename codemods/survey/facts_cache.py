"""Facts for the next command: what has been read of a file is kept in the user's cache folder, by the file's bytes.

Facts come of a file's place and bytes, and of the code that reads them, and of nothing else: all of that is in their
key, so that nothing that is kept can be out of date. Losing them costs time: what cannot be read or written here is as
if it had never been kept.
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
from collections.abc import Callable, Iterable, Sequence
from contextlib import closing, suppress
from functools import cache
from pathlib import Path
from typing import TypeVar

from codemods import analysis
from codemods.analysis.facts import Argument, BrokenFile, ClassFacts, FileFacts, FunctionFacts, Parameter, Use
from codemods.analysis.symbols import Symbol
from codemods.analysis.writes import Logged, Operand, Write
from codemods.tree import Checkout, SourceFile

PLACE = "TENANTIZE_CACHE_DIR"  # names the folder, where the usual one is of no use; empty, nothing is kept
_NAME = "facts.sqlite3"
_TABLE = "CREATE TABLE IF NOT EXISTS facts (key BLOB PRIMARY KEY, facts BLOB, day INTEGER) WITHOUT ROWID"
# What nobody asked for in so many days is let go of.
_DAYS = 30
# Of more bytes of Python than this, facts take less memory where they are read: what is alike in them is one object.
_LARGEST = 5_000_000
# Seconds to wait for another process that writes: reading a large file takes no longer.
_PATIENCE = 0.2
_FACTS = (Argument, ClassFacts, FileFacts, FunctionFacts, Logged, Operand, Parameter, Symbol, Use, Write)
_Answer = TypeVar("_Answer")
_KINDS = {(kind.__module__, kind.__qualname__): kind for kind in _FACTS}


def users_cache(checkout: Checkout) -> FactsCache | None:
    """The cache of the user who reads a checkout; None where none is wanted, or where it would lie in the checkout."""
    if sum(len(file.data) for file in checkout.files) > _LARGEST:
        return None
    place = os.environ.get(PLACE)
    if place is None:
        import platformdirs

        place = platformdirs.user_cache_dir("tenantize", appauthor=False)
    if not place or place.startswith("~"):  # a user whom the system has no home for
        return None
    folder = Path(place).absolute()
    return None if folder.resolve().is_relative_to(checkout.root.resolve()) else FactsCache(folder)


class FactsCache:
    """What is kept in a folder, which is made when it is first asked for."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def known(self, files: Sequence[SourceFile]) -> dict[str, FileFacts]:
        """The facts that are kept of these files, by path."""
        return self._asked(lambda kept: _found(kept, files), {})

    def keep(self, files: Iterable[SourceFile], read: Iterable[FileFacts | BrokenFile]) -> None:
        """Keep what has been read of some of these files, and let go of what nobody has asked for in a long time."""
        by_path = {file.path: file for file in files}
        facts = [item for item in read if isinstance(item, FileFacts)]
        if facts:
            self._asked(lambda kept: _put(kept, ((_key(by_path[item.path]), item) for item in facts)), None)

    def _asked(self, question: Callable[[sqlite3.Connection], _Answer], otherwise: _Answer) -> _Answer:
        """What the table answers; `otherwise` where it cannot be used: locked, full, damaged, another user's."""
        place = self._folder / _NAME
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            _require_own(place)
            with closing(sqlite3.connect(place, timeout=_PATIENCE)) as kept, kept:
                kept.execute(_TABLE)
                return question(kept)
        except (OSError, sqlite3.OperationalError):
            return otherwise
        except (sqlite3.DatabaseError, zlib.error, pickle.UnpicklingError):  # damaged: the next run has a whole one
            with suppress(OSError):
                place.unlink()
            return otherwise


def _require_own(place: Path) -> None:
    """Make a file that only the user can read. Raises OSError where one is there that is a link or another user's."""
    descriptor = os.open(place, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    try:
        if os.fstat(descriptor).st_uid != os.geteuid():
            raise PermissionError(errno.EPERM, os.strerror(errno.EPERM), str(place))
    finally:
        os.close(descriptor)


def _found(kept: sqlite3.Connection, files: Iterable[SourceFile]) -> dict[str, FileFacts]:
    found: dict[str, FileFacts] = {}
    today, old = _today(), list[bytes]()
    for file in files:
        key = _key(file)
        for packed, day in kept.execute("SELECT facts, day FROM facts WHERE key = ?", (key,)):
            found[file.path] = _unpacked(packed)
            old += [key] if day != today else []
    if old:  # once a day: who only asks waits for nobody
        kept.executemany("UPDATE facts SET day = ? WHERE key = ?", [(today, key) for key in old])
    return found


def _put(kept: sqlite3.Connection, facts: Iterable[tuple[bytes, FileFacts]]) -> None:
    today = _today()
    rows = ((key, _packed(item), today) for key, item in facts)
    kept.executemany("INSERT OR REPLACE INTO facts VALUES (?, ?, ?)", rows)
    kept.execute("DELETE FROM facts WHERE day < ?", (today - _DAYS,))


def _today() -> int:
    return int(time.time() // 86_400)


@cache
def _reader() -> bytes:
    """What tells the code that reads facts, and the Python that runs it, from all others.

    Raises OSError where that code is not at hand as files, as in an archive.
    """
    modules = sorted(Path(analysis.__path__[0]).glob("*.py"))
    if not modules:
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), analysis.__path__[0])
    digest = hashlib.sha256(sys.version.encode())
    for module in modules:
        digest.update(module.read_bytes())
    return digest.digest()


def _key(file: SourceFile) -> bytes:
    place = f"{file.path}\0{file.module}\0".encode(errors="surrogateescape")
    return hashlib.sha256(_reader() + place + file.data).digest()


def _packed(facts: FileFacts) -> bytes:
    return zlib.compress(pickle.dumps(facts, pickle.HIGHEST_PROTOCOL), 1)


def _unpacked(data: bytes) -> FileFacts:
    """What was packed. Raises zlib.error and UnpicklingError for anything else."""
    try:
        facts = _Unpickler(io.BytesIO(zlib.decompress(data))).load()
    except (AttributeError, EOFError, IndexError, TypeError, ValueError) as error:  # as the docs of pickle have it
        raise pickle.UnpicklingError(str(error)) from error
    if not isinstance(facts, FileFacts):
        raise pickle.UnpicklingError(f"{type(facts).__name__} is no file's facts")
    return facts


class _Unpickler(pickle.Unpickler):
    """Makes facts, and nothing else that a pickle may name."""

    def find_class(self, module: str, name: str) -> type:
        if (module, name) not in _KINDS:
            raise pickle.UnpicklingError(f"{module}.{name} is no kind of facts")
        return _KINDS[module, name]
