"""What a plugin starts as it is imported, built and registered has no tenant: in a tree, or in its own repository."""

from __future__ import annotations

from textwrap import dedent

import pytest

from codemods.survey.verdicts import EntryPoint
from tests.conftest import plan_of, survey_of
from tests.forms import after, form_repository, form_tree

HEAD = """
import asyncio
import threading

from src.plugin_system import BaseEventHandler, BasePlugin, EventType, register_plugin
from src.plugin_system.apis import chat_api

"""
LOOP = """
    async def _every_hour(self):
        while True:
            chat_api.get_group_streams()
            await asyncio.sleep(3600)

    def _work(self):
        chat_api.get_group_streams()

    def get_plugin_components(self):
        return []
"""
QUIET = {
    "a loop that touches nothing of a tenant's": """
        @register_plugin
        class Digest(BasePlugin):
            def __init__(self, *args, **kwargs):
                super().__init__(*args, **kwargs)
                asyncio.create_task(self._tick())

            async def _tick(self):
                while True:
                    await asyncio.sleep(3600)

            def get_plugin_components(self):
                return []
    """,
    "a loop of a handler of messages": """
        class Listen(BaseEventHandler):
            event_type = EventType.ON_MESSAGE
            handler_name = "listen"

            async def execute(self, message):
                asyncio.create_task(self._later())
                return True, True, None, None, None

            async def _later(self):
                chat_api.get_group_streams()


        @register_plugin
        class Digest(BasePlugin):
            def get_plugin_components(self):
                return [(Listen.get_handler_info(), Listen)]
    """,
}
STARTED = {
    "by __init__": ("__init__", "asyncio.create_task(self._every_hour())"),
    "by __init__, in a thread": ("__init__", "threading.Thread(target=self._work).start()"),
    "as it is registered": ("register_plugin", "asyncio.ensure_future(self._every_hour())"),
    "as its components are asked for": ("get_plugin_components", "asyncio.create_task(self._every_hour())"),
}


def plugin_of(method: str, start: str) -> str:
    loop = LOOP.replace("def get_plugin_components(self):\n        return []\n", "") if "components" in method else LOOP
    head = "@register_plugin\nclass Digest(BasePlugin):\n    plugin_name = 'digest'\n"
    ends = "        return []\n" if "components" in method else ""
    return f"{head}\n    def {method}(self):\n        {start}\n{ends}{loop}"


def started(text: str, *, alone: bool) -> list[EntryPoint]:
    source = HEAD + dedent(text)
    files = {"plugin.py": source, "_manifest.json": "{}"} if alone else {"plugins/digest/plugin.py": source}
    survey = survey_of(form_repository(files) if alone else form_tree(files))
    return [
        entry for entry in survey.entry_points("background-task", "thread") if "plugin" in entry.path.split("/")[-1]
    ]


@pytest.mark.parametrize("alone", [False, True])
@pytest.mark.parametrize("form", QUIET)
def test_is_quiet(form: str, alone: bool) -> None:
    found = started(QUIET[form], alone=alone)
    assert found and {entry.verdict for entry in found} <= {"global", "secure"}


@pytest.mark.parametrize("alone", [False, True])
@pytest.mark.parametrize("form", STARTED)
def test_has_no_tenant(form: str, alone: bool) -> None:
    (found,) = started(plugin_of(*STARTED[form]), alone=alone)
    assert found.verdict == "insecure"
    assert "chat_api.get_group_streams" in found.reason or "get_chat_manager().streams" in found.reason


def test_a_thread_that_is_handed_the_tenant_of_what_has_none_is_left_to_a_person() -> None:
    path = "plugins/digest/plugin.py"
    tree = form_tree({path: HEAD + plugin_of(*STARTED["by __init__, in a thread"])})
    plan = plan_of(tree)
    said = "started at plugins/digest/plugin.py:{}, which Digest.__init__ reaches without a tenant: Digest._work → "
    for findings, line in ((plan.findings, 12), (plan_of(after(tree, plan)).findings, 13)):
        (left,) = (item for item in findings if item.path == path)
        assert left.reason.startswith(said.format(line))


HANDLER = """
class Manager:
    def __init__(self):
        self._task = None

    def begin(self):
        self._task = self._task or asyncio.create_task(self._loop())

    async def _loop(self):
        chat_api.get_group_streams()


manager = Manager()


class Start(BaseEventHandler):
    event_type = EventType.ON_START
    handler_name = "start"

    async def execute(self, message):
        manager.begin()
        return True, True, None, None, None


@register_plugin
class Digest(BasePlugin):
    plugin_name = "digest"

    async def {method}(self):
        manager.begin()

    def get_plugin_components(self):
        return [(Start.get_handler_info(), Start)]
"""


@pytest.mark.parametrize(("method", "moves"), [("on_load", True), ("register_plugin", False)])
def test_a_method_that_no_host_runs_is_no_obstacle(method: str, moves: bool) -> None:
    checkout = form_repository({"plugin.py": HEAD + HANDLER.format(method=method), "_manifest.json": "{}"})
    changed = plan_of(checkout).changes
    assert bool(changed) is moves


def test_a_loop_whose_handler_stays_is_left_to_a_person() -> None:
    """No promise is made that a diff keeps."""
    text = HEAD + HANDLER.format(method="register_plugin")
    survey = survey_of(form_repository({"plugin.py": text, "_manifest.json": "{}"}))
    assert all(entry.by_hand for entry in survey.entry_points() if entry.verdict == "insecure")


NEIGHBOUR = """
from src.plugin_system import BasePlugin, register_plugin
from src.plugin_system.core.plugin_manager import plugin_manager


class Inner(BasePlugin):
    async def on_load(self):
        return None


@register_plugin
class Outer(BasePlugin):
    plugin_name = "outer"

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self._inner = Inner(*args, **kwargs)

    async def refresh(self):
        await {receiver}.on_load()

    def get_plugin_components(self):
        return []
"""


@pytest.mark.parametrize(
    ("receiver", "moves"),
    [
        ('plugin_manager.get_plugin_instance("digest")', False),
        ("some_plugin()", False),
        ("self._inner", True),
        ("super()", True),
    ],
)
def test_what_another_plugin_does_to_its_own_objects_is_no_obstacle(receiver: str, moves: bool) -> None:
    files = {
        "plugins/digest/plugin.py": HEAD + HANDLER.format(method="on_load"),
        "plugins/outer/plugin.py": NEIGHBOUR.format(receiver=receiver),
    }
    changes = {change.path for change in plan_of(form_tree(files)).changes}
    assert ("plugins/digest/plugin.py" in changes) is moves
