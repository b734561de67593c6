"""What models declare to be unique, and what only looks like it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from codemods.analysis.symbols import Symbol
from codemods.survey.uniques import Unique, shared_uniques
from tests.survey.shared_state.small import MODULE, line_of, small

ABOVE = """
from peewee import SQL, AutoField, CompositeKey, ModelIndex, TextField
from src.common.database.database_model import BaseModel
from src.common.database.tenant_unique import unique_in_tenant
"""
NOTHING = {
    "an index": ("name = TextField(index=True)",),
    "not unique": ("name = TextField(unique=False)",),
    "a number that the database gives": ("number = AutoField(primary_key=True)",),
    "no column": ("name = Cache(unique=True)",),
    "an index that is not unique": ('class Meta:\n        indexes = ((("a",), False),)',),
    "an index with the tenant": ("name = TextField()", "", "Page.add_index(Page.tenant_id, Page.name, unique=True)"),
    "an index that is not unique, added": ("name = TextField()", "", "Page.add_index(Page.name)"),
    "an index of another model": ("name = TextField()", "", "Other.add_index(Other.name, unique=True)"),
    "SQL of something else": ("class Meta:\n        constraints = [SQL('CHECK (rank > 0)')]",),
    "SQL with the tenant": ("class Meta:\n        constraints = [SQL('UNIQUE (tenant_id, name)')]",),
    "no key": ("class Meta:\n        primary_key = False",),
}
NAMED = {
    "columns": ("class Meta:\n        indexes = [(NAMES, True)]", "\nNAMES = ('name',)\n"),
    "a list": ("class Meta:\n        indexes = INDEXES", "\nINDEXES = ((('name',), True),)\n"),
}
ADDED = {
    "added": ("Page.add_index(Page.name, unique=True)", ("name",)),
    "made and added": ("once = Page.index(Page.name, Page.kind, unique=True)\nPage.add_index(once)", ("name", "kind")),
    "by its class": ("Page.add_index(ModelIndex(Page, (Page.name,), unique=True))", ("name",)),
    "in a function": ("def set_up():\n    Page.add_index(Page.name, unique=True)", ("name",)),
}
SOMETHING = {
    "a column": ("name = TextField(unique=True)", Unique(("name",), 2, "name")),
    "a column with a type": ("name: str = peewee.TextField(unique=True)", Unique(("name",), 2, "name")),
    "a key": ("name = TextField(primary_key=True)", Unique(("name",), 2, "name", is_fixed=True)),
    "an index": (
        "class Meta:\n        indexes = ((('a', 'b'), True),)",
        Unique(("a", "b"), 3, "indexes", in_meta=True),
    ),
    "columns by SQL": (
        "class Meta:\n        constraints = [SQL('UNIQUE(a, \"b\")')]",
        Unique(("a", "b"), 3, "constraints", in_meta=True, is_fixed=True),
    ),
    "a key of several": (
        "class Meta:\n        primary_key = CompositeKey('a', 'b')",
        Unique(("a", "b"), 3, "primary_key", in_meta=True, is_fixed=True),
    ),
}


def declared(body: str, above: str = "", below: str = "") -> list[Unique]:
    text = f"{ABOVE}{above}\n\nclass Page(BaseModel):\n    {body}\n\n\n{below}\n"
    program = small(text)
    first = line_of(program, "class Page(BaseModel):") - 1
    return [replace(item, line=item.line - first) for item in shared_uniques(program, Symbol(MODULE, "Page"))]


@pytest.mark.parametrize("form", NOTHING)
def test_nothing_is_unique(form: str) -> None:
    assert declared(*NOTHING[form]) == []


@pytest.mark.parametrize("form", SOMETHING)
def test_something_is(form: str) -> None:
    body, found = SOMETHING[form]
    assert declared(body) == [found]


@pytest.mark.parametrize("form", NAMED)
def test_an_index_may_have_a_name(form: str) -> None:
    assert [item.columns for item in declared(*NAMED[form])] == [("name",)]


@pytest.mark.parametrize("form", ADDED)
def test_an_index_that_is_made_for_a_model_stays_whatever_a_decorator_says(form: str) -> None:
    below, columns = ADDED[form]
    found = declared("name = TextField()\n    kind = TextField()", "\n@unique_in_tenant('name')", below)
    assert [(item.columns, item.is_fixed) for item in found] == [(columns, True)]
