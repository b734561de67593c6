"""What is handed every record that is logged, and what keeps it; who reads that reads what tenants share."""

from __future__ import annotations

import pytest

from codemods.survey.program import TenantProgram
from codemods.survey.shared_state.logs import sinks
from codemods.survey.shared_state.sharing import Sharing
from tests.survey.shared_state.small import here, small

HEAD = """
import logging
import logging.handlers
import queue

import structlog
from loguru import logger

lines = []
waiting = queue.Queue()


def keep_event(given, method, event):
    lines.append(event["event"])
    return event


def mark_event(given, method, event):
    event["tenant"] = "a"
    return event


def keep_line(line):
    lines.append(line)


class Keep(logging.Filter):
    def filter(self, record):
        lines.append(record.getMessage())
        return True


class Pass(logging.Filter):
    def filter(self, record):
        record.tenant = "a"
        return record.levelno > logging.INFO


"""
NOTHING = (
    "structlog.configure(processors=[mark_event, structlog.processors.JSONRenderer()])",
    "logging.getLogger().addHandler(logging.handlers.QueueHandler(waiting))\n"
    "logging.handlers.QueueListener(waiting, logging.StreamHandler()).start()",
    "logger.add(lambda line: print(line))",
    "logger.add('a.log')",
    "lines.append(1)\nset().add(keep_line)",
)
KEEPING = (
    "structlog.configure(processors=[keep_event, structlog.processors.JSONRenderer()])",
    "logging.getLogger().addHandler(logging.handlers.QueueHandler(waiting))",
    "logger.add(lambda line: lines.append(line))",
    "logger.add(lines.append)",
    "logger.add(keep_line)",
    "logging.getLogger().addFilter(keep_line)",
)


def kept(program: TenantProgram) -> int:
    return len(here(list(sinks(program, Sharing(program).holders))))


@pytest.mark.parametrize("line", NOTHING)
def test_keeps_nothing(line: str) -> None:
    assert kept(small(f"{HEAD.replace(KEEP, '')}{line}\n")) == 0


@pytest.mark.parametrize("line", KEEPING)
def test_keeps_lines(line: str) -> None:
    assert kept(small(f"{HEAD.replace(KEEP, '')}{line}\n")) == 1


EMITTING = """
class Tell(logging.Handler):
    def __init__(self):
        super().__init__()
        self.count = 0

    def METHOD(self, record):
        BODY

    def note(self, it):
        lines.append(it)

    def roll(self):
        self.count = 0


@router.get("/told")
async def told():
    return SHOWN
"""


def emitting(body: str, shown: str = "1", method: str = "emit") -> int:
    text = EMITTING.replace("METHOD", method).replace("BODY", body).replace("SHOWN", shown)
    return kept(small(HEAD.replace(KEEP, "") + "count, total = {}, 0\nconnection = queue.connect()\n" + text))


@pytest.mark.parametrize(
    ("body", "shown"),
    [
        ("print(record)", "1"),
        ("self.note(1)", "1"),
        ("self.count += 1\n        self.roll()", "1"),
        ("count[record.name] = 1", "1"),
        ("count.clear()", "count"),
        ("record.tenant = 1", "count"),
    ],
)
def test_a_handler_that_keeps_nothing_of_lines_for_others(body: str, shown: str) -> None:
    assert emitting(body, shown) == 0


@pytest.mark.parametrize(
    ("body", "shown", "method"),
    [
        ("lines.append(record)", "1", "handle"),
        ("self.note(record)", "1", "emit"),
        ("self.note(self.format(record))", "1", "emit"),
        ("text = record.getMessage()\n        keep_line(text)", "1", "emit"),
        ("count[record.name] = 1", "count", "emit"),
        ("count.setdefault(record.name, []).append(record.msg)", "count", "emit"),
        ("global total\n        total += 1", "total", "emit"),
        ("connection.execute('insert into a values (?)', (record.msg,))", "1", "emit"),
    ],
)
def test_a_handler_that_keeps_lines_or_shows_how_many_there_are(body: str, shown: str, method: str) -> None:
    assert emitting(body, shown, method) == 1


def test_a_filter_may_keep_lines() -> None:
    assert kept(small(HEAD)) == 1


def test_who_reads_kept_lines_reads_what_tenants_share() -> None:
    program = small(HEAD + "def said():\n    return lines[-9:]\n\n\ndef known():\n    return mark_event\n")
    readers = {function.qualname for function, _, _ in Sharing(program).users()}
    assert "said" in readers
    assert "known" not in readers


KEEP = HEAD[HEAD.index("class Keep") : HEAD.index("class Pass")]
