"""The tables of what methods do to containers hold against Python's own containers."""

from __future__ import annotations

from collections import Counter, OrderedDict, deque

import pytest

from codemods.analysis.containers import CHANGING, COMMON_METHODS, HANDING_OUT, ITEMS, LOGGING, READING, WHOLE


def test_what_only_reads_changes_nothing() -> None:
    assert not READING & CHANGING
    assert LOGGING <= READING


def test_what_gives_all_hands_out() -> None:
    assert WHOLE <= HANDING_OUT
    assert ITEMS <= HANDING_OUT


@pytest.mark.parametrize("kind", [dict, list, set, bytearray, deque, Counter, OrderedDict])
def test_every_public_method_that_changes_a_container_is_known(kind: type) -> None:
    harmless = {
        "copy",
        "count",
        "elements",
        "fromkeys",
        "get",
        "index",
        "items",
        "keys",
        "most_common",
        "total",
        "values",
    }
    harmless |= {"values", "difference", "intersection", "isdisjoint", "issubset", "issuperset"}
    harmless |= {"symmetric_difference", "union"}
    texts = set(dir(bytes))
    changing = {name for name in dir(kind) if not name.startswith("_")} - harmless - texts - {"maxlen"}
    assert changing <= CHANGING


@pytest.mark.parametrize("name", ["get", "append", "strip", "__len__"])
def test_what_builtins_have_says_nothing_of_a_class(name: str) -> None:
    assert name in COMMON_METHODS
