"""What an `__init__` makes ready: a part of the making of each tenant's own, or a use of what all share."""

from __future__ import annotations

from textwrap import dedent, indent

import pytest

from codemods.plan.make import Plan
from tests.conftest import plan_of
from tests.forms import form_repository

CODE = """
import asyncio

from src.plugin_system import BaseEventHandler, BasePlugin, EventType, chat_api, register_plugin


class Start(BaseEventHandler):
    event_type = EventType.ON_START
    handler_name = "start"

    def __init__(self):
        super().__init__()
{init}

    def load(self):
        {load}

    async def execute(self, message):
        self.seen.add(len(chat_api.get_group_streams()))
        self.stop.set()
        return True, True, None, None, None


@register_plugin
class FormPlugin(BasePlugin):
    plugin_name = "form_plugin"

    def get_plugin_components(self):
        return [(Start.get_handler_info(), Start)]
"""
FIRST = "self.seen = set()\nself.stop = asyncio.Event()\n"
READY = {
    "a call": ("self.stop.set()", "pass", "TenantLocal(factory=asyncio.Event, prepare=lambda: self.stop.value.set())"),
    "with a constant": ("self.seen.add(1)", "pass", "prepare=lambda: self.seen.value.add(1))"),
    "two calls": (
        "self.seen.add(1)\nself.seen.add(2)",
        "pass",
        "prepare=lambda: (self.seen.value.add(1), self.seen.value.add(2)))",
    ),
    "as it is written": ('self.seen.add("go")', "pass", 'prepare=lambda: self.seen.value.add("go"))'),
    "longer than a line": (
        "self.seen.add('the first and the last of all that there are')\nself.stop.set()",
        "pass",
        "self.seen = TenantLocal(\n            factory=set, "
        "prepare=lambda: self.seen.value.add('the first and the last of all that there are')\n        )",
    ),
    "a method": ("self.load()", "self.seen.add(1)", "self.seen = TenantLocal(factory=set, prepare=self.load)"),
}
USED = {
    "its answer is kept": ("self.size = self.seen.add(1)", "pass"),
    "again and again": ("for word in (1, 2): self.seen.add(word)", "pass"),
}


def plan(init: str, load: str) -> Plan:
    text = CODE.format(init=indent(init, " " * 8), load=load)
    return plan_of(form_repository({"plugin.py": dedent(text)}), "on-tenant-load")


@pytest.mark.parametrize("form", USED)
def test_a_use_of_what_all_share_is_in_the_way(form: str) -> None:
    line, load = USED[form]
    found = plan(FIRST + line, load)
    assert found.changes == ()
    assert len(found.findings) == 1


@pytest.mark.parametrize("form", READY)
def test_what_makes_it_ready_goes_where_it_is_made(form: str) -> None:
    line, load, becomes = READY[form]
    found = plan(FIRST + line, load)
    assert found.findings == ()
    (change,) = found.changes
    text = change.after.decode()
    assert becomes in text
    assert text.count(line.partition("\n")[0]) == 0
