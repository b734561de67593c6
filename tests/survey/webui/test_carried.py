"""Values of requests on their way through names and functions, and who handed them on."""

from __future__ import annotations

import pytest

from codemods.analysis.symbols import Symbol
from codemods.survey.webui.carried import carried, is_said
from tests.survey.judging import program_of

MODULE = "src.webui.form_way"
HEAD = """
from fastapi import APIRouter, WebSocket

router = APIRouter()


@router.post("/ask")
async def ask(wanted: str, many: int):
    {body}


@router.websocket("/ws")
async def serve(socket: WebSocket):
    text = await socket.receive_text()
    keep(socket)


def keep(one):
    return one


def tell(stage, text=""):
    said = {{"text": text}}
    note(said)


def note(what):
    return what
"""


def names(body: str, function: str) -> set[str]:
    program = program_of({"src/webui/form_way.py": HEAD.format(body=body)})
    return carried(program).names.get(Symbol(MODULE, function), set())


@pytest.mark.parametrize("body", ["tell(wanted == 'a')", "tell('begun')", "size = tell\n    wanted.strip()"])
def test_hands_on_nothing_of_it(body: str) -> None:
    assert names(body, "tell") == set()


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("tell('a', wanted)", {"text", "said"}),
        ("tell('a', text=f'{wanted}')", {"text", "said"}),
        ("tell(many)", {"stage"}),
        ("first = [wanted]\n    tell(first[0])", {"stage"}),
        ("for each in wanted.split():\n        tell('a', each)", {"text", "said"}),
    ],
)
def test_hands_it_on(body: str, expected: set[str]) -> None:
    assert names(body, "tell") == expected


def test_a_connection_is_none_and_what_it_receives_is() -> None:
    assert names("pass", "serve") == {"text"}
    assert names("pass", "keep") == set()
    program = program_of({"src/webui/form_way.py": HEAD.format(body="pass")})
    assert is_said(program, Symbol(MODULE, "serve"), ("socket", ".receive_text", "()"))
    assert not is_said(program, Symbol(MODULE, "serve"), ("socket", ".client"))


def test_the_way_begins_with_the_handler() -> None:
    found = carried(program_of({"src/webui/form_way.py": HEAD.format(body="tell('a', wanted)")}))
    assert found.way(Symbol(MODULE, "note")) == "ask → tell → note"
