"""What stands in a recipe's way on a tree."""

from __future__ import annotations

from collections.abc import Sequence

from codemods.errors import TenantizeError
from codemods.knowledge.recipes import Recipe, all_recipes
from codemods.messages import phrase
from codemods.plan.prerequisites import missing_names
from codemods.survey.survey import Survey
from codemods.survey.unmet import undefined, unmet
from codemods.tree import Checkout


def obstacle_of(recipe: Recipe, checkout: Checkout, survey: Survey, running: Sequence[Recipe]) -> str | None:
    """Why a recipe cannot run on this tree, or None. Raises TenantizeError when a file that it needs is broken."""
    if checkout.plugin is not None:
        return (
            None
            if recipe.plugins
            else phrase(
                "{name} is for MaiMBot checkouts, and {name2} is a plugin.", name=recipe.name, name2=checkout.root.name
            )
        )
    needed = [*(each.file for each in recipe.prerequisites), *(support.target for support in recipe.supports)]
    for broken in survey.broken:
        if broken.path in needed:
            raise TenantizeError(
                phrase(
                    "{path}:{line}:{column} cannot be read ({message}), and {name} needs it. Nothing was changed: "
                    "put that right and run it again.",
                    path=broken.path,
                    line=broken.line,
                    column=broken.column,
                    message=broken.message,
                    name=recipe.name,
                )
            )
    if (prerequisite := unmet(survey.plain, recipe)) is not None:
        file, otherwise = prerequisite.file, prerequisite.otherwise
        lacking = undefined(survey.plain, prerequisite.defines, file)
        if not lacking:
            return phrase("{name} needs {file}; {otherwise}.", name=recipe.name, file=file, otherwise=otherwise)
        return phrase(
            "{name} needs {lacking} in {file}; {otherwise}.",
            name=recipe.name,
            lacking=lacking[0],
            file=file,
            otherwise=otherwise,
        )
    for support in recipe.supports:
        if lacking := undefined(survey.plain, support.uses, support.target):
            return phrase(
                "{target} defines no {lacking}, on which {name} builds: give it the reference tree's interface, "
                "or move it away to get that one.",
                target=support.target,
                lacking=lacking[0],
                name=recipe.name,
            )
    return _missing_prerequisite(recipe, survey, running)


def _missing_prerequisite(recipe: Recipe, survey: Survey, running: Sequence[Recipe]) -> str | None:
    """What a required recipe has not brought yet and does not bring now, or None."""
    for required in all_recipes():
        if required.name not in recipe.requires or required in running:
            continue
        for support in required.supports:
            if missing_names(support, survey):
                return phrase(
                    "{name} stands on {name2}, which would create {defines} in {target}: run that first, or both "
                    "together (--recipe {name2}).",
                    name=recipe.name,
                    name2=required.name,
                    defines=support.defines[0],
                    target=support.target,
                )
    return None
