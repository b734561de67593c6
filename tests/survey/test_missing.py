"""Which support files the tree's code imports and lacks, and what is said of them."""

from __future__ import annotations

import pytest

from codemods.analysis.reading import read_facts
from codemods.knowledge.state import TenantState
from codemods.survey.missing import missing_supports
from codemods.tree import Checkout, SourceFile
from tests.conftest import SAMPLE, plan_of, survey_of
from tests.forms import FORM, after, form_repository, form_tree

GUARD = "from src.webui.tenant import webui_tenant\n"
TENANT, MAP = "src/webui/tenant.py", "src/common/structure/context_aware_map.py"


def tree(files: dict[str, str]) -> Checkout:
    return form_tree({MAP: (SAMPLE / MAP).read_bytes(), **files})


def missing(files: dict[str, str]) -> set[str]:
    return set(survey_of(tree(files)).program.missing)


def test_a_tree_that_imports_none_of_them_lacks_none() -> None:
    assert missing({FORM: "from src.webui import tenants\nfrom src.common.message.tenant_doors import door\n"}) == set()


@pytest.mark.parametrize("text", ["MINE = 1\n", "def broken(:\n", ""])
def test_what_is_there_is_not_missing_be_it_read_or_not(text: str) -> None:
    assert missing({FORM: GUARD, TENANT: text}) == set()


def test_what_a_plugin_imports_of_its_host_is_elsewhere() -> None:
    survey = survey_of(form_repository({"plugin.py": GUARD}))
    assert survey.program.missing == set() and not survey.findings("taken-back")


def test_a_file_alone_misses_nothing(state: TenantState) -> None:
    file = SourceFile(FORM, "src.webui.form_routes", GUARD.encode())
    facts = read_facts(file.path, file.module, file.data)
    assert list(missing_supports([facts], {file.module}, state)) == []  # type: ignore[list-item]


@pytest.mark.parametrize(
    "text", [GUARD, "from src.webui import tenant\n", "import src.webui.tenant as t\n", f"def late():\n    {GUARD}"]
)
def test_what_is_imported_is_missing_and_what_it_stands_on(text: str) -> None:
    found = missing({FORM: text})
    assert {"src.webui.tenant", "src.webui.tenant_choice"} <= found and "src.webui.tenant_bar" not in found


def test_it_is_said_once_where_it_is_imported_first_and_nothing_of_the_file_itself() -> None:
    survey = survey_of(tree({FORM: GUARD, "src/webui/late_routes.py": GUARD}))
    said = [(item.path, item.reason) for item in survey.findings() if item.what.startswith("missing")]
    assert said == [(FORM, "needs src.webui.tenant, which is not there: run webui-admin-context again")]
    judged = [item.path for item in (*survey.entry_points(), *survey.api_functions)]
    assert TENANT not in [*judged, *(item.path for item in survey.findings())]


def test_only_what_is_asked_for_comes_back() -> None:
    checkout = tree({FORM: GUARD, "src/common/log.py": "from src.common.tenant_logs import with_tenant\n"})
    there = after(checkout, plan_of(checkout, "webui-admin-context", "tenant-foundation")).by_path
    assert TENANT in there and "src/common/tenant_logs.py" not in there
