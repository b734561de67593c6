"""Which rows of the audit belong to which pull, and what is said of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
from msgspec import structs

from codemods.changes import Change, Edit
from codemods.deliver.pulls.describe import Description
from codemods.deliver.pulls.grouping import Group, Grouping
from codemods.deliver.pulls.split import Part, Pull
from codemods.deliver.pulls.verdicts import Row, Rows, audit_rows, rows_by_pull, worse
from codemods.deliver.pulls.wording import ENGLISH
from codemods.knowledge.recipes import all_recipes
from codemods.survey import read_files, reading, survey
from codemods.survey.verdicts import INSECURE, SECURE
from codemods.terminal.progress import ShowProgress
from codemods.tree import SourceFile, open_checkout
from tests.conftest import SAMPLE, plan_of, survey_of

CHAT = "src/webui/chat_routes.py"
GROUPING = Grouping((Group("webui", ("src/webui/*",)), Group("chat", ("src/chat/*",)), Group("common", ("*",))))


def row(name: str, path: str = CHAT, verdict: str = INSECURE) -> Row:
    return Row(path, name, 1, 1, verdict, "no tenant", "")


def pull(name: str, *edits: Edit, path: str = CHAT) -> Pull:
    recipe = structs.replace(all_recipes()[0], why=("0.0",))
    return Pull(name, (), (Part(recipe, (Change(path, b"", b"x = 1\n", edits),)),))


def test_a_row_belongs_to_the_last_pull_that_edits_its_function_else_its_file() -> None:
    pulls = [pull("webui", Edit("r", ("Class.<locals>.here",))), pull("later", Edit("r", ("there",)))]
    before = (row("Class.here"), row("there"), row("elsewhere"))
    rows = rows_by_pull(pulls, before, before, GROUPING)
    assert [item.name for item in rows["webui"].before] == ["Class.here"]
    assert [item.name for item in rows["later"].before] == ["there", "elsewhere"]


@pytest.mark.parametrize(
    ("path", "home"), [("src/webui/other.py", "webui"), ("src/chat/other.py", "last"), ("src/main.py", "last")]
)
def test_what_changes_in_a_file_that_nobody_edits_is_its_modules_or_the_lasts(path: str, home: str) -> None:
    pulls = [pull("webui"), pull("last")]
    was = row("load", path)
    rows = rows_by_pull(pulls, (was,), (replace(was, verdict=SECURE),), GROUPING)
    assert [name for name, found in rows.items() if found.before] == [home]
    assert all(found == Rows() for found in rows_by_pull(pulls, (was,), (was,), GROUPING).values())


def test_places_that_come_and_go_are_changed_ones() -> None:
    gone, new, same = row("gone"), row("new"), row("same")
    assert Rows((gone, same), (new, same)).changed == [(None, new), (gone, None)]
    assert worse((gone, same), (new, same)) == [new]


def test_what_stays_insecure_is_left_to_a_person_and_what_is_mended_is_not() -> None:
    here, there = row("here"), row("there")
    rows = Rows((here, there), (here, replace(there, verdict=SECURE)))
    text = Description(pull("webui"), rows, (), "tenantize/webui").text(ENGLISH, [])
    assert "| insecure | 2 | 1 |" in text and "| secure | 0 | 1 |" in text
    assert f"| `{CHAT}:1` `there` | **insecure**: no tenant | **secure**: no tenant |" in text
    left = text.partition("## Left for a person")[2]
    assert "`here` stays insecure: no tenant" in left and "there" not in left


def test_a_description_without_rows_says_so() -> None:
    text = Description(pull("foundation"), Rows(), (), "tenantize/foundation").text(ENGLISH, [])
    assert "No verdict of the audit changes" in text and "Section 0.0 of the analysis" in text


def test_the_tree_behind_all_pulls_is_read_where_it_changed_and_nowhere_else(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the survey of HEAD knows of a file that stays the same is taken over, and nothing else is said for it."""
    checkout = open_checkout(SAMPLE)
    plan, before = plan_of(checkout), survey_of(checkout)
    merged = checkout.changed({change.path: change.after for change in plan.changes})
    fresh = survey_of(merged)
    read: list[str] = []
    monkeypatch.setattr(
        read_files, "read_all", lambda files, workers, tell, trees: read_all(files, workers, tell, read)
    )
    again = survey.survey_files(merged.files, before.program.state, 1, known=before.known())
    assert read == [change.path for change in plan.changes]
    assert audit_rows(again) == audit_rows(fresh) and again.findings() == fresh.findings()
    assert audit_rows(before) != audit_rows(fresh)


def read_all(files: Sequence[SourceFile], workers: int, tell: ShowProgress, seen: list[str]) -> Any:
    seen += [file.path for file in files]
    return reading.read_all(files, workers, tell)
