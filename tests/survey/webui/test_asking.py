"""Who acts and asks nobody for a token. What asks, or does nothing to ask for, comes first."""

from __future__ import annotations

from textwrap import dedent

import pytest

from codemods.deliver.reports.sections import open_items
from codemods.survey.verdicts import EntryPoint
from tests.conftest import plan_of, survey_of
from tests.forms import APIS, FORM, after, form_tree
from tests.survey.webui.asking_forms import ANONYMOUS, QUIET

HEAD = """
from fastapi import APIRouter, Depends, HTTPException, WebSocket
from fastapi.responses import JSONResponse

from src.common.database.database_model import Messages
from src.webui.auth import get_current_token, verify_auth_token_from_cookie_or_header

router = APIRouter()


"""
HELPERS = """
def read():
    return _read("config/bot_config.toml")


def _read(name):
    with open(name) as file:
        return file.read()
"""


def files_of(text: str) -> dict[str, str]:
    return {FORM: HEAD + dedent(text), **({"src/webui/form_helpers.py": HELPERS} if "form_helpers" in text else {})}


def judged(text: str) -> EntryPoint:
    survey = survey_of(form_tree(files_of(text), without=APIS))
    (found,) = [entry for entry in survey.entry_points("webui-handler") if entry.name.split(".")[-1] == "handler"]
    return found


@pytest.mark.parametrize("form", QUIET)
def test_is_quiet(form: str) -> None:
    found = judged(QUIET[form])
    assert (found.verdict, found.note) == ("global", None)


@pytest.mark.parametrize("form", ANONYMOUS)
def test_acts_for_anybody(form: str) -> None:
    found = judged(ANONYMOUS[form])
    assert found.verdict == "anonymous"
    assert found.reason.startswith("asks nobody for a token: handler → ")


@pytest.mark.parametrize("form", ANONYMOUS)
def test_asks_once_it_is_migrated(form: str) -> None:
    checkout = form_tree(files_of(ANONYMOUS[form]), without=APIS)
    survey = survey_of(after(checkout, plan_of(checkout)))
    assert {entry.verdict for entry in survey.entry_points("webui-handler")} <= {"global", "secure"}


@pytest.mark.parametrize("form", [form for form in QUIET if form != "ours"])
def test_what_asks_is_left_alone(form: str) -> None:
    checkout = form_tree(files_of(QUIET[form]), without=APIS)
    after = {change.path: change.after.decode() for change in plan_of(checkout).changes}
    assert "@webui_t" not in after.get(FORM, "")


def test_it_counts_as_open() -> None:
    survey = survey_of(form_tree(files_of(ANONYMOUS["a file"]), without=APIS))
    quiet = survey_of(form_tree(files_of(QUIET["a dependency"]), without=APIS))
    assert open_items(survey) == open_items(quiet) + 1


def test_a_tenants_handler_without_a_token_is_noted_and_mended() -> None:
    text = '@router.get("/count")\nasync def handler():\n    return Messages.select().count()\n'
    found = judged(text)
    assert (found.verdict, found.note) == ("insecure", "asks nobody for a token")


def test_a_login_that_reads_a_tenants_rows_is_left_to_a_person() -> None:
    """Nobody could log in if it asked for the token first."""
    text = """
        from src.webui.auth import set_auth_cookie
        from src.webui.token_manager import get_token_manager


        @router.post("/auth/verify")
        async def handler(token: str, response: JSONResponse):
            if get_token_manager().verify_token(token):
                set_auth_cookie(response, token)
                return {"messages": Messages.select().count()}
            return {"valid": False}
    """
    found = judged(text)
    assert (found.verdict, found.by_hand) == ("insecure", True)
    assert "a login" in found.reason
