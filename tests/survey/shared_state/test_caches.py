"""Caches by decorator: what one tenant was answered, the next one is answered too."""

from __future__ import annotations

import pytest

from codemods.survey.shared_state.caches import cached_answers
from codemods.survey.shared_state.sharing import Sharing
from tests.survey.shared_state.small import SERVE, here, small

IMPORTS = "from functools import cache, cached_property, lru_cache, wraps\n\n\n"


def found(text: str, call: str) -> list[str]:
    program = small(IMPORTS + text + SERVE + f"    {call}\n")
    sharing = Sharing(program)
    return [item.reason for item in here(list(cached_answers(program, sharing.shared, sharing.work)))]


@pytest.mark.parametrize(
    ("text", "call"),
    [
        ("def page(chat):\n    return rows(chat)\n", "page(chat)"),
        ("@cache\ndef page(chat):\n    return chat * 2\n", "page(chat)"),
        ("@wraps(rows)\ndef page(chat):\n    return rows(chat)\n", "page(chat)"),
        ("class Page:\n    @cached_property\n    def rows(self):\n        return rows()\n", "Page().rows"),
    ],
    ids=["no cache", "nothing of a tenant's", "another decorator", "with an object that ends"],
)
def test_keeps_no_answer_for_others(text: str, call: str) -> None:
    assert found(text, call) == []


@pytest.mark.parametrize("cached", ["cache(rows)", "lru_cache(maxsize=10)(rows)"])
def test_what_a_call_makes_of_a_function_keeps_its_answers(cached: str) -> None:
    (reason,) = found(f"page = {cached}\n", "page(chat)")
    assert "keeps what rows answers one tenant for all of them: rows" in reason


@pytest.mark.parametrize("decorator", ["cache", "lru_cache", "lru_cache(maxsize=10)"])
def test_keeps_one_tenants_answer_for_all(decorator: str) -> None:
    (reason,) = found(f"@{decorator}\ndef page(chat):\n    return rows(chat)\n", "page(chat)")
    assert reason.startswith(f"@{decorator.partition('(')[0]}")
    assert "keeps what page answers one tenant for all of them: page → rows" in reason
