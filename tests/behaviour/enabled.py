"""Scenarios of plugins that are enabled for one tenant and not for another: who hears, loads and runs them."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Iterator
from typing import Any
from unittest import mock

import httpx

from tests.behaviour.loading.stage import DONE, Plugins, enter_tenant, scenario, turns
from tests.behaviour.sample import ACME, Pair, Sample, current_pair, inside, module, replaced

PLUGIN = "of_acme"
BETA: Pair = ("beta", "bot")


@contextlib.contextmanager
def _only_for_acme() -> Iterator[Any]:
    utils = module("plugin_system.utils.saas_utils")
    with mock.patch.dict(utils._ENABLED, {BETA: {"another"}, ACME: {PLUGIN}}):
        yield utils


def _handler(plugins: Plugins, name: str, event: Any, **attributes: Any) -> None:
    async def execute(self: Any, message: Any) -> Any:
        plugins.note(name)
        return DONE

    kinds = module("plugin_system.base.component_types").EventType
    base = module("plugin_system").BaseEventHandler
    plugins.register(
        type(
            name.title(),
            (base,),
            {
                "event_type": kinds[event],
                "handler_name": name,
                "handler_description": name,
                "execute": execute,
                **attributes,
            },
        ),
        PLUGIN,
    )


@scenario
async def events_of_enabled_plugins(sample: Sample, plugins: Plugins) -> Any:
    """A message of each tenant, its load, and the process's own start and stop."""
    events = module("plugin_system.core.events_manager").events_manager
    kinds = module("plugin_system.base.component_types").EventType
    _handler(plugins, "hears", "ON_MESSAGE")
    _handler(plugins, "intercepts", "ON_MESSAGE", intercept_message=True)
    _handler(plugins, "starts", "ON_START")
    plugins.add("load", plugin=PLUGIN)
    seen: dict[str, Any] = {}
    with _only_for_acme() as utils:
        for pair in (ACME, BETA):
            plugins.notes.clear()
            async with module("common.message.tenant_context").tenant_context_async(*pair):
                await events.handle_mai_events(kinds.ON_MESSAGE, stream_id="s")
            await turns()
            seen[pair[0]] = sorted(note[0] for note in plugins.notes)
        plugins.notes.clear()
        await events.handle_mai_events(kinds.ON_START)
        await turns()
        seen["process"] = [note[0] for note in plugins.notes]
        plugins.notes.clear()
        utils._ENABLED[BETA] = {PLUGIN}
        await enter_tenant(BETA)
        seen["enabled later"] = [note[0] for note in plugins.notes]
    return seen


@scenario
async def stopping_where_enabled(sample: Sample, plugins: Plugins) -> Any:
    """For whom a handler stops what it began for each tenant."""
    loading = module("common.message.tenant_loading")
    stopped: list[Any] = []

    class Stop:
        plugin_name = PLUGIN

        @loading.for_every_tenant  # type: ignore[untyped-decorator]
        async def execute(self, message: Any) -> Any:
            stopped.append(current_pair())
            return DONE

    with _only_for_acme():
        for pair in (ACME, BETA):
            await enter_tenant(pair)
        await Stop().execute(None)
    return stopped


@scenario
async def actions_where_enabled(sample: Sample, plugins: Plugins) -> Any:
    """What a chat is offered, and what it gets where it asks for an action by name all the same."""
    ran: list[Any] = []

    class Wave(module("plugin_system").BaseAction):  # type: ignore[misc]
        action_name = "wave"

        async def execute(self) -> Any:
            ran.append(current_pair())
            return True, ""

    info = Wave.get_action_info()
    info.plugin_name = PLUGIN
    registry = module("plugin_system.core.component_registry").component_registry
    registry.register_component(info, Wave, {})
    manager = module("chat.planner_actions.action_manager").ActionManager
    seen: dict[str, Any] = {}
    with _only_for_acme():
        for pair in (ACME, BETA):
            with inside(pair):
                actions = manager()
                made = actions.create_action("wave", {}, None)
                seen[pair[0]] = ["wave" in actions.get_using_actions(), made is not None]
        seen["nobody"] = "wave" in manager().get_using_actions()
    return seen


@scenario
async def without_the_service(sample: Sample, plugins: Plugins) -> Any:
    """What is enabled when the plugin service does not answer, refuses, or answers: by default, and as it is set."""
    utils = module("plugin_system.utils.saas_utils")
    service = module("plugin_system.utils.plugin_service")
    log = logging.getLogger("mini.plugin_service")
    lines: list[str] = []

    class Client:
        answer: Any = None

        def __enter__(self) -> Client:
            return self

        def __exit__(self, *error: object) -> None:
            pass

        def get(self, url: str, params: Any) -> Any:
            if self.answer is None:
                raise httpx.ConnectError("nobody there")
            return self.answer

    settings = [{"plugin_name": PLUGIN, "enabled": True}]
    answers = {"down": None, "refuses": httpx.Response(500), "answers": httpx.Response(200, json=settings)}
    seen: dict[str, Any] = {}
    with replaced(utils, "SERVICE_URL", "http://service"), replaced(utils.httpx, "Client", Client):
        for setting in ("", "all", "none", "nonsense"):
            service._told.clear()
            lines.clear()
            with (
                mock.patch.dict("os.environ", MAIM_PLUGINS_WITHOUT_SERVICE=setting),
                replaced(log, "error", lines.append),
            ):
                found = {}
                for name, answer in answers.items():
                    Client.answer = answer
                    found[name] = [utils.is_plugin_enabled("beta", "bot", plugin) for plugin in (PLUGIN, "another")]
                seen[setting or "default"] = [found, len(lines)]
    return seen
