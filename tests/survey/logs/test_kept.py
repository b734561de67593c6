"""Lines of a log: what sends, writes and reads them back, and what only seems to."""

from __future__ import annotations

from operator import itemgetter

import pytest

from codemods.places import Expression, Place
from codemods.survey.logs.kept import kept_lines, log_sites, log_sockets
from tests.survey.judging import GUARDED, program_of

PATH = "src/webui/watch.py"
WATCH = """
import asyncio
import json
import logging

from fastapi import APIRouter, WebSocket

from src.common.tenant_logs import masked, own_lines, own_listeners, with_tenant

router = APIRouter()
watchers = set()
others = set()


class ToWatchers(logging.Handler):
    def emit(self, record):
        asyncio.get_running_loop().create_task(push({"message": record.getMessage()}))


async def push(entry):
    for socket in list(watchers):
        await socket.send_text(json.dumps(entry))


@router.websocket("/ws/logs")
async def follow(websocket: WebSocket):
    await websocket.accept()
    watchers.add(websocket)
"""
WRITES = """

class ToFile(logging.Handler):
    def emit(self, record):
        with open("log", "a") as file:
            file.write(self.format(record))
"""
READS = """    for line in reversed(open("log").readlines()):
        await websocket.send_json(json.loads(line.strip()))
"""
LOGS = """

def show(token, name):
    logging.getLogger().info(f"{token} of {name}")
"""
PUSHES = ("log-listeners", Expression("push", "watchers"))


def sites(text: str) -> list[tuple[str, Place]]:
    program = program_of(GUARDED | {PATH: text.lstrip("\n")})
    return [(site.on, site.place) for site in log_sites(program) if site.path == PATH]


def findings(text: str) -> list[str]:
    program = program_of(GUARDED | {PATH: text.lstrip("\n")})
    return [item.what for item in kept_lines(program) if item.path == PATH]


@pytest.mark.parametrize(
    "text",
    [
        WATCH.replace("list(watchers)", "list(own_listeners(watchers))"),
        WATCH.replace("(logging.Handler)", ""),
        WATCH.replace("list(watchers)", "list([])"),
        WRITES.replace("self.format(record)", "with_tenant(self.format(record))"),
        LOGS.replace("{token}", "{masked(token)}"),
        LOGS.replace("{token}", "{len(tokens)}"),
    ],
    ids=["to its own", "no log handler", "to nobody", "says whose it is", "masked", "no secret"],
)
def test_what_is_left_as_it_is(text: str) -> None:
    head = (
        "" if text.lstrip().startswith("import") else WATCH.replace("list(watchers)", "list(own_listeners(watchers))")
    )
    assert sites(head + text) == []
    assert findings(head + text) == []


def test_what_is_sent_written_read_back_and_shown() -> None:
    text = WATCH + READS + WRITES + LOGS
    assert sorted(sites(text), key=itemgetter(0)) == [
        ("log-lines", Expression("follow", "line")),
        PUSHES,
        ("log-record", Expression("ToFile.emit", "self.format()")),
        ("logged-secret", Expression("show", "token")),
    ]
    assert sorted(findings(text)) == ["log-lines", "log-record"]


def test_own_lines_are_read_back_and_a_socket_is_known_all_the_same() -> None:
    kept = WATCH.replace("list(watchers)", "list(own_listeners(watchers))")
    text = kept + READS.replace("reversed(", "own_lines(reversed(").replace("()):", "())):")
    assert sites(text) == []
    program = program_of(GUARDED | {PATH: text.lstrip("\n")})
    assert [str(function) for function, _ in log_sockets(program)] == ["src.webui.watch:follow"]


def test_lines_that_no_page_of_the_log_reads_are_somebody_elses() -> None:
    other = WATCH.replace("watchers.add(websocket)", "others.add(websocket)") + READS
    assert sites(other) == [PUSHES]


@pytest.mark.parametrize("reached", ["get_watchers().add(websocket)", "own = watchers\n    own.add(websocket)"])
def test_who_is_sent_the_log_is_known_however_they_get_there(reached: str) -> None:
    getter = "def get_watchers():\n    return watchers\n\n\n"
    text = WATCH.replace("watchers.add(websocket)", reached).replace("class ToW", f"{getter}class ToW") + READS
    assert sorted(sites(text), key=itemgetter(0)) == [("log-lines", Expression("follow", "line")), PUSHES]
