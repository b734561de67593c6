"""Words that are put by hand into holders, and taken out again."""

from __future__ import annotations

import contextlib
import sys
import types
from collections import deque
from collections.abc import Iterator
from typing import Any

import pytest

from codemods.prove.guest.hands import Hands
from codemods.prove.guest.owners import Owner, owners
from codemods.prove.guest.views import Holders
from codemods.prove.guest.words import FIRST, SECOND, Words

NAME = "src.kept_by_hand"


class Parted:
    """A map of the tree's own with a part for each tenant."""

    __module__ = NAME
    who = ""

    def __init__(self) -> None:
        self.parts: dict[str, dict[str, str]] = {}

    def __setitem__(self, key: str, value: str) -> None:
        self.parts.setdefault(Parted.who, {})[key] = value

    def __delitem__(self, key: str) -> None:
        del self.parts[Parted.who][key]

    def items(self) -> Any:
        return self.parts.get(Parted.who, {}).items()


class Tenants:
    """Stands for the tree: whose context it is."""

    @contextlib.contextmanager
    def inside(self, pair: tuple[str, str]) -> Iterator[None]:
        before, Parted.who = Parted.who, pair[0]
        try:
            yield
        finally:
            Parted.who = before


@pytest.fixture
def module(monkeypatch: pytest.MonkeyPatch) -> types.ModuleType:
    found = types.ModuleType(NAME)
    found.__dict__.update(
        a_map={}, a_list=[], a_set=set(), a_queue=deque(), a_text="old", nothing=None, parted=Parted()
    )
    monkeypatch.setitem(sys.modules, NAME, found)
    return found


def put(module: types.ModuleType, *names: str, is_migrated: bool) -> tuple[Any, list[Owner], Words]:
    tree: Any = Tenants()
    known, words = [f"{NAME}:{name}" for name in names], Words()
    everybody = owners(words)
    hands = Hands(tree, words, Holders(tree, known), known, is_migrated=is_migrated)
    return hands, [everybody[FIRST], everybody[SECOND]], words


@pytest.mark.parametrize("name", ["a_map", "a_list", "a_set", "a_queue", "a_text", "nothing"])
def test_as_the_tree_is_a_word_of_each_is_there_for_a_while(module: types.ModuleType, name: str) -> None:
    before = repr(vars(module)[name])
    hands, tenants, words = put(module, name, is_migrated=False)
    with hands.put(tenants):
        there = words.in_text(repr(vars(module)[name]))
        assert len(there) == (1 if name in ("a_text", "nothing") else 2)
        assert {canary.put_in for canary in words.put_in() if canary.text in there} == {f"put into {name} by hand"}
    assert repr(vars(module)[name]) == before


def test_what_is_apart_has_a_word_of_each_in_its_part(module: types.ModuleType) -> None:
    hands, tenants, words = put(module, "parted", is_migrated=True)
    with hands.put(tenants):
        parts = {who: words.in_text(repr(part)) for who, part in module.parted.parts.items()}
        assert [len(part) for part in parts.values()] == [1, 1]
    assert {who: part for who, part in module.parted.parts.items() if part} == {}


def test_migrated_nothing_is_put_where_only_code_keeps_tenants_apart(module: types.ModuleType) -> None:
    hands, tenants, _ = put(module, "a_map", "a_list", "nothing", is_migrated=True)
    with hands.put(tenants):
        assert (module.a_map, module.a_list, module.nothing) == ({}, [], None)
