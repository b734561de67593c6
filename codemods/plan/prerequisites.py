"""What a recipe's other edits stand on: its support files, and its fixed places."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from pathlib import PurePosixPath

from codemods.changes import Edit
from codemods.errors import TenantizeError
from codemods.knowledge.earlier import is_earlier
from codemods.knowledge.recipes import Recipe, Support, brought_by
from codemods.messages import phrase
from codemods.places import Definition, Named
from codemods.plan.files import FilesToEdit, Run
from codemods.plan.paths import path_matches
from codemods.plan.sites import Edits
from codemods.survey.survey import Survey
from codemods.survey.taken_back.applied import is_done
from codemods.survey.unmet import undefined
from codemods.tree import Checkout, module_name

_ADD_DEFINITIONS = "add_definitions.AddDefinitions"


def add_prerequisites(recipe: Recipe, survey: Survey, files: FilesToEdit, kinds: Collection[str | None]) -> None:
    """Note what of a recipe's support files and fixed places the tree lacks; `kinds`: of the sites that it edits."""
    there = {support.on for support in recipe.supports if support.target in files.checkout.by_path}
    for support in recipe.supports:
        if support.on is None or support.on in there or support.on in kinds or _is_missing(support, survey):
            _add_support(recipe, support, survey, files)
    for codemod in recipe.codemods:
        if codemod.at is not None and not is_done(survey.plain, codemod.at, codemod.unless):
            places, group = (Named(codemod.at.name),), recipe.name if recipe.atomic else ""
            files.edit(Edits(recipe.name, codemod, codemod.at.file, places, group)).prerequisite_of.add(recipe.name)


def _add_support(recipe: Recipe, support: Support, survey: Survey, files: FilesToEdit) -> None:
    """Note what of a support file the tree lacks."""
    if is_outdated(support, files.checkout):
        files.renew(support.target, brought_by(support), Edit(recipe.name, support.defines))
        return
    missing = missing_names(support, survey)
    if not missing:
        return
    edit = Edit(recipe.name, tuple(name for name in missing if not name.startswith("_")))
    if (package := support.target.removesuffix(".py") + "/__init__.py") in files.checkout.by_path:
        raise TenantizeError(
            phrase(
                "{package} is imported in the place of {target}, which {name} brings: rename it, then run again.",
                package=package,
                target=support.target,
                name=recipe.name,
            )
        )
    if support.target not in files.checkout.by_path:
        files.add(support.target, brought_by(support), edit)
        for package in _missing_packages(support.target, files.checkout):
            files.add(package, b"", edit)
    elif support.merge:
        brought_by(support)
        item = files.open(support.target, [edit])
        options = {"source": str(support.source), "after": support.after}
        item.runs.append(Run(recipe.name, _ADD_DEFINITIONS, tuple(map(Definition, missing)), options))
        item.prerequisite_of.add(recipe.name)
    else:
        raise TenantizeError(
            phrase(
                "{target} exists and does not define {missing}: rename that file, then run {name} again.",
                target=support.target,
                missing=missing[0],
                name=recipe.name,
            )
        )


def is_outdated(support: Support, checkout: Checkout) -> bool:
    """Whether the tree has a support file as an earlier release wrote it."""
    file = checkout.by_path.get(support.target)
    return file is not None and not support.merge and is_earlier(support, file.data)


def bringing(recipes: Sequence[Recipe], survey: Survey, paths: Sequence[str]) -> set[str]:
    """The recipes, each the first that can, which bring what the tree imports and lacks."""
    found: dict[str, str] = {}
    for recipe in recipes:
        for support in recipe.supports:
            if _is_missing(support, survey) and path_matches(support.target, paths):
                found.setdefault(support.target, recipe.name)
    return set(found.values())


def _is_missing(support: Support, survey: Survey) -> bool:
    return module_name(support.target) in survey.plain.missing


def missing_names(support: Support, survey: Survey) -> tuple[str, ...]:
    """The names of a support file that the tree's module does not define."""
    if module_name(support.target) not in survey.plain.files or _is_missing(support, survey):
        return support.defines
    return undefined(survey.plain, support.defines, support.target)


def _missing_packages(target: str, checkout: Checkout) -> list[str]:
    """The `__init__.py` files that a new module's folders lack, where the folders above have theirs."""
    missing = []
    for folder in list(PurePosixPath(target).parents)[:-1]:
        init = f"{folder}/__init__.py"
        if init in checkout.by_path or any(path.startswith(f"{folder}/") for path in checkout.by_path):
            break
        missing.append(init)
    return missing


def is_wanted_alone(recipe: Recipe, paths: Sequence[str]) -> bool:
    """Whether a recipe is for the tree's own files, and not only for what its sites stand on."""
    fixed = [codemod.at.file for codemod in recipe.codemods if codemod.at]
    fixed += [support.target for support in recipe.supports if support.merge or not recipe.codemods]
    return any(path_matches(path, paths) for path in fixed)
