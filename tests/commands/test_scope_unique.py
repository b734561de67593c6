"""ScopeUnique: what is unique is said by the decorator, and no more by the column or the index."""

from __future__ import annotations

import pytest

from codemods.commands.scope_unique import ScopeUnique
from codemods.places import Imported, Member
from tests.commands.edited import edited

PLACES = [Member("Page", "name"), Member("Page.Meta", "indexes")]


def scoped(code: str, places: list[Member]) -> tuple[str, list[str]]:
    return edited(ScopeUnique, code, places, decorator=Imported("a.b", "own"), within="tenant")


UNTOUCHED = {
    "another column": "class Page(Rows):\n    other = TextField(unique=True)\n",
    "another class": "class Leaf(Rows):\n    name = TextField(unique=True)\n",
    "not unique": "class Page(Rows):\n    name = TextField(unique=False)\n",
    "a key": "class Page(Rows):\n    name = TextField(primary_key=True)\n",
    "within it already": 'class Page(Rows):\n    class Meta:\n        indexes = ((("tenant", "name"), True),)\n',
    "an index of what is called": "class Page(Rows):\n    class Meta:\n        indexes = made()\n",
}
COLUMNS = {
    "an index of its own": ("TextField(unique=True)", "TextField(index=True)"),
    "an index as well": ("TextField(unique=True, index=True)", "TextField(index=True)"),
    "the last": (
        "TextField(\n        index=True,\n        unique=True,\n    )",
        "TextField(\n        index=True,\n    )",
    ),
    "between others": ("TextField(null=True, unique=True, default=1)", "TextField(null=True, index=True, default=1)"),
}
INDEXES = {
    "one": ('((("a", "b"), True),)', '((("a", "b"), False),)', '("a", "b")'),
    "some": ('((("a",), True), (("b",), False), (("c", "d"), True))', None, '"a", ("c", "d")'),
    "lists": ('[(["a", "b"], True)]', '[(["a", "b"], False)]', '("a", "b")'),
}


@pytest.mark.parametrize("form", UNTOUCHED)
def test_what_must_not_change(form: str) -> None:
    assert scoped(UNTOUCHED[form], PLACES)[0] == UNTOUCHED[form]


@pytest.mark.parametrize("form", COLUMNS)
def test_a_column(form: str) -> None:
    before, after = COLUMNS[form]
    code = "class Page(Rows):\n    name = {}  # why\n"
    expected = f'from a.b import own\n\n@table\n@own("name")\n{code.format(after)}'
    assert scoped(f"@table\n{code.format(before)}", PLACES[:1]) == (expected, [])


@pytest.mark.parametrize("form", INDEXES)
def test_an_index(form: str) -> None:
    before, after, said = INDEXES[form]
    code = "class Page(Rows):\n    class Meta:\n        indexes = {}\n"
    expected = f"from a.b import own\n\n@own({said})\n{code.format(after or before.replace('True', 'False'))}"
    assert scoped(code.format(before), PLACES[1:]) == (expected, [])


def test_a_model_that_says_some_already_says_more() -> None:
    code = 'from a.b import own\n\n@own("title")\nclass Page(Rows):\n    name = TextField(unique=True, index=True)\n'
    after = code.replace('"title"', '"title", "name"').replace("unique=True, ", "")
    assert scoped(code, PLACES[:1]) == (after, [])


def test_what_is_not_edited_is_said() -> None:
    _, said = scoped(UNTOUCHED["a key"], PLACES[:1])
    assert said == ["Page.name is unique in a way that is not edited: make it unique within tenant by hand"]
