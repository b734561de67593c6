"""What the scenarios of ON_TENANT_LOAD stand on: handlers that note when they are called, messages, and an end.

The handlers of a scenario note [their name, tenant, agent] when they are called; a message notes ["message", tenant,
agent] when it is processed. What was registered and loaded is forgotten after each scenario.
"""

from __future__ import annotations

import asyncio
import contextlib
import functools
import logging
import os
from collections.abc import Awaitable, Callable, Coroutine, Iterator
from typing import Any
from unittest import mock

from tests.behaviour.asgi import PATIENCE
from tests.behaviour.sample import (
    ACME,
    Pair,
    Sample,
    current_pair,
    module,
    replaced,
)

Body = Callable[[], Awaitable[Any]]

Handler = Callable[..., Any]

OTHER_AGENT: Pair = ("acme", "second bot")

DONE = (True, True, None, None, None)

LIMIT = "MAIM_TENANT_LOAD_TIMEOUT"

SHORT = "0.02"


def tenant_loading() -> Any:
    return module("common.message.tenant_loading")


def on_load() -> Any:
    return module("plugin_system.base.component_types").EventType.ON_TENANT_LOAD


def in_tenant(pair: Pair) -> contextlib.AbstractAsyncContextManager[Any]:
    scope: contextlib.AbstractAsyncContextManager[Any] = module("common.message.tenant_context").tenant_context_async(
        *pair
    )
    return scope


def for_webui(handler: Handler) -> Handler:
    decorated: Handler = module("webui.tenant").webui_tenant(handler)
    return decorated


async def enter_tenant(pair: Pair) -> None:
    async with in_tenant(pair):
        pass


async def send_message(pair: Pair | None = ACME) -> None:
    """One message of a tenant, as the gateway gets it; of nobody known without one."""
    gateway = module("common.message.api")
    key = f"key of {pair}"
    if pair:
        gateway.API_KEYS[key] = {"tenant_id": pair[0], "agent_id": pair[1]}
    sender = {"platform": "qq", "user_id": "7", "user_nickname": "someone"}
    message = {"message_info": {"platform": "qq", "user_info": sender}, "raw_message": "hello"}
    await gateway.message_handler(message, {"api_key": key})


async def turns(count: int = 20) -> None:
    """Let everything run that can."""
    for _ in range(count):
        await asyncio.sleep(0)


def limited(seconds: str) -> contextlib.AbstractContextManager[Any]:
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

        attributes = {"event_type": on_load(), "handler_name": name, "execute": execute, **attributes}
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
        for owner in registries():
            for value in vars(owner).values():
                if isinstance(value, dict):
                    for key in [key for key in value if str(key).rpartition(".")[2] == name]:
                        del value[key]
        for subscribers in events_manager()._events_subscribers.values():
            subscribers[:] = [item for item in subscribers if item.handler_name != name]

    @contextlib.contextmanager
    def installed(self) -> Iterator[None]:
        """With nobody loaded and no handler of ON_TENANT_LOAD but ours; as it was before, afterwards."""
        subscribers = events_manager()._events_subscribers
        kept = {key: list(items) for key, items in subscribers.items()}
        dicts = [value for owner in registries() for value in vars(owner).values() if isinstance(value, dict)]
        copies = [(value, dict(value)) for value in dicts if value is not subscribers]
        subscribers[on_load()] = []
        tenant_loading()._tenants.clear()
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
            tenant_loading()._tenants.clear()

    async def _process(self, message: Any) -> None:
        self.note("message")


def events_manager() -> Any:
    return module("plugin_system.core.events_manager").events_manager


def registries() -> list[Any]:
    return [events_manager(), module("plugin_system.core.component_registry").component_registry]


def scenario(
    function: Callable[[Sample, Plugins], Coroutine[Any, Any, Any]],
) -> Callable[[Sample], Coroutine[Any, Any, Any]]:
    """With handlers of its own, and an end: what hangs is a failure."""

    @functools.wraps(function)
    async def wrapper(sample: Sample) -> Any:
        plugins = Plugins()
        with plugins.installed():
            return await asyncio.wait_for(function(sample, plugins), PATIENCE)

    return wrapper


def forget_tenants(plugins: Plugins) -> None:
    plugins.notes.clear()
    tenant_loading()._tenants.clear()
