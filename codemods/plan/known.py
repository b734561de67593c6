"""Recipes are held against what exists: the areas' kinds and places, and the commands with their options."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Sequence
from functools import cache

from codemods.knowledge.checks import Options, require_commands, require_kinds
from codemods.knowledge.recipes import Recipe
from codemods.survey.area import all_kinds, all_places


def require_known_kinds(recipes: Sequence[Recipe]) -> None:
    """Raises TenantizeError where a recipe names a kind or a kind of place that no area has."""
    require_kinds(recipes, all_kinds(), all_places())


def require_known_commands(recipes: Sequence[Recipe]) -> None:
    """Raises TenantizeError where a recipe names a command or an option that there is not. Loads the commands."""
    require_commands(recipes, _options_of, _all_commands)


@cache
def _options_of(name: str) -> Options | None:
    from codemods.commands.editing.named import command_named, options_of, required_options
    from codemods.places import needs_only_a_name

    try:
        command = command_named(name)
    except LookupError:
        return None
    if not hasattr(command, "PLACE"):  # what commands are made of
        return None
    types = {option: hint if hint in (str, bool) else _as_written(hint) for option, hint in options_of(command).items()}
    return Options(types, frozenset(required_options(command)), needs_only_a_name(command.PLACE))


def _as_written(hint: object) -> type:
    """What a TOML file has for an option that is no plain text: a text for a name to import, a list for several."""
    from codemods.places import Imported

    return str if hint is Imported else list


def _all_commands() -> list[str]:
    """Every command, as a recipe names it."""
    from codemods import commands

    modules = [item.name for item in pkgutil.iter_modules(commands.__path__) if not item.ispkg]
    loaded = {name: importlib.import_module(f"codemods.commands.{name}") for name in modules}
    return [
        f"{name}.{member}"
        for name, module in loaded.items()
        for member, value in vars(module).items()
        if hasattr(value, "PLACE") and value.__module__ == module.__name__
    ]
