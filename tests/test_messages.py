"""Texts are told in the language that is asked for, and stay plain English texts wherever code looks at them."""

from __future__ import annotations

import pickle
from pathlib import Path

import pytest

from codemods.messages import CHINESE, ENGLISH, Phrase, counted, in_short, joined, phrase, told, wanted


def test_what_is_no_phrase_stays_as_it_is() -> None:
    assert told("src.config:global_config", CHINESE) == "src.config:global_config"
    assert told("", CHINESE) == ""


def test_a_phrase_is_its_english_text() -> None:
    text = phrase("{name} is used in a {where}", name="hub", where="loop")
    assert text == "hub is used in a loop"
    assert {text: 1}["hub is used in a loop"] == 1
    assert told(text, ENGLISH) == text


def test_braces_in_what_fills_a_phrase_are_left_alone() -> None:
    assert phrase("exit status {status}", status="{status}") == "exit status {status}"


def test_a_phrase_that_went_to_another_process_can_still_be_told() -> None:
    text = joined("; ", [phrase("exit status {status}", status=1), "hub"])
    copy = pickle.loads(pickle.dumps(text))
    assert copy == text == "exit status 1; hub"
    assert told(copy, CHINESE) == told(text, CHINESE)


def test_what_fills_a_phrase_is_a_text_in_another_process() -> None:
    text = phrase("exit status {status}", status=Path("src/one.py"))
    copy = pickle.loads(pickle.dumps(text))
    assert isinstance(copy, Phrase) and copy == text and copy.arguments == {"status": "src/one.py"}


def test_a_text_with_a_number_that_has_one_wording_is_told() -> None:
    text = phrase("{evidence} and {count} more", evidence="Messages.select()", count=2)
    assert text == "Messages.select() and 2 more"
    assert told(text, CHINESE) == "Messages.select()，还有 2 处"


@pytest.mark.parametrize(
    ("names", "text", "chinese"),
    [
        ("a", "a", "a"),
        ("abcd", "a, b, c, d", "a、b、c、d"),
        ("abcdef", "a, b, c, d and 2 more", "a、b、c、d，还有 2 处"),
    ],
)
def test_of_many_names_some_are_given(names: str, text: str, chinese: str) -> None:
    assert (in_short(list(names)), told(in_short(list(names)), CHINESE)) == (text, chinese)


@pytest.mark.parametrize(("count", "text"), [(0, "0 tables"), (1, "1 table"), (2, "2 tables")])
def test_so_many_of_a_thing(count: int, text: str) -> None:
    assert counted(count, "{count} table", "{count} tables") == text


@pytest.mark.parametrize(
    ("arguments", "environment", "language"),
    [
        ([], {}, ENGLISH),
        ([], {"LANG": "zh_CN.UTF-8"}, CHINESE),
        ([], {"LC_ALL": "C.UTF-8", "LANG": "zh_CN.UTF-8"}, ENGLISH),
        ([], {"LC_ALL": "", "LC_MESSAGES": "zh_TW.UTF-8", "LANG": "C"}, CHINESE),
        (["audit", "--lang", "zh"], {"LANG": "C"}, CHINESE),
        (["audit", "--lang=en"], {"LANG": "zh_CN.UTF-8"}, ENGLISH),
        (["audit", "--lang", "fr"], {"LANG": "zh_CN.UTF-8"}, CHINESE),
        (["audit", "--lang"], {}, ENGLISH),
    ],
)
def test_the_language_is_the_one_asked_for_or_the_locales(
    arguments: list[str], environment: dict[str, str], language: str
) -> None:
    assert wanted(arguments, environment) == language
