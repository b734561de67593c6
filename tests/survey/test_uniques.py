"""What models declare to be unique, and what only looks like it."""

from __future__ import annotations

import ast

import pytest

from codemods.survey.uniques import Unique, uniques

NOTHING = {
    "an index": "name = TextField(index=True)",
    "not unique": "name = TextField(unique=False)",
    "a number that the database gives": "number = AutoField(primary_key=True)",
    "no column": "name = Cache(unique=True)",
    "an index that is not unique": 'class Meta:\n        indexes = ((("a",), False),)',
}
SOMETHING = {
    "a column": ("name = TextField(unique=True)", Unique(("name",), 2, "name")),
    "a column with a type": ("name: str = peewee.TextField(unique=True)", Unique(("name",), 2, "name")),
    "a key": ("name = TextField(primary_key=True)", Unique(("name",), 2, "name", is_key=True)),
    "an index": (
        "class Meta:\n        indexes = ((('a', 'b'), True),)",
        Unique(("a", "b"), 3, "indexes", in_meta=True),
    ),
}


def declared(body: str) -> list[Unique]:
    (node,) = ast.parse(f"class Page(Rows):\n    {body}\n").body
    assert isinstance(node, ast.ClassDef)
    return list(uniques(node))


@pytest.mark.parametrize("form", NOTHING)
def test_nothing_is_unique(form: str) -> None:
    assert declared(NOTHING[form]) == []


@pytest.mark.parametrize("form", SOMETHING)
def test_something_is(form: str) -> None:
    body, found = SOMETHING[form]
    assert declared(body) == [found]
