"""What one request says, and all connections are sent: at once, or as they open."""

from __future__ import annotations

from functools import cache

import pytest

from codemods.survey.verdicts import Finding
from codemods.survey.webui.broadcasts import shown_to_others
from tests.survey.judging import program_of

HEAD = """
from fastapi import APIRouter, Depends, WebSocket
from src.common.message.tenant_access import require_admin_tenant
from src.webui.tenant import own_connections

router = APIRouter()
{above}


@router.post("/ask")
async def ask(wanted: str, user=Depends(print)):
    {ask}


@router.websocket("/ws")
async def serve(socket: WebSocket):
    {serve}
"""
KEPT = "sockets: set[WebSocket] = set()\nlast = {}"
TELL = """

async def tell(stage, text=""):
    global last
    said = {"stage": stage, "text": text}
    last = said.copy()
    for one in sockets:
        await one.send_json(said)
"""
KEEP = "sockets.add(socket)"
QUIET = {
    "what the process says": (KEPT + TELL, "await tell('begun')", KEEP),
    "whether something is so": (KEPT + TELL, "await tell('begun', wanted == 'a')", KEEP),
    "of whom the handler depends on": (KEPT + TELL, "await tell('begun', user)", KEEP),
    "nobody is sent it": (KEPT, "global last\n    last = wanted", "await socket.send_json({'a': 1})"),
    "a connection's own words": (KEPT, "pass", "await socket.send_text(await socket.receive_text())"),
    "connections that nobody keeps": (KEPT + TELL, "await tell('begun', wanted)", "await socket.send_text('a')"),
    "the tenant's own connections": (
        KEPT + TELL.replace("in sockets", "in own_connections(sockets)").replace("last = said.copy()", "pass"),
        "await tell('begun', wanted)",
        KEEP,
    ),
    "connections that the process is asked of by key": (
        "sockets = {}\n\n\nasync def tell(whose, text):\n    await sockets[whose].send_text(text)",
        "await tell('a', wanted)",
        "sockets['b'] = socket",
    ),
    "methods of connections that the process says something by": (
        "sockets = []\n\n\nasync def tell(text):\n    for send in sockets:\n        await send('begun')",
        "await tell(wanted)",
        "sockets.append(socket.send_text)",
    ),
    "asked by the admin alone": (
        KEPT + TELL,
        "require_admin_tenant()\n    await tell('begun', wanted)",
        KEEP,
    ),
}
ALL, STATE = "sends all connections in sockets what one request says", "sends a connection what last keeps of requests"
FOUND = {
    "through functions": (KEPT + TELL, "await tell('begun', text=f'is {wanted}')", KEEP, f"{ALL}: ask → tell"),
    "as they open": (KEPT + TELL, "await tell('begun', wanted)", "await socket.send_json(last)", f"{STATE} of others"),
    "what a mapping keeps": (
        KEPT,
        "last['text'] = wanted",
        "await socket.send_text(str(last))",
        f"{STATE} of others: ask",
    ),
    "what a connection says": (
        KEPT + TELL,
        "pass",
        "sockets.add(socket)\n    text = await socket.receive_text()\n    await tell('said', text)",
        f"{ALL}: serve → tell",
    ),
    "by methods of connections that are kept": (
        "sockets = []\n\n\nasync def tell(text):\n    for send in sockets:\n        await send(text)",
        "await tell(wanted)",
        "sockets.append(socket.send_text)",
        f"{ALL}: ask → tell",
    ),
    "kept by an object": (
        """
class Manager:
    def __init__(self):
        self.sockets = {}

    def connect(self, name, socket: WebSocket):
        self.sockets[name] = socket

    async def tell(self, text):
        for name in list(self.sockets.keys()):
            await self.send(name, text)

    async def send(self, name, text):
        await self.sockets[name].send_text(text)


manager = Manager()
""",
        "await manager.tell(wanted)",
        "manager.connect('a', socket)",
        f"{ALL}: ask → Manager.tell → Manager.send",
    ),
}


TEXTS = {
    f"src/webui/form_ws_{number}.py": HEAD.format(above=parts[0], ask=parts[1], serve=parts[2])
    for number, parts in enumerate((*QUIET.values(), *FOUND.values()))
}


@cache
def shown() -> list[Finding]:
    """What is found in all forms, in one tree."""
    return list(shown_to_others(program_of(TEXTS)))


def found(form: str) -> list[tuple[str, str]]:
    path = f"src/webui/form_ws_{[*QUIET, *FOUND].index(form)}.py"
    findings = [item for item in shown() if item.path == path]
    begins = TEXTS[path].splitlines().index("async def serve(socket: WebSocket):") + 1
    assert all(item.line >= begins for item in findings)  # each is said of the connection's handler
    return [(item.what, item.reason) for item in findings]


@pytest.mark.parametrize("form", QUIET)
def test_shows_nobody_what_others_say(form: str) -> None:
    assert found(form) == []


@pytest.mark.parametrize("form", FOUND)
def test_shows_all_what_one_says(form: str) -> None:
    reason = FOUND[form][-1]
    ((what, said),) = found(form)
    assert what == ("connections last" if STATE in reason else "connections sockets")
    assert said.startswith(reason)
