"""Connections of several tenants in one place: who goes through all of them, and who keeps to one's own."""

from __future__ import annotations

import pytest

from codemods.survey.webui.connections import shared_connections, unfit_connections
from tests.survey.judging import program_of

ROUTES = "src/webui/form_ws.py"
HEAD = """
from fastapi import APIRouter, WebSocket
from src.common.database.database_model import Messages
from src.webui.tenant import own_connections

router = APIRouter()
{kept}


@router.websocket("/ws")
async def serve(socket: WebSocket):
    await socket.accept()
    connections.{add}
    Messages.select().count()
    await tell("hello")


async def tell(text):
    {body}
"""
LIST, MAPPING = "connections: list[WebSocket] = []", "connections: dict[str, WebSocket] = {}"


def found(kept: str, body: str) -> tuple[list[tuple[str, str]], list[str]]:
    add = "append(socket)" if kept == LIST else "update(a=socket)"
    program = program_of({ROUTES: HEAD.format(kept=kept, add=add, body=body)})
    shared = [(item.qualname, item.collection) for item in shared_connections(program) if item.path == ROUTES]
    return shared, [item.reason for item in unfit_connections(program) if item.path == ROUTES]


@pytest.mark.parametrize(
    ("kept", "body"),
    [
        (LIST, "if connections:\n        print(text)"),
        (LIST, "for one in own_connections(connections):\n        await one.send_text(text)"),
        (MAPPING, "await connections['a'].send_text(text)"),
        ("connections: list[str] = []", "for one in connections:\n        print(one)"),
    ],
    ids=["asks whether there is one", "its own only", "one by its key", "no connections at all"],
)
def test_keeps_to_its_own(kept: str, body: str) -> None:
    if "str] = []" in kept:
        program = program_of({ROUTES: HEAD.format(kept=kept, add="append('a')", body=body)})
        assert [item for item in shared_connections(program) if item.path == ROUTES] == []
    else:
        assert found(kept, body) == ([], [])


@pytest.mark.parametrize(
    ("kept", "body", "collection"),
    [
        (LIST, "for one in connections:\n        await one.send_text(text)", "connections"),
        (LIST, "print(len(connections))", "connections"),
        (MAPPING, "for one in connections.values():\n        await one.send_text(text)", "connections"),
        (MAPPING, "print(connections.keys())", "connections"),
    ],
)
def test_goes_through_all_of_them(kept: str, body: str, collection: str) -> None:
    assert found(kept, body) == ([("tell", collection)], [])


@pytest.mark.parametrize(
    ("kept", "body", "reason"),
    [
        (LIST, "print(tuple_of(connections))", "hands connections on as a whole"),
        (
            LIST,
            "for number in range(len(connections)):\n        await connections[number].send_text(text)",
            "counts connections and takes its items by number",
        ),
        (
            LIST,
            "global connections\n    connections = [one for one in connections if one is not text]",
            "assigns connections while going through it",
        ),
    ],
)
def test_is_left_to_a_person(kept: str, body: str, reason: str) -> None:
    shared, said = found(kept, body)
    assert shared == []
    assert len(said) == 1
    assert reason in said[0]


def test_a_shape_that_no_rule_covers_is_said_so() -> None:
    shared, said = found("connections: dict[str, list[WebSocket]] = {}", "for one in connections:\n        print(one)")
    assert shared == []
    assert said == ["connections keeps connections of every tenant in a shape that no rule covers"]


def test_going_through_all_of_them_is_tenant_work() -> None:
    body = "for one in connections:\n        await one.send_text(text)"
    text = HEAD.format(kept=LIST, add="append(socket)", body=body)
    files = {
        ROUTES: text,
        "src/webui/say.py": "from src.webui.form_ws import tell\n\n\nasync def say():\n    await tell('a')\n",
    }
    program = program_of(files)
    (say,) = [name for name in program.functions if name.dotted.endswith("webui.say.say")]
    assert str(program.path_to_state(say)) == "say → tell → connections"


GIVEN = f"{LIST}\n\n\ndef all_of_them():\n    return connections"
KEPT_BY_ONE = """
class Manager:
    def __init__(self):
        self.active: list[WebSocket] = []

    def append(self, socket: WebSocket):
        self.active.append(socket)

    {gives}


connections = Manager()
"""
GOING = "for one in {}:\n        await one.send_text(text)"


def given(kept: str, body: str) -> tuple[list[tuple[str, str]], list[str]]:
    program = program_of({ROUTES: HEAD.format(kept=kept, add="append(socket)", body=body)})
    shared = [(item.qualname, item.collection) for item in shared_connections(program) if item.path == ROUTES]
    return shared, [item.reason for item in unfit_connections(program) if item.path == ROUTES]


@pytest.mark.parametrize(
    "kept",
    [
        GIVEN.replace("return connections", "return list(connections)"),
        GIVEN.replace("return connections", "connections = []\n    return connections"),
    ],
    ids=["a copy", "its own"],
)
def test_what_answers_something_else_is_none_of_them(kept: str) -> None:
    assert given(kept, GOING.format("all_of_them()"))[0] != [("tell", "all_of_them()")]


@pytest.mark.parametrize(
    ("kept", "collection"),
    [
        (GIVEN, "all_of_them()"),
        (KEPT_BY_ONE.format(gives="def all(self):\n        return self.active"), "connections.all()"),
        (KEPT_BY_ONE.format(gives="@property\n    def all(self):\n        return self.active"), "connections.all"),
    ],
    ids=["a function", "a method", "a property"],
)
def test_goes_through_all_that_something_answers(kept: str, collection: str) -> None:
    assert given(kept, GOING.format(collection)) == ([("tell", collection)], [])


def test_what_others_than_pages_ask_for_is_handed_on() -> None:
    text = HEAD.format(kept=GIVEN, add="append(socket)", body=GOING.format("all_of_them()"))
    other = "from src.webui.form_ws import all_of_them\n\n\ndef f():\n    print(all_of_them())\n"
    program = program_of({ROUTES: text, "src/other.py": other})
    (reason,) = (item.reason for item in unfit_connections(program) if item.path == ROUTES)
    assert reason.startswith("hands connections on as a whole")
