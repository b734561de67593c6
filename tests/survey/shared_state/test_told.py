"""How far the answer to a question gets: what a function decides by it, logs, or says on."""

from __future__ import annotations

from functools import cache
from textwrap import indent

import pytest

from codemods.survey.shared_state.told import Told
from tests.survey.shared_state.small import name, small

QUIET = [
    "if kept:\n    return 1",
    "return 1 if len(kept) > 2 else 0",
    "size = len(kept)\nwhile size:\n    logger.info(f'{size} left')",
    "assert not kept",
    "return [each for each in chat if len(kept)]",
    "return own in kept",
    "return kept[chat]",
]
SAID = [
    "return len(kept)",
    "return {'any': bool(kept)}",
    "size = len(kept)\ntwice = size * 2\nchat.send(twice)",
    "if (size := len(kept)) > 1:\n    return size",
    "return chat in kept",
    "chat.size = len(kept)",
]


@cache
def told() -> dict[str, bool]:
    """What is said of each form."""
    forms = [*QUIET, *SAID]
    text = "kept = {}\n"
    for number, body in enumerate(forms):
        text += f"\n\ndef form_{number}(chat, own):\n{indent(body, '    ')}\n"
    program = small(text)
    asked = Told(program, lambda key, _: getattr(key, "id", "") == "own")
    found = {}
    for number, body in enumerate(forms):
        frame = name(f"form_{number}")
        uses = [use for use in program.functions[frame].uses if use.chain == ("kept",)]
        found[body] = any(asked.is_told(use.chain, use.line, frame) for use in uses)
    return found


@pytest.mark.parametrize("body", QUIET)
def test_decides_or_logs(body: str) -> None:
    assert not told()[body]


@pytest.mark.parametrize("body", SAID)
def test_says_it_on(body: str) -> None:
    assert told()[body]


@pytest.mark.parametrize(("caller", "is_said"), [("if many() > 2:\n        return 1", False), ("return many()", True)])
def test_follows_what_it_answers(caller: str, is_said: bool) -> None:
    program = small(f"kept = {{}}\n\n\ndef many():\n    return len(kept)\n\n\ndef ask():\n    {caller}\n")
    asked = Told(program, lambda key, frame: False)
    use = next(use for use in program.functions[name("many")].uses if use.chain == ("kept",))
    assert asked.is_told(use.chain, use.line, name("many")) is is_said
