"""plugin-api-scope over every form of plugin API function. What must not change comes first."""

from __future__ import annotations

import pytest
from syrupy.assertion import SnapshotAssertion

from codemods.survey.verdicts import SCOPED, UNSCOPED
from tests.conftest import plan_of, survey_of
from tests.forms import RecipeSnapshots, after, shown_plan
from tests.recipes.plugin_api_scope.changed import CHANGED
from tests.recipes.plugin_api_scope.planned import FORM, MOODS, RECIPE, about, files_of, migrated_from
from tests.recipes.plugin_api_scope.unchanged import UNCHANGED


@pytest.mark.parametrize("form", UNCHANGED)
def test_stays_as_it_is(form: str, snapshot: SnapshotAssertion) -> None:
    files = files_of(UNCHANGED[form])
    checkout, plan = migrated_from(files)
    assert FORM not in {change.path for change in plan.changes} or form == "a holder that is handed to strangers"
    shown = {FORM: files[FORM]}
    assert shown_plan(form, shown, checkout, about(plan, FORM, MOODS)) == snapshot(extension_class=RecipeSnapshots)


@pytest.mark.parametrize("form", CHANGED)
def test_keeps_to_its_tenant(form: str, snapshot: SnapshotAssertion) -> None:
    files = files_of(CHANGED[form])
    checkout, plan = migrated_from(files)
    shown = {path: text for path, text in files.items() if path == FORM or path in {item.path for item in plan.changes}}
    assert shown_plan(form, shown, checkout, about(plan, FORM, MOODS)) == snapshot(extension_class=RecipeSnapshots)
    verdicts = {item.verdict for item in survey_of(after(checkout, plan)).api_functions if item.path == FORM}
    assert verdicts <= {SCOPED, "stateless"}


@pytest.mark.parametrize("form", [*UNCHANGED, *CHANGED])
def test_a_second_run_changes_nothing(form: str) -> None:
    checkout, plan = migrated_from(files_of((UNCHANGED | CHANGED)[form]))
    migrated = after(checkout, plan)
    assert plan_of(migrated, RECIPE).changes == ()


def test_a_name_that_is_worked_out_by_a_call_is_not_written_twice() -> None:
    checkout, plan = migrated_from(
        files_of("""
            from src.plugin_system.core.plugin_manager import plugin_manager


            def path(names):
                return plugin_manager.get_plugin_path(next(names))
        """)
    )
    assert b"get_plugin_path(next(names))\n" in after(checkout, plan).by_path[FORM].data
    assert [item.verdict for item in survey_of(after(checkout, plan)).api_functions if item.path == FORM] == [UNSCOPED]
    assert "filter it by hand" in " ".join(item.reason for item in plan.findings if item.path == FORM)
