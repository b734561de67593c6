"""Holders that must be one for each tenant: which are, which become so, and which are left to a person."""

from __future__ import annotations

import pytest

from codemods.analysis.symbols import Symbol
from codemods.errors import TenantizeError
from codemods.knowledge.state import Holder, load_state, with_holders
from codemods.places import Member
from codemods.survey.program import TenantProgram
from codemods.survey.shared_state.partitions import (
    ATTRIBUTE,
    MAPPING,
    first_line,
    how_to_partition,
    is_in_tree,
    is_partitioned,
    require_holders,
)
from codemods.survey.sites import Site
from codemods.survey.verdicts import Finding
from tests.conftest import survey_of
from tests.forms import form_tree

PATH = "src/mood/form.py"
HEAD = """
from dataclasses import dataclass

from src.common.message.tenant_local import TenantLocal
from src.common.structure.context_aware_map import ContextAwareMap


def count(items):
    return len(items)


{above}class Moods:
    {declared}

    def __init__(self):
        {first}

    def work(self, chat):
        {use}


moods = Moods()
{below}
"""
MINE = Holder("kept", Symbol.parse("src.mood.form:Moods.kept"), "partition", source="tenantize.toml")


def program(
    first: str, use: str = "pass", declared: str = "other = 1", above: str = "", below: str = ""
) -> TenantProgram:
    text = HEAD.format(first=first, use=use, declared=declared, above=above, below=below)
    return survey_of(form_tree({PATH: text}), holders=[MINE]).program


@pytest.mark.parametrize(
    ("first", "use"),
    [
        ("self.kept = {}", "self.kept[chat] = 1"),
        ("self.kept = dict()", "return self.kept.get(chat), self.kept.pop(chat)"),
        ("self.kept: dict = {}", "return [one for one in self.kept], len(self.kept), chat in self.kept"),
        ("self.kept = {}", "return count(self.kept)"),
    ],
)
def test_a_map_that_is_used_as_one_becomes_partitioned(first: str, use: str) -> None:
    way = how_to_partition(program(first, use), MINE)
    assert isinstance(way, Site)
    assert way == Site(MAPPING, PATH, Member("Moods.kept"))


@pytest.mark.parametrize("first", ["self.kept = None", "self.kept = []", "self.kept = set()", "self.kept = 3"])
def test_a_plain_value_becomes_an_attribute_for_each_tenant(first: str) -> None:
    way = how_to_partition(program(first), MINE)
    assert isinstance(way, Site)
    assert way.on == ATTRIBUTE


LEFT = {
    "used on import": (
        {"first": "self.kept = {}", "use": "self.kept[chat] = 1", "below": "moods.work('first')"},
        "as modules are imported",
    ),
    "a value that is used on import": (
        {"first": "self.kept = 1", "use": "print(self.kept)", "below": "moods.work('first')"},
        "as modules are imported",
    ),
    "handed to a stranger": ({"first": "self.kept = {}", "use": "print(self.kept)"}, "as no partitioned map"),
    "replaced": ({"first": "self.kept = {}", "use": "self.kept = {}"}, "is given a new value here"),
    "no plain value": ({"first": "self.kept = open(__file__)"}, "starts with no plain value"),
    "first given elsewhere": ({"first": "pass", "use": "self.kept = {}"}, "is first given a value here"),
    "a field of a dataclass": (
        {"first": "pass", "declared": "kept: int = 1", "above": "@dataclass\n"},
        "is a field of a dataclass",
    ),
    "a class with slots": ({"first": "self.kept = 1", "declared": "__slots__ = ('kept',)"}, "a class with __slots__"),
    "used while its object is made": (
        {"first": "self.kept = 1\n        print(self.kept)"},
        "is used while its object is made",
    ),
}


@pytest.mark.parametrize("form", LEFT)
def test_is_left_to_a_person(form: str) -> None:
    given, reason = LEFT[form]
    way = how_to_partition(program(**given), MINE)
    assert isinstance(way, Finding)
    assert reason in way.reason


@pytest.mark.parametrize("made", ["ContextAwareMap()", "TenantLocal(dict)"])
def test_one_that_keeps_a_part_for_each_tenant_is_partitioned(made: str) -> None:
    assert is_partitioned(program(f"self.kept = {made}"), MINE)
    assert not is_partitioned(program(f"self.kept = {made}", "self.kept = {}"), MINE)
    assert not is_partitioned(program("self.kept = {}"), MINE)


def test_where_it_gets_its_first_value() -> None:
    found = program("self.kept = {}")
    assert first_line(found, MINE) == 15
    assert first_line(program("pass"), MINE) == 1


def test_a_holder_that_a_user_names_must_be_there() -> None:
    require_holders(program("self.kept = {}"))
    found = program("pass")
    assert not is_in_tree(found, MINE)
    with pytest.raises(TenantizeError, match=r"tenantize.toml: holder 'kept' is at src.mood.form:Moods.kept"):
        require_holders(found)
    assert with_holders(load_state(), [MINE]).holders[MINE.at] == MINE
