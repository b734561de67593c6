"""What a plugin starts as a tenant is loaded, and what such a loop works on."""

from __future__ import annotations

import pytest

from codemods.survey.plugins.loading import loading_spawns
from tests.conftest import plan_of, survey_of
from tests.forms import after, form_tree

SHARED = """
_words = None


class Words:
    def __init__(self):
        self.heard = []


def get_words():
    global _words
    if _words is None:
        _words = Words()
    return _words
"""
PLUGIN = """
import asyncio

from src.common.words import get_words
from src.plugin_system import BaseCommand, BaseEventHandler, BasePlugin, EventType, chat_api, register_plugin


class Hear(BaseCommand):
    command_name = "hear"

    async def execute(self):
        get_words().heard.append(self.message)


class Listener:
    _task = None

    def begin(self):
        {guard}
        self._task = asyncio.create_task(self._listen())

    async def _listen(self):
        while True:
            get_words().heard.extend(chat_api.get_group_streams())
            await asyncio.sleep(60)


listener = Listener()


class Start(BaseEventHandler):
    event_type = EventType.{event}
    handler_name = "start"

    async def execute(self, message):
        listener.begin()
        return True, True, None, None, None


@register_plugin
class Diary(BasePlugin):
    plugin_name = "diary"

    def get_plugin_components(self):
        {early}
        return [(Start.get_handler_info(), Start), (Hear.get_command_info(), Hear)]
"""
PATH = "plugins/diary/plugin.py"
FORMS = {
    # The event, what begins it else, and whether each tenant has a loop of its own.
    "moves to the tenant's loading": ("ON_START", "pass", True),
    "runs as a tenant is loaded": ("ON_TENANT_LOAD", "pass", True),
    "is begun by the process, too": ("ON_START", "listener.begin()", False),
    "runs once, as the process asks whether it does": ("ON_TENANT_LOAD", "print(listener._task)", False),
}


@pytest.mark.parametrize("form", FORMS)
def test_a_loop_works_on_what_is_its_tenants_where_each_tenant_has_one(form: str) -> None:
    event, early, is_apart = FORMS[form]
    text = PLUGIN.format(event=event, early=early, guard="if self._task: return")
    checkout = form_tree({"src/common/words.py": SHARED, PATH: text})
    plan = plan_of(checkout)
    assert ("src/common/words.py" in {change.path for change in plan.changes}) is is_apart
    assert not plan_of(after(checkout, plan)).changes


@pytest.mark.parametrize(("event", "is_apart"), [("ON_START", True), ("ON_TENANT_LOAD", False), ("ON_MESSAGE", None)])
def test_what_is_started_in_loading(event: str, is_apart: bool | None) -> None:
    text = PLUGIN.format(event=event, early="pass", guard="pass")
    found = list(loading_spawns(survey_of(form_tree({"src/common/words.py": SHARED, PATH: text})).program))
    assert [(spawn.target.qualname, apart) for spawn, apart in found] == (
        [("Listener._listen", is_apart)] if is_apart is not None else []
    )
