"""The files of a checkout, read into facts: in several processes, where that pays."""

from __future__ import annotations

import ast
import gc
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from codemods.analysis.facts import BrokenFile, FileFacts
from codemods.analysis.reading import read_facts
from codemods.terminal.progress import ShowProgress, to_nobody
from codemods.tree import SourceFile

# What reading a file in another process costs, sending its facts included, as a multiple of reading it here.
_SENDING = 1.4
# Below this many bytes, a second process costs more than it saves.
_WORTH_A_SECOND_PROCESS = 5_000_000
# So many files are read before another process sends what it has: all at once takes their memory several times.
_SENT_AT_ONCE = 64
# Of what is beside the app, scripts and viewers, syntax is seldom asked for.
_APP = ("src.", "plugins.")


def read_all(
    files: Sequence[SourceFile], workers: int, tell: ShowProgress, trees: dict[bytes, ast.Module] | None = None
) -> list[FileFacts | BrokenFile]:
    """The facts of files. Where they are few, the app's syntax is put into `trees`; of many, most is not asked for."""
    if sum(len(file.data) for file in files) < _WORTH_A_SECOND_PROCESS:
        return _read_some(files, tell, trees=trees)
    if workers < 2:
        return _read_some(files, tell)
    from codemods.workers import pool_of  # few trees are so large

    shares = _shares(files, workers)
    with pool_of(workers - 1) as pool:
        others = [pool.submit(_read_some, part) for share in shares[1:] for part in _parts(share)]
        read = _read_some(shares[0], tell, workers) + [item for other in others for item in other.result()]
    return sorted(read, key=lambda item: item.path)


def _shares(files: Sequence[SourceFile], workers: int) -> list[list[SourceFile]]:
    """The files dealt out so that all finish together. The first share is the caller's own, which need not send it."""
    shares: list[list[SourceFile]] = [[] for _ in range(workers)]
    loads = [0.0] * workers
    for file in sorted(files, key=lambda file: (-len(file.data), file.path)):
        lightest = loads.index(min(loads))
        shares[lightest].append(file)
        loads[lightest] += len(file.data) * (_SENDING if lightest else 1.0)
    return shares


def _parts(share: Sequence[SourceFile]) -> Iterator[Sequence[SourceFile]]:
    return (share[start : start + _SENT_AT_ONCE] for start in range(0, len(share), _SENT_AT_ONCE))


def _read_some(
    files: Sequence[SourceFile],
    tell: ShowProgress = to_nobody,
    workers: int = 1,
    trees: dict[bytes, ast.Module] | None = None,
) -> list[FileFacts | BrokenFile]:
    """Read a share of the files; as many more are read at the same time by each of the other workers."""
    read = []
    with _no_collection():
        for number, file in enumerate(files, 1):
            is_asked_again = file.module.startswith(_APP)
            read.append(read_facts(file.path, file.module, file.data, trees if is_asked_again else None))
            tell("Reading", number * workers, len(files) * workers)
    return read


@contextmanager
def _no_collection() -> Iterator[None]:
    """Syntax trees are many small objects and no garbage: looking for some takes a third of the time."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()
