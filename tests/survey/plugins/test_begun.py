"""What plugins start in `__init__`, and what keeps a handler from starting it."""

from __future__ import annotations

import pytest

from tests.conftest import plan_of, survey_of
from tests.forms import form_repository

CODE = """
import asyncio

from src.plugin_system import BasePlugin, chat_api, register_plugin


@register_plugin
class Digest(BasePlugin):
    plugin_name = "digest"

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        folder = args
        {line}

    async def loop(self, *given):
        {work}

    def get_plugin_components(self):
        return []
"""
WORK = "print(chat_api.get_group_streams())"
LEFT_ALONE = {
    "kept": ("self.task = asyncio.create_task(self.loop())", "keeps the task that it starts"),
    "on the line of its question": ("if folder: asyncio.create_task(self.loop())", "of __init__"),
    "inside of a try": ("try: asyncio.create_task(self.loop())\n        finally: pass", "does more than to start it"),
    "of an argument": ("asyncio.create_task(self.loop(args))", "needs args of __init__"),
    "of a local name": ("asyncio.create_task(self.loop(folder))", "needs args of __init__"),
    "of a name that is used again": (
        "word = 'a'\n        asyncio.create_task(self.loop(word))\n        print(word)",
        "needs word of __init__",
    ),
    "with a name of its class": ("asyncio.create_task(self.loop(self.__word))", "belongs to its class"),
    "of another object": ("asyncio.create_task(asyncio.sleep(self.loop()))", "is no method of its own"),
}


@pytest.mark.parametrize("work", ["pass", "print(self.get_config('a', 1))"])
def test_what_is_no_tenants_stays(work: str) -> None:
    checkout = form_repository({"plugin.py": CODE.format(line="asyncio.create_task(self.loop())", work=work)})
    plan = plan_of(checkout, "on-tenant-load")
    assert (plan.changes, plan.findings) == ((), ())


@pytest.mark.parametrize("form", LEFT_ALONE)
def test_what_a_handler_cannot_start_is_left_and_told(form: str) -> None:
    line, why = LEFT_ALONE[form]
    checkout = form_repository({"plugin.py": CODE.format(line=line, work=WORK)})
    plan = plan_of(checkout, "on-tenant-load")
    assert plan.changes == ()
    assert [why in finding.reason for finding in plan.findings] == [True]


STARTED = {
    "a call": ("asyncio.create_task(self.loop())", False),
    "handed on": ("asyncio.create_task(self.loop(1))", False),
    "behind a question": ("if folder:\n            asyncio.create_task(self.loop())", True),
    "in another branch": (
        "if folder:\n            pass\n        else:\n            asyncio.create_task(self.loop())",
        True,
    ),
    "behind a way out": ("if folder: return\n        asyncio.create_task(self.loop())", True),
    "with what it is handed": ("word = 'a'\n        asyncio.create_task(self.loop(word))", False),
}


@pytest.mark.parametrize("form", STARTED)
def test_a_handler_starts_it(form: str) -> None:
    line, is_gated = STARTED[form]
    checkout = form_repository({"plugin.py": CODE.format(line=line, work=WORK)})
    plan = plan_of(checkout, "on-tenant-load")
    (change,) = plan.changes
    assert plan.findings == ()
    assert b"event_type = EventType.ON_TENANT_LOAD" in change.after
    assert (b"if self.started_plugin is None" in change.after) == is_gated
    migrated = checkout.changed({change.path: change.after})
    assert plan_of(migrated, "on-tenant-load").changes == ()
    tasks = survey_of(migrated).entry_points("background-task")
    assert [(item.qualname, item.verdict) for item in tasks] == [("Digest.loop", "secure")]
