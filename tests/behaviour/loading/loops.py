"""ON_TENANT_LOAD on several event loops. After the migration only."""

from __future__ import annotations

import asyncio
import threading
from typing import Any

from tests.behaviour.asgi import PATIENCE
from tests.behaviour.loading.stage import (
    OTHER_AGENT,
    SHORT,
    Plugins,
    enter_tenant,
    forget_tenants,
    limited,
    scenario,
    send_message,
    turns,
)
from tests.behaviour.sample import (
    ACME,
    ADMIN,
    Sample,
)


@scenario
async def loops_one_after_another(sample: Sample, plugins: Plugins) -> Any:
    """A loop of a thread's own, before ours and after it; ours is still the one for what comes later."""
    plugins.add("load", turns)
    await asyncio.to_thread(asyncio.run, send_message(ACME))
    await send_message(ACME)
    await send_message(ADMIN)
    await asyncio.to_thread(asyncio.run, send_message(ADMIN))
    await asyncio.to_thread(asyncio.run, send_message(OTHER_AGENT))
    before = list(plugins.notes)
    plugins.notes.clear()
    threads = []

    async def note_thread() -> None:
        threads.append(threading.current_thread() is main)

    main = threading.current_thread()
    plugins.add("late", note_thread)
    await turns()
    return {"before": before, "late": plugins.notes, "threads": threads}


@scenario
async def loops_at_once(sample: Sample, plugins: Plugins) -> Any:
    """The first messages of a tenant come on two loops at the same time: one load, and both wait for it."""
    began, may_end, waits = threading.Event(), threading.Event(), threading.Event()

    async def slow() -> None:
        began.set()
        while not may_end.is_set():
            await asyncio.sleep(0.001)
        plugins.note("loaded")

    async def elsewhere() -> None:
        message = asyncio.create_task(send_message())
        await turns()
        waits.set()
        await message

    plugins.add("load", slow)
    here = asyncio.create_task(send_message())
    while not began.is_set():
        await asyncio.sleep(0)
    there = asyncio.get_running_loop().run_in_executor(None, asyncio.run, elsewhere())
    while not waits.is_set():
        await asyncio.sleep(0.001)
    waiting = plugins.count("message")
    may_end.set()
    await asyncio.gather(here, there)
    return [waiting, [name for name, *_ in plugins.notes]]


@scenario
async def loops_that_block_each_other(sample: Sample, plugins: Plugins) -> Any:
    """A handler that blocks until another loop has done something for the same tenant."""

    async def load() -> None:
        thread = threading.Thread(target=lambda: asyncio.run(send_message()))
        thread.start()
        thread.join()

    plugins.add("load", load)
    with limited(SHORT):
        await send_message()
    return [name for name, *_ in plugins.notes]


@scenario
async def loop_ended_half_way(sample: Sample, plugins: Plugins) -> Any:
    """A loop that ends in the middle of a load: what it had not finished is done by the next."""

    async def slow() -> None:
        if plugins.count("slow") == 1:
            await asyncio.Event().wait()

    async def half() -> None:
        asyncio.create_task(send_message())  # noqa: RUF006
        await turns()

    def abandoned() -> None:
        loop = asyncio.new_event_loop()
        loop.run_until_complete(half())
        for task in asyncio.all_tasks(loop):
            left.append(task)
        loop.close()

    plugins.add("quick", weight=1)
    plugins.add("slow", slow)
    await asyncio.to_thread(asyncio.run, half())
    await send_message()
    ended = [name for name, *_ in plugins.notes]
    left: list[Any] = []
    forget_tenants(plugins)
    # The same with a loop that is closed without cancelling anything.
    await asyncio.to_thread(abandoned)
    await send_message()
    notes = [name for name, *_ in plugins.notes]
    for task in left:
        task._log_destroy_pending = False
    return [ended, notes]


@scenario
async def registered_beside_a_load(sample: Sample, plugins: Plugins) -> Any:
    """A thread that registers handlers while the loop loads tenants: each handler once in each tenant."""
    pairs = [("acme", f"bot {number}") for number in range(20)]
    start = threading.Barrier(2, timeout=PATIENCE)

    def register() -> None:
        start.wait()
        for number in range(40):
            plugins.add(f"handler {number}")

    thread = asyncio.get_running_loop().run_in_executor(None, register)
    start.wait()
    for pair in pairs:
        await enter_tenant(pair)
    await thread
    for pair in pairs:
        await enter_tenant(pair)
    return [len(plugins.notes), len({tuple(note) for note in plugins.notes})]
