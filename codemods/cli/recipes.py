"""`tenantize recipes`."""

from __future__ import annotations

import click

from codemods.cli.exits import DONE
from codemods.cli.options import recipe_names
from codemods.messages import either
from codemods.terminal import text


@click.command()
@click.argument("name", required=False, shell_complete=recipe_names)
def recipes(name: str | None) -> int:
    """List the recipes, or what a tree gets from one of them.

    \b
    Examples:
      tenantize recipes
      tenantize recipes webui-admin-context
    """
    from codemods.deliver.reports.explanation import recipe_lines
    from codemods.knowledge.explanations import explained
    from codemods.knowledge.recipes import all_recipes, chosen_recipes
    from codemods.terminal.layout import wrapped

    if name is None:
        width = max(len(recipe.name) for recipe in all_recipes())
        for recipe in all_recipes():
            title = either(recipe.title, recipe.title_zh)
            named = f"{recipe.name:<{width}}  "
            # A line a recipe for what reads a pipe.
            text.show(wrapped(title, named, " " * len(named)) if text.is_terminal() else [named + title])
        return DONE
    (recipe,) = chosen_recipes([name])
    topic = explained(recipe)
    text.show(recipe_lines(topic, code=False) if topic else [f"{recipe.name}: {either(recipe.title, recipe.title_zh)}"])
    return DONE
