"""Whether code uses a module's name."""

from __future__ import annotations

import pytest

from codemods.commands.editing.used import is_used

UNUSED = ["Dict = 1", "def f():\n    Dict = {}\n    Dict[1] = 2", "def f():\n    del Dict\n    print(1)", "'Dict'"]
USED = ["Dict += 1", "del Dict", "def f(x: Dict): pass", "x = 'Dict'", "def f():\n    global Dict\n    Dict = 1"]


@pytest.mark.parametrize("text", UNUSED)
def test_a_name_that_is_given_or_is_anothers_is_not_used(text: str) -> None:
    assert not is_used(text, "Dict")


@pytest.mark.parametrize("text", USED)
def test_a_name_that_is_read_or_may_be_is_used(text: str) -> None:
    assert is_used(text, "Dict")
