"""What the audit says fits on two lines, and nothing of it is lost."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from codemods.messages import phrase
from codemods.survey.brief import WIDEST, in_brief, in_full, shortened
from codemods.survey.survey import Survey
from codemods.survey.verdicts import INSECURE, EntryPoint, Finding, Judged, Statement
from codemods.tree import open_checkout
from tests.conftest import SAMPLE, plan_of, survey_of
from tests.forms import after

REAL = os.environ.get("MAIMBOT_TREE")
TREES = [
    pytest.param(SAMPLE, id="sample"),
    pytest.param(
        Path(REAL or "."), id="real", marks=pytest.mark.skipif(not REAL, reason="MAIMBOT_TREE names no checkout")
    ),
]


def test_a_short_reason_stays_as_it_is() -> None:
    found = Finding("a.py", 1, "shares it", "what", details=("keep one for each",))
    assert in_brief(found) == found


def test_the_middle_of_a_long_way_is_left_out_and_stands_below() -> None:
    way = " → ".join(f"a_function_with_a_long_name_{number}" for number in range(9))
    found = in_brief(Finding("a.py", 1, f"no tenant: {way}", "what", details=("do this",)))
    assert found.reason.startswith("no tenant: a_function_with_a_long_name_0 → … → a_function_with_a_long_name_")
    assert found.reason.endswith("a_function_with_a_long_name_8")
    assert len(found.reason) <= WIDEST
    assert found.details == (f"no tenant: {way}", "do this")


def test_as_much_of_a_way_is_shown_as_there_is_room_for() -> None:
    text = "first → " + "x" * 100 + " → second → " + "y" * 40 + " → last"
    assert shortened(text) == "first → … → second → " + "y" * 40 + " → last"


def test_a_long_sentence_without_a_way_ends_in_a_whole_word() -> None:
    assert shortened("word " * 60) == "word " * 30 + "word…"
    assert len(shortened("x" * 500)) == WIDEST


def test_a_part_that_has_words_of_its_own_is_left_out_whole_so_that_it_can_be_told() -> None:
    where = phrase("in {function}, which may run without a tenant", function="a_function_with_a_name")
    text = phrase("line {line} uses it {where}", line=31, where=where)
    assert shortened(text, 40) == "line 31 uses it …"


@pytest.mark.parametrize("reason", ["shares it", "no tenant: " + " → ".join(["a_function_with_a_long_name"] * 9)])
def test_what_was_shortened_is_had_in_full(reason: str) -> None:
    found = Finding("a.py", 1, reason, "what", details=("do this",))
    assert in_full(in_brief(found)) == found


def test_statements_of_the_start_are_short_too() -> None:
    statement = Statement(3, INSECURE, "long " * 50)
    (found,) = in_brief(
        EntryPoint("a.py", "f", 1, "startup", INSECURE, "runs once", statements=(statement,))
    ).statements
    assert len(found.reason) <= WIDEST
    assert found.details == (statement.reason,)


def said(survey: Survey) -> Iterator[Judged | Finding | Statement]:
    yield from survey.entry_points()
    yield from survey.api_functions
    yield from survey.findings()
    yield from (statement for entry in survey.entry_points() for statement in entry.statements)


@pytest.mark.parametrize("tree", TREES)
def test_every_audit_is_brief_before_and_after(tree: Path) -> None:
    checkout = open_checkout(tree)
    for each in (checkout, after(checkout, plan_of(checkout))):
        items = list(said(survey_of(each)))
        assert len(items) > 100
        assert [item.reason for item in items if len(item.reason) > WIDEST] == []
        assert all(item.reason for item in items)
