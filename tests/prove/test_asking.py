"""What is seen of a way, by who has asked it."""

from __future__ import annotations

import pytest

from codemods.prove.guest.asking import Asked
from codemods.prove.guest.shapes import APART, CROSSED, NOT_REACHED, REFUSED, SHOWN, Crossing
from codemods.prove.guest.words import FIRST, NOBODY, SECOND

WAY = ("api-function", "src.apis", "get_all")
CROSSING = Crossing(SHOWN, "zaq000001", FIRST, "a message", "the answer", SECOND)


@pytest.mark.parametrize(
    ("asked", "verdict", "why"),
    [
        (Asked(lacking="there is no value for x"), NOT_REACHED, "there is no value for x"),
        (Asked(askers={FIRST, SECOND, NOBODY}, is_answered=True), APART, ""),
        (Asked(askers={FIRST, SECOND}, is_answered=True, errors=["KeyError: 1"]), APART, ""),
        (Asked(askers={FIRST, SECOND}, errors=["KeyError: 1"]), REFUSED, "KeyError: 1"),
        # What one alone was answered keeps nobody apart.
        (Asked(askers={FIRST, NOBODY}, is_answered=True, lacking="there is no value for x"), NOT_REACHED, "no value"),
        (Asked(askers={FIRST}, is_answered=True, errors=["it did not end within 8 s"]), NOT_REACHED, "did not end"),
        (Asked(askers={FIRST, NOBODY}, is_answered=True), NOT_REACHED, "it was not asked as tenant B"),
        (Asked(askers={FIRST, NOBODY}, crossings=[CROSSING]), CROSSED, ""),
    ],
)
def test_apart_is_what_both_were_answered(asked: Asked, verdict: str, why: str) -> None:
    seen = asked.seen(*WAY)
    assert (seen.verdict, bool(seen.why)) == (verdict, bool(why))
    assert why in seen.why
