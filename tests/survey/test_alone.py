"""One file by itself: what a command that runs without a plan is told of it."""

from __future__ import annotations

from codemods.places import Decorators, Expression
from codemods.survey.alone import connections_alone, handlers_alone

TEXT = b"""
from fastapi import APIRouter, WebSocket
from src.common.database.database_model import Messages

router = APIRouter()
connections: list[WebSocket] = []


@router.get("/health")
def health():
    return "ok"


@router.get("/count")
def count():
    return Messages.select().count()


@router.websocket("/ws")
async def serve(socket: WebSocket):
    connections.append(socket)
    for one in connections:
        await one.send_text(str(Messages.select().count()))
"""


def test_handlers_that_do_tenant_work_with_what_registers_them() -> None:
    assert handlers_alone("/anywhere/form_routes.py", TEXT) == [Decorators("count", 1), Decorators("serve", 1)]


def test_places_that_go_through_all_connections() -> None:
    assert connections_alone("form_routes.py", TEXT) == [Expression("serve", "connections")]


def test_a_file_that_does_not_parse_has_none() -> None:
    assert handlers_alone("form_routes.py", b"def :\n") == []
