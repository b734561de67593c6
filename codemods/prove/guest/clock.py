"""A clock that is moved: minutes pass as fast as what is due in them is done."""

from __future__ import annotations

import asyncio
import contextvars
import sys
import time
import weakref
from collections.abc import Callable, Iterator
from typing import Any

# It is moved by so many seconds at a time, and so many turns are left to what is due then.
_STEP, _TURNS = 1.0, 5
# Real time that work has to begin asking this machine; and what is asked is waited for so long, altogether.
_PAUSE, _MOST = 0.002, 15.0


class Clock:
    """The time of a process and of its loop. datetime.now, which no Python code can move, stays as it is."""

    def __init__(self) -> None:
        # So many seconds it is before the machine's.
        self.ahead = 0.0
        # Of each task, where its variables are: a task of an older Python does not tell.
        self._contexts: weakref.WeakKeyDictionary[asyncio.Task[Any], contextvars.Context] = weakref.WeakKeyDictionary()

    def put_in_place(self) -> None:
        """Stand for time.time, before the tree takes it, and for the time of the loop that runs."""
        real, loop = time.time, asyncio.get_running_loop()
        of_loop = loop.time
        time.time = lambda: real() + self.ahead
        loop.time = lambda: of_loop() + self.ahead  # type: ignore[method-assign]
        if sys.version_info >= (3, 11):  # noqa: UP036 (a tree may have an older Python than this tool)
            loop.set_task_factory(self._made)

    def _made(self, loop: asyncio.AbstractEventLoop, work: Any, **more: Any) -> asyncio.Task[Any]:
        context = more.pop("context", None) or contextvars.copy_context()
        task: asyncio.Task[Any] = asyncio.Task(work, loop=loop, context=context, **more)
        self._contexts[task] = context
        return task

    async def pass_by(self, seconds: float, is_busy: Callable[[], bool]) -> None:
        """Let so much time go by; while `is_busy`, it stands still."""
        ends = time.monotonic() + _MOST
        for _ in range(round(seconds / _STEP)):
            self.ahead += _STEP
            for _ in range(_TURNS):
                await asyncio.sleep(0)
            await asyncio.sleep(_PAUSE)
            while is_busy() and time.monotonic() < ends:
                await asyncio.sleep(_PAUSE)

    def running(self, viewer: Callable[[], str]) -> Iterator[tuple[str, str, str]]:
        """(module, qualname, whose context) of the tree's coroutines that run by themselves."""
        for task in asyncio.all_tasks():
            work, context = _innermost(task.get_coro()), self._contexts.get(task)
            frame = getattr(work, "cr_frame", None)
            if frame is None or context is None or task is asyncio.current_task():
                continue
            module = str(frame.f_globals.get("__name__", ""))
            if module.split(".")[0] in ("src", "plugins"):
                yield module, work.__qualname__, context.run(viewer)


def _innermost(work: Any) -> Any:
    """Of a coroutine that a decorator has made in another's name, that other's."""
    while getattr(getattr(work, "cr_await", None), "__qualname__", None) == work.__qualname__:
        work = work.cr_await
    return work
