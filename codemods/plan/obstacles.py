"""What stands in a recipe's way on a tree."""

from __future__ import annotations

from collections.abc import Sequence

from codemods.errors import TenantizeError
from codemods.knowledge.recipes import Recipe, all_recipes
from codemods.plan.prerequisites import missing_names, undefined
from codemods.survey.survey import Survey
from codemods.tree import Checkout


def obstacle_of(recipe: Recipe, checkout: Checkout, survey: Survey, running: Sequence[Recipe]) -> str | None:
    """Why a recipe cannot run on this tree, or None. Raises TenantizeError when a file that it needs is broken."""
    if checkout.plugin is not None:
        return (
            None if recipe.plugins else f"{recipe.name} is for MaiMBot checkouts, and {checkout.root.name} is a plugin."
        )
    needed = [*(each.file for each in recipe.prerequisites), *(support.target for support in recipe.supports)]
    for broken in survey.broken:
        if broken.path in needed:
            raise TenantizeError(
                f"{broken.path}:{broken.line}:{broken.column} cannot be read ({broken.message}), and {recipe.name} "
                "needs it. Nothing was changed: put that right and run it again."
            )
    for prerequisite in recipe.prerequisites:
        if prerequisite.file not in checkout.by_path:
            return f"{recipe.name} needs {prerequisite.file}; {prerequisite.otherwise}."
        if lacking := undefined(prerequisite.defines, prerequisite.file, survey):
            return f"{recipe.name} needs {lacking[0]} in {prerequisite.file}; {prerequisite.otherwise}."
    for support in recipe.supports:
        if lacking := undefined(support.uses, support.target, survey):
            return (
                f"{support.target} defines no {lacking[0]}, on which {recipe.name} builds: give it the reference "
                "tree's interface, or move it away to get that one."
            )
    return _missing_prerequisite(recipe, survey, running)


def _missing_prerequisite(recipe: Recipe, survey: Survey, running: Sequence[Recipe]) -> str | None:
    """What a required recipe has not brought yet and does not bring now, or None."""
    for required in all_recipes():
        if required.name not in recipe.requires or required in running:
            continue
        for support in required.supports:
            if missing_names(support, survey):
                return (
                    f"{recipe.name} stands on {required.name}, which would create {support.defines[0]} in "
                    f"{support.target}: run that first, or both together (--recipe {required.name})."
                )
    return None
