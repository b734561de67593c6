"""What becomes of a value in a function and beyond it."""

from __future__ import annotations

import ast

import pytest

from codemods.analysis.nodes import own_nodes
from codemods.survey.pair_keys.uses import Uses
from tests.survey.shared_state.small import name, small

KEYS = ["SEEN[VALUE]", "SEEN.get(VALUE)", "VALUE in SEEN", "VALUE is None", "not VALUE", "SEEN.pop(VALUE, None)"]
OTHERS = [
    "SEEN[0][VALUE:]",
    "VALUE.lower()",
    "VALUE == 'a'",
    "SEEN in VALUE",
    "len(VALUE)",
    "SEEN.get(0, VALUE)",
    "[VALUE]",
]


def is_key(expression: str) -> bool:
    program = small(f"SEEN = {{}}\n\n\ndef work():\n    {expression.replace('VALUE', repr('value'))}\n")
    frame = name("work")
    nodes = own_nodes(program.sources.body(frame))
    value = next(part for part in nodes if isinstance(part, ast.Constant) and part.value == "value")
    return Uses(program).is_key(value, frame)


@pytest.mark.parametrize("expression", KEYS)
def test_a_key(expression: str) -> None:
    assert is_key(expression)


@pytest.mark.parametrize("expression", OTHERS)
def test_no_key(expression: str) -> None:
    assert not is_key(expression)
