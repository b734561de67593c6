"""What FastAPI calls: handlers and dependencies, however they are registered."""

from __future__ import annotations

import pytest

from codemods.analysis.symbols import Symbol
from codemods.survey.routes import Route, Unfollowed, dependencies_of, registering_decorators, routes_of
from tests.survey.judging import GUARDED, program_of

ROUTES = "src/webui/form_routes.py"
HEAD = """
from fastapi import APIRouter, Depends, FastAPI, Security
from fastapi.routing import APIRoute

router = APIRouter()
app = FastAPI()


def work():
    return 1


def given(router, things):
"""
NONE = {
    "a dictionary that is asked": "things.get('/a')(work)",
    "a decorator that is no route": "@things.cached\n    def x(): pass",
    "a method of another name": "@router.on_event('startup')\n    def x(): pass",
    "a function that is called": "work()",
}
SOME = {
    "a decorator": ("@app.get('/x')\n    def x(): pass", ["given.<locals>.x"]),
    "two decorators": ("@app.get('/x')\n    @app.post('/x')\n    def x(): pass", ["given.<locals>.x"]),
    "a router that is handed in": ("@router.delete('/x')\n    def x(): pass", ["given.<locals>.x"]),
    "a call that adds it": ("app.add_api_route('/x', work)", ["work"]),
    "a call with its endpoint by name": ("app.add_api_route('/x', endpoint=work)", ["work"]),
    "the decorator, called": ("app.get('/x')(work)", ["work"]),
    "a route of its own": ("return APIRoute('/x', work)", ["work"]),
}


def found(body: str, more: str = "") -> list[Route | Unfollowed]:
    program = program_of({ROUTES: f"{HEAD}    {body}\n{more}"})
    return list(routes_of(program, program.files["src.webui.form_routes"]))


@pytest.mark.parametrize("form", NONE)
def test_registers_nothing(form: str) -> None:
    assert found(NONE[form]) == []


@pytest.mark.parametrize("form", SOME)
def test_registers_a_handler(form: str) -> None:
    body, names = SOME[form]
    assert [item.function.qualname for item in found(body) if isinstance(item, Route)] == names


@pytest.mark.parametrize(
    ("body", "websocket"),
    [
        ("@app.websocket('/x')\n    def x(): pass", True),
        ("app.add_api_websocket_route('/x', work)", True),
        ("app.add_api_route('/x', work)", False),
    ],
)
def test_tells_websockets_apart(body: str, websocket: bool) -> None:
    (route,) = found(body)
    assert isinstance(route, Route)
    assert (route.websocket, route.dependency) == (websocket, False)


CLASSES = """

class Plain:
    def __init__(self, name: str):
        self.name = name


class Rows:
    def __init__(self, name: str):
        self.rows = list(Messages.select())


@app.get("/z")
def z(one: {annotation}): pass
"""


@pytest.mark.parametrize(
    ("annotation", "texts"),
    [
        ("Plain = Depends()", []),
        ("Rows", []),
        ("Rows = Depends()", ["Depends(Rows)"]),
        ("Annotated[Rows, Depends()]", ["Depends(Rows)"]),
        ("Rows = Depends(Rows)", ["Depends(Rows)"]),
    ],
)
def test_a_class_that_a_request_makes(annotation: str, texts: list[str]) -> None:
    imports = "from typing import Annotated\nfrom src.common.database.database_model import Messages\n"
    more = CLASSES.format(annotation=annotation)
    program = program_of(GUARDED | {ROUTES: f"{imports}{HEAD}    return 1\n{more}"})
    routes = routes_of(program, program.files["src.webui.form_routes"])
    assert [item.text for item in routes if isinstance(item, Unfollowed)] == texts


def test_a_lambda_cannot_be_followed() -> None:
    (item,) = found("app.add_api_route('/x', things[0])")
    assert isinstance(item, Unfollowed)
    assert item.text == "app.add_api_route(…, things[...])"


def test_what_runs_before_a_handler() -> None:
    more = "\n\n@app.get('/y', dependencies=[Security(work)])\ndef y(one=Depends(given)): pass\n"
    routes = [item for item in found("return Depends(1)", more) if isinstance(item, Route)]
    assert sorted(item.function.qualname for item in routes if item.dependency) == ["given", "work"]
    program = program_of({ROUTES: f"{HEAD}    pass\n{more}"})
    names = {item.qualname for item in dependencies_of(program, Symbol("src.webui.form_routes", "y"))}
    assert names == {"given", "work"}


@pytest.mark.parametrize(
    ("decorators", "count"),
    [("@work\n", 0), ("@app.get('/y')\n", 1), ("@app.get('/y')\n@work\n", 1), ("@work\n@app.get('/y')\n", 2)],
)
def test_how_many_decorators_register_it(decorators: str, count: int) -> None:
    program = program_of({ROUTES: f"{HEAD}    pass\n\n\n{decorators}def y(): pass\n"})
    assert registering_decorators(program, Symbol("src.webui.form_routes", "y")) == count
