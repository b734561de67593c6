"""Who starts what by itself: as a task, in a thread, or by handing it to the message server."""

from __future__ import annotations

import pytest

from codemods.survey.spawns import (
    OTHERWISE,
    PROCESSES,
    UNKNOWN_POOL,
    Spawn,
    registered_handlers,
    spawns_of,
    unfollowed_threads,
)
from tests.conftest import survey_of
from tests.forms import form_tree

WORK = "src/chat/utils/work.py"
HEAD = """
import asyncio
import contextvars
import threading
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from src.common.message.api import get_global_api
from src.common.message.tenant_context import set_current_tenant

pool = ThreadPoolExecutor()
processes = ProcessPoolExecutor()
loop = asyncio.new_event_loop()


def work(item=None):
    pass


async def waits():
    pass


def start(given):
"""
NOTHING = {
    "a call": "work()",
    "what is only named": "threading.Thread",
    "a map of one's own": "list(map(work, []))",
    "something that cannot be followed": "threading.Thread(target=given).start()",
    "a tenant that is set in a context": "contextvars.Context().run(set_current_tenant, given)",
}


def spawned(statement: str) -> list[Spawn]:
    program = survey_of(form_tree({WORK: f"{HEAD}    {statement}\n"})).program
    return [spawn for spawn in spawns_of(program) if program.file_of(spawn.spawner).path == WORK]


@pytest.mark.parametrize("form", NOTHING)
def test_starts_nothing(form: str) -> None:
    assert spawned(NOTHING[form]) == []


@pytest.mark.parametrize(
    ("statement", "target", "thread", "carried", "obstacle"),
    [
        ("asyncio.create_task(waits())", "waits", False, False, ""),
        ("loop.call_later(1, work)", "work", False, False, ""),
        ("threading.Thread(target=work).start()", "work", True, False, ""),
        ("threading.Timer(1, work).start()", "work", True, False, ""),
        ("pool.submit(work, 1)", "work", True, False, ""),
        ("loop.run_in_executor(None, work)", "work", True, False, ""),
        ("pool.submit(contextvars.copy_context().run, work)", "work", True, True, ""),
        ("processes.submit(work)", "work", True, False, PROCESSES),
        (
            "given.submit(work)",
            "work",
            True,
            False,
            UNKNOWN_POOL,
        ),
    ],
)
def test_starts(statement: str, target: str, thread: bool, carried: bool, obstacle: str) -> None:
    (spawn,) = spawned(statement)
    assert (spawn.spawner.qualname, spawn.target.qualname) == ("start", target)
    assert (spawn.thread, spawn.carried, spawn.obstacle) == (thread, carried, obstacle)


@pytest.mark.parametrize(
    "statement",
    [
        *("coroutine = waits()\n    asyncio.create_task(coroutine)", "start = asyncio.create_task\n    start(waits())"),
        "from asyncio import create_task as start\n    start(waits())",
        "coroutine = waits() if given else None\n    loop.create_task(coroutine)",
        "for each in [waits(), waits()]:\n        asyncio.ensure_future(each)",
        "create = asyncio.get_running_loop().create_task\n    create(waits(), name='a')",
    ],
)
def test_a_task_is_started_whatever_names_things_have(statement: str) -> None:
    assert [(spawn.target.qualname, spawn.thread) for spawn in spawned(statement)] == [("waits", False)]


def test_a_name_of_the_file_is_none_where_a_function_has_its_own() -> None:
    text = f"{HEAD}    begin(waits())\n\n\ndef other(begin):\n    begin(waits())\n\n\nbegin = asyncio.create_task\n"
    program = survey_of(form_tree({WORK: text})).program
    found = [spawn for spawn in spawns_of(program) if program.file_of(spawn.spawner).path == WORK]
    assert [spawn.spawner.qualname for spawn in found] == ["start"]


def test_a_thread_is_not_edited_where_what_starts_it_has_another_name() -> None:
    (spawn,) = spawned("start = loop.run_in_executor\n    start(None, work)")
    assert (spawn.target.qualname, spawn.obstacle) == ("work", OTHERWISE)


def test_who_hands_a_coroutine_to_what_starts_it_is_the_one_who_starts() -> None:
    text = f"{HEAD}    background(waits())\n\n\ndef background(coroutine):\n    asyncio.create_task(coroutine)\n"
    program = survey_of(form_tree({WORK: text})).program
    found = [spawn for spawn in spawns_of(program) if program.file_of(spawn.spawner).path == WORK]
    assert [(spawn.spawner.qualname, spawn.target.qualname) for spawn in found] == [("start", "waits")]


def test_a_thread_whose_function_is_handed_in_is_said_to_be_unknown() -> None:
    program = survey_of(form_tree({WORK: f"{HEAD}    {NOTHING['something that cannot be followed']}\n"})).program
    found = [item for item in unfollowed_threads(program) if program.file_of(item[0]).path == WORK]
    assert [(line, written) for _, line, written in found] == [(22, "given")]


def test_what_the_message_server_is_given() -> None:
    statement = 'get_global_api().register_custom_handler("echo", waits)'
    program = survey_of(form_tree({WORK: f"{HEAD}    {statement}\n"})).program
    assert [handler.qualname for handler in registered_handlers(program)] == ["waits"]
