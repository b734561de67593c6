"""Every place where something that is kept is written down, and the places of which it cannot be told."""

from __future__ import annotations

import pytest

from codemods.survey.plugins.first_values import PluginHolder
from tests.survey.plugins.small import MODULE, handler, plugin

WORDS = PluginHolder(MODULE, "", "_words")


def places(body: str, more: str = "", **others: str) -> tuple[list[str], list[str]]:
    """The functions in which `_words` is written down, and why of others it cannot be told."""
    start = plugin(handler(body, before="_words = []") + more, **others)
    found, unclear = start.occurrences.of(WORDS)
    return [item.function.qualname for item in found], [item.why for item in unclear]


def test_a_local_of_the_same_name_is_none() -> None:
    assert places("_words = [1]\nprint(_words)") == (["<module>"], [])
    assert places("print(self._words, json._words)") == (["<module>"], [])


def test_the_first_value_comes_first_and_then_every_use() -> None:
    more = "\n\ndef reset():\n    global _words\n    _words = []\n"
    assert places("print(_words, len(_words))", more) == (["<module>", "Start.execute", "Start.execute", "reset"], [])


def test_another_file_that_imports_it() -> None:
    found, unclear = places("print(_words)", others="from .plugin import _words\n\n\ndef work():\n    print(_words)\n")
    assert (sorted(found), unclear) == (["<module>", "Start.execute", "work"], [])


@pytest.mark.parametrize(
    ("body", "more", "why"),
    [
        ("del _words", "", "_words is deleted"),
        ("print(_words)", "\n\ndef work(words=_words):\n    pass\n", "_words is used in a signature"),
        ("json.dumps(1, default=lambda one: _words)", "", "_words is used in a lambda that is handed on"),
    ],
)
def test_what_cannot_be_told(body: str, more: str, why: str) -> None:
    if body.startswith("del"):
        body = f"global _words\n{body}"
    assert why in places(body, more)[1]
