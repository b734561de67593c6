"""Names that lead to themselves: each stands for what it does, whichever of them was asked for first."""

from __future__ import annotations

import itertools
from unittest.mock import patch

import pytest

from codemods.analysis.program import Program
from codemods.analysis.symbols import MODULE_BODY, Symbol
from tests.analysis.test_holders import program_of

_LOOP = """
class Node:
    def __init__(self):
        self.left = Node()
def walk():
    node = Node()
    while node:
        child = node.left
        other = child
        node = other
def swap():
    one = two
    one = Node()
    two = three = one
    one = three
"""


@pytest.mark.parametrize("names", list(itertools.permutations(("node", "child", "other"))))
def test_names_of_a_loop_stand_for_what_they_are_given(names: tuple[str, ...]) -> None:
    program = program_of(m=_LOOP)
    found = {name: {str(value.name) for value in program.values((name,), Symbol("m", "walk"))} for name in names}
    assert all("m:Node" in values for values in found.values()), found


@pytest.mark.parametrize("names", list(itertools.permutations(("one", "two", "three"))))
def test_names_that_are_given_each_other_stand_for_the_same(names: tuple[str, ...]) -> None:
    program = program_of(m=_LOOP)
    found = {tuple(str(value.name) for value in program.values((name,), Symbol("m", "swap"))) for name in names}
    assert found == {("m:Node",)}


def test_many_names_that_lead_to_each_other_are_worked_out_in_a_time_that_does_not_explode() -> None:
    names = [f"n{number}" for number in range(12)]
    given = [f"{one} = {other}" for one in names for other in names if one != other]
    program, meaning, calls = program_of(m="\n".join(["n11 = print", *given])), Program._meaning, itertools.count()

    def counted(self: Program, chain: tuple[str, ...], frame: Symbol) -> object:
        next(calls)
        return meaning(self, chain, frame)

    with patch.object(Program, "_meaning", counted):
        found = {program.values((name,), Symbol("m", MODULE_BODY)) for name in names}
    assert [[str(value.name) for value in values] for values in found] == [["print"]]
    assert next(calls) <= len(names) ** 2
