"""Processes that work for this one, and end with it, however it ends."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import BrokenExecutor, ProcessPoolExecutor
from contextlib import contextmanager, suppress
from multiprocessing import get_context, parent_process
from multiprocessing.connection import Connection
from typing import TypeVar

_Item = TypeVar("_Item")
# Forked, they share what has been read, which is safe on Linux only; Python 3.14 no longer does so unasked.
_PROCESSES = get_context("fork") if sys.platform == "linux" else get_context("spawn")
_SAFE_PATH = "PYTHONSAFEPATH"


@contextmanager
def pool_of(count: int) -> Iterator[ProcessPoolExecutor]:
    """A pool of so many processes. Where this one is killed, which no pool is told of, they end as well."""
    with _out_of_the_tree(), ProcessPoolExecutor(count, _PROCESSES, initializer=_end_with_parent) as pool:
        yield pool


@contextmanager
def _out_of_the_tree() -> Iterator[None]:
    """A process that is not forked looks for Python's own library in the current folder first, which may be the tree:
    not where it is told to look at safe places only."""
    before = os.environ.get(_SAFE_PATH)
    os.environ[_SAFE_PATH] = "1"
    try:
        yield
    finally:
        os.environ.pop(_SAFE_PATH)
        if before is not None:
            os.environ[_SAFE_PATH] = before


def apart(work: Callable[[], Iterable[_Item]]) -> Generator[_Item, None, None]:
    """What some work gives, one after the other, as a process of its own does it: what that loads is loaded there only.

    What the work raises is raised here, and BrokenExecutor where its process is gone.
    """
    here, there = _PROCESSES.Pipe(duplex=False)
    process = _PROCESSES.Process(target=_give, args=(work, here, there))
    with _out_of_the_tree():
        process.start()
    there.close()
    try:
        while True:
            is_more, item = here.recv()
            if is_more:
                yield item
            elif item is None:
                return
            else:
                raise item
    except EOFError as error:
        raise BrokenExecutor("the process that worked is gone") from error
    finally:
        process.terminate()  # it has given all, or nobody wants more
        process.join()
        here.close()


def _give(work: Callable[[], Iterable[object]], there: Connection, here: Connection) -> None:
    there.close()
    _end_with_parent()
    try:
        for item in work():
            here.send((True, item))
        here.send((False, None))
    except BaseException as error:  # whatever it is, it is the caller's, where there still is one
        with suppress(OSError):
            here.send((False, error))


def _end_with_parent() -> None:
    threading.Thread(target=_wait, daemon=True).start()


def _wait() -> None:
    parent = parent_process()
    assert parent is not None
    parent.join()
    os._exit(1)  # nobody is there to take what is under way
