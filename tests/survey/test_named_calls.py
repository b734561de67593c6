"""Calls of what runs things by itself, whatever other name a file, a class or an object has given that."""

from __future__ import annotations

import pytest

from codemods.survey.named_calls import calls_by_name
from codemods.survey.spawns import OTHERWISE, spawns_of
from tests.conftest import survey_of
from tests.forms import form_tree

OTHERS, WORK = "src/chat/utils/others.py", "src/chat/utils/work.py"
GIVING = """
import asyncio
import threading

Started = threading.Thread
later = asyncio.new_event_loop().run_in_executor


class Worker(threading.Thread):
    pass


class Keeper:
    kind = threading.Thread

    def __init__(self):
        self.later = asyncio.new_event_loop().run_in_executor
        self.kind_of = len


keeper = Keeper()


class Plain:
    def __init__(self, target):
        self.target = target
"""
HEAD = """
import asyncio
import threading
from functools import partial
from threading import Thread, Timer
from src.chat.utils.others import Keeper, Plain, Started, Worker, keeper, later


def work(item=None):
    pass


def start(given):
"""
NOTHING = [
    "Plain(target=work)",
    "keeper.kind_of(work)",
    "given.Started(target=work)",
    "Started = Plain; Started(target=work)",
    "Worker().start()",
    "T = Plain if given else Plain; T(target=work)",
    "kinds = {'a': Plain}; kinds[given](target=work)",
    "T = Thread if given else Timer; it = T; it.target = work",
]
BY_OTHER_NAMES = [
    "T = threading.Thread; T(target=work).start()",
    "T = Thread if given else Timer; T(target=work).start()",
    "T = Thread if given else Timer; T(None, work).start()",
    "T = Plain if given else Thread; T(target=work).start()",
    "kinds = {'a': threading.Thread, 'b': Timer}; kinds[given](target=work).start()",
    "kinds = {'a': Thread}; kinds.get(given)(target=work).start()",
    "from threading import Thread as T; T(target=work).start()",
    "made = threading.Thread; it = made(target=work); it.start()",
    "make = partial(threading.Thread, daemon=True); make(target=work).start()",
    "[T(target=work).start() for T in (threading.Thread,)]",
    "Started(target=work).start()",
    "Worker(target=work).start()",
    "Keeper.kind(target=work).start()",
    "keeper.kind(target=work).start()",
    "later(None, work)",
    "keeper.later(None, work)",
    "run = asyncio.get_running_loop().run_in_executor; run(None, work)",
]


def spawned(statement: str) -> list[tuple[str, str]]:
    program = survey_of(form_tree({OTHERS: GIVING, WORK: f"{HEAD}    {statement}\n"})).program
    own = (spawn for spawn in spawns_of(program) if program.file_of(spawn.spawner).path == WORK)
    return [(spawn.target.qualname, spawn.obstacle) for spawn in own]


@pytest.mark.parametrize("statement", NOTHING)
def test_starts_nothing(statement: str) -> None:
    assert spawned(statement) == []


@pytest.mark.parametrize("statement", BY_OTHER_NAMES)
def test_starts_a_thread_which_is_not_edited(statement: str) -> None:
    assert spawned(statement) == [("work", OTHERWISE)]


@pytest.mark.parametrize("made", ["T = threading.Thread; T", "Worker", "keeper.kind"])
def test_a_lambda_that_is_given_to_a_thread_by_another_name_runs_there(made: str) -> None:
    ((target, obstacle),) = spawned(f"{made}(target=lambda: work()).start()")
    assert target.endswith(".<lambda>")
    assert obstacle == OTHERWISE


def test_a_lambda_that_something_else_is_given_runs_in_no_thread() -> None:
    assert spawned("Plain(target=lambda: work())") == []


def test_a_call_is_told_once() -> None:
    text = f"{HEAD}    T = threading.Thread; T(target=work).start()\n\n\nclass Other:\n    T = threading.Thread\n"
    program = survey_of(form_tree({OTHERS: GIVING, WORK: text})).program
    assert len([call for call in calls_by_name(program, ["Thread"])["Thread"] if call[0].module.endswith("work")]) == 1
