"""Scenarios of ON_TENANT_LOAD: who is called, when, how often, and in whose context. After the migration only.

The handlers of a scenario note [their name, tenant, agent] when they are called; a message notes ["message", tenant,
agent] when it is processed. What was registered and loaded is forgotten after each scenario.
"""

from __future__ import annotations

import asyncio
import contextlib
import contextvars
import functools
import gc
import logging
import os
import threading
import weakref
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Iterator
from typing import Any
from unittest import mock

import httpx
from fastapi import FastAPI, WebSocket
from fastapi.requests import Request
from fastapi.responses import JSONResponse, StreamingResponse
from starlette.routing import Route

from tests.behaviour.asgi import PATIENCE, Socket
from tests.behaviour.sample import (
    ACME,
    ACME_QUERY,
    ADMIN,
    Pair,
    Sample,
    bearer,
    current_pair,
    inside,
    module,
    replaced,
    token,
)

Body = Callable[[], Awaitable[Any]]
Handler = Callable[..., Any]
OTHER_AGENT: Pair = ("acme", "second bot")
DONE = (True, True, None, None, None)
LIMIT = "MAIM_TENANT_LOAD_TIMEOUT"
SHORT = "0.02"


def _loading() -> Any:
    return module("common.message.tenant_loading")


def _on_load() -> Any:
    return module("plugin_system.base.component_types").EventType.ON_TENANT_LOAD


def _entered(pair: Pair) -> contextlib.AbstractAsyncContextManager[Any]:
    scope: contextlib.AbstractAsyncContextManager[Any] = module("common.message.tenant_context").tenant_context_async(
        *pair
    )
    return scope


def _webui_tenant(handler: Handler) -> Handler:
    decorated: Handler = module("webui.tenant").webui_tenant(handler)
    return decorated


async def _enter(pair: Pair) -> None:
    async with _entered(pair):
        pass


async def _send(pair: Pair | None = ACME) -> None:
    """One message of a tenant, as the gateway gets it; of nobody known without one."""
    gateway = module("common.message.api")
    key = f"key of {pair}"
    if pair:
        gateway.API_KEYS[key] = {"tenant_id": pair[0], "agent_id": pair[1]}
    sender = {"platform": "qq", "user_id": "7", "user_nickname": "someone"}
    message = {"message_info": {"platform": "qq", "user_info": sender}, "raw_message": "hello"}
    await gateway.message_handler(message, {"api_key": key})


async def _turns(count: int = 20) -> None:
    """Let everything run that can."""
    for _ in range(count):
        await asyncio.sleep(0)


def _limited(seconds: str) -> contextlib.AbstractContextManager[Any]:
    return mock.patch.dict(os.environ, {LIMIT: seconds})


class _Log(logging.Handler):
    def __init__(self) -> None:
        super().__init__()
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(record.getMessage())


class Plugins:
    """The handlers of one scenario."""

    def __init__(self) -> None:
        self.notes: list[list[Any]] = []
        self.log = _Log()

    def note(self, name: str) -> None:
        self.notes.append([name, *current_pair()])

    def count(self, name: str) -> int:
        return sum(note[0] == name for note in self.notes)

    def add(self, name: str, body: Body | None = None, *, plugin: str = "a_plugin", **attributes: Any) -> Any:
        """Register a handler, of ON_TENANT_LOAD unless the attributes say otherwise; its class."""
        plugins = self

        async def execute(self: Any, message: Any) -> Any:
            assert message is None
            plugins.note(name)
            answer = await body() if body else None
            return DONE if answer is None else answer

        attributes = {"event_type": _on_load(), "handler_name": name, "execute": execute, **attributes}
        return self.register(type(name.title(), (module("plugin_system").BaseEventHandler,), attributes), plugin)

    @staticmethod
    def register(handler_class: Any, plugin: str = "a_plugin") -> Any:
        info = handler_class.get_handler_info()
        info.plugin_name = plugin
        module("plugin_system.core.component_registry").component_registry.register_component(info, handler_class, {})
        return handler_class

    @staticmethod
    def forget(name: str) -> None:
        """Take a handler out of the registry, as unloading its plugin does."""
        for owner in _registries():
            for value in vars(owner).values():
                if isinstance(value, dict):
                    for key in [key for key in value if str(key).rpartition(".")[2] == name]:
                        del value[key]
        for subscribers in _events()._events_subscribers.values():
            subscribers[:] = [item for item in subscribers if item.handler_name != name]

    @contextlib.contextmanager
    def installed(self) -> Iterator[None]:
        """With nobody loaded and no handler of ON_TENANT_LOAD but ours; as it was before, afterwards."""
        subscribers = _events()._events_subscribers
        kept = {key: list(items) for key, items in subscribers.items()}
        dicts = [value for owner in _registries() for value in vars(owner).values() if isinstance(value, dict)]
        copies = [(value, dict(value)) for value in dicts if value is not subscribers]
        subscribers[_on_load()] = []
        _loading()._tenants.clear()
        logger = logging.getLogger("mini.tenant_loading")
        level = logger.level
        logger.setLevel(logging.ERROR)
        logger.addHandler(self.log)
        bot = module("chat.message_receive.bot").chat_bot
        try:
            with replaced(bot, "message_process", self._process), replaced(logger, "propagate", False):
                yield
        finally:
            logger.removeHandler(self.log)
            logger.setLevel(level)
            for value, copy in [*copies, (subscribers, kept)]:
                value.clear()
                value.update(copy)
            module("common.message.api").API_KEYS.clear()
            _loading()._tenants.clear()

    async def _process(self, message: Any) -> None:
        self.note("message")


def _events() -> Any:
    return module("plugin_system.core.events_manager").events_manager


def _registries() -> list[Any]:
    return [_events(), module("plugin_system.core.component_registry").component_registry]


def _scenario(
    function: Callable[[Sample, Plugins], Coroutine[Any, Any, Any]],
) -> Callable[[Sample], Coroutine[Any, Any, Any]]:
    """With handlers of its own, and an end: what hangs is a failure."""

    @functools.wraps(function)
    async def wrapper(sample: Sample) -> Any:
        plugins = Plugins()
        with plugins.installed():
            return await asyncio.wait_for(function(sample, plugins), PATIENCE)

    return wrapper


# The event


@_scenario
async def load_event(sample: Sample, plugins: Plugins) -> Any:
    """Every way to subscribe to it, one of them twice over."""
    types = module("plugin_system.base.component_types").EventType
    plugins.add("member")
    plugins.add("string", event_type="on_tenant_load")
    plugins.add("both", init_subscribe=[_on_load(), "on_tenant_load"])
    plugins.add("several", init_subscribe=[types.ON_START, _on_load()])
    _events()._events_subscribers["on_tenant_load"] = list(_events()._events_subscribers[_on_load()])
    await _send()
    return {"value": _on_load().value, "known": types("on_tenant_load") is _on_load(), "notes": plugins.notes}


@_scenario
async def load_without_handlers(sample: Sample, plugins: Plugins) -> Any:
    await _send()
    return plugins.notes


@_scenario
async def load_by_weight(sample: Sample, plugins: Plugins) -> Any:
    for weight in (1, 30, -5, 20):
        plugins.add(f"weight {weight}", weight=weight)
    await _enter(ACME)
    return [name for name, *_ in plugins.notes]


# Who fires it


@_scenario
async def first_messages(sample: Sample, plugins: Plugins) -> Any:
    """Two agents of a tenant, another tenant, each twice; and a message of nobody known."""

    async def slow() -> None:
        await _turns()
        plugins.note("loaded")

    plugins.add("load", slow)
    for pair in (ACME, ACME, OTHER_AGENT, ADMIN, ADMIN, OTHER_AGENT, None):
        await _send(pair)
    return [plugins.notes, current_pair()]


@_scenario
async def fifty_first_messages(sample: Sample, plugins: Plugins) -> Any:
    """All of them wait for the one load; another tenant and another agent of the same do not."""
    began, may_end = asyncio.Event(), asyncio.Event()

    async def slow() -> None:
        if current_pair() == list(ACME):
            began.set()
            await may_end.wait()
            plugins.note("loaded")

    plugins.add("load", slow)
    messages = [asyncio.create_task(_send()) for _ in range(50)]
    await began.wait()
    await _turns()
    waiting = plugins.count("message")
    await _send(ADMIN)
    await _send(OTHER_AGENT)
    meanwhile = plugins.notes[1:]
    del plugins.notes[:]
    may_end.set()
    await asyncio.gather(*messages)
    return {"waiting": waiting, "meanwhile": meanwhile, "first": plugins.notes[0], "then": plugins.notes[1:]}


@_scenario
async def task_runs(sample: Sample, plugins: Plugins) -> Any:
    manager = module("manager.async_task_manager")

    class Task(manager.AsyncTask):  # type: ignore[misc,name-defined]
        async def run(self) -> None:
            plugins.note("task")

    plugins.add("load")
    for pair in (ACME, ADMIN, ACME):
        await Task().run_for(*pair)
    return plugins.notes


@_scenario
async def web_ui(sample: Sample, plugins: Plugins) -> Any:
    """Each kind of handler: what is noted by a request of the admin, one of acme, and one of acme again."""
    app = _web_app(plugins)
    seen: dict[str, Any] = {}
    plugins.add("load", _turns)
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="http://sample", headers=bearer()) as client:
        for kind in ("async", "sync", "stream", "sync_stream", "bare", "sync_bare"):
            _forget_tenants(plugins)
            for query in ("", f"?{ACME_QUERY}", f"?{ACME_QUERY}"):
                answer = await client.get(f"/{kind}{query}")
                assert answer.status_code == 200, answer.text
            seen[kind] = list(plugins.notes)
    _forget_tenants(plugins)
    for query in ("", f"?{ACME_QUERY}&token={token()}", f"?{ACME_QUERY}&token={token()}"):
        async with Socket(app, f"/socket{query}") as socket:
            await socket.hear()
    seen["socket"] = list(plugins.notes)
    return seen


def _forget_tenants(plugins: Plugins) -> None:
    plugins.notes.clear()
    _loading()._tenants.clear()


def _web_app(plugins: Plugins) -> FastAPI:
    decorate = _webui_tenant
    app = FastAPI()

    async def items() -> AsyncIterator[str]:
        plugins.note("work")
        yield "item"

    def sync_items() -> Iterator[str]:
        plugins.note("work")
        yield "item"

    @app.get("/async")
    @decorate
    async def answer() -> None:
        plugins.note("work")

    @app.get("/sync")
    @decorate
    def sync_answer() -> None:
        plugins.note("work")

    @app.get("/stream")
    @decorate
    async def stream() -> Any:
        return StreamingResponse(items())

    @app.get("/sync_stream")
    @decorate
    def sync_stream() -> Any:
        return StreamingResponse(sync_items())

    @app.websocket("/socket")
    @decorate
    async def converse(websocket: WebSocket) -> None:
        await websocket.accept()
        plugins.note("work")
        await websocket.send_json("done")

    async def bare(request: Request) -> Any:
        plugins.note("work")
        return JSONResponse({})

    def sync_bare(request: Request) -> Any:
        plugins.note("work")
        return JSONResponse({})

    app.router.routes += [Route("/bare", decorate(bare)), Route("/sync_bare", decorate(sync_bare))]
    return app


@_scenario
async def web_ui_of_the_sample(sample: Sample, plugins: Plugins) -> Any:
    """The sample's own handlers, and a choice that is refused."""
    plugins.add("load")
    answers: list[Any] = []
    async with sample.client() as client:
        answers.append((await client.get(f"/api/webui/statistics/summary?{ACME_QUERY}")).status_code)
        answers.append((await client.get(f"/api/webui/emoji/list?{ACME_QUERY}")).status_code)
    refused = list(plugins.notes)
    async with sample.api() as client:
        for url in ("/api/webui/statistics/summary", "/api/webui/emoji/list"):
            for query in ("", f"?{ACME_QUERY}"):
                _forget_tenants(plugins)
                answers += [(await client.get(url + query)).status_code, *plugins.notes]
    return {"refused": refused, "answers": answers}


@_scenario
async def web_ui_at_once(sample: Sample, plugins: Plugins) -> Any:
    """More requests than the thread pool has threads: one load, and none of them overtakes it."""
    began, may_end = asyncio.Event(), asyncio.Event()

    async def slow() -> None:
        began.set()
        await may_end.wait()
        plugins.note("loaded")

    plugins.add("load", slow)
    transport = httpx.ASGITransport(app=_web_app(plugins))
    async with httpx.AsyncClient(transport=transport, base_url="http://sample") as client:
        requests = [asyncio.create_task(client.get(url)) for url in ("/sync", "/async") * 25]
        await began.wait()
        await _turns()
        waiting = plugins.count("work")
        may_end.set()
        answers = await asyncio.gather(*requests)
    return {
        "waiting": waiting,
        "answers": sorted({answer.status_code for answer in answers}),
        "first": [name for name, *_ in plugins.notes[:2]],
        "work": plugins.count("work"),
        "loads": plugins.count("load"),
    }


@_scenario
async def sync_handler_elsewhere(sample: Sample, plugins: Plugins) -> Any:
    """A decorated sync function that other code calls in a thread that is not FastAPI's: no loop to load in."""
    plugins.add("load")

    @_webui_tenant
    def handler(request: Request) -> list[Any]:
        return current_pair()

    request = Request({"type": "http", "query_string": b"", "headers": []})
    return await asyncio.get_running_loop().run_in_executor(None, handler, request)


@_scenario
async def fired_by_hand(sample: Sample, plugins: Plugins) -> Any:
    """By plugin code, with a context and without; ON_START and ON_STOP beside it."""
    types = module("plugin_system.base.component_types").EventType
    fire = functools.partial(_events().handle_mai_events, event_type=_on_load())
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
        answers = [await fire(), await _events().handle_mai_events(_on_load())]
        after = current_pair()
    await _send()
    loads = list(plugins.notes)
    plugins.notes.clear()
    await _events().handle_mai_events(event_type=types.ON_START)
    await _turns()
    return {"refusals": refusals, "answers": answers, "after": after, "loads": loads, "start": plugins.notes}


# Handlers that fail


@_scenario
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
    with _limited(SHORT):
        for _ in range(2):
            await _send()
    before = list(plugins.notes)
    plugins.notes.clear()
    hanging.set()
    await ended.wait()
    await _send()
    return {
        "notes": before,
        "afterwards": plugins.notes,
        "log": {name: [line for line in plugins.log.lines if f"{name}_plugin" in line] for name in bodies},
        "lines": len(plugins.log.lines),
    }


@_scenario
async def late_failure(sample: Sample, plugins: Plugins) -> Any:
    """A handler that hung and fails in the end."""
    hanging = asyncio.Event()

    async def hangs() -> None:
        await hanging.wait()
        raise ValueError("broken in the end")

    plugins.add("hangs", hangs)
    with _limited(SHORT):
        await _send()
    logged = len(plugins.log.lines)
    hanging.set()
    await _turns()
    return [logged, [line for line in plugins.log.lines[logged:] if "broken in the end" in line and "a_plugin" in line]]


@_scenario
async def hanging_interceptor(sample: Sample, plugins: Plugins) -> Any:
    """The handlers behind one that hangs still get their time."""

    async def slow() -> None:
        await asyncio.sleep(0.001)
        plugins.note("loaded")

    async def hangs() -> None:
        await asyncio.Event().wait()

    plugins.add("hangs", hangs, plugin="hanging_plugin", weight=5, intercept_message=True)
    plugins.add("load", slow, plugin="innocent_plugin")
    with _limited("0.1"):
        await _send()
    blamed = [name for name in ("hanging", "innocent") for line in plugins.log.lines if f"{name}_plugin" in line]
    return [[name for name, *_ in plugins.notes], blamed]


@_scenario
async def time_limits(sample: Sample, plugins: Plugins) -> Any:
    seen = {}
    for text in ("", " 7.5 ", "soon", "-1", "0", "nan", "10s"):
        plugins.log.lines.clear()
        with _limited(text):
            limit = _loading()._time_limit()
        seen[text] = [limit, sum(LIMIT in line for line in plugins.log.lines)]
    with mock.patch.dict(os.environ):
        os.environ.pop(LIMIT, None)
        seen["unset"] = [_loading()._time_limit(), 0]
    return seen


# Loads that are cancelled


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


@_scenario
async def cancelled_alone(sample: Sample, plugins: Plugins) -> Any:
    """The caller is free at once; the next one waits until the interrupted handler has cleaned up."""
    interrupted = _Interrupted(plugins)
    first = asyncio.create_task(_send())
    await interrupted.began.wait()
    first.cancel()
    end = await _end_of(first)
    second = asyncio.create_task(_send())
    await _turns()
    waiting = list(plugins.notes)
    interrupted.may_clean.set()
    await second
    return [end, [name for name, *_ in waiting], plugins.notes[len(waiting) :], plugins.log.lines]


@_scenario
async def cancelled_before_others(sample: Sample, plugins: Plugins) -> Any:
    interrupted = _Interrupted(plugins)
    interrupted.may_clean.set()
    messages = [asyncio.create_task(_send()) for _ in range(10)]
    await interrupted.began.wait()
    messages[0].cancel()
    ends = [await _end_of(message) for message in messages]
    return [ends, [name for name, *_ in plugins.notes]]


@_scenario
async def cancelled_waiter(sample: Sample, plugins: Plugins) -> Any:
    """One that only waits goes away; the load goes on for the others."""
    began, may_end = asyncio.Event(), asyncio.Event()

    async def slow() -> None:
        began.set()
        await may_end.wait()

    plugins.add("load", slow)
    messages = [asyncio.create_task(_send()) for _ in range(3)]
    await began.wait()
    await _turns()
    messages[1].cancel()
    await _turns()
    may_end.set()
    return [[await _end_of(message) for message in messages], [name for name, *_ in plugins.notes]]


@_scenario
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
    message = asyncio.create_task(_send())
    await began.wait()
    message.cancel()
    await _end_of(message)
    await _send()
    return [name for name, *_ in plugins.notes]


@_scenario
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
    with _limited(SHORT):
        message = asyncio.create_task(_send())
        await began.wait()
        message.cancel()
        await _end_of(message)
        await _send()
    may_end.set()
    await _turns()
    return [[name for name, *_ in plugins.notes], ["stubborn_plugin" in line for line in plugins.log.lines]]


# Handlers that come later


@_scenario
async def registered_later(sample: Sample, plugins: Plugins) -> Any:
    """With nobody's context, inside another tenant, and by a thread: called in each tenant that is there."""
    loop = asyncio.get_running_loop()
    plugins.add("load")
    for pair in (ACME, OTHER_AGENT):
        await _send(pair)
    plugins.notes.clear()
    seen: dict[str, Any] = {}

    plugins.add("plain")
    await _turns()
    seen["plain"] = list(plugins.notes)

    with inside(ADMIN):
        plugins.add("inside")
        here = current_pair()
    await _turns()
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
    await _send()
    await _send(ADMIN)
    seen["messages"] = plugins.notes
    return seen


@_scenario
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
    message = asyncio.create_task(_send())
    await began.wait()
    await _turns()
    waiting = [name for name, *_ in plugins.notes]
    may_end.set()
    await message
    await _turns()
    return [waiting, [name for name, *_ in plugins.notes]]


@_scenario
async def next_message_waits(sample: Sample, plugins: Plugins) -> Any:
    """A message that comes while a new plugin is being loaded into its tenant."""
    may_end = asyncio.Event()
    await _send()

    async def slow() -> None:
        await may_end.wait()
        plugins.note("late loaded")

    plugins.add("late", slow)
    message = asyncio.create_task(_send())
    await _turns()
    may_end.set()
    await message
    return [name for name, *_ in plugins.notes]


@_scenario
async def reloaded(sample: Sample, plugins: Plugins) -> Any:
    """A plugin that is taken out and registered again, as the same class and as a new one."""
    handler_class = plugins.add("load")
    other = weakref.ref(_events()._events_subscribers[_on_load()][0])
    await _send()
    plugins.forget("load")
    plugins.register(handler_class)
    await _turns()
    plugins.forget("load")
    await _send()
    plugins.add("load")
    await _turns()
    gc.collect()
    return [[name for name, *_ in plugins.notes], "gone" if other() is None else "kept"]


# Handlers that come back


@_scenario
async def reentrant(sample: Sample, plugins: Plugins) -> Any:
    """A load handler of acme enters acme, fires the event, sends itself a message, and enters two other tenants."""
    entered: list[Any] = []

    async def load() -> None:
        if current_pair() != list(ACME):
            await _enter(ACME)
            return
        async with _entered(ACME):
            entered.append(current_pair())
        await _events().handle_mai_events(event_type=_on_load())
        await _send(ACME)
        async with _entered(ADMIN):
            entered.append(current_pair())
        await _send(OTHER_AGENT)
        entered.append(current_pair())

    plugins.add("load", load)
    await _send(ACME)
    await _send(ADMIN)
    return [plugins.notes, entered, plugins.log.lines]


@_scenario
async def tasks_of_a_handler(sample: Sample, plugins: Plugins) -> Any:
    """A task that a load handler starts, which lives on, and enters tenants itself."""
    tasks: list[asyncio.Task[None]] = []
    may_go_on = asyncio.Event()

    async def work() -> None:
        plugins.note("begins")
        await may_go_on.wait()
        plugins.note("goes on")
        await _enter(ACME)
        await _send(ADMIN)
        plugins.note("ends")

    async def load() -> None:
        if current_pair() == list(ACME):
            tasks.append(asyncio.create_task(work()))
            await asyncio.sleep(0)

    plugins.add("load", load)
    await _send()
    may_go_on.set()
    await asyncio.gather(*tasks)
    return plugins.notes


@_scenario
async def tenants_that_enter_each_other(sample: Sample, plugins: Plugins) -> Any:
    """The loads of two tenants wait for each other, until their time is up."""
    both = asyncio.Barrier(2)

    async def load() -> None:
        other = ADMIN if current_pair() == list(ACME) else ACME
        await both.wait()
        await _enter(other)
        plugins.note("after all")

    plugins.add("load", load)
    with _limited(SHORT):
        await asyncio.gather(_send(ACME), _send(ADMIN))
        await _turns()
    return sorted(name for name, *_ in plugins.notes)


_FIRST_CALLER = contextvars.ContextVar("first_caller", default="nobody")


@_scenario
async def first_callers_context(sample: Sample, plugins: Plugins) -> Any:
    """What the first caller has set for itself is not what the tenant's scheduler runs with for ever after."""
    seen: list[Any] = []

    async def load() -> None:
        seen.append(_FIRST_CALLER.get())

    plugins.add("load", load)
    context = contextvars.copy_context()
    context.run(_FIRST_CALLER.set, "a quiet one")
    await asyncio.create_task(_send(), context=context)
    return [seen, context.run(_FIRST_CALLER.get), context.run(current_pair), current_pair()]


@_scenario
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
        attributes = {"event_type": _on_load(), "handler_name": "configured", "execute": execute}
        plugins.register(type("Configured", (base,), attributes), name)
        await asyncio.gather(_send(ACME), _send(ADMIN))
    return sorted(seen)


@_scenario
async def intercepting(sample: Sample, plugins: Plugins) -> Any:
    """Each of them ends before the next begins; the others run beside each other."""
    together = asyncio.Barrier(2)

    async def slow() -> None:
        await _turns()
        plugins.note("ended")

    async def stops() -> Any:
        await _turns()
        plugins.note("ended")
        return (True, False, None, None, None)

    async def meets() -> None:
        await together.wait()

    plugins.add("third", meets, weight=1)
    plugins.add("second", slow, weight=2, intercept_message=True)
    plugins.add("fourth", meets, weight=0)
    plugins.add("first", stops, weight=3, intercept_message=True)
    await _send()
    return [name for name, *_ in plugins.notes]


# Event loops


@_scenario
async def loops_one_after_another(sample: Sample, plugins: Plugins) -> Any:
    """A loop of a thread's own, before ours and after it; ours is still the one for what comes later."""
    plugins.add("load", _turns)
    await asyncio.to_thread(asyncio.run, _send(ACME))
    await _send(ACME)
    await _send(ADMIN)
    await asyncio.to_thread(asyncio.run, _send(ADMIN))
    await asyncio.to_thread(asyncio.run, _send(OTHER_AGENT))
    before = list(plugins.notes)
    plugins.notes.clear()
    threads = []

    async def note_thread() -> None:
        threads.append(threading.current_thread() is main)

    main = threading.current_thread()
    plugins.add("late", note_thread)
    await _turns()
    return {"before": before, "late": plugins.notes, "threads": threads}


@_scenario
async def loops_at_once(sample: Sample, plugins: Plugins) -> Any:
    """The first messages of a tenant come on two loops at the same time: one load, and both wait for it."""
    began, may_end, waits = threading.Event(), threading.Event(), threading.Event()

    async def slow() -> None:
        began.set()
        while not may_end.is_set():
            await asyncio.sleep(0.001)
        plugins.note("loaded")

    async def elsewhere() -> None:
        message = asyncio.create_task(_send())
        await _turns()
        waits.set()
        await message

    plugins.add("load", slow)
    here = asyncio.create_task(_send())
    while not began.is_set():
        await asyncio.sleep(0)
    there = asyncio.get_running_loop().run_in_executor(None, asyncio.run, elsewhere())
    while not waits.is_set():
        await asyncio.sleep(0.001)
    waiting = plugins.count("message")
    may_end.set()
    await asyncio.gather(here, there)
    return [waiting, [name for name, *_ in plugins.notes]]


@_scenario
async def loops_that_block_each_other(sample: Sample, plugins: Plugins) -> Any:
    """A handler that blocks until another loop has done something for the same tenant."""

    async def load() -> None:
        thread = threading.Thread(target=lambda: asyncio.run(_send()))
        thread.start()
        thread.join()

    plugins.add("load", load)
    with _limited(SHORT):
        await _send()
    return [name for name, *_ in plugins.notes]


@_scenario
async def loop_ended_half_way(sample: Sample, plugins: Plugins) -> Any:
    """A loop that ends in the middle of a load: what it had not finished is done by the next."""

    async def slow() -> None:
        if plugins.count("slow") == 1:
            await asyncio.Event().wait()

    async def half() -> None:
        asyncio.create_task(_send())  # noqa: RUF006
        await _turns()

    def abandoned() -> None:
        loop = asyncio.new_event_loop()
        loop.run_until_complete(half())
        for task in asyncio.all_tasks(loop):
            left.append(task)
        loop.close()

    plugins.add("quick", weight=1)
    plugins.add("slow", slow)
    await asyncio.to_thread(asyncio.run, half())
    await _send()
    ended = [name for name, *_ in plugins.notes]
    left: list[Any] = []
    _forget_tenants(plugins)
    # The same with a loop that is closed without cancelling anything.
    await asyncio.to_thread(abandoned)
    await _send()
    notes = [name for name, *_ in plugins.notes]
    for task in left:
        task._log_destroy_pending = False
    return [ended, notes]


@_scenario
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
        await _enter(pair)
    await thread
    for pair in pairs:
        await _enter(pair)
    return [len(plugins.notes), len({tuple(note) for note in plugins.notes})]


# What plugins use


@_scenario
async def for_every_tenant(sample: Sample, plugins: Plugins) -> Any:
    types = module("plugin_system.base.component_types").EventType
    answers: dict[str, Any] = {}

    async def execute(self: Any, message: Any) -> Any:
        """Stop it."""
        plugins.note("stop")
        answer = answers.get(str(current_pair()[1]), DONE)
        if isinstance(answer, Exception):
            raise answer
        return answer

    each = _loading().for_every_tenant(execute)
    handler_class = plugins.add("stop", event_type=types.ON_STOP, execute=each, intercept_message=True)
    handler = handler_class()
    seen: dict[str, Any] = {"nobody": [await handler.execute(None), list(plugins.notes)], "doc": each.__doc__}
    for pair in (ACME, OTHER_AGENT, ADMIN):
        await _send(pair)
    plugins.notes.clear()
    seen["all"] = [await handler.execute(None), list(plugins.notes), current_pair()]
    answers["second bot"] = ValueError("broken")
    plugins.notes.clear()
    seen["broken"] = [await handler.execute(None), plugins.count("stop")]
    answers["second bot"] = (False, True, "refused", None, None)
    seen["refused"] = await handler.execute(None)
    answers.update({"bot": None, "second bot": None, "local": None})
    seen["nothing"] = await handler.execute(None)
    plugins.notes.clear()
    answers.clear()
    with inside(ADMIN):
        await _events().handle_mai_events(event_type=types.ON_STOP)
        seen["event"] = [list(plugins.notes), current_pair()]
    return seen


@_scenario
async def tenant_local(sample: Sample, plugins: Plugins) -> Any:
    local = module("common.message.tenant_local").TenantLocal
    plain, default, made = local(), local(3), local(factory=list)
    seen: dict[str, Any] = {"refusals": []}
    for pair in (ACME, OTHER_AGENT, ADMIN):
        with inside(pair):
            made.value.append(pair[1])
            seen[pair[1]] = [plain.value, default.value]
            plain.value = pair[1]
            default.value += len(pair[1])
    for pair in (ACME, OTHER_AGENT, ADMIN):
        with inside(pair):
            seen[pair[1]] += [plain.value, default.value, made.value]
            plain.value = None
            seen[pair[1]].append(plain.value)

    def write() -> None:
        plain.value = 1

    for use in (lambda: plain.value, lambda: made.value, write):
        for context in (contextlib.nullcontext(), module("common.message.tenant_context").tenant_context("acme")):
            with context:
                try:
                    use()
                except RuntimeError as error:
                    seen["refusals"].append(type(error).__name__)
    return seen


@_scenario
async def tenant_local_of_threads(sample: Sample, plugins: Plugins) -> Any:
    """Two threads of a tenant that read it first at the same time have the same value."""
    both = threading.Barrier(2, timeout=PATIENCE)

    def make() -> list[int]:
        both.wait()
        return []

    local = module("common.message.tenant_local").TenantLocal(factory=make)
    with inside(ACME):
        found = await asyncio.gather(*(asyncio.to_thread(lambda: local.value) for _ in range(2)))
        return found[0] is found[1] is local.value


# Entering and leaving


@_scenario
async def ways_out(sample: Sample, plugins: Plugins) -> Any:
    """Errors of every kind through both ways in, the first time and later: the same error, and the caller's context."""
    plugins.add("load")
    context = module("common.message.tenant_context")
    errors = [
        ValueError("broken"),
        RuntimeError("broken"),
        StopIteration(1),
        StopAsyncIteration(),
        GeneratorExit(),
        asyncio.CancelledError(),
        KeyboardInterrupt(),
    ]
    seen: dict[str, Any] = {}
    for name, enter in {"context": context.tenant_context_async, "scope": context.tenant_scope}.items():
        ends = []
        for error in errors:
            try:
                async with enter("acme", "bot"):
                    inner = current_pair()
                    raise error
            except BaseException as caught:
                ends.append([caught is error, caught.__context__ is None, caught.__cause__ is None])
            ends[-1] += [inner == list(ACME), current_pair() == [None, None]]
        seen[name] = [all(end) for end in ends]

    async def returns(enter: Any) -> Any:
        async with enter("acme", "bot"):
            return 7

    seen["returned"] = [await returns(context.tenant_context_async), await returns(context.tenant_scope)]
    with inside(ADMIN):
        async with context.tenant_scope(*ACME):
            within = current_pair()
        seen["nested"] = [within, current_pair()]
    try:
        async with context.tenant_scope("acme", ""):
            pass
    except RuntimeError as error:
        seen["half"] = type(error).__name__
    return seen


@_scenario
async def message_that_fails(sample: Sample, plugins: Plugins) -> Any:
    """An error of the first message's own goes to the gateway's caller, and the tenant stays loaded."""
    plugins.add("load")

    async def process(message: Any) -> None:
        raise ValueError("broken message")

    context = contextvars.copy_context()
    with replaced(module("chat.message_receive.bot").chat_bot, "message_process", process):
        task = asyncio.create_task(_send(), context=context)
        await asyncio.wait([task])
    await _send()
    return [repr(task.exception()), context.run(current_pair), [name for name, *_ in plugins.notes]]
