"""Patterns that LibCST's parser does not come to the end of."""

from __future__ import annotations

import pytest

from codemods.analysis.patterns import are_too_deep


@pytest.mark.parametrize(("begin", "end", "most"), [("[", "]", 14), ("C(", ")", 14), ("{1: ", "}", 7)])
def test_what_nobody_writes_is_too_deep_and_all_else_is_not(begin: str, end: str, most: int) -> None:
    for count in (most, most + 1, 90):
        code = f"match x:\n    case {begin * count}1{end * count}:\n        pass\n"
        assert are_too_deep(code.encode()) is (count > most)
    assert not are_too_deep(f"match x:\n    case 1:\n        a = {'[' * 90}{']' * 90}\n".encode())
    assert not are_too_deep(b'"""\ncase (1\n"""\n' + b"x = (1)\n" * 2000)
