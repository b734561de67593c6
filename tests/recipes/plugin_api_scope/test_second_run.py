"""What an API keeps apart is another recipe's: its functions read their tenant in the same run, and a second changes
nothing."""

from __future__ import annotations

import pytest

from codemods.knowledge.decisions import Decision
from codemods.knowledge.recipes import chosen_recipes
from codemods.knowledge.state import load_state
from codemods.plan.make import make_plan
from codemods.survey.decided import Decisions
from codemods.survey.survey import survey_files
from codemods.tree import Checkout, open_checkout
from tests.conftest import SAMPLE, plan_of, survey_of
from tests.forms import after
from tests.test_second_run import changed_twice, with_files


@pytest.fixture(scope="module")
def sample() -> Checkout:
    return open_checkout(SAMPLE)


SEEN = b"""
from src.common.database.database_model import Messages

_seen = {}
_last = None


def set_last(name):
    global _last
    _last = name


def last():
    return _last


def note(name, value):
    _seen[name] = value


def noted(name):
    return _seen.get(name, str(Messages.select().count()))
"""
SEEN_API = "src/plugin_system/apis/seen_api.py"


def test_an_api_function_reads_its_tenant_though_its_state_is_kept_apart_by_another_recipe(sample: Checkout) -> None:
    more = with_files(sample, {SEEN_API: SEEN})
    text = after(more, plan_of(more)).by_path[SEEN_API].data
    assert b"_seen = ContextAwareMap()" in text and text.count(b"    current_tenant_id()") == 4
    assert changed_twice(more) == []


def test_it_waits_for_that_recipe(sample: Checkout) -> None:
    more = with_files(sample, {SEEN_API: SEEN})
    alone = plan_of(more, "tenant-foundation", "plugin-api-scope")
    assert SEEN_API not in {change.path for change in alone.changes}
    waiting = [(item.line, item.reason) for item in alone.findings if item.path == SEEN_API]
    names = {8: "_last", 13: "_last", 17: "_seen", 21: "_seen"}
    assert waiting == [(line, f"waits until {SEEN_API}:{name}#shared-state is mended") for line, name in names.items()]


KEPT_API = "src/plugin_system/apis/kept_api.py"
KEPT = b"""
from src.plugin_system.apis.seen_api import _seen


def kept(name):
    return _seen.get(name)
"""


def test_it_waits_as_well_where_what_it_stands_on_is_in_no_file_that_is_named(sample: Checkout) -> None:
    more = with_files(sample, {SEEN_API: SEEN, KEPT_API: KEPT})
    plan = make_plan(more, survey_of(more), chosen_recipes(()), paths=(KEPT_API,))
    assert KEPT_API not in {change.path for change in plan.changes}
    waiting = [(item.line, item.reason) for item in plan.findings if item.path == KEPT_API]
    assert waiting == [(5, f"waits until {SEEN_API}:_seen#shared-state is mended")]


# What an API function reaches, and does not name itself.
BEHIND = {
    "another file's": (
        "from src.manager.jotted import jotted, jot\n\n\n"
        "def get(name):\n    return jotted(name)\n\n\ndef put(name, text):\n    jot(name, text)\n",
        "_jotted = {}\n\n\ndef jotted(name):\n    return _jotted.get(name)\n\n\n"
        "def jot(name, text):\n    _jotted[name] = text\n",
    ),
    "an API's own object": (
        "class Jotter:\n    def __init__(self):\n        self._kept = {}\n\n"
        "    def get(self, name):\n        return self._kept.get(name)\n\n"
        "    def put(self, name, text):\n        self._kept[name] = text\n\n\njotter = Jotter()\n",
        "",
    ),
    "beside what stays everybody's": (
        "from src.manager.jotted import jotted, jot\n\n\n"
        "def get(name):\n    return jotted(name)\n\n\ndef put(name, text):\n    jot(name, text)\n",
        "import json\n\n_jotted = {}\n_last = json.loads('{}')\n\n\n"
        "def jotted(name):\n    return _last.get(name) or _jotted.get(name)\n\n\n"
        "def jot(name, text):\n    _last[name] = _jotted[name] = text\n",
    ),
}


@pytest.mark.parametrize("form", BEHIND)
def test_an_api_function_reads_its_tenant_also_where_what_is_kept_apart_is_behind_it(
    form: str, sample: Checkout
) -> None:
    api, manager = BEHIND[form]
    more = with_files(sample, {SEEN_API: api.encode(), "src/manager/jotted.py": manager.encode()})
    text = after(more, plan_of(more)).by_path[SEEN_API].data
    assert text.count(b"    current_tenant_id()") == 2
    assert changed_twice(more) == []


def test_it_waits_for_nothing_that_is_decided(sample: Checkout) -> None:
    api, manager = BEHIND["another file's"]
    more = with_files(sample, {SEEN_API: api.encode(), "src/manager/jotted.py": manager.encode()})
    decision = Decision("src/manager/jotted.py:_jotted#shared-state", "process", "so", None, "tenantize.toml", 1)
    survey = survey_files(more.files, load_state(), 1, decisions=Decisions((decision,)))
    plan = make_plan(more, survey, chosen_recipes(()))
    assert SEEN_API not in {change.path for change in plan.changes} | {finding.path for finding in plan.findings}
