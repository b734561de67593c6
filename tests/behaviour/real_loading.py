"""ON_TENANT_LOAD in a real checkout: its own plugin manager, gateway, background tasks and WebUI. Runs inside the tree.

The tree has a plugin of ours, whose handler notes [what, tenant, agent] when it is called and when it is done.
"""

from __future__ import annotations

import asyncio
import json
import logging
import os
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest import mock

from tests.behaviour.real import get_ready
from tests.behaviour.sample import current_pair, inside, module

logging.disable(logging.CRITICAL)

PLUGIN = "note_loads_plugin"
# The API keys of the messages: whose they are.
KEYS = {"key a": ("tenant-a", "bot"), "key b": ("tenant-b", "bot")}


def main(output: str) -> None:
    seen = asyncio.run(asyncio.wait_for(observe(), 60))
    Path(output).write_text(json.dumps(seen, ensure_ascii=False), encoding="utf-8")
    # The tree's background threads need not be waited for.
    os._exit(0)


async def observe() -> dict[str, Any]:
    get_ready()
    manager = module("plugin_system.core.plugin_manager").plugin_manager
    manager.load_all_plugins()
    seen: dict[str, Any] = {"loaded": PLUGIN in manager.list_loaded_plugins()}
    notes = _handler().notes
    seen["start"] = await _fire("ON_START", notes)
    for name, act in {"messages": _messages, "task": _task, "webui": _webui}.items():
        notes.clear()
        await act(notes)
        seen[name] = list(notes)
    seen["loaded tenants"] = [list(pair) for pair in module("common.message.tenant_loading")._tenants]
    notes.clear()
    before = _handler()
    seen["reloads"] = await manager.reload_registered_plugin(PLUGIN)
    await _turns()
    seen["reloaded"] = [_handler() is not before, sorted(notes)]
    seen["by hand"] = await _fire("ON_TENANT_LOAD", notes)
    with inside(KEYS["key a"]):
        seen["by hand in a tenant"] = await _fire("ON_TENANT_LOAD", notes)
    return {**seen, "caller": current_pair()}


def _events() -> Any:
    return module("plugin_system.core.events_manager").events_manager


def _event(name: str) -> Any:
    return module("plugin_system.base.component_types").EventType[name]


def _handler() -> Any:
    handlers = [each for each in _events()._events_subscribers[_event("ON_TENANT_LOAD")] if each.plugin_name == PLUGIN]
    (handler,) = handlers
    return handler


async def _turns() -> None:
    for _ in range(50):
        await asyncio.sleep(0)


async def _fire(event: str, notes: list[Any]) -> list[Any]:
    """What it answers or raises, and who was called."""
    notes.clear()
    try:
        answer = list(await _events().handle_mai_events(event_type=_event(event)))
    except RuntimeError as error:
        answer = [type(error).__name__]
    await _turns()
    return [answer, list(notes)]


async def _messages(notes: list[Any]) -> None:
    """Fifty first messages of a tenant and one of another at once, and one more of each."""
    gateway = module("common.message.api")

    async def parse_api_key(key: str) -> dict[str, str]:
        tenant, agent = KEYS[key]
        return {"tenant_id": tenant, "agent_id": agent}

    async def process(message: Any) -> None:
        notes.append(["message", *current_pair()])

    bot = SimpleNamespace(message_process=process)
    with (
        mock.patch.object(gateway, "parse_api_key", parse_api_key),
        mock.patch.object(module("chat.message_receive.bot"), "get_message_handler", lambda: bot),
    ):
        keys = ["key a"] * 50 + ["key b"]
        await asyncio.gather(*(gateway.message_handler(a_message(key), {"api_key": key}) for key in keys))
        for key in KEYS:
            await gateway.message_handler(a_message(key), {"api_key": key})


def a_message(key: str) -> Any:
    """As the library that the gateway is built on makes them."""
    from maim_message.message import (  # type: ignore[import-not-found]
        APIMessageBase,
        BaseMessageInfo,
        MessageDim,
        Seg,
        SenderInfo,
        UserInfo,
    )

    sender = SenderInfo(user_info=UserInfo(platform="qq", user_id="7", user_nickname="someone"))
    return APIMessageBase(
        message_info=BaseMessageInfo(platform="qq", message_id="1", time=1.0, sender_info=sender),
        message_segment=Seg(type="text", data="hello"),
        message_dim=MessageDim(api_key=key, platform="qq"),
    )


async def _task(notes: list[Any]) -> None:
    manager = module("manager.async_task_manager")

    class Task(manager.AsyncTask):  # type: ignore[misc,name-defined]
        async def run(self) -> None:
            notes.append(["task", *current_pair()])

    for tenant in ("tenant-c", "tenant-a", "tenant-c"):
        await Task().run_for(tenant, "bot")


async def _webui(notes: list[Any]) -> None:
    """One endpoint for the admin, for a tenant that is selected, and for one that may not be."""
    import httpx

    app = module("webui.webui_server").WebUIServer().app
    token = module("webui.token_manager").get_token_manager().get_token()
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://tree") as client:
        url = "/api/webui/statistics/summary"
        with module("common.message.tenant_context").tenant_context("tenant-d", "bot"):
            module("common.utils.tenant_storage").ensure_storage_subdir("pictures")
        for query, key in [("", token), ("?tenant_id=tenant-d&agent_id=bot", token), ("?tenant_id=tenant-e", "wrong")]:
            answer = await client.get(url + query, headers={"Authorization": f"Bearer {key}"})
            notes.append(["answer", answer.status_code])


if __name__ == "__main__":
    main(sys.argv[1])
