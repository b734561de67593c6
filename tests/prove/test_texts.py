"""Texts of a guest: what they are made of comes over, and is told in either language."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from codemods.messages import CHINESE, ENGLISH, Phrase, told
from codemods.prove.guest.shapes import NOT_REACHED, Crossing, Line, Seen
from codemods.prove.guest.texts import parted, phrase, said_by, short, whole
from codemods.prove.guest.words import FIRST
from codemods.prove.proof import Proof
from codemods.prove.texts import told_of

# A place that the audit names, and an error of the tree's.
_CODE = re.compile(r"[\w.]+:[\w.<>]+")
_ERROR = re.compile(r"\w+: |\d+ ")


def came_over(value: Any) -> Any:
    return json.loads(json.dumps(parted(value)), object_hook=told_of)


def test_a_text_is_told_in_either_language_with_those_in_it() -> None:
    text = came_over(phrase("the name of {owner}'s bot", owner=FIRST))
    assert told(text, ENGLISH) == "the name of tenant A's bot" == str(text)
    assert told(text, CHINESE) == "租户 A 的机器人的名字"


def test_texts_are_found_wherever_they_stand_in_a_line() -> None:
    crossing = Crossing("shown", "zaq000001", FIRST, phrase("files"), phrase("a prompt"), "x")
    line = came_over(Line(seen=Seen("k", "m", "q", NOT_REACHED, phrase("it said nothing"), [crossing])))
    assert told(line["seen"]["why"], CHINESE) == "它什么也没有说"
    assert told(line["seen"]["crossings"][0]["came_out"], CHINESE) == "一条提示词"
    assert line["begins"] == ""


def test_a_text_is_one_again_in_the_guest() -> None:
    kept = json.loads(json.dumps(parted([phrase("the stop")])), object_hook=whole)
    assert parted(kept) == [{"wording": "the stop", "arguments": {}}]


def test_what_a_text_is_made_of_is_kept_where_it_is_short_enough() -> None:
    text = phrase("it did not end within {seconds} s", seconds="8")
    assert short(text) is text
    assert len(short(said_by(ValueError("x" * 1000)))) == 300


@pytest.mark.parametrize(
    ("wording", "arguments"),
    [
        ("{other}", {}),
        ("{a.__class__}", {"a": "x", "a.__class__": "y"}),
        ("{a:>999999999}", {"a": "x"}),
        ("{a!r}", {"a": "x"}),
        ("{", {}),
        ("{a}" * 100, {"a": "x"}),
        (1, {}),
        ("files", []),
    ],
)
def test_what_is_no_text_of_ours_is_refused(wording: Any, arguments: Any) -> None:
    with pytest.raises(ValueError, match=r"."):
        told_of({"wording": wording, "arguments": arguments})


def test_all_that_a_proof_says_by_itself_is_told_in_chinese(sample: Proof) -> None:
    outcomes = [outcome for way in sample.ways for outcome in (way.before, way.after)]
    crossings = [crossing for outcome in outcomes for crossing in outcome.crossings]
    said = {text for each in crossings for text in (each.owner, each.seen_by, each.put_in, each.came_out) if text}
    said |= {outcome.why for outcome in outcomes if outcome.why}
    untold = [text for text in said if not isinstance(text, Phrase)]
    assert [text for text in untold if not _CODE.fullmatch(text) and not _ERROR.match(text)] == []
