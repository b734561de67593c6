"""Handlers of ON_TENANT_LOAD that come later, or come back. After the migration only."""

from __future__ import annotations

import asyncio
import gc
import weakref
from typing import Any

from tests.behaviour.loading.stage import (
    OTHER_AGENT,
    SHORT,
    Plugins,
    enter_tenant,
    events_manager,
    in_tenant,
    limited,
    on_load,
    scenario,
    send_message,
    turns,
)
from tests.behaviour.sample import (
    ACME,
    ADMIN,
    Sample,
    current_pair,
    inside,
)


@scenario
async def registered_later(sample: Sample, plugins: Plugins) -> Any:
    """With nobody's context, inside another tenant, and by a thread: called in each tenant that is there."""
    loop = asyncio.get_running_loop()
    plugins.add("load")
    for pair in (ACME, OTHER_AGENT):
        await send_message(pair)
    plugins.notes.clear()
    seen: dict[str, Any] = {}

    plugins.add("plain")
    await turns()
    seen["plain"] = list(plugins.notes)

    with inside(ADMIN):
        plugins.add("inside")
        here = current_pair()
    await turns()
    seen["inside"] = [here, plugins.notes[2:]]

    called, both = asyncio.Event(), asyncio.Event()

    async def tell() -> None:
        (both if called.is_set() else called).set()

    def register() -> None:
        with inside(ADMIN):
            plugins.add("thread", tell)

    await loop.run_in_executor(None, register)
    await both.wait()
    seen["thread"] = plugins.notes[4:]

    plugins.notes.clear()
    await send_message()
    await send_message(ADMIN)
    seen["messages"] = plugins.notes
    return seen


@scenario
async def registered_while_loading(sample: Sample, plugins: Plugins) -> Any:
    """By a handler of the load itself: the message waits for the new one too."""
    began, may_end = asyncio.Event(), asyncio.Event()

    async def slow() -> None:
        began.set()
        await may_end.wait()
        plugins.note("late loaded")

    async def register() -> None:
        if not plugins.count("late"):
            plugins.add("late", slow)

    plugins.add("load", register)
    message = asyncio.create_task(send_message())
    await began.wait()
    await turns()
    waiting = [name for name, *_ in plugins.notes]
    may_end.set()
    await message
    await turns()
    return [waiting, [name for name, *_ in plugins.notes]]


@scenario
async def next_message_waits(sample: Sample, plugins: Plugins) -> Any:
    """A message that comes while a new plugin is being loaded into its tenant."""
    may_end = asyncio.Event()
    await send_message()

    async def slow() -> None:
        await may_end.wait()
        plugins.note("late loaded")

    plugins.add("late", slow)
    message = asyncio.create_task(send_message())
    await turns()
    may_end.set()
    await message
    return [name for name, *_ in plugins.notes]


@scenario
async def reloaded(sample: Sample, plugins: Plugins) -> Any:
    """A plugin that is taken out and registered again, as the same class and as a new one."""
    handler_class = plugins.add("load")
    other = weakref.ref(events_manager()._events_subscribers[on_load()][0])
    await send_message()
    plugins.forget("load")
    plugins.register(handler_class)
    await turns()
    plugins.forget("load")
    await send_message()
    plugins.add("load")
    await turns()
    gc.collect()
    return [[name for name, *_ in plugins.notes], "gone" if other() is None else "kept"]


@scenario
async def reentrant(sample: Sample, plugins: Plugins) -> Any:
    """A load handler of acme enters acme, fires the event, sends itself a message, and enters two other tenants."""
    entered: list[Any] = []

    async def load() -> None:
        if current_pair() != list(ACME):
            await enter_tenant(ACME)
            return
        async with in_tenant(ACME):
            entered.append(current_pair())
        await events_manager().handle_mai_events(event_type=on_load())
        await send_message(ACME)
        async with in_tenant(ADMIN):
            entered.append(current_pair())
        await send_message(OTHER_AGENT)
        entered.append(current_pair())

    plugins.add("load", load)
    await send_message(ACME)
    await send_message(ADMIN)
    return [plugins.notes, entered, plugins.log.lines]


@scenario
async def tasks_of_a_handler(sample: Sample, plugins: Plugins) -> Any:
    """A task that a load handler starts, which lives on, and enters tenants itself."""
    tasks: list[asyncio.Task[None]] = []
    may_go_on = asyncio.Event()

    async def work() -> None:
        plugins.note("begins")
        await may_go_on.wait()
        plugins.note("goes on")
        await enter_tenant(ACME)
        await send_message(ADMIN)
        plugins.note("ends")

    async def load() -> None:
        if current_pair() == list(ACME):
            tasks.append(asyncio.create_task(work()))
            await asyncio.sleep(0)

    plugins.add("load", load)
    await send_message()
    may_go_on.set()
    await asyncio.gather(*tasks)
    return plugins.notes


@scenario
async def tenants_that_enter_each_other(sample: Sample, plugins: Plugins) -> Any:
    """The loads of two tenants wait for each other, until their time is up."""
    both = asyncio.Barrier(2)

    async def load() -> None:
        other = ADMIN if current_pair() == list(ACME) else ACME
        await both.wait()
        await enter_tenant(other)
        plugins.note("after all")

    plugins.add("load", load)
    with limited(SHORT):
        await asyncio.gather(send_message(ACME), send_message(ADMIN))
        await turns()
    return sorted(name for name, *_ in plugins.notes)
