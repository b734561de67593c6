"""LibCST's command line asks for what a command's constructor takes, and says what cannot be read."""

from __future__ import annotations

import argparse

import pytest

from codemods.commands.editing.function_command import PlaceCommand
from codemods.commands.filter_calls import FilterCalls
from codemods.commands.filter_collections import FilterCollections
from codemods.commands.insert_first import InsertFirst
from codemods.places import Beginning, Expression, Imported

OWN = Imported("a.b", "own")


def given(command: type[PlaceCommand], *arguments: str) -> dict[str, object]:
    parser = argparse.ArgumentParser(exit_on_error=False)
    command.add_args(parser)
    return vars(parser.parse_args(arguments))


def test_options_are_those_of_the_constructor() -> None:
    place = '{"function": "f", "text": "hub.all()"}'
    said = given(FilterCalls, "--places", place, "--by", "a.b:own", "--with-name")
    assert said == {"places": [Expression("f", "hub.all()")], "by": OWN, "with_name": True}
    said = given(InsertFirst, "--places", "f", "g", "--statement", "own()", "--imports", "a.b:own")
    assert said == {"places": [Beginning("f"), Beginning("g")], "statement": "own()", "imports": [OWN]}
    assert given(InsertFirst, "--places", "f", "--statement", "own()")["imports"] == ()
    assert given(FilterCollections, "--by", "a.b:own") == {"places": None, "by": OWN}


def test_what_cannot_be_read_is_said() -> None:
    with pytest.raises(argparse.ArgumentError, match=r"^argument --places: 'f' names no place: write \{"):
        given(FilterCalls, "--places", "f", "--by", "a.b:own")
    with pytest.raises(argparse.ArgumentError, match=r"^argument --by: 'own' names nothing to import: write "):
        given(FilterCollections, "--by", "own")
