"""What an `__init__` makes for the handlers of its plugin: left where it is for others, else made for each tenant."""

from __future__ import annotations

import pytest

from codemods.plan.make import Plan
from tests.conftest import plan_of, survey_of
from tests.forms import form_repository

STORE = """
class Store:
    def __init__(self, size=0):
        self.size = size
        self.words = []

    def put(self, word):
        self.words.append(word)

    def load(self):
        self.words.append("")


_store: "Store | None" = None


def keep(store: "Store | None"):
    global _store
    _store = store


def kept() -> "Store | None":
    return _store
"""
CODE = """
import asyncio
import atexit
import json

from src.plugin_system import BaseEventHandler, BasePlugin, EventType, chat_api, register_plugin

from .store import Store, keep, kept


class Start(BaseEventHandler):
    event_type = EventType.ON_START
    handler_name = "start"

    async def execute(self, message):
        for stream in chat_api.get_group_streams():
            {use}
        return True, True, None, None, None


@register_plugin
class FormPlugin(BasePlugin):
    plugin_name = "form_plugin"
    store = None

    def __init__(self, plugin_dir, **kwargs):
        super().__init__(plugin_dir, **kwargs)
        {made}

    def get_plugin_components(self):
        {asked}
        return [(Start.get_handler_info(), Start)]
"""
MADE, USED = "keep(Store())", "kept().put(stream)"


def plan(made: str, use: str = USED, asked: str = "pass") -> Plan:
    code = CODE.format(made=made.replace("\n", "\n        "), use=use, asked=asked)
    return plan_of(form_repository({"plugin.py": code, "store.py": STORE}), "on-tenant-load")


LEFT_ALONE = {
    "an argument is needed": ("keep(Store(plugin_dir))", "pass"),
    "what is made is needed there": ("store = Store()\nkeep(store)\nprint(store)", "pass"),
    "the process's work on the same line": ("keep(atexit.register(print) and Store())", "pass"),
    "inside of a try": ("try:\n    keep(Store())\nfinally:\n    pass", "pass"),
    "again and again": ("for size in (1, 2):\n    keep(Store(size))", "pass"),
    "it is asked for as the plugin is registered": (MADE, "print(kept().words)"),
}


@pytest.mark.parametrize("form", LEFT_ALONE)
def test_what_no_handler_can_make_is_left_and_told(form: str) -> None:
    made, asked = LEFT_ALONE[form]
    found = plan(made, asked=asked)
    assert found.changes == ()
    assert ["once for all tenants" in finding.reason for finding in found.findings] == [True]


def test_a_first_value_that_is_the_processs_as_well_is_no_factorys() -> None:
    made = "self.store = atexit.register(print) and keep(Store())"
    found = plan(made, use="print(stream, kept().put(1))", asked="print(self.store)")
    assert found.changes == ()
    assert len(found.findings) == 1


def test_one_of_the_same_name_is_not_moved_for_it() -> None:
    found = plan("self.config.load()\nkeep(Store())", use="kept().load()")
    text = {change.path: change.after.decode() for change in found.changes}["plugin.py"]
    assert "        self.config.load()\n        FormPluginTenantLoad.started_plugin = self\n" in text


def test_what_nobody_uses_for_a_tenant_stays() -> None:
    found = plan(MADE, use="print(stream)")
    assert [change.path for change in found.changes] == ["plugin.py"]
    assert b"        keep(Store())\n" in found.changes[0].after


MADE_FIRST = {
    "a call": (MADE, ["        keep(Store())\n"]),
    "of what it is": ("keep(Store(self.plugin_name))", ["        keep(Store(self.started_plugin.plugin_name))\n"]),
    "in two steps": ("store = Store()\nkeep(store)", ["        store = Store()\n        keep(store)\n"]),
    "behind a question": ("if self.plugin_name:\n    keep(Store())", ["        if self.started_plugin is None:\n"]),
}


@pytest.mark.parametrize("form", MADE_FIRST)
def test_a_handler_makes_it_before_others_work_with_it(form: str) -> None:
    made, lines = MADE_FIRST[form]
    found = plan(made)
    assert found.findings == ()
    after = {change.path: change.after.decode() for change in found.changes}
    assert "= TenantLocal(None)\n" in after["store.py"]
    text = after["plugin.py"]
    for line in ("class FormPluginTenantLoad(BaseEventHandler):\n", "    weight = 100000  # 先于其他处理器\n", *lines):
        assert line in text
    assert text.count("FormPluginTenantLoad.started_plugin = self\n") == 1
    assert "return [(Start.get_handler_info(), Start), (FormPluginTenantLoad.get_handler_info(), " in text
    migrated = form_repository({name.rpartition("/")[2]: text for name, text in after.items()})
    assert plan_of(migrated, "on-tenant-load").changes == ()
    handlers = survey_of(migrated).entry_points("event-handler")
    assert {item.qualname: item.verdict for item in handlers} == {"Start": "secure", "FormPluginTenantLoad": "secure"}


def test_what_an_attribute_is_given_later_is_made_by_the_handler() -> None:
    found = plan("self.store = None\nself.store = Store(self)\nasyncio.create_task(self.work())", "print(stream)")
    assert found.findings == ()
