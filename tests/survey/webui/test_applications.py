"""Which applications of the WebUI have a guard. Those that need none come first."""

from __future__ import annotations

import pytest

from codemods.survey.webui.applications import replaced_dependencies
from tests.conftest import plan_of, survey_of
from tests.forms import APIS, form_tree

FORM = "src/webui/form_app.py"
HEAD = "from fastapi import APIRouter, FastAPI\n\n"
SUPPORT = {"src/webui/tenant_guard.py": "def guarded_app(app):\n    return app\n"}

QUIET = {
    "guarded": "from src.webui.tenant_guard import guarded_app\n\napp = guarded_app(FastAPI())\n",
    "a router": "router = APIRouter()\n",
    "a method of one": "def f(app: FastAPI):\n    app.openapi()\n",
}
OPEN = {
    "of the module": "app = FastAPI(title='a')\n",
    "of an object": "class Server:\n    def __init__(self):\n        self.app = FastAPI()\n",
    "handed on": "def f():\n    return list([FastAPI()])\n",
}


def found(text: str) -> list[str]:
    survey = survey_of(form_tree({FORM: HEAD + text, **SUPPORT}, without=APIS))
    sites = [site.path for site in survey.sites("webui-application") if site.path == FORM]
    told = [item.path for item in survey.findings() if item.path == FORM and item.what.startswith("unguarded")]
    assert sites == told
    return told


@pytest.mark.parametrize("form", QUIET)
def test_is_quiet(form: str) -> None:
    assert found(QUIET[form]) == []


@pytest.mark.parametrize("form", OPEN)
def test_is_open(form: str) -> None:
    assert found(OPEN[form]) == [FORM]


def test_an_application_that_takes_no_routes_of_the_guards_is_left_to_a_person() -> None:
    text = "from starlette.applications import Starlette\n\napp = Starlette(routes=[])\n"
    survey = survey_of(form_tree({FORM: text, **SUPPORT}, without=APIS))
    assert [item.line for item in survey.findings() if item.path == FORM and item.what.startswith("unguarded")] == [3]
    assert [site for site in survey.sites("webui-application") if site.path == FORM] == []


def test_gets_its_guard() -> None:
    tree = form_tree({FORM: HEAD + OPEN["of an object"]}, without=APIS)
    plan = plan_of(tree, "tenant-foundation", "webui-admin-context")
    (after,) = [change.after.decode() for change in plan.changes if change.path == FORM]
    assert "self.app = guarded_app(FastAPI())" in after


ASK = "from src.webui.auth import get_current_token\n\napp = FastAPI()\n\n\n"


def replaced(line: str) -> list[int]:
    tree = form_tree({FORM: HEAD + ASK + line}, without=APIS)
    return [item.line for item in replaced_dependencies(survey_of(tree).program)]


@pytest.mark.parametrize(
    "line",
    [
        "app.dependency_overrides.clear()\n",
        "app.dependency_overrides.pop(get_current_token)\n",
        "del app.dependency_overrides[get_current_token]\n",
        "setattr(app, 'title', 'dependency')\n",
    ],
)
def test_what_takes_overrides_back_is_quiet(line: str) -> None:
    assert replaced(line) == []


@pytest.mark.parametrize(
    "line",
    [
        "app.dependency_overrides[get_current_token] = lambda: 'a'\n",
        "app.dependency_overrides.update({get_current_token: str})\n",
        "app.dependency_overrides = {get_current_token: str}\n",
        "setattr(app, 'dependency_overrides', {get_current_token: str})\n",
        "app.__setattr__('dependency_overrides', {get_current_token: str})\n",
    ],
)
def test_overrides_of_dependencies_are_left_to_a_person(line: str) -> None:
    assert replaced(line) == [8]
