"""ScopeUnique: what a column or an index says to be unique, the decorator says to be so within a part of the rows."""

from __future__ import annotations

import pytest

from codemods.commands.scope_unique import ScopeUnique
from codemods.places import Imported, Member
from tests.commands.edited import edited

PLACES = [Member("Page.name"), Member("Page.Meta.indexes")]


def scoped(code: str, places: list[Member]) -> tuple[str, list[str]]:
    return edited(ScopeUnique, code, places, decorator=Imported("a.b", "own"), within="tenant")


UNTOUCHED = {
    "another column": "class Page(Rows):\n    other = TextField(unique=True)\n",
    "another class": "class Leaf(Rows):\n    name = TextField(unique=True)\n",
    "not unique": "class Page(Rows):\n    name = TextField(unique=False)\n",
    "a key": "class Page(Rows):\n    name = TextField(primary_key=True)\n",
    "within it already": 'class Page(Rows):\n    class Meta:\n        indexes = ((("tenant", "name"), True),)\n',
    "an index of what is called": "class Page(Rows):\n    class Meta:\n        indexes = made()\n",
    "said by the decorator": "from a.b import own\n\n@own('name')\nclass Page(Rows):\n    name = Field(unique=True)\n",
}
COLUMNS = {
    "alone": "TextField(unique=True)",
    "with an index": "TextField(unique=True, index=True)",
    "over several lines": "TextField(\n        index=True,\n        unique=True,\n    )",
}
INDEXES = {
    "one": ('((("a", "b"), True),)', '("a", "b")'),
    "some": ('((("a",), True), (("b",), False), (("c", "d"), True))', '"a", ("c", "d")'),
    "lists": ('[(["a", "b"], True)]', '("a", "b")'),
}


@pytest.mark.parametrize("form", UNTOUCHED)
def test_what_must_not_change(form: str) -> None:
    assert scoped(UNTOUCHED[form], PLACES)[0] == UNTOUCHED[form]


@pytest.mark.parametrize("form", COLUMNS)
def test_a_column(form: str) -> None:
    code = f"class Page(Rows):\n    name = {COLUMNS[form]}  # why\n"
    expected = f'from a.b import own\n\n@table\n@own("name")\n{code}'
    assert scoped(f"@table\n{code}", PLACES[:1]) == (expected, [])


@pytest.mark.parametrize("form", INDEXES)
def test_an_index(form: str) -> None:
    listed, said = INDEXES[form]
    code = f"class Page(Rows):\n    class Meta:\n        indexes = {listed}\n"
    assert scoped(code, PLACES[1:]) == (f"from a.b import own\n\n@own({said})\n{code}", [])


def test_a_model_that_says_some_already_says_more() -> None:
    code = """from a.b import own

@own("title", ("a", "b"))
class Page(Rows):
    name = TextField(unique=True)

    class Meta:
        indexes = ((("a", "b"), True), (("c",), True))
"""
    after = code.replace('("a", "b"))\nc', '("a", "b"), "c", "name")\nc')
    assert scoped(code, PLACES) == (after, [])


def test_what_is_not_edited_is_said() -> None:
    _, said = scoped(UNTOUCHED["a key"], PLACES[:1])
    assert said == ["Page.name is unique in a way that is not edited: make it unique within tenant by hand"]
