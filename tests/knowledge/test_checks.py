"""Recipes that name what there is not: refused, with what may have been meant."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from codemods.errors import TenantizeError
from codemods.knowledge.checks import Options, require_commands, require_kinds
from codemods.knowledge.recipes import Codemod, FixedPlace, Recipe, all_recipes
from codemods.plan.known import require_known_commands, require_known_kinds

COMMANDS = {
    "insert_first.InsertFirst": Options(
        {"statement": str, "imports": list, "often": bool}, frozenset({"statement"}), is_named=True
    ),
    "carry_context.CarryContext": Options({}, frozenset(), is_named=False),
}


def recipe(
    *, command: str = "insert_first.InsertFirst", on: str = "chat-gate", mends: str = "thread", **options: Any
) -> Recipe:
    codemod = Codemod(command=command, on=on, options=options)
    return Recipe(name="some", title="x", title_zh="x", why=("1",), mends=(mends,), codemods=(codemod,))


def refusal(wrong: Recipe) -> str:
    with pytest.raises(TenantizeError, match=r"recipes/some\.toml: ") as error:
        require_kinds([wrong], ["thread", "gateway"], ["chat-gate", "thread-start"])
        require_commands([wrong], COMMANDS.get, COMMANDS.keys)
    return str(error.value).partition(": ")[2]


def test_every_recipe_names_what_there_is() -> None:
    require_known_kinds(all_recipes())
    require_known_commands(all_recipes())


def test_a_kind_that_no_area_has() -> None:
    assert refusal(recipe(mends="threads")) == "`mends` names no kind `threads`: did you mean `thread`?"
    what = "`codemod[1].on` names no kind of place `thread-starts`: did you mean `thread-start`?"
    assert refusal(recipe(on="thread-starts")) == what
    assert refusal(recipe(on="xyz")).endswith("known: chat-gate, thread-start.")


def test_a_command_that_there_is_not() -> None:
    what = "`codemod[1].command` names no command `insert_first.Insert`: did you mean `insert_first.InsertFirst`?"
    assert refusal(recipe(command="insert_first.Insert")) == what


@pytest.mark.parametrize("name", ["", "insert_first", "..os.path", "no.Such", "scoped.FunctionCommand", "os.system"])
def test_what_is_no_command_is_refused_where_commands_are_looked_up(name: str) -> None:
    with pytest.raises(TenantizeError, match="names no command"):
        require_known_commands([recipe(command=name)])


def test_a_fixed_place_of_which_its_name_does_not_say_enough() -> None:
    codemod = Codemod(command="carry_context.CarryContext", at=FixedPlace("a.py", "run"), unless="carry")
    what = "needs more of a place than its name, which `codemod[1].at` says: run it `on` a kind."
    assert refusal(replace(recipe(), codemods=(codemod,))) == f"carry_context.CarryContext {what}"


def test_options_that_the_command_does_not_take() -> None:
    statement = {"statement": "x()"}
    what = "insert_first.InsertFirst takes no option `statment` (`codemod[1].options`): did you mean `statement`?"
    assert refusal(recipe(statment="x()")) == what
    assert refusal(recipe()).endswith("needs the option `statement`: add it to `codemod[1].options`.")
    assert refusal(recipe(statement=3)).endswith("`codemod[1].options.statement` is 3: write a text.")
    assert refusal(recipe(**statement, imports="a:b")).endswith("is 'a:b': write a list of texts.")
    assert refusal(recipe(**statement, imports=[1])).endswith("is [1]: write a list of texts.")
    assert refusal(recipe(**statement, often="yes")).endswith("is 'yes': write true or false.")
    require_commands([recipe(**statement, imports=["a:b"], often=True)], COMMANDS.get, COMMANDS.keys)
