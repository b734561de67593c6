"""Values of requests on their way through names and functions, and who handed them on."""

from __future__ import annotations

from functools import cache

import pytest

from codemods.analysis.symbols import Symbol
from codemods.survey.program import TenantProgram
from codemods.survey.webui.carried import carried, is_said
from tests.survey.judging import program_of

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


NOTHING = ["pass", "tell(wanted == 'a')", "tell('begun')", "size = tell\n    wanted.strip()"]
HANDED = {
    "tell('a', wanted)": {"text", "said"},
    "tell('a', text=f'{wanted}')": {"text", "said"},
    "tell(many)": {"stage"},
    "first = [wanted]\n    tell(first[0])": {"stage"},
    "for each in wanted.split():\n        tell('a', each)": {"text", "said"},
}
BODIES = [*NOTHING, *HANDED]


@cache
def program() -> TenantProgram:
    """All forms in one tree."""
    return program_of({f"src/webui/form_way_{at}.py": HEAD.format(body=body) for at, body in enumerate(BODIES)})


def at(body: str, function: str) -> Symbol:
    return Symbol(f"src.webui.form_way_{BODIES.index(body)}", function)


def names(body: str, function: str) -> set[str]:
    return carried(program()).names.get(at(body, function), set())


@pytest.mark.parametrize("body", NOTHING)
def test_hands_on_nothing_of_it(body: str) -> None:
    assert names(body, "tell") == set()


@pytest.mark.parametrize("body", HANDED)
def test_hands_it_on(body: str) -> None:
    assert names(body, "tell") == HANDED[body]


def test_a_connection_is_none_and_what_it_receives_is() -> None:
    assert names("pass", "serve") == {"text"}
    assert names("pass", "keep") == set()
    assert is_said(program(), at("pass", "serve"), ("socket", ".receive_text", "()"))
    assert not is_said(program(), at("pass", "serve"), ("socket", ".client"))


def test_the_way_begins_with_the_handler() -> None:
    assert carried(program()).way(at("tell('a', wanted)", "note")) == "ask → tell → note"
