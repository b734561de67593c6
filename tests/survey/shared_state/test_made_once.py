"""Whether a line runs only where there was nothing yet."""

from __future__ import annotations

import ast

import pytest

from codemods.survey.shared_state.made_once import is_first

FIRST = [
    "if kept is None:\n    kept = make()",
    "if not kept and wanted:\n    kept = make()",
    "if kept:\n    return kept\nkept = make()",
    "if kept is not None or wanted:\n    return kept\nkept = make()",
    "if not (kept or wanted):\n    kept = make()",
    "if kept:\n    print(kept)\nelse:\n    kept = make()",
    "if wanted:\n    print(kept)\nelif kept is None:\n    kept = make()",
    "with lock:\n    if kept is None:\n        try:\n            kept = make()\n        finally:\n            pass",
    "kept = kept or make()",
]
AGAIN = [
    "kept = make()",
    "if kept:\n    print(kept)\nkept = make()",
    "if kept is not None:\n    kept = make()",
    "if kept is None or wanted:\n    kept = make()",
    "if kept and wanted:\n    return kept\nkept = make()",
    "if not (kept and wanted):\n    kept = make()",
    "if other is None:\n    kept = make()",
    "if kept is None:\n    print(kept)\nelse:\n    kept = make()",
    "if wanted:\n    if kept:\n        return kept\nkept = make()",
    "kept = wanted or make()",
]


def found(text: str) -> bool:
    line = next(number for number, each in enumerate(text.splitlines(), 1) if "make()" in each)
    return is_first(ast.parse(text).body, line, lambda chain: chain == ("kept",))


@pytest.mark.parametrize("text", AGAIN)
def test_may_run_again(text: str) -> None:
    assert not found(text)


@pytest.mark.parametrize("text", FIRST)
def test_runs_where_there_was_nothing(text: str) -> None:
    assert found(text)
