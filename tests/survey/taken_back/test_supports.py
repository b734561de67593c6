"""Support files of an earlier release, and such that were changed by hand: what the audit says, what a plan does."""

from __future__ import annotations

from unittest import mock

import pytest

from codemods.errors import TenantizeError
from codemods.knowledge import earlier
from codemods.knowledge.recipes import all_recipes
from codemods.survey.taken_back.supports import other_supports
from codemods.tree import Checkout
from tests.conftest import SAMPLE, plan_of, survey_of
from tests.forms import APIS, FORM, after, form_tree

TENANT = "src/webui/tenant.py"
MAP = "src/common/structure/context_aware_map.py"
HANDLER = """
from fastapi import APIRouter

from src.common.database.database_model import Messages

router = APIRouter()


@router.get("/count")
async def count():
    return Messages.select().count()
"""
RECIPES = ("tenant-foundation", "webui-admin-context")
# As an earlier release may have been: without what others import of it today.
OLD = b"def webui_tenant(handler):\n    return handler\n"


@pytest.fixture(scope="module")
def migrated() -> Checkout:
    checkout = form_tree({FORM: HANDLER}, without=APIS)
    return after(checkout, plan_of(checkout, *RECIPES))


def told(checkout: Checkout) -> list[tuple[str, str]]:
    findings = survey_of(checkout).findings()
    return [(item.path, item.what) for item in findings if item.what.endswith("-support")]


def test_of_what_is_up_to_date_nothing_is_said(migrated: Checkout) -> None:
    assert told(migrated) == []
    assert plan_of(migrated, *RECIPES).changes == ()


def test_what_an_earlier_release_wrote_is_brought_up_to_date(migrated: Checkout) -> None:
    old = migrated.changed({TENANT: OLD})
    with mock.patch.object(earlier, "_sizes", lambda folder: {"webui_tenant.py": {earlier.digest(OLD): len(OLD)}}):
        assert told(old) == [(TENANT, "earlier-support")]
        (change,) = plan_of(old, *RECIPES).changes
        assert (change.path, change.before) == (TENANT, OLD)
        assert change.after == migrated.by_path[TENANT].data
        again = after(old, plan_of(old, *RECIPES))
        assert (told(again), plan_of(again, *RECIPES).changes) == ([], ())


def test_what_was_changed_by_hand_is_a_finding_and_stays(migrated: Checkout) -> None:
    changed = migrated.changed({TENANT: migrated.by_path[TENANT].data + b"\n# mine\n"})
    assert told(changed) == [(TENANT, "changed-support")]
    assert plan_of(changed, *RECIPES).changes == ()


def test_what_was_changed_by_hand_and_lacks_a_name_is_refused(migrated: Checkout) -> None:
    other = "src/webui/other_routes.py"
    with pytest.raises(TenantizeError, match=f"{TENANT} exists and does not define"):
        plan_of(migrated.changed({TENANT: OLD, other: HANDLER.encode()}), *RECIPES)


def test_a_forks_own_file_where_no_recipe_ran_is_its_own() -> None:
    assert told(form_tree({FORM: HANDLER, TENANT: "MINE = 1\n"}, without=APIS)) == []


def test_the_trees_own_map_was_not_changed_by_hand_but_is_open() -> None:
    """Others bring some of the same files, so that plugin-api-scope seems to have run where it has not."""
    recipe = next(recipe for recipe in all_recipes() if recipe.name == "plugin-api-scope")
    brought = {item.target: item.source.read_bytes() for item in recipe.supports}
    own = (SAMPLE / MAP).read_bytes()
    for data, findings in ((brought[MAP] + b"\nMINE = 1\n", [(MAP, "changed-support")]), (own, [])):
        program = survey_of(form_tree(brought | {MAP: data}, without="src/")).program
        assert [(item.path, item.what) for item in other_supports(program)] == findings


@pytest.mark.parametrize(
    ("body", "is_open"),
    [
        (
            "    found = get_current_tenant_id()\n    if not found:\n        raise LookupError\n    return found\n",
            False,
        ),
        ("    return _asked()\n\n\ndef _asked():\n    assert get_current_tenant_id()\n", False),
        ("    return _state.get().tenant_id\n", False),
        ("    return get_current_tenant_id()\n", True),
        ("    return get_current_tenant_id() or 'default'\n", True),
        ("    found = get_current_tenant_id()\n    if not found:\n        return 'default'\n    return found\n", True),
    ],
)
def test_a_guard_of_the_tree_that_answers_without_a_tenant_is_a_finding(body: str, *, is_open: bool) -> None:
    context = "src/common/message/tenant_context.py"
    text = (SAMPLE / context).read_text(encoding="utf-8") + "\n\ndef current_tenant_id():\n" + body
    found = [item for item in survey_of(form_tree({context: text})).findings() if item.path == context]
    assert ["current_tenant_id() answers" in item.reason for item in found] == [True] * is_open


def test_a_folder_that_python_imports_in_the_place_of_a_file_is_refused() -> None:
    beside = TENANT.removesuffix(".py") + "/__init__.py"
    with pytest.raises(TenantizeError, match=f"{beside} is imported in the place of {TENANT}"):
        plan_of(form_tree({FORM: HANDLER, beside: "", "src/webui/other_routes.py": HANDLER}, without=APIS), *RECIPES)
