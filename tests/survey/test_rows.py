"""Whose the rows of the database are, by what each model and its base make of a query."""

from __future__ import annotations

import pytest

from codemods.analysis.symbols import Symbol
from codemods.survey.rows import asks_for_tenant, models_of, path_to_open_rows
from tests.survey.judging import program_of

MODULE = "src.form.models"
HEAD = """
from contextvars import ContextVar

from peewee import Model, TextField
from src.common.database.database_model import BaseModel
from src.common.message.tenant_context import get_current_tenant_id

current = ContextVar("current")


class Asking(Model):
    @classmethod
    def select(cls):
        return super().select().where(cls.owner == current.get())


class Adding(Model):
    def save(self):
        self.owner = get_current_tenant_id()


class Plain(Model):
    pass


"""


@pytest.mark.parametrize(
    ("text", "has_column", "asks", "adds", "is_open"),
    [
        ("class Page(BaseModel):\n    text = TextField()\n", True, True, True, False),
        ("class Page(Asking):\n    text = TextField()\n", False, True, False, False),
        ("class Page(Adding):\n    text = TextField()\n", False, False, True, False),
        ("class Page(Plain):\n    tenant_id = TextField()\n", True, False, False, False),
        ("class Page(Plain):\n    text = TextField()\n", False, False, False, True),
    ],
    ids=["of the tree's base", "out of a ContextVar", "adds only", "a column only", "nothing"],
)
def test_what_a_model_and_its_base_make_of_rows(
    text: str, has_column: bool, asks: bool, adds: bool, is_open: bool
) -> None:
    page = Symbol(MODULE, "Page")
    program = program_of({"src/form/models.py": f"{HEAD}{text}\n\ndef work():\n    return Page.select()\n"})
    model = models_of(program)[page]
    assert (model.has_column, model.asks, model.adds, model.is_open) == (has_column, asks, adds, is_open)
    assert asks_for_tenant(program, page) == asks
    assert (path_to_open_rows(program, Symbol(MODULE, "work")) is not None) == is_open


def test_what_has_no_columns_is_no_model() -> None:
    assert not [at for at in models_of(program_of({"src/form/models.py": HEAD})) if at.module == MODULE]
