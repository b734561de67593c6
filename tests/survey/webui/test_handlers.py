"""WebUI handlers: which of them do a tenant's work, in which context, and which are left to a person."""

from __future__ import annotations

import pytest

from codemods.survey.verdicts import EntryPoint
from tests.conftest import survey_of
from tests.forms import form_tree
from tests.survey.judging import judged

ROUTES = "src/webui/form_routes.py"
HEAD = """
from fastapi import APIRouter, Depends, Header
from src.common.database.database_model import Messages
from src.common.message.tenant_context import set_current_tenant, tenant_context
from src.webui.auth import get_current_token
from src.webui.tenant import webui_tenant

router = APIRouter(dependencies=[Depends(get_current_token)])


def rows():
    return Messages.select().count()


"""
QUERY = "    return rows()\n"


def of(text: str) -> dict[str, EntryPoint]:
    return judged({ROUTES: HEAD + text}, "webui-handler")


@pytest.mark.parametrize(
    ("text", "verdict", "reason"),
    [
        ("@router.get('/x')\ndef x():\n    return 1\n", "global", "reaches no tenant data"),
        (f"@router.get('/x')\n@webui_tenant\ndef x():\n{QUERY}", "secure", "runs in an admin tenant context"),
        (
            "@router.get('/x')\ndef x():\n    with tenant_context('a'):\n        return rows()\n",
            "secure",
            "enters a tenant by hand, line 17",
        ),
    ],
    ids=["no tenant data", "wrapped", "enters a tenant by hand"],
)
def test_needs_no_edit(text: str, verdict: str, reason: str) -> None:
    entry = of(text)["x"]
    assert (entry.verdict, entry.reason) == (verdict, reason)


def test_a_function_that_nobody_registers_is_no_handler() -> None:
    assert of(f"def x():\n{QUERY}") == {}


FILES = """from pathlib import Path

NOTES = Path("notes")


@router.post("/note")
def note(text):
    rows()
    (NOTES / "a").write_text(text)


@router.delete("/notes")
def clear({}):
    (NOTES / "a").unlink()


@router.get("/other")
def other():
    return Path("other").read_text()
"""


def test_a_handler_that_uses_a_file_of_a_tenants_is_insecure() -> None:
    """Without a tenant it would look for the file where it was before."""
    found = of(FILES.format(""))
    assert (found["clear"].verdict, found["clear"].by_hand) == ("insecure", False)
    assert found["clear"].reason == "no tenant: clear → NOTES"
    assert found["other"].verdict == "global"
    assert of(FILES.format("tenant_id"))["clear"].by_hand


def test_a_handler_that_does_tenant_work_is_insecure_and_knows_what_registers_it() -> None:
    entry = of(f"@router.get('/x')\n@router.post('/y')\ndef x():\n{QUERY}")["x"]
    assert (entry.verdict, entry.by_hand, entry.registering) == ("insecure", False, 2)
    assert entry.reason == "no tenant: x → rows → Messages.select().count()"


BY_HAND = {
    "the wrapper above the route": (
        f"@webui_tenant\n@router.get('/x')\ndef x():\n{QUERY}",
        "stands above a route decorator",
    ),
    "a tenant for half of the work": (
        "@router.get('/x')\ndef x():\n    with tenant_context('a'):\n        rows()\n    return rows()\n",
        "enters a tenant by hand (line 17), but line 18 is outside it",
    ),
    "a parameter that user selection would take": (
        f"@router.get('/x')\ndef x(tenant_id: str):\n{QUERY}",
        "has a parameter tenant_id of its own",
    ),
    "a header that user selection would take": (
        f"@router.get('/x')\ndef x(who: str = Header(alias='X-Tenant-Id')):\n{QUERY}",
        "has a parameter X-Tenant-Id of its own",
    ),
}


@pytest.mark.parametrize("form", BY_HAND)
def test_is_left_to_a_person(form: str) -> None:
    text, reason = BY_HAND[form]
    entry = of(text)["x"]
    assert (entry.verdict, entry.by_hand) == ("insecure", True)
    assert reason in entry.reason


def test_dependencies_that_do_tenant_work_are_judged_and_others_are_not() -> None:
    text = f"def busy():\n{QUERY}\n\ndef idle():\n    return 1\n\n\ndef lasting():\n    yield rows()\n\n\n"
    handler = "@router.get('/x')\ndef x(a=Depends(busy), b=Depends(idle), c=Depends(lasting)):\n    return a\n"
    entries = of(text + handler)
    assert {name: (entry.verdict, entry.by_hand) for name, entry in entries.items()} == {
        "busy": ("insecure", False),
        "lasting": ("insecure", True),
        "x": ("global", False),
    }


def test_what_is_registered_and_cannot_be_wrapped_is_a_finding() -> None:
    survey = survey_of(form_tree({ROUTES: f"{HEAD}router.add_api_route('/x', lambda: rows())\n"}))
    said = [item.reason for item in survey.findings("webui-handler") if item.path == ROUTES]
    assert len(said) == 1
    assert "registers something that is no plain function" in said[0]


_PAGES = """
class Page:
    def written(self):
        return rows()

def first():
    return Page()

@router.get("/x")
def x():
    page = first()
    while page.before:
        page.seen.append(1)
        one = page
        page = one
    return {}, one.written()
"""


def test_names_of_a_loop_that_are_given_each_other_are_followed() -> None:
    assert of(_PAGES)["x"].verdict == "insecure"
