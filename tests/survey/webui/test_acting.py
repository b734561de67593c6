"""What a handler does for whoever calls it: a tenant's work, or something with the process's files or running."""

from __future__ import annotations

import pytest

from codemods.analysis.symbols import Symbol
from codemods.knowledge.recipes import recipes_folder
from codemods.survey.webui.acting import acts
from tests.survey.judging import program_of

ROUTES = "src/webui/form_routes.py"
X = Symbol("src.webui.form_routes", "x")
HEAD = """
import os
from pathlib import Path

from src.common.database.database_model import Messages
from src.config.config import global_config
from src.webui.token_manager import get_token_manager


def remove():
    os.remove("a")


def x():
"""


def way(body: str, but: frozenset[str] = frozenset(), lines: frozenset[int] | None = None) -> str | None:
    program = program_of({ROUTES: f"{HEAD}    {body}\n"})
    first = program.functions[X].line
    act = acts(program, X, lines or frozenset(range(first, first + 9)), but)
    if act is None:
        return None
    assert [station.path for station in act.way] == [ROUTES] * len(act.way)
    assert act.said == " → ".join([*(station.name for station in act.way), act.way[-1].reached])
    return act.said


@pytest.mark.parametrize(
    "body", ["return 1", "return Path('a').name", "return get_token_manager().verify_token('a')", "return [x]"]
)
def test_does_nothing_that_a_token_must_be_asked_for(body: str) -> None:
    assert way(body) is None


@pytest.mark.parametrize(
    ("body", "shown"),
    [
        ("return Messages.select()", "x → Messages.select()"),
        ("os.remove('a')", "x → os.remove()"),
        ("return remove()", "x → remove → os.remove()"),
    ],
)
def test_acts(body: str, shown: str) -> None:
    assert way(body) == shown


def test_only_the_lines_that_are_asked_about_and_not_what_counts_for_nothing() -> None:
    assert way("return Messages.select()", lines=frozenset({1})) is None
    assert way("return global_config.bot") == "x → global_config.bot"
    assert way("return global_config.bot", but=frozenset({"global_config"})) is None


def test_what_a_recipe_brought_does_of_the_process_is_its_own_while_it_is_whole() -> None:
    brought = (recipes_folder() / "support" / "tenant_access.py").read_text(encoding="utf-8")
    text = "from src.common.message.tenant_access import own_components\n\n\ndef x(): return own_components([])\n"
    for more, is_told in (("", False), ("\nmore = 1\n", True)):
        program = program_of({ROUTES: text, "src/common/message/tenant_access.py": brought + more})
        assert (acts(program, X, frozenset({4})) is not None) == is_told
