"""Whoever reads what is kept by another name reads what it is kept as."""

from __future__ import annotations

import pytest

from codemods.analysis.holders import Holders
from codemods.analysis.kept import NAME, Holder
from codemods.analysis.symbols import Symbol
from tests.analysis.test_holders import program_of

KEPT = "kept = {}\ndef f():\n    kept[1] = 2\n"


def readers(code: str) -> list[str]:
    """The functions that read `kept` of a module."""
    found = Holders(program_of(m=KEPT + code)).readers(Holder(NAME, Symbol("m", "kept")))
    return [item.function.qualname for item in found if item.function.qualname != "<module>"]


@pytest.mark.parametrize(
    "code",
    [
        "other = dict(kept)\ndef g():\n    return other",
        "other = {1: kept}\ndef g(other):\n    return other",
        "other = {}\ndef g():\n    return other",
        "class A:\n    def __init__(self):\n        self.all = []\n        self.all.append(kept[1])\n"
        "a = A()\ndef g():\n    return a.all",
    ],
)
def test_what_is_a_copy_is_no_other_name(code: str) -> None:
    assert "g" not in readers(code)


@pytest.mark.parametrize(
    "code",
    [
        "other = kept\ndef g():\n    return other[1]",
        "from types import MappingProxyType\nother = MappingProxyType(kept)\ndef g():\n    return other[1]",
        "other = kept\nmore = other\ndef g():\n    return more[1]",
        "other = kept.values()\ndef g():\n    return list(other)",
        "class A:\n    def __init__(self):\n        self.all = kept\na = A()\ndef g():\n    return a.all",
        "class A:\n    all = kept\ndef g():\n    return A.all",
    ],
)
def test_another_name_is_read_as_well(code: str) -> None:
    assert readers(code)[-1] == "g"
