"""Minutes that pass at once, and whose context is whose."""

from __future__ import annotations

import asyncio
import contextvars
import functools
import time
from collections.abc import Awaitable, Callable

import pytest

from codemods.prove.guest.clock import Clock

WHOSE = contextvars.ContextVar("WHOSE", default="nobody")


def moved(work: Callable[[Clock], Awaitable[None]]) -> None:
    """Work beside a clock that is moved."""

    async def run() -> None:
        made = Clock()
        made.put_in_place()
        await work(made)

    real = time.time
    try:
        asyncio.run(run())
    finally:
        time.time = real


def test_what_is_due_in_the_minutes_is_done_in_order() -> None:
    done: list[str] = []

    async def after(seconds: float, name: str) -> None:
        await asyncio.sleep(seconds)
        done.append(name)

    async def work(clock: Clock) -> None:
        began, now = time.monotonic(), time.time()
        tasks = [asyncio.create_task(after(*each)) for each in ((8.5, "second"), (3, "first"), (30, "too late"))]
        await clock.pass_by(10, lambda: False)
        assert time.monotonic() - began < 5
        assert 9.9 < time.time() - now < 15
        tasks[-1].cancel()

    moved(work)
    assert done == ["first", "second"]


def test_the_clock_stands_while_this_machine_is_asked() -> None:
    asked = [True] * 3 + [False] * 20
    times: list[float] = []

    async def work(clock: Clock) -> None:
        loop = asyncio.get_running_loop()

        def is_busy() -> bool:
            times.append(loop.time())
            return asked.pop(0)

        await clock.pass_by(2, is_busy)

    moved(work)
    assert times[3] - times[0] < 0.9 < times[4] - times[3]


async def _loop() -> None:
    await asyncio.sleep(60)


async def _enters(whose: str) -> None:
    WHOSE.set(whose)
    await _loop()


@functools.wraps(_enters)
async def _decorated(whose: str) -> None:
    await _enters(whose)


def test_a_loop_is_in_the_context_that_it_is_in_now(monkeypatch: pytest.MonkeyPatch) -> None:
    found: list[tuple[str, str]] = []

    async def work(made: Clock) -> None:
        tasks = [asyncio.create_task(each) for each in (_enters("A"), _decorated("B"), _loop())]
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        found.extend((qualname, whose) for _, qualname, whose in made.running(WHOSE.get))
        for task in tasks:
            task.cancel()

    monkeypatch.setitem(globals(), "__name__", "src.loops")
    moved(work)
    assert sorted(found) == [("_enters", "A"), ("_enters", "B"), ("_loop", "nobody")]
