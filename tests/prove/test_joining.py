"""What was seen to cross, joined with what the audit says of that place."""

from __future__ import annotations

from datetime import date
from functools import cache

import pytest

from codemods.knowledge.decisions import Decision
from codemods.knowledge.state import load_state
from codemods.prove.guest.shapes import APART, CROSSED, NOT_REACHED, SHOWN, Crossing, Question, Seen
from codemods.prove.guest.words import ADMIN, FIRST, NOBODY, SECOND
from codemods.prove.joining import Joining
from codemods.survey.decided import Decisions
from codemods.survey.survey import Survey, survey_files
from tests.forms import form_tree
from tests.survey.judging import GUARDED
from tests.survey.logs.test_outside import LINE, outside_files

PATH, MODULE = "src/webui/form_ws.py", "src.webui.form_ws"
TEXT = """
from fastapi import APIRouter, WebSocket
from src.webui.tenant import webui_token

router = APIRouter()
sockets: set[WebSocket] = set()


@router.post("/ask")
async def ask(wanted: str):
    for one in sockets:
        await one.send_text({sent})


@router.websocket("/ws")
@webui_token
async def serve(socket: WebSocket):
    sockets.add(socket)
"""
FINDING = f"{PATH}:serve#connections sockets"


@cache
def audited(sent: str, *decided: str) -> Survey:
    accepted = tuple(Decision(at, "accepted", "all may see it", None, "tenantize.toml", 1) for at in decided)
    decisions = Decisions(accepted, date(2026, 11, 1))
    files = form_tree(GUARDED | {PATH: TEXT.format(sent=sent)}).files
    return survey_files(files, load_state(), 1, decisions=decisions)


def is_fault(survey: Survey, seen_by: str = SECOND) -> bool:
    crossing = Crossing(SHOWN, "marked", FIRST, "ask (wanted)", "the socket of serve", seen_by)
    seen = Seen("webui-handler", MODULE, "serve", CROSSED, crossings=[crossing])
    (way,) = Joining(survey, survey).ways([], [seen])
    return way.is_fault


def test_what_is_left_to_a_person_is_what_the_audit_says() -> None:
    (way,) = Joining(open_to_all := audited("wanted"), open_to_all).ways(
        [], [Seen("webui-handler", MODULE, "serve", CROSSED)]
    )
    assert (way.audited, "sends all connections" in way.reason) == ("to decide", True)


@pytest.mark.parametrize(
    ("before", "after", "is_lost"),
    [
        (APART, NOT_REACHED, True),
        (CROSSED, NOT_REACHED, True),
        (NOT_REACHED, NOT_REACHED, False),
        (APART, APART, False),
    ],
)
def test_what_a_restart_takes_that_it_leaves_today_is_lost(before: str, after: str, is_lost: bool) -> None:
    survey = audited("'a'")
    was, now = ([Seen("restart", MODULE, "serve", verdict)] for verdict in (before, after))
    (way,) = Joining(survey, survey).ways(was, now)
    assert (way.section, way.is_lost) == ("Stop and restart", is_lost)


def test_what_a_stranger_saw_of_it_is_not_lost_where_its_owner_did_not() -> None:
    survey = audited("'a'")
    was, now = (
        [Seen("restart", MODULE, "serve", CROSSED, "it is gone", [Crossing(SHOWN, "one", FIRST, "x", "y", SECOND)])],
        [Seen("restart", MODULE, "serve", NOT_REACHED)],
    )
    (way,) = Joining(survey, survey).ways(was, now)
    assert not way.is_lost


@pytest.mark.parametrize(
    ("now", "is_lost"),
    [
        ([Question(FIRST, FIRST, shows_own=True), Question(SECOND, SECOND, shows_own=True)], False),
        ([Question(FIRST, FIRST, shows_own=True), Question(SECOND, SECOND)], True),
        ([Question(FIRST, FIRST, "KeyError"), Question(SECOND, SECOND, "KeyError")], True),
    ],
)
def test_what_owners_are_shown_today_and_not_once_migrated_is_lost(now: list[Question], is_lost: bool) -> None:
    survey = audited("'a'")
    was = [Question(owner, owner, shows_own=True) for owner in (FIRST, SECOND)] + [Question(SECOND, FIRST)]
    seen = (Seen("webui-handler", MODULE, "ask", APART, questions=questions) for questions in (was, now))
    (way,) = Joining(survey, survey).ways(*([item] for item in seen))
    assert way.is_lost == is_lost


@pytest.mark.parametrize(("error", "is_wrong"), [("", True), ("TenantContextError", False)])
def test_what_is_scoped_answers_nobody(error: str, is_wrong: bool) -> None:
    code = "from src.common.message.tenant_context import current_tenant_id\n\n\ndef get():\n    current_tenant_id()\n"
    survey = survey_files(form_tree(GUARDED | {"src/plugin_system/apis/one_api.py": code}).files, load_state(), 1)
    seen = Seen(
        "api-function", "src.plugin_system.apis.one_api", "get", APART, questions=[Question(NOBODY, FIRST, error)]
    )
    (way,) = Joining(survey, survey).ways([seen], [seen])
    assert (way.audited, way.is_fault) == ("scoped", is_wrong)


def test_what_showed_nothing_before_the_restart_is_not_lost_by_it() -> None:
    survey = audited("'a'")
    (way,) = Joining(survey, survey).ways([Seen("restart", MODULE, "serve", APART)], [])
    assert (way.after.verdict, way.is_lost) == (NOT_REACHED, False)
    assert "before the stop" in way.after.why


def test_a_restart_comes_last() -> None:
    survey = audited("'a'")
    seen = [Seen(kind, MODULE, "serve", APART) for kind in ("restart", "minutes", "webui-handler", "shared-state")]
    *first, minutes, restart = (way.section for way in Joining(survey, survey).ways(seen, seen))
    assert first == ["WebUI handlers", "Shared state"]
    assert (minutes, restart) == ("Minutes of a moved clock", "Stop and restart")


def test_what_the_audit_calls_harmless_is_its_fault() -> None:
    assert is_fault(audited("'a'"))


def test_what_the_process_shows_its_admin_is_no_fault() -> None:
    assert not is_fault(audited("'a'"), seen_by=ADMIN)


@pytest.mark.parametrize("decided", [(), (FINDING,)], ids=["open", "decided"])
def test_what_it_finds_there_is_none_also_when_it_was_decided(decided: tuple[str, ...]) -> None:
    assert not is_fault(audited("wanted", *decided))


def test_what_a_gateway_logs_of_a_message_outside_of_its_scope_is_found_where_the_log_is_shown() -> None:
    for after, is_found in (("pass", False), (LINE, True)):
        survey = survey_files(form_tree(GUARDED | outside_files(after=after)).files, load_state(), 1)
        assert Joining(survey, survey)._after.has_finding("src/webui/watch.py", "follow") == is_found
