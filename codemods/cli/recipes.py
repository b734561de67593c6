"""`tenantize recipes`."""

from __future__ import annotations

import click

from codemods.cli.exits import DONE
from codemods.cli.options import recipe_names


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
        for recipe in all_recipes():
            click.echo(f"{recipe.name:<{width}}  {recipe.title}")
        return DONE
    (recipe,) = chosen_recipes([name])
    click.echo(f"{recipe.name}: {recipe.title}")
    click.echo(f"answers: section {' and '.join(recipe.why)} of the analysis")
    if recipe.requires:
        click.echo(f"requires: {', '.join(recipe.requires)}")
    for support in recipe.supports:
        names = ", ".join(item for item in support.defines if not item.startswith("_"))
        click.echo(f"adds: {names} ({support.target})")
    for codemod in recipe.codemods:
        where = f"every {codemod.on}" if codemod.on else (codemod.at or "").partition("=")[0]
        click.echo(f"runs: {codemod.command.rpartition('.')[2]} on {where}")
    if recipe.plugins:
        click.echo("for: MaiMBot checkouts, and plugins on their own")
    return DONE
