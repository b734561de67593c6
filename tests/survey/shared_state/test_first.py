"""What every tenant can start with: what is worked out of something comes first."""

from __future__ import annotations

import ast

import pytest

from codemods.survey.shared_state.first import is_closed, is_empty_mapping
from tests.survey.shared_state.small import name, small

PROGRAM = small(
    """
    import asyncio
    from collections import Counter, defaultdict, deque

    size = 3


    def dict_of(one):
        return one
    """
)


def value(text: str) -> ast.expr:
    return ast.parse(text, mode="eval").body


@pytest.mark.parametrize(
    "text", ["size", "[size]", "rows()", "asyncio.Queue()", "dict_of([])", "defaultdict(dict_of)", "{**size}", "-size"]
)
def test_what_is_worked_out(text: str) -> None:
    assert not is_closed(PROGRAM, value(text), name("<module>"))


@pytest.mark.parametrize(
    "text",
    [
        *("None", "-1", "'a'", "[]", "{'a': [0, 1]}", "(1, 2)", "set()", "dict(a=1)", "defaultdict(list)", "Counter()"),
        *("deque(maxlen=3)", "defaultdict(lambda: [0, 0])", "deque([], 3)"),
    ],
)
def test_what_is_the_same_for_everybody(text: str) -> None:
    assert is_closed(PROGRAM, value(text), name("<module>"))


def test_an_empty_mapping() -> None:
    assert [is_empty_mapping(value(text)) for text in ("{}", "dict()", "{1: 2}", "dict(a=1)", "[]")] == [
        *(True, True, False, False, False)
    ]
