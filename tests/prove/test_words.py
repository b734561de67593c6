"""Canaries, and whose they are."""

from __future__ import annotations

from codemods.prove.guest.words import ADMIN, FIRST, NOBODY, SECOND, SISTER, Words


def test_a_word_is_foreign_to_others_and_to_nobody() -> None:
    words = Words()
    word = words.new(FIRST, "a message")
    for viewer in (SECOND, ADMIN, NOBODY):
        assert [canary.put_in for canary in words.foreign(f"said {word}!", viewer)] == ["a message"]
    assert words.foreign(word, FIRST) == words.foreign(word, SISTER) == []


def test_what_one_has_given_oneself_tells_nothing() -> None:
    words = Words()
    given, other = words.new(FIRST, "an id"), words.new(FIRST, "a text")
    assert [canary.text for canary in words.foreign(f"{given} {other}", SECOND, [given])] == [other]


def test_ids_that_the_tree_has_made_are_words() -> None:
    words = Words()
    words.alias("0f" * 16, FIRST, "the id of a chat")
    words.alias("71000001", SECOND, "a number")
    assert {canary.owner for canary in words.foreign(f"x{'0f' * 16}y 71000001", NOBODY)} == {FIRST, SECOND}


def test_words_that_nobody_has_put_in_are_none() -> None:
    assert Words().foreign("zaq000001 zbq000002", NOBODY) == []
