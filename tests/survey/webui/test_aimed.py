"""Connections that a request names, and sends what it says: each handler's own comes first."""

from __future__ import annotations

import pytest

from codemods.survey.webui.broadcasts import shown_to_others
from tests.survey.judging import program_of

HEAD = """
import uuid
from collections import defaultdict

from fastapi import APIRouter, WebSocket

router = APIRouter()
live = {}
rooms = defaultdict(set)


class People:
    def __init__(self):
        self.live = {}

    async def connect(self, name, socket):
        self.live[name] = socket

    async def send(self, name, text):
        if (one := self.live.get(name)) is not None:
            await one.send_text(text)


people = People()


@router.websocket("/ws/{name}")
async def serve(socket: WebSocket, name: str):
    text = await socket.receive_text()
"""
QUIET = {
    "its own": "live[id(socket)] = socket\n    await live[id(socket)].send_text(text)",
    "its own by a name that is made for it": (
        "own = uuid.uuid4().hex\n    await people.connect(own, socket)\n    await people.send(own, text)"
    ),
    "what the process says": "live[name] = socket\n    await live[name].send_text('begun')",
    "by a name of the process's": "live['a'] = socket\n    await live['a'].send_text(text)",
}
AIMED = "sends a connection in live that a request names what it says: serve"
FOUND = {
    "an item": ("live[name] = socket\n    await live[text[:1]].send_text(text)", AIMED),
    "asked for by the name": ("live[name] = socket\n    await live.get(name).send_text(text)", AIMED),
    "with a name": ("live[name] = socket\n    one = live[name]\n    await one.send_text(text)", AIMED),
    "kept by an object, whose method has no types": (
        "await people.connect(name, socket)\n    await people.send(text[:1], text)",
        f"{AIMED} → People.send",
    ),
    "all of a room": (
        "rooms[name].add(socket)\n    for one in rooms[name]:\n        await one.send_text(text)",
        "sends all connections in rooms what one request says: serve",
    ),
}


@pytest.mark.parametrize("form", QUIET)
def test_sends_nobody_else(form: str) -> None:
    assert _found(QUIET[form]) == []


@pytest.mark.parametrize("form", FOUND)
def test_sends_whom_a_request_names(form: str) -> None:
    body, reason = FOUND[form]
    assert _found(body) == [reason]


def _found(body: str) -> list[str]:
    files = {"src/webui/form_routes.py": f"{HEAD}    {body}\n"}
    return [str(item.reason) for item in shown_to_others(program_of(files))]
