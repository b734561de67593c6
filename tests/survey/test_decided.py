"""What a decision does to the audit and to the edits, on the sample tree."""

from __future__ import annotations

from datetime import date
from functools import cache

import pytest

from codemods.knowledge.decisions import ANSWERS, Decision
from codemods.knowledge.recipes import all_recipes
from codemods.knowledge.state import load_state
from codemods.plan.make import make_plan
from codemods.survey.decided import Decisions
from codemods.survey.survey import Survey, survey_files
from codemods.survey.verdicts import Finding, Judged
from codemods.tree import open_checkout
from tests.conftest import SAMPLE

TODAY = date(2026, 11, 1)
HANDLER = "src/webui/chat_routes.py:get_persons#webui-handler"
FUNCTION = "src/plugin_system/apis/chat_api.py:ChatManager.get_all_streams#api-function"
HOLDER = "plugins/legacy_plugin/plugin.py:BACKLOG#shared-state"
TABLE = "plugins/notebook_plugin/tables.py:Note#table-of-all"
EVENT = "plugins/keyword_plugin/plugin.py:KeywordStart#event-handler"


def decision(at: str, answer: str = "accepted", until: date | None = None) -> Decision:
    return Decision(at, answer, "because", until, "tenantize.toml", 7)


def survey(*decisions: Decision) -> Survey:
    return survey_files(open_checkout(SAMPLE).files, load_state(), 1, decisions=Decisions(decisions, TODAY))


@cache
def undecided() -> Survey:
    return survey()


def item(survey: Survey, at: str) -> Judged | Finding:
    return next(item for item in (*survey.open, *survey.decided) if item.at == at)


def test_everything_that_is_open_can_be_accepted_and_nothing_else_is() -> None:
    every = {each.at for each in undecided().open}
    one_of_each_kind = set({at.partition("#")[2].split()[0]: at for at in every}.values())
    assert len(one_of_each_kind) >= 10
    decided = survey(*map(decision, one_of_each_kind))
    assert {each.at for each in decided.open} == every - one_of_each_kind
    assert {each.at: each.verdict for each in decided.decided} == dict.fromkeys(one_of_each_kind, "accepted")
    # Nothing is said against the decisions themselves.
    assert not [finding for finding in decided.findings() if finding.path == "tenantize.toml"]


@pytest.mark.parametrize("at", [HOLDER, TABLE])
@pytest.mark.parametrize(("answer", "verdict"), [("process", "global"), ("shared", "global"), ("tenant", None)])
def test_what_is_shared_on_purpose_is_no_finding_and_what_must_become_a_tenants_stays_one(
    at: str, answer: str, verdict: str | None
) -> None:
    found = item(survey(decision(at, answer)), at)
    assert found.decision is not None and found.decision.answer == answer
    assert found.verdict == (verdict or item(undecided(), at).verdict)


@pytest.mark.parametrize("answer", [answer for answer in ANSWERS if answer != "accepted"])
def test_a_handler_without_a_tenant_is_not_made_right_by_saying_whose_it_is(answer: str) -> None:
    decided = survey(decision(HANDLER, answer))
    assert item(decided, HANDLER).verdict == "insecure"
    assert len(decided.open) == len(undecided().open)


def test_an_expired_decision_decides_nothing_and_is_a_finding() -> None:
    decided = survey(decision(TABLE, until=date(2026, 10, 31)))
    assert len(decided.open) == len(undecided().open) and not decided.decided
    (idle,) = [finding for finding in decided.findings() if finding.path == "tenantize.toml"]
    assert (idle.line, idle.reason) == (7, "held until 2026-10-31: decide again, or take it out")
    assert survey(decision(TABLE, until=TODAY)).decided


@pytest.mark.parametrize(
    ("at", "said"),
    [
        (TABLE.replace("Note", "Notes"), f"did you mean `{TABLE}`?"),
        ("src/gone.py:all#other", "there is no such place any more, so take it out"),
    ],
)
def test_a_decision_that_fits_nothing_is_a_finding(at: str, said: str) -> None:
    (idle,) = [finding for finding in survey(decision(at)).findings() if finding.path == "tenantize.toml"]
    assert idle.reason == f"fits nothing that is open: {said}"


def test_a_decision_of_what_needs_none_is_a_finding() -> None:
    secure = next(entry for entry in undecided().entry_points() if entry.verdict == "secure")
    decided = survey(decision(secure.at))
    (idle,) = [finding for finding in decided.findings() if finding.path == "tenantize.toml"]
    assert "it is secure without it, so take it out" in idle.reason


@cache
def edited_names(*decisions: Decision) -> dict[str, tuple[str, ...]]:
    """What all recipes edit of each file of the sample."""
    plan = make_plan(open_checkout(SAMPLE), survey(*decisions), all_recipes())
    return {change.path: change.names for change in plan.changes}


@pytest.mark.parametrize("kind", ["webui-handler", "api-function", "event-handler"])
def test_what_was_accepted_is_not_edited(kind: str) -> None:
    open_ones = [each for each in undecided().open if isinstance(each, Judged) and each.kind == kind]
    whole = edited_names()
    edited = next(each for each in open_ones if each.name in whole.get(each.path, ()))
    decided = edited_names(decision(edited.at))
    assert edited.name not in decided.get(edited.path, ())
    assert len(decided) >= len(whole) - 3


def test_a_decision_of_what_is_not_shown_is_not_said_to_fit_nothing() -> None:
    decided = survey(decision(TABLE), decision(HOLDER, "process"), decision("src/gone.py:all#other"))
    here = decided.only(lambda item: item.path.startswith("src/"))
    assert [finding for finding in here.findings() if finding.path == "tenantize.toml"] == []
    toml = decided.only(lambda item: item.path == "tenantize.toml")
    assert [finding.what for finding in toml.findings()] == ["idle src/gone.py:all#other"]
