"""Options that several commands take: which recipes and files, and what the tree's state is called."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from typing import Any

import click
from click.shell_completion import CompletionItem


@dataclass(frozen=True, slots=True)
class Selection:
    """What of the migration is asked for; `state`: a file with holders of the user's own."""

    names: tuple[str, ...] = ()
    paths: tuple[str, ...] = ()
    all_handlers: bool = False
    state: Path | None = None

    @property
    def is_whole(self) -> bool:
        """Whether it is all recipes and files."""
        return not (self.names or self.paths)


def _known(_context: click.Context, _option: click.Parameter, names: tuple[str, ...]) -> tuple[str, ...]:
    """The names of recipes, refused here so that it is not said again for every tree."""
    from codemods.knowledge.recipes import chosen_recipes

    chosen_recipes(names)
    return names


def recipe_names(_context: click.Context, _option: click.Parameter, begun: str) -> list[CompletionItem]:
    """The recipes whose names begin like this, for the shell."""
    from codemods.knowledge.recipes import all_recipes

    return [CompletionItem(item.name, help=item.title) for item in all_recipes() if item.name.startswith(begun)]


STATE = click.option(
    "--state",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="A TOML file with holders of tenant state of your own fork, beside those in its pyproject.toml.",
)
RECIPE = click.option(
    "--recipe",
    "names",
    multiple=True,
    metavar="NAME",
    callback=_known,
    shell_complete=recipe_names,
    help="Only this recipe, and what it requires; may be repeated.",
)
_SELECTING = (
    RECIPE,
    click.option(
        "--path", "paths", multiple=True, metavar="GLOB", help="Only files that match, and what their edits stand on."
    ),
    click.option(
        "--all-handlers", is_flag=True, help="Wrap every WebUI handler, also those that reach no tenant data."
    ),
    STATE,
)


def selecting(command: Callable[..., int]) -> Callable[..., Any]:
    """Give a command the options that make up its `selection`."""

    @wraps(command)
    def selected(
        *, names: tuple[str, ...], paths: tuple[str, ...], all_handlers: bool, state: Path | None, **others: Any
    ) -> int:
        return command(selection=Selection(names, paths, all_handlers, state), **others)

    with_options: Callable[..., Any] = selected
    for option in reversed(_SELECTING):
        with_options = option(with_options)
    return with_options
