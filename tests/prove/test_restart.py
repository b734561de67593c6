"""What is found again after a restart, and that what is gone is told."""

from __future__ import annotations

import json

import pytest

from codemods.messages import CHINESE, told
from codemods.prove.guest.restart import again
from codemods.prove.guest.shapes import APART, CROSSED, NOT_REACHED, SHOWN, Crossing
from codemods.prove.guest.texts import parted
from codemods.prove.guest.words import FIRST, SECOND, Words
from codemods.prove.texts import told_of

BEFORE = {FIRST: ["one", "two"], SECOND: ["three"]}
STRANGE = Crossing(SHOWN, "one", FIRST, "a message", "the answer", SECOND)


@pytest.mark.parametrize(
    ("first", "crossings", "verdict", "why"),
    [
        ({"one", "two", "new"}, [], APART, ""),
        ({"two"}, [], APART, "1 of 3 words that it showed before the stop are gone"),
        (set(), [], NOT_REACHED, "what it showed tenant A before the stop is gone: KeyError: 1"),
        ({"one", "two"}, [STRANGE], CROSSED, ""),
        (set(), [STRANGE], CROSSED, "what it showed tenant A before the stop is gone: KeyError: 1"),
    ],
)
def test_what_is_the_own_is_seen_again(first: set[str], crossings: list[Crossing], verdict: str, why: str) -> None:
    assert again(BEFORE, {FIRST: first, SECOND: {"three"}}, crossings, ["KeyError: 1"]) == (verdict, why)


def test_whose_it_was_is_told_in_either_language() -> None:
    kept = json.loads(json.dumps({FIRST: ["one"]}))
    _, why = again(kept, {FIRST: set()}, [], [])
    assert told(json.loads(json.dumps(parted(why)), object_hook=told_of), CHINESE) == "停止之前给 租户 A 看的内容不见了"


def test_words_of_the_process_before_are_known_and_new_ones_are_others() -> None:
    before = Words()
    word = before.new(FIRST, "a message")
    before.alias("chat-of-the-first", FIRST, "the id of a chat")
    after = Words()
    after.remember(before.put_in())
    assert after.new(FIRST, "a message") != word
    assert {canary.text for canary in after.foreign(f"{word} in chat-of-the-first", SECOND)} == {
        word,
        "chat-of-the-first",
    }
    assert after.masked(f"{word} in chat-of-the-first") == "… in …"
