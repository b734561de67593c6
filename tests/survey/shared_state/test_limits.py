"""What is compared with how many there may be: what makes room, or asks whether there is any, is no limit."""

from __future__ import annotations

from textwrap import indent

import pytest

from codemods.analysis.holders import Holders
from codemods.analysis.kept import NAME, Holder
from codemods.survey.shared_state.limits import limited
from codemods.survey.shared_state.mentions import Mentions
from tests.survey.shared_state.small import name, small


def is_limited(body: str, first: str = "set()") -> bool:
    inside, _, below = body.partition("\n\n\n")
    body = indent(inside, "    ") + "\n\n\n" + below
    text = f"kept = {first}\n\n\ndef work(key, most):\n    global kept\n{body}\n"
    program = small(text)
    return limited(Mentions(program, Holders(program.program)).of(Holder(NAME, name("kept")))) is not None


@pytest.mark.parametrize(
    "body",
    [
        "return len(kept)",
        "if len(kept) > most:\n    kept.pop()\nkept.add(key)",
        "while len(kept) >= most:\n    kept.pop()",
        "kept.add(key)\nif len(kept) <= most:\n    return\nkept.pop()",
        "count = len(kept)\nif count > 0:\n    return count\nkept.add(key)",
        "count = len(kept)\nif count > most:\n    kept.clear()",
    ],
    ids=["counted", "room made", "room made again and again", "room behind enough", "any", "room by a name"],
)
def test_no_limit(body: str) -> None:
    assert not is_limited(body)


@pytest.mark.parametrize(
    "body",
    [
        "kept += 1\nif kept >= most:\n    kept = 0",
        "kept = key\nif kept < most:\n    return key",
        "kept += 1\nkept -= 1",
        "kept += 1\nif kept > most:\n    less()\n\n\ndef less():\n    global kept\n    kept -= 1",
    ],
    ids=["counted up", "given", "up and down", "down elsewhere"],
)
def test_a_number_that_is_no_limit(body: str) -> None:
    assert not is_limited(body, "0")


@pytest.mark.parametrize(
    "body",
    [
        "return len(kept) > 3",
        "if len(kept) >= most:\n    return\nkept.add(key)\ntry:\n    return key\nfinally:\n    kept.discard(key)",
        "count = len(kept)\nif count >= most:\n    return\nkept.add(key)",
        "if len(kept) < most:\n    kept.add(key)",
        "if most <= len(kept):\n    return\nkept.add(key)\nkept.discard(key)",
    ],
    ids=["asked", "left at the end", "by a name", "room for one more", "the other way round"],
)
def test_a_limit(body: str) -> None:
    assert is_limited(body)


def test_a_limit_of_how_many_run() -> None:
    body = "if kept >= most:\n    return\nkept += 1\ntry:\n    return key\nfinally:\n    kept -= 1"
    assert is_limited(body, "0")
