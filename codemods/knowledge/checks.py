"""Whether recipes name what exists: kinds and places of the survey, commands and their options, all handed in."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

from codemods.errors import TenantizeError, suggestion
from codemods.knowledge.recipes import Codemod, Recipe, recipes_folder
from codemods.messages import phrase

_WRITTEN: dict[type, str] = {str: phrase("a text"), bool: phrase("true or false"), list: phrase("a list of texts")}


@dataclass(frozen=True, slots=True)
class Options:
    """The options of a command: the type of each, as a TOML file has it, and those that have no default.

    is_named: a name is all that its places need, as a fixed place has it.
    """

    types: Mapping[str, type]
    required: frozenset[str]
    is_named: bool


def require_kinds(recipes: Sequence[Recipe], kinds: Collection[str], places: Collection[str]) -> None:
    """Raises TenantizeError where a recipe mends or runs on what no area of the survey knows."""
    for recipe in recipes:
        for kind in recipe.mends:
            if kind not in kinds:
                raise _wrong(
                    recipe,
                    phrase(
                        "`mends` names no kind `{kind}`: {suggestion}", kind=kind, suggestion=suggestion(kind, kinds)
                    ),
                )
        for number, codemod in enumerate(recipe.codemods, 1):
            if codemod.on is not None and codemod.on not in places:
                what = phrase("`codemod[{number}].on` names no kind of place `{on}`", number=number, on=codemod.on)
                raise _wrong(
                    recipe, phrase("{what}: {suggestion}", what=what, suggestion=suggestion(codemod.on, places))
                )
        kinds_of_codemods = {codemod.on for codemod in recipe.codemods}
        for number, support in enumerate(recipe.supports, 1):
            if support.on is not None and support.on not in kinds_of_codemods:
                raise _wrong(
                    recipe,
                    phrase(
                        "`support[{number}].on` names `{on}`, on which no codemod of the recipe runs: "
                        "name a kind that one does, or leave it out.",
                        number=number,
                        on=support.on,
                    ),
                )


def require_commands(
    recipes: Sequence[Recipe], options_of: Callable[[str], Options | None], names: Callable[[], Collection[str]]
) -> None:
    """Raises TenantizeError where a recipe runs a command that there is not, or with what it does not take.

    `options_of`: of a command, None where there is none of that name; `names`: of all commands.
    """
    for recipe in recipes:
        for number, codemod in enumerate(recipe.codemods, 1):
            where, options = f"codemod[{number}]", options_of(codemod.command)
            if options is None:
                what = phrase("`{where}.command` names no command `{command}`", where=where, command=codemod.command)
                raise _wrong(
                    recipe, phrase("{what}: {suggestion}", what=what, suggestion=suggestion(codemod.command, names()))
                )
            if wrong := _wrong_given(codemod, options, where):
                raise _wrong(recipe, wrong)


def _wrong_given(codemod: Codemod, options: Options, where: str) -> str:
    """What is wrong with the fixed place or the options that a command is given, or ""."""
    if codemod.at is not None and not options.is_named:
        return phrase(
            "{command} needs more of a place than its name, which `{where}.at` says: run it `on` a kind.",
            command=codemod.command,
            where=where,
        )
    for name, value in codemod.options.items():
        if name not in options.types:
            return phrase(
                "{command} takes no option `{name}` (`{where}.options`): {suggestion}",
                command=codemod.command,
                name=name,
                where=where,
                suggestion=suggestion(name, options.types),
            )
        kind = options.types[name]
        items = value if isinstance(value, list) else ()
        if not isinstance(value, kind) or not all(isinstance(item, str) for item in items):
            return phrase(
                "`{where}.options.{name}` is {value!r}: write {written}.",
                where=where,
                name=name,
                value=value,
                written=_WRITTEN[kind],
            )
    if lacking := sorted(options.required - codemod.options.keys()):
        return phrase(
            "{command} needs the option `{lacking}`: add it to `{where}.options`.",
            command=codemod.command,
            lacking=lacking[0],
            where=where,
        )
    return ""


def _wrong(recipe: Recipe, what: str) -> TenantizeError:
    return TenantizeError(phrase("{file}.toml: {what}", file=recipes_folder() / recipe.name, what=what))
