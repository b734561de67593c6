"""webui-admin-context over every form of handler. What must not change comes first."""

from __future__ import annotations

from textwrap import dedent

import pytest
from syrupy.assertion import SnapshotAssertion

from codemods.knowledge.recipes import chosen_recipes
from codemods.plan.make import make_plan
from tests.conftest import plan_of, survey_of
from tests.forms import APIS, FORM, RecipeSnapshots, after, form_tree, shown
from tests.recipes.webui_admin_context.changed import CHANGED
from tests.recipes.webui_admin_context.unchanged import UNCHANGED

RECIPE = "webui-admin-context"

HEAD = """
from fastapi import APIRouter, Depends, WebSocket

from src.common.database.database_model import Messages

router = APIRouter()


"""

HELPERS = """
from src.common.database.database_model import Messages


async def summary() -> dict:
    return {"count": await _count()}


async def _count() -> int:
    return Messages.select().count()
"""


def files_of(form: str, text: str) -> dict[str, str]:
    """The files of a form: its own, and the helpers that one of them calls."""
    future = "from __future__ import annotations\n" if "future" in form else ""
    files = {FORM: (future + HEAD + dedent(text).lstrip("\n")).lstrip("\n")}
    if "form_helpers" in text:
        files["src/webui/form_helpers.py"] = HELPERS
    return files


@pytest.mark.parametrize("form", UNCHANGED)
def test_stays_as_it_is(form: str, snapshot: SnapshotAssertion) -> None:
    files = files_of(form, UNCHANGED[form])
    checkout = form_tree(files, without=APIS)
    changed = {change.path for change in plan_of(checkout).changes}
    assert not changed & set(files)
    assert shown(form, files, RECIPE, stands_on=("tenant-foundation",)) == snapshot(extension_class=RecipeSnapshots)


@pytest.mark.parametrize("form", CHANGED)
def test_runs_in_a_tenant(form: str, snapshot: SnapshotAssertion) -> None:
    files = files_of(form, CHANGED[form])
    assert shown(form, files, RECIPE, stands_on=("tenant-foundation",)) == snapshot(extension_class=RecipeSnapshots)


@pytest.mark.parametrize("form", [*UNCHANGED, *CHANGED])
def test_a_second_run_changes_nothing(form: str) -> None:
    checkout = form_tree(files_of(form, (UNCHANGED | CHANGED)[form]), without=APIS)
    migrated = after(checkout, plan_of(checkout))
    assert plan_of(migrated).changes == ()


def test_an_option_wraps_every_handler_that_asks_for_a_token() -> None:
    """What is open to everybody stays open: nobody could log in otherwise."""
    asks = """
        from src.webui.auth import get_current_token


        @router.get("/kinds")
        async def kinds(token: str = Depends(get_current_token)):
            return ["a", "b"]


        @router.get("/health")
        async def health():
            return {"status": "healthy"}
    """
    checkout = form_tree(files_of("kinds", asks))
    plan = make_plan(checkout, survey_of(checkout), chosen_recipes([]), all_handlers=True)
    (change,) = [change for change in plan.changes if change.path == FORM]
    assert b'@router.get("/kinds")\n@webui_tenant\nasync def kinds' in change.after
    assert b'@router.get("/health")\nasync def health' in change.after
