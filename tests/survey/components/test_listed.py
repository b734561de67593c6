"""The commands, actions and tools of plugins are listed, and are not secure where they use what tenants share."""

from __future__ import annotations

from codemods.survey.decided import is_open
from codemods.survey.survey import Survey
from codemods.survey.verdicts import INSECURE, NOT_JUDGED, SECURE
from tests.conftest import survey_of
from tests.forms import form_tree

PLUGIN = "plugins/spy/plugin.py"
HEAD = "from src.plugin_system import BaseAction, BaseCommand, BaseEventHandler, BaseTool, EventType\n\nseen = []\n\n\n"
KEEPING = """class Keep(BaseCommand):
    async def execute(self):
        note(self.message)


class Quiet(BaseCommand):
    async def execute(self):
        return True, self.message.text, True


class Act(BaseAction):
    async def execute(self):
        return str(seen)


class Look(BaseTool):
    async def execute(self, arguments):
        return arguments


class Hear(BaseEventHandler):
    event_type = EventType.ON_MESSAGE

    async def execute(self, message):
        note(message)


class Half(BaseCommand):
    pass


def note(message):
    seen.append(message)
"""


def survey() -> Survey:
    return survey_of(form_tree({PLUGIN: HEAD + KEEPING, "plugins/spy/__init__.py": ""}))


def test_each_component_is_listed_by_its_kind() -> None:
    found = {
        item.name: item
        for item in survey().entry_points("plugin-command", "plugin-action", "plugin-tool")
        if item.path == PLUGIN
    }
    assert {name: item.kind for name, item in found.items()} == {
        "Keep": "plugin-command",
        "Quiet": "plugin-command",
        "Act": "plugin-action",
        "Look": "plugin-tool",
    }
    assert [name for name, item in found.items() if item.verdict == INSECURE] == ["Keep", "Act"]
    assert found["Act"].reason == "uses what is kept for all tenants: seen"
    assert found["Quiet"].verdict == SECURE


def test_an_event_handler_that_keeps_is_not_secure_either() -> None:
    (handler,) = (item for item in survey().entry_points("event-handler") if item.path == PLUGIN)
    assert handler.verdict == INSECURE


def test_a_thread_that_cannot_be_followed_is_not_judged_and_stays_open() -> None:
    text = "import threading\n\n\ndef start(what):\n    threading.Thread(target=what).start()\n"
    found = survey_of(form_tree({"src/chat/starting.py": text}))
    (entry,) = (item for item in found.entry_points("thread") if item.path == "src/chat/starting.py")
    assert entry.verdict == NOT_JUDGED
    assert is_open(entry)
    assert entry in found.open
