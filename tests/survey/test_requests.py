"""What handles the WebUI's requests, and what these fill."""

from __future__ import annotations

from codemods.survey.requests import handlers_of, said_parameters
from tests.survey.judging import program_of

TEXT = """
from typing import Annotated

from fastapi import APIRouter, Depends, WebSocket

router = APIRouter()


def helper(text):
    return text


def user(token: str):
    return token


@router.get("/ask")
async def ask(text: str, who=Depends(user), me: Annotated[str, Depends(user)] = "", many: int = 1):
    return helper(text)


@router.websocket("/ws")
async def serve(socket: WebSocket):
    await socket.accept()
"""


def test_what_a_handler_depends_on_no_request_says() -> None:
    program = program_of({"src/webui/form_requests.py": TEXT})
    found = {
        handler.qualname: [item.name for item in said_parameters(program, handler)]
        for handler in handlers_of(program)
        if handler.module == "src.webui.form_requests"
    }
    assert found == {"ask": ["text", "many"], "serve": ["socket"]}
