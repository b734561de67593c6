"""Commands as recipes name them: every recipe's commands are there, and take the options that it gives."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from codemods.commands.editing.named import command_named, options_of, read_options, required_options
from codemods.knowledge.recipes import Codemod, all_recipes
from codemods.places import Beginning, Imported

CODEMODS = {f"{recipe.name}-{each.command}": each for recipe in all_recipes() for each in recipe.codemods}


@pytest.mark.parametrize("name", ["insert_first.InsertLast", "insert_last.InsertFirst", "InsertFirst", ""])
def test_a_command_that_is_not_there(name: str) -> None:
    with pytest.raises(LookupError, match="there is no command"):
        command_named(name)


def test_the_options_of_a_command() -> None:
    command = command_named("insert_first.InsertFirst")
    assert command.PLACE is Beginning
    assert options_of(command) == {"statement": str, "imports": Sequence[Imported]}
    assert required_options(command) == {"statement"}
    given = {"statement": "f()", "imports": ["a.b:f"]}
    assert read_options(command, given) == {"statement": "f()", "imports": (Imported("a.b", "f"),)}


@pytest.mark.parametrize("codemod", CODEMODS.values(), ids=CODEMODS)
def test_a_recipes_command_takes_its_options(codemod: Codemod) -> None:
    command = command_named(codemod.command)
    assert required_options(command) <= codemod.options.keys() <= options_of(command).keys()
    assert read_options(command, codemod.options).keys() == codemod.options.keys()
