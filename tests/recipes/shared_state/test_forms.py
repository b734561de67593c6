"""shared-state: what each form of what is kept becomes. Those that stay as they are come first; one plan for all."""

from __future__ import annotations

import re
from functools import cache

import pytest
from syrupy.assertion import SnapshotAssertion

from codemods.plan.make import Plan
from codemods.tree import Checkout
from tests.conftest import plan_of
from tests.forms import RecipeSnapshots, after, form_tree, shown_plan
from tests.survey.shared_state.becomes import BECOMES
from tests.survey.shared_state.kept import files_of, path_of
from tests.survey.shared_state.stays import STAYS

RECIPE = "shared-state"
FORMS = {name: form for table in (BECOMES, STAYS) for name, (form, _) in table.items()}


@cache
def planned() -> tuple[Checkout, Plan]:
    checkout = form_tree(files_of(FORMS))
    checkout = after(checkout, plan_of(checkout, "tenant-foundation"))
    return checkout, plan_of(checkout, RECIPE)


def path(form: str) -> str:
    return path_of(list(FORMS).index(form))


@pytest.mark.parametrize("form", STAYS)
def test_stays_as_it_is(form: str) -> None:
    """Another holder of its file may become one for each tenant: this one keeps its first value as it is."""
    checkout, plan = planned()
    first = re.compile(rf"\b{FORMS[form].name.rpartition('.')[2]}\b *(:|=[^=])")
    before = checkout.by_path[path(form)].data.decode()
    now = {change.path: change.after.decode() for change in plan.changes}.get(path(form), before)
    lines = [[line for line in text.splitlines() if first.search(line)] for text in (before, now)]
    assert lines[0] == lines[1] != []


@pytest.mark.parametrize("form", BECOMES)
def test_becomes_one_for_each_tenant(form: str, snapshot: SnapshotAssertion) -> None:
    checkout, plan = planned()
    before = {path(form): checkout.by_path[path(form)].data}
    assert shown_plan(form, before, checkout, plan) == snapshot(extension_class=RecipeSnapshots)


def test_nothing_is_left_half_done() -> None:
    _, plan = planned()
    assert plan.findings == ()


def test_a_second_run_changes_nothing() -> None:
    checkout, plan = planned()
    assert plan_of(after(checkout, plan), RECIPE).changes == ()
