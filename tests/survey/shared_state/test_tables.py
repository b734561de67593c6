"""Tables: models that know no tenant, queries that go past their base, columns that are unique for everybody."""

from __future__ import annotations

import pytest

from codemods.survey.program import TenantProgram
from codemods.survey.shared_state.sharing import Sharing
from codemods.survey.shared_state.tables import Tables
from tests.survey.shared_state.small import here, served, small

ABOVE = """
from peewee import SQL, AutoField, IntegerField, Model, TextField
from sqlalchemy import create_engine
from src.common.database.database import db
from src.common.database.database_model import BaseModel
from src.common.database.tenant_unique import unique_in_tenant
"""
RIGHT = {
    "a model of the base that keeps to a tenant": "class Page(BaseModel):\n    text = TextField()\n",
    "a number of its own": "class Page(BaseModel):\n    number = AutoField(primary_key=True)\n",
    "unique within a tenant": (
        "class Page(BaseModel):\n    text = TextField()\n\n    class Meta:\n"
        "        indexes = ((('tenant_id', 'text'), True),)\n"
    ),
    "unique within a tenant, says a decorator": (
        "@unique_in_tenant('text', ('text', 'number'))\nclass Page(BaseModel):\n    text = TextField(unique=True)\n"
        "    number = IntegerField()\n\n    class Meta:\n        indexes = ((('text', 'number'), True),)\n"
    ),
    "an index that is not unique": (
        "class Page(BaseModel):\n    text = TextField()\n\n    class Meta:\n        indexes = ((('text',), False),)\n"
    ),
    "a base without columns": "class Base(Model):\n    class Meta:\n        database = db\n",
}
SHARED = {
    "a model of no base": ("class Page(Model):\n    text = TextField()\n", "the rows of Page know no tenant"),
    "a unique column": ("class Page(BaseModel):\n    text = TextField(unique=True)\n", "Page.text is unique among all"),
    "a key": ("class Page(BaseModel):\n    text = TextField(primary_key=True)\n", "Page.text is unique among all"),
    "a key, whatever a decorator says": (
        "@unique_in_tenant('text')\nclass Page(BaseModel):\n    text = TextField(primary_key=True)\n",
        "Page.text is unique among all",
    ),
    "a column that the decorator does not name": (
        "@unique_in_tenant('text')\nclass Page(BaseModel):\n    text = TextField(unique=True)\n"
        "    number = IntegerField(unique=True)\n",
        "Page.number is unique among all",
    ),
    "another decorator": (
        "from plugins.names import unique_in_tenant as own\n\n\n@own('text')\n"
        "class Page(BaseModel):\n    text = TextField(unique=True)\n",
        "Page.text is unique among all",
    ),
    "a unique index": (
        "class Page(BaseModel):\n    text = TextField()\n\n    class Meta:\n        indexes = ((('text',), True),)\n",
        "Page.text is unique among all",
    ),
    "a table of another library": (
        "from sqlmodel import SQLModel\n\n\nclass Page(SQLModel, table=True):\n    text: str\n",
        "the rows of Page know no tenant",
    ),
}
QUERIES = {
    "Messages.insert_many(chat).execute()": "goes past what keeps its model's queries to a tenant",
    "Messages.raw('SELECT 1')": "goes past what keeps its model's queries to a tenant",
    "db.execute_sql('SELECT * FROM messages')": "runs SQL, which nothing keeps to a tenant",
    "db.connection().cursor().execute('SELECT * FROM messages')": "runs SQL, which nothing keeps to a tenant",
    "one = db.connection()\nmore = one.cursor()\nmore.executemany(chat)": "runs SQL, which nothing keeps to a tenant",
    "db.execute(SQL('SELECT * FROM messages'))": "runs SQL, which nothing keeps to a tenant",
    "with create_engine('a').connect() as one:\n    one.execute(chat)": "runs SQL, which nothing keeps to a tenant",
}


def said(program: TenantProgram) -> list[str]:
    return [item.reason for item in here(list(Tables(program, Sharing(program).work).findings()))]


@pytest.mark.parametrize("form", RIGHT)
def test_keeps_to_a_tenant(form: str) -> None:
    assert said(small(ABOVE + RIGHT[form])) == []


@pytest.mark.parametrize("form", SHARED)
def test_is_shared_by_all(form: str) -> None:
    text, reason = SHARED[form]
    (found,) = said(small(ABOVE + text))
    assert found.startswith(reason)


@pytest.mark.parametrize(
    "query",
    [
        *("Messages.select().count()", "db.execute_sql('PRAGMA journal_mode')", "chat.execute()"),
        *("Messages.delete().execute()", "db.execute(Messages.select())", "db.cursor().execute('PRAGMA foreign_keys')"),
    ],
)
def test_queries_that_meet_no_rows_of_others(query: str) -> None:
    assert said(served(query, ABOVE)) == []


@pytest.mark.parametrize("query", QUERIES)
def test_queries_that_meet_everybody_s_rows(query: str) -> None:
    (found,) = said(served(query, ABOVE))
    assert found.endswith(QUERIES[query])
