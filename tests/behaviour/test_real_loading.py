"""A real checkout, migrated and really running: its plugin manager, gateway, background tasks and WebUI load tenants.

Runs where running.py says.
"""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.behaviour.running import copied, only_real, real_tree, start_real

pytestmark = only_real

MANIFEST = {
    "manifest_version": 1,
    "name": "Notes of loads",
    "version": "1.0.0",
    "description": "Notes which tenants are loaded.",
    "author": {"name": "tenantize"},
}
PLUGIN = """
import asyncio

from src.common.message.tenant_context import get_current_agent_id, get_current_tenant_id
from src.plugin_system import BaseEventHandler, BasePlugin, EventType, register_plugin


class NoteLoads(BaseEventHandler):
    event_type = EventType.ON_TENANT_LOAD
    handler_name = "note_loads"
    handler_description = "Notes which tenants are loaded."
    notes = []

    async def execute(self, message):
        self.notes.append(["load", get_current_tenant_id(), get_current_agent_id()])
        for _ in range(10):
            await asyncio.sleep(0)
        self.notes.append(["loaded", get_current_tenant_id(), get_current_agent_id()])
        return True, True, str(message), None, None


@register_plugin
class NoteLoadsPlugin(BasePlugin):
    plugin_name = "note_loads_plugin"
    enable_plugin = True
    dependencies = []
    python_dependencies = []
    config_file_name = "config.toml"
    config_schema = {}

    def get_plugin_components(self):
        return [(NoteLoads.get_handler_info(), NoteLoads)]
"""

LOAD = ["load", "loaded"]


@pytest.fixture(scope="module")
def seen(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    tree = copied(tmp_path_factory.mktemp("loading"), migrated=True, source=real_tree())
    plugin = tree / "plugins" / "note_loads_plugin"
    plugin.mkdir()
    (plugin / "plugin.py").write_text(PLUGIN, encoding="utf-8")
    (plugin / "_manifest.json").write_text(json.dumps(MANIFEST), encoding="utf-8")
    found: dict[str, Any] = start_real(tree, "real_loading").result()
    return found


def test_the_trees_plugin_manager_registers_the_handler(seen: dict[str, Any]) -> None:
    assert seen["loaded"]


def test_on_start_loads_nobody(seen: dict[str, Any]) -> None:
    _, notes = seen["start"]
    assert notes == []


@pytest.mark.parametrize(("tenant", "messages"), [("tenant-a", 51), ("tenant-b", 2)])
def test_first_messages_at_once_wait_for_one_load(seen: dict[str, Any], tenant: str, messages: int) -> None:
    names = [name for name, *pair in seen["messages"] if pair == [tenant, "bot"]]
    assert names == [*LOAD, *["message"] * messages]


def test_messages_load_nobody_else(seen: dict[str, Any]) -> None:
    assert {tenant for _, tenant, _ in seen["messages"]} == {"tenant-a", "tenant-b"}


def test_a_background_task_loads_a_tenant_that_is_new(seen: dict[str, Any]) -> None:
    new, known = ["tenant-c", "bot"], ["tenant-a", "bot"]
    assert seen["task"] == [*([name, *new] for name in LOAD), ["task", *new], ["task", *known], ["task", *new]]


def test_a_webui_request_loads_the_admin_or_the_tenant_that_it_selects(seen: dict[str, Any]) -> None:
    assert seen["webui"] == [
        *([name, "admin", "local"] for name in LOAD),
        ["answer", 200],
        *([name, "tenant-d", "bot"] for name in LOAD),
        ["answer", 200],
        ["answer", 403],
    ]


def test_the_plugin_reloaded_is_called_in_every_tenant_that_is_there(seen: dict[str, Any]) -> None:
    pairs = [["tenant-a", "bot"], ["tenant-b", "bot"], ["tenant-c", "bot"], ["admin", "local"], ["tenant-d", "bot"]]
    assert sorted(seen["loaded tenants"]) == sorted(pairs)
    assert seen["reloads"]
    is_new, notes = seen["reloaded"]
    assert is_new
    assert notes == sorted([name, *pair] for pair in pairs for name in LOAD)


def test_firing_it_by_hand_needs_a_tenant_and_loads_once(seen: dict[str, Any]) -> None:
    assert seen["by hand"] == [["TenantContextError"], []]
    assert seen["by hand in a tenant"] == [[True, None], []]
    assert seen["caller"] == [None, None]
