"""Processes that work for this one, and end with it, however it ends."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import BrokenExecutor, ProcessPoolExecutor
from contextlib import contextmanager, suppress
from multiprocessing import get_context, parent_process
from multiprocessing.connection import Connection
from typing import Generic, Self, TypeVar

_Question = TypeVar("_Question")
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


class Beside(Generic[_Question, _Item]):
    """A process beside this one that does some work with what it is asked: what that loads is loaded there only.

    It is as small as this one is when it is begun.
    """

    def __init__(self, work: Callable[[_Question], Iterable[_Item]]) -> None:
        self._here, there = _PROCESSES.Pipe()
        self._process = _PROCESSES.Process(target=_serve, args=(work, there, self._here))
        with _out_of_the_tree():
            self._process.start()
        there.close()
        self._is_asked = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.terminate()  # it has given all, or nobody wants more
        self._process.join()
        self._here.close()

    def ask(self, question: _Question) -> None:
        """Have it work. Raises BrokenExecutor where the process is gone, and so does `answers`."""
        with _told_when_gone():
            self._here.send(question)
        self._is_asked = True

    def answers(self, *, is_waiting: bool = True) -> Iterator[_Item]:
        """What the work gives, one after the other: all of it, or what is there already. What it raises is raised."""
        while self._is_asked and (is_waiting or self._here.poll()):
            with _told_when_gone():
                is_more, item = self._here.recv()
            if is_more:
                yield item
                continue
            self._is_asked = False
            if item is not None:
                raise item


@contextmanager
def _told_when_gone() -> Iterator[None]:
    try:
        yield
    except (EOFError, ConnectionError) as error:
        raise BrokenExecutor("the process that worked is gone") from error


def _serve(work: Callable[[_Question], Iterable[object]], there: Connection, here: Connection) -> None:
    here.close()
    _end_with_parent()
    with suppress(EOFError, KeyboardInterrupt, OSError):  # nobody asks any more
        while True:
            question = there.recv()
            try:
                for item in work(question):
                    there.send((True, item))
                there.send((False, None))
            except BaseException as error:  # whatever it is, it is the caller's, where there still is one
                there.send((False, error))


def _end_with_parent() -> None:
    threading.Thread(target=_wait, daemon=True).start()


def _wait() -> None:
    parent = parent_process()
    assert parent is not None
    parent.join()
    os._exit(1)  # nobody is there to take what is under way
