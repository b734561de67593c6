"""`tenantize recipes`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from codemods.cli.exits import DONE
from codemods.cli.options import recipe_names
from codemods.terminal import text

if TYPE_CHECKING:
    from codemods.knowledge.recipes import Recipe


@click.command()
@click.argument("name", required=False, shell_complete=recipe_names)
def recipes(name: str | None) -> int:
    """List the recipes, or what one of them does.

    \b
    Examples:
      tenantize recipes
      tenantize recipes webui-admin-context
    """
    from codemods.knowledge.recipes import all_recipes, chosen_recipes

    if name is None:
        width = max(len(recipe.name) for recipe in all_recipes())
        text.show(f"{recipe.name:<{width}}  {recipe.title}" for recipe in all_recipes())
        return DONE
    (recipe,) = chosen_recipes([name])
    text.show(_described(recipe))
    return DONE


def _described(recipe: Recipe) -> Iterator[str]:
    yield f"{recipe.name}: {recipe.title}"
    yield f"answers: section {' and '.join(recipe.why)} of the analysis"
    if recipe.requires:
        yield f"requires: {', '.join(recipe.requires)}"
    for support in recipe.supports:
        names = ", ".join(item for item in support.defines if not item.startswith("_"))
        yield f"adds: {names} ({support.target})"
    for codemod in recipe.codemods:
        where = f"every {codemod.on}" if codemod.on else (codemod.at or "").partition("=")[0]
        yield f"runs: {codemod.command.rpartition('.')[2]} on {where}"
    if recipe.plugins:
        yield "for: MaiMBot checkouts, and plugins on their own"
