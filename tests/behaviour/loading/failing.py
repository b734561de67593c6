"""Handlers of ON_TENANT_LOAD that fail, hang, or are cancelled. After the migration only."""

from __future__ import annotations

import asyncio
import contextlib
import os
from typing import Any
from unittest import mock

from tests.behaviour.loading.stage import LIMIT, SHORT, Plugins, limited, scenario, send_message, tenant_loading, turns
from tests.behaviour.sample import (
    Sample,
)


@scenario
async def failing_handlers(sample: Sample, plugins: Plugins) -> Any:
    hanging, ended = asyncio.Event(), asyncio.Event()

    async def breaks() -> None:
        raise ValueError("broken")

    async def exits() -> None:
        raise asyncio.CancelledError

    async def hangs() -> None:
        await hanging.wait()
        plugins.note("after all")
        ended.set()

    async def refuses() -> Any:
        return (False, True, "no thanks", None, None)

    async def refuses_shortly() -> Any:
        return (False,)

    async def nonsense() -> Any:
        return "nonsense"

    bodies = {"breaks": breaks, "exits": exits, "hangs": hangs, "refuses": refuses, "shortly": refuses_shortly}
    for name, body in bodies.items():
        plugins.add(name, body, plugin=f"{name}_plugin")
    plugins.add("nonsense", nonsense)
    plugins.add("sound")
    with limited(SHORT):
        for _ in range(2):
            await send_message()
    before = list(plugins.notes)
    plugins.notes.clear()
    hanging.set()
    await ended.wait()
    await send_message()
    return {
        "notes": before,
        "afterwards": plugins.notes,
        "log": {name: [line for line in plugins.log.lines if f"{name}_plugin" in line] for name in bodies},
        "lines": len(plugins.log.lines),
    }


@scenario
async def late_failure(sample: Sample, plugins: Plugins) -> Any:
    """A handler that hung and fails in the end."""
    hanging = asyncio.Event()

    async def hangs() -> None:
        await hanging.wait()
        raise ValueError("broken in the end")

    plugins.add("hangs", hangs)
    with limited(SHORT):
        await send_message()
    logged = len(plugins.log.lines)
    hanging.set()
    await turns()
    return [logged, [line for line in plugins.log.lines[logged:] if "broken in the end" in line and "a_plugin" in line]]


@scenario
async def hanging_interceptor(sample: Sample, plugins: Plugins) -> Any:
    """The handlers behind one that hangs still get their time."""

    async def slow() -> None:
        await asyncio.sleep(0.001)
        plugins.note("loaded")

    async def hangs() -> None:
        await asyncio.Event().wait()

    plugins.add("hangs", hangs, plugin="hanging_plugin", weight=5, intercept_message=True)
    plugins.add("load", slow, plugin="innocent_plugin")
    with limited("0.1"):
        await send_message()
    blamed = [name for name in ("hanging", "innocent") for line in plugins.log.lines if f"{name}_plugin" in line]
    return [[name for name, *_ in plugins.notes], blamed]


@scenario
async def time_limits(sample: Sample, plugins: Plugins) -> Any:
    seen = {}
    for text in ("", " 7.5 ", "soon", "-1", "0", "nan", "10s"):
        plugins.log.lines.clear()
        with limited(text):
            limit = tenant_loading()._time_limit()
        seen[text] = [limit, sum(LIMIT in line for line in plugins.log.lines)]
    with mock.patch.dict(os.environ):
        os.environ.pop(LIMIT, None)
        seen["unset"] = [tenant_loading()._time_limit(), 0]
    return seen


class _Interrupted:
    """A handler whose first call lasts until it is cancelled, and cleans up for a while then; one that is done."""

    def __init__(self, plugins: Plugins) -> None:
        self.plugins = plugins
        self.began = asyncio.Event()
        self.may_clean = asyncio.Event()
        plugins.add("quick", weight=1)
        plugins.add("slow", self._slow)

    async def _slow(self) -> None:
        if self.plugins.count("slow") > 1:
            return
        self.began.set()
        try:
            await asyncio.Event().wait()
        finally:
            await self.may_clean.wait()
            self.plugins.note("cleaned")


async def _end_of(task: asyncio.Task[None]) -> str:
    await asyncio.wait([task])
    return "cancelled" if task.cancelled() else "returned"


@scenario
async def cancelled_alone(sample: Sample, plugins: Plugins) -> Any:
    """The caller is free at once; the next one waits until the interrupted handler has cleaned up."""
    interrupted = _Interrupted(plugins)
    first = asyncio.create_task(send_message())
    await interrupted.began.wait()
    first.cancel()
    end = await _end_of(first)
    second = asyncio.create_task(send_message())
    await turns()
    waiting = list(plugins.notes)
    interrupted.may_clean.set()
    await second
    return [end, [name for name, *_ in waiting], plugins.notes[len(waiting) :], plugins.log.lines]


@scenario
async def cancelled_before_others(sample: Sample, plugins: Plugins) -> Any:
    interrupted = _Interrupted(plugins)
    interrupted.may_clean.set()
    messages = [asyncio.create_task(send_message()) for _ in range(10)]
    await interrupted.began.wait()
    messages[0].cancel()
    ends = [await _end_of(message) for message in messages]
    return [ends, [name for name, *_ in plugins.notes]]


@scenario
async def cancelled_waiter(sample: Sample, plugins: Plugins) -> Any:
    """One that only waits goes away; the load goes on for the others."""
    began, may_end = asyncio.Event(), asyncio.Event()

    async def slow() -> None:
        began.set()
        await may_end.wait()

    plugins.add("load", slow)
    messages = [asyncio.create_task(send_message()) for _ in range(3)]
    await began.wait()
    await turns()
    messages[1].cancel()
    await turns()
    may_end.set()
    return [[await _end_of(message) for message in messages], [name for name, *_ in plugins.notes]]


@scenario
async def cancelled_interceptor(sample: Sample, plugins: Plugins) -> Any:
    """Those that had not begun yet are called next time, in order."""
    began = asyncio.Event()

    async def slow() -> None:
        if plugins.count("second") == 1:
            began.set()
            await asyncio.Event().wait()

    plugins.add("first", weight=3, intercept_message=True)
    plugins.add("second", slow, weight=2, intercept_message=True)
    plugins.add("third", weight=1)
    message = asyncio.create_task(send_message())
    await began.wait()
    message.cancel()
    await _end_of(message)
    await send_message()
    return [name for name, *_ in plugins.notes]


@scenario
async def cancelled_in_vain(sample: Sample, plugins: Plugins) -> Any:
    """A handler that does not heed being cancelled is one that hangs: not called beside itself."""
    began, may_end = asyncio.Event(), asyncio.Event()

    async def stubborn() -> None:
        began.set()
        while not may_end.is_set():
            with contextlib.suppress(asyncio.CancelledError):
                await may_end.wait()
        plugins.note("after all")

    plugins.add("stubborn", stubborn, plugin="stubborn_plugin")
    with limited(SHORT):
        message = asyncio.create_task(send_message())
        await began.wait()
        message.cancel()
        await _end_of(message)
        await send_message()
    may_end.set()
    await turns()
    return [[name for name, *_ in plugins.notes], ["stubborn_plugin" in line for line in plugins.log.lines]]
