"""What columns are said to be by helpers, options and kinds of the tree's own."""

from __future__ import annotations

import ast

import pytest

from codemods.survey.columns import columns_of, is_column, said
from codemods.survey.defined import Defined
from tests.survey.shared_state.small import MODULE, small

ABOVE = """
from functools import partial
import peewee
from peewee import SQL, AutoField, TextField
"""
KIND = """
class Once(TextField):
    def __init__(self, **more):
        more["unique"] = {truth}
        super().__init__(**more)
"""
PLAIN = {
    "an index": ("TextField(index=True)",),
    "a helper": ("text()", "\ndef text():\n    return TextField(index=True)\n"),
    "a partial": ("Text(index=True)", "\nText = partial(TextField, null=True)\n"),
    "a kind of its own": ("Once()", KIND.format(truth=False)),
    "options": ("TextField(**MANY)", "\nMANY = {'unique': False, 'index': True}\n"),
    "other SQL": ("TextField(constraints=[SQL('DEFAULT 1')])",),
}
UNIQUE = {
    "a partial": ("Key(null=True)", "\nKey = partial(peewee.TextField, unique=True)\n"),
    "a function": ("key()", "\ndef key():\n    return TextField(unique=True)\n"),
    "a function that answers twice": (
        "key(1)",
        "\ndef key(long):\n    if long:\n        return TextField()\n    return TextField(unique=True)\n",
    ),
    "a lambda": ("key()", "\nkey = lambda: TextField(unique=True)\n"),
    "options": ("TextField(**ONCE)", "\nONCE = {'unique': True}\n"),
    "more options": ("TextField(**dict(unique=True))",),
    "a kind of its own": ("Once()", KIND.format(truth=True)),
    "a kind of such a kind": ("Again()", KIND.format(truth=True) + "\nclass Again(Once):\n    pass\n"),
    "SQL": ("TextField(constraints=[SQL('unique')])",),
    "a named truth": ("TextField(unique=IS_KEY)", "\nIS_KEY = True\n"),
}


def column(call: str, above: str = "") -> tuple[ast.Call, Defined]:
    program = small(ABOVE + above)
    node = ast.parse(call, mode="eval").body
    assert isinstance(node, ast.Call)
    return node, Defined(program, MODULE)


@pytest.mark.parametrize("form", PLAIN)
def test_a_column_like_others(form: str) -> None:
    node, defined = column(*PLAIN[form])
    assert is_column(node, defined)
    assert "unique" not in said(node, defined)


@pytest.mark.parametrize("form", UNIQUE)
def test_a_unique_column(form: str) -> None:
    node, defined = column(*UNIQUE[form])
    assert is_column(node, defined)
    assert "unique" in said(node, defined)


@pytest.mark.parametrize(
    "call", ["Cache(unique=True)", "AutoField(primary_key=True)", "text(unique=True)", "Number(primary_key=True)"]
)
def test_no_column_that_somebody_fills(call: str) -> None:
    assert not is_column(
        *column(call, "\ndef text(unique):\n    return unique\n\nclass Number(AutoField):\n    pass\n")
    )


def test_columns_are_named_by_texts_and_as_attributes() -> None:
    call = column("index('a', Page.b, c)")[0]
    assert columns_of(call.args) == ("a", "b")
