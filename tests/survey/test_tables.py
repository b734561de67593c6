"""Which classes are tables of SQLModel or SQLAlchemy."""

from __future__ import annotations

import pytest

from codemods.analysis.symbols import Symbol
from codemods.survey.tables import is_table
from tests.survey.judging import program_of

HEAD = """
from sqlalchemy.orm import DeclarativeBase
from sqlmodel import SQLModel


class Base(DeclarativeBase):
    pass


"""


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("class Page:\n    __tablename__ = 'pages'\n", False),
        ("class Page(SQLModel):\n    text: str\n", False),
        ("class Page(Base):\n    pass\n", False),
        ("class Page(SQLModel, table=True):\n    text: str\n", True),
        ("class Page(Base):\n    __tablename__ = 'pages'\n", True),
        ("class Page(Base):\n    __tablename__: str = 'pages'\n", True),
    ],
    ids=["of no base", "a schema", "a base", "by its keyword", "by its name", "by an annotated name"],
)
def test_is_a_table(text: str, expected: bool) -> None:
    program = program_of({"src/form/page.py": HEAD + text})
    assert is_table(program.program, Symbol("src.form.page", "Page")) == expected
