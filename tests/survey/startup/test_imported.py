"""Rows that files read as they are imported, themselves or by what they call."""

from __future__ import annotations

import pytest

from codemods.survey.startup.imported import read_on_import
from tests.survey.judging import program_of

PATH = "src/form/words.py"
HEAD = """
from src.common.database.database_model import Messages
from src.common.message.tenant_context import tenant_context
from src.config.config import global_config

TABLE = Messages


def rows():
    return Messages.select().count()


def later(function):
    return [function]


class Words:
    def __init__(self):
        self.all = rows()

    @classmethod
    def load(cls):
        return cls()


"""
START = HEAD.count("\n")  # the first is taken off


def found(line: str, after: str = "") -> list[tuple[int, str]]:
    items = read_on_import(program_of({PATH: f"{HEAD}{line}\n{after}"}))
    return [(item.line, item.reason.partition(": ")[2]) for item in items if item.path == PATH]


@pytest.mark.parametrize(
    "line",
    [
        "NAME = global_config.bot.nickname",
        "WORK = later(rows)",
        "WORK = rows",
        "ROWS = Messages",
        "FIELD = Messages.chat_id",
        "Messages.add_index(Messages.tenant_id, Messages.chat_id, unique=True)",
        "Messages.create_table(safe=True)",
        "COUNT = len([])",
        "Messages.add_index(Messages.tenant_id, Messages.user_id, unique=True)",
        "WANTED = Messages.user_id.contains('a')",
        "def use():\n    return rows()",
        "with tenant_context('a'):\n    COUNT = rows()",
        "ASK = lambda: rows()",
        "def use(given=rows):\n    return given",
        "def use(given=later(rows)):\n    return given",
        "def use(given=Messages.chat_id):\n    return given",
        "def use():\n    def inner(given=rows()):\n        return given",
        "if __name__ == '__main__':\n    print(rows())",
    ],
)
def test_reads_no_rows(line: str) -> None:
    assert found(line) == []


@pytest.mark.parametrize(
    ("line", "way"),
    [
        ("COUNT = Messages.select().count()", "Messages.select().count()"),
        ("COUNT = TABLE.select().count()", "TABLE.select().count()"),
        ("import src.common.database.database_model as db\nN = db.Messages.select()", "db.Messages.select()"),
        ("COUNT = rows()", "rows → Messages.select().count()"),
        ("class Of:\n    count = rows()", "rows → Messages.select().count()"),
        ("def use(given=rows()):\n    return given", "rows → Messages.select().count()"),
        ("def use(*, given=list(Messages.select())):\n    return given", "Messages.select()"),
        ("class Of:\n    def use(self, given=rows()):\n        return given", "rows → Messages.select().count()"),
        ("WORDS = Words()", "Words.__init__ → rows → Messages.select().count()"),
        ("try:\n    COUNT = rows()\nexcept Exception:\n    COUNT = 0", "rows → Messages.select().count()"),
    ],
)
def test_reads_rows(line: str, way: str) -> None:
    ((at, said),) = found(line)
    assert said == way
    assert START <= at <= START + line.count("\n")
