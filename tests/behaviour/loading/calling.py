"""ON_TENANT_LOAD: who is called, who calls, and in whose context. After the migration only."""

from __future__ import annotations

import asyncio
import contextlib
import contextvars
import functools
from typing import Any
from unittest import mock

from tests.behaviour.loading.stage import (
    DONE,
    OTHER_AGENT,
    Plugins,
    enter_tenant,
    events_manager,
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
    module,
)


@scenario
async def load_event(sample: Sample, plugins: Plugins) -> Any:
    """Every way to subscribe to it, one of them twice over."""
    types = module("plugin_system.base.component_types").EventType
    plugins.add("member")
    plugins.add("string", event_type="on_tenant_load")
    plugins.add("both", init_subscribe=[on_load(), "on_tenant_load"])
    plugins.add("several", init_subscribe=[types.ON_START, on_load()])
    events_manager()._events_subscribers["on_tenant_load"] = list(events_manager()._events_subscribers[on_load()])
    await send_message()
    return {"value": on_load().value, "known": types("on_tenant_load") is on_load(), "notes": plugins.notes}


@scenario
async def load_without_handlers(sample: Sample, plugins: Plugins) -> Any:
    await send_message()
    return plugins.notes


@scenario
async def load_by_weight(sample: Sample, plugins: Plugins) -> Any:
    for weight in (1, 30, -5, 20):
        plugins.add(f"weight {weight}", weight=weight)
    await enter_tenant(ACME)
    return [name for name, *_ in plugins.notes]


@scenario
async def first_messages(sample: Sample, plugins: Plugins) -> Any:
    """Two agents of a tenant, another tenant, each twice; and a message of nobody known."""

    async def slow() -> None:
        await turns()
        plugins.note("loaded")

    plugins.add("load", slow)
    for pair in (ACME, ACME, OTHER_AGENT, ADMIN, ADMIN, OTHER_AGENT, None):
        await send_message(pair)
    return [plugins.notes, current_pair()]


@scenario
async def fifty_first_messages(sample: Sample, plugins: Plugins) -> Any:
    """All of them wait for the one load; another tenant and another agent of the same do not."""
    began, may_end = asyncio.Event(), asyncio.Event()

    async def slow() -> None:
        if current_pair() == list(ACME):
            began.set()
            await may_end.wait()
            plugins.note("loaded")

    plugins.add("load", slow)
    messages = [asyncio.create_task(send_message()) for _ in range(50)]
    await began.wait()
    await turns()
    waiting = plugins.count("message")
    await send_message(ADMIN)
    await send_message(OTHER_AGENT)
    meanwhile = plugins.notes[1:]
    del plugins.notes[:]
    may_end.set()
    await asyncio.gather(*messages)
    return {"waiting": waiting, "meanwhile": meanwhile, "first": plugins.notes[0], "then": plugins.notes[1:]}


@scenario
async def task_runs(sample: Sample, plugins: Plugins) -> Any:
    manager = module("manager.async_task_manager")

    class Task(manager.AsyncTask):  # type: ignore[misc,name-defined]
        async def run(self) -> None:
            plugins.note("task")

    plugins.add("load")
    for pair in (ACME, ADMIN, ACME):
        await Task().run_for(*pair)
    return plugins.notes


@scenario
async def fired_by_hand(sample: Sample, plugins: Plugins) -> Any:
    """By plugin code, with a context and without; ON_START and ON_STOP beside it."""
    types = module("plugin_system.base.component_types").EventType
    fire = functools.partial(events_manager().handle_mai_events, event_type=on_load())
    plugins.add("load")
    plugins.add("start", event_type=types.ON_START)
    refusals = []
    for context in (contextlib.nullcontext(), module("common.message.tenant_context").tenant_context("acme")):
        with context:
            try:
                await fire()
            except RuntimeError as error:
                refusals.append(type(error).__name__)
    with inside(ACME):
        answers = [await fire(), await events_manager().handle_mai_events(on_load())]
        after = current_pair()
    await send_message()
    loads = list(plugins.notes)
    plugins.notes.clear()
    await events_manager().handle_mai_events(event_type=types.ON_START)
    await turns()
    return {"refusals": refusals, "answers": answers, "after": after, "loads": loads, "start": plugins.notes}


_FIRST_CALLER = contextvars.ContextVar("first_caller", default="nobody")


@scenario
async def first_callers_context(sample: Sample, plugins: Plugins) -> Any:
    """What the first caller has set for itself is not what the tenant's scheduler runs with for ever after."""
    seen: list[Any] = []

    async def load() -> None:
        seen.append(_FIRST_CALLER.get())

    plugins.add("load", load)
    context = contextvars.copy_context()
    context.run(_FIRST_CALLER.set, "a quiet one")
    await asyncio.create_task(send_message(), context=context)
    return [seen, context.run(_FIRST_CALLER.get), context.run(current_pair), current_pair()]


@scenario
async def configured(sample: Sample, plugins: Plugins) -> Any:
    """Handlers are given the tenant's own configuration of their plugin."""
    config = module("config.config")
    seen: list[Any] = []
    name = "hello_world_plugin"
    manager = module("plugin_system.core.plugin_manager").plugin_manager
    plugin = mock.Mock()
    type(plugin).config = mock.PropertyMock(side_effect=lambda: {"of": config.global_config.bot.nickname})

    async def execute(self: Any, message: Any) -> Any:
        seen.append([*current_pair(), self.get_config("of")])
        return DONE

    base = module("plugin_system").BaseEventHandler
    with mock.patch.dict(manager.loaded_plugins, {name: plugin}):
        attributes = {"event_type": on_load(), "handler_name": "configured", "execute": execute}
        plugins.register(type("Configured", (base,), attributes), name)
        await asyncio.gather(send_message(ACME), send_message(ADMIN))
    return sorted(seen)


@scenario
async def intercepting(sample: Sample, plugins: Plugins) -> Any:
    """Each of them ends before the next begins; the others run beside each other."""
    together = asyncio.Barrier(2)

    async def slow() -> None:
        await turns()
        plugins.note("ended")

    async def stops() -> Any:
        await turns()
        plugins.note("ended")
        return (True, False, None, None, None)

    async def meets() -> None:
        await together.wait()

    plugins.add("third", meets, weight=1)
    plugins.add("second", slow, weight=2, intercept_message=True)
    plugins.add("fourth", meets, weight=0)
    plugins.add("first", stops, weight=3, intercept_message=True)
    await send_message()
    return [name for name, *_ in plugins.notes]
