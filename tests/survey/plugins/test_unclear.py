"""Changes to what a plugin keeps of which its code does not tell."""

from __future__ import annotations

import pytest

from codemods.survey.plugins.plugin_code import Part
from tests.survey.plugins.small import handler, name, plugin

ABOVE = """
import sys
from functools import lru_cache, wraps


def keeps(function):
    words = []

    def inner():
        words.append(function())

    return inner


@keeps
def wrapped():
    pass


@lru_cache
def cached():
    pass


def default(items=[]):
    items.append(1)


def harmless(items=(), more=None):
    return [*items, more]


"""


def first(body: str) -> str:
    start = plugin(handler(body, before=ABOVE))
    found = start.unclear.first([Part(name("Start.execute"))])
    return found.why if found is not None else ""


@pytest.mark.parametrize(
    "body",
    [
        "self.words = [1]",
        "harmless()",
        "json.dumps(1)",
        "words = {}\nwords['a'] = 1",
        "print(vars)",
        "sys.modules['a']",
    ],
)
def test_what_can_be_told(body: str) -> None:
    assert first(body) == ""


@pytest.mark.parametrize(
    ("body", "why"),
    [
        ("setattr(json, 'a', 1)", "what setattr() changes cannot be told"),
        ("globals()['a'] = 1", "what globals() changes cannot be told"),
        ("sys.modules['a'] = 1", "what sys.modules['a'] changes cannot be told"),
        ("self.__class__.words = 1", "what self.__class__.words changes cannot be told"),
        ("harmless.words = 1", "harmless.words is kept on a function"),
        ("wrapped()", "what keeps keeps for wrapped cannot be told"),
        ("cached()", "cached keeps its answers for all tenants"),
        ("default()", "default keeps its default of items for all tenants"),
    ],
)
def test_what_cannot_be_told(body: str, why: str) -> None:
    assert first(body) == why


def test_what_a_function_around_it_keeps() -> None:
    above = "def outer():\n    words = []\n\n    def inner():\n        words.append(1)\n\n    return inner\n"
    start = plugin(handler("pass", before=above))
    found = start.unclear.first([Part(name("outer.<locals>.inner"))])
    assert found is not None
    assert found.why == "words is kept by the function around inner"
    assert start.unclear.first([Part(name("outer")), Part(name("outer.<locals>.inner"))]) is None
