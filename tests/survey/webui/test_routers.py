"""Routers and applications: what stands before a handler, wherever that is said."""

from __future__ import annotations

import pytest

from codemods.analysis.symbols import Symbol
from codemods.survey.webui.routers import registrations_of, routers_of
from tests.survey.judging import program_of

MODULE = "src.webui.form_routes"
TEXT = """
from fastapi import APIRouter, Depends, FastAPI


def token():
    return "a"


app = FastAPI({app})
router = APIRouter({router})


@router.get("/x")
def x():
    return 1


{more}
"""


def before(app: str = "", router: str = "", more: str = "app.include_router(router)") -> list[list[str]]:
    """For each way in which the handler is registered, its router and what that depends on."""
    program = program_of({"src/webui/form_routes.py": TEXT.format(app=app, router=router, more=more)})
    found = registrations_of(program, Symbol(MODULE, "x"))
    return [[item.router.name if item.router else "", *(each.name for each in item.dependencies)] for item in found]


def test_a_handler_on_a_router_that_depends_on_nothing() -> None:
    assert before() == [["router"]]


def test_what_a_router_and_an_application_depend_on() -> None:
    text = TEXT.format(app="dependencies=[Depends(token)]", router="dependencies=[Depends(token)]", more="")
    found = routers_of(program_of({"src/webui/form_routes.py": text}))
    assert {at.name: [item.name for item in depends] for at, depends in found.depends.items()} == {
        "app": ["token"],
        "router": ["token"],
    }


@pytest.mark.parametrize(
    ("more", "dependencies"),
    [
        ("app.include_router(router)", []),
        ("app.include_router(router, dependencies=[Depends(token)])", ["token"]),
    ],
)
def test_where_a_router_is_included(more: str, dependencies: list[str]) -> None:
    found = routers_of(program_of({"src/webui/form_routes.py": TEXT.format(app="", router="", more=more)}))
    (place,) = found.included[Symbol(MODULE, "router")]
    assert place.router == Symbol(MODULE, "app")
    assert [item.name for item in place.dependencies] == dependencies


def test_a_handler_that_is_added_by_a_call_as_well() -> None:
    assert sorted(before(more="app.add_api_route('/y', x)")) == [["app"], ["router"]]


def test_middleware_of_an_application() -> None:
    more = '@app.middleware("http")\nasync def wrap(request, call):\n    return await call(request)'
    found = routers_of(program_of({"src/webui/form_routes.py": TEXT.format(app="", router="", more=more)}))
    assert [item.name for item in found.middleware[Symbol(MODULE, "app")]] == ["wrap"]
