"""Recipes × survey → changes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from codemods.analysis.facts import FileFacts
from codemods.changes import Change
from codemods.errors import TenantizeError
from codemods.knowledge.recipes import Recipe
from codemods.messages import listed, phrase
from codemods.plan.files import FilesToEdit, FileToEdit
from codemods.plan.known import require_known_kinds
from codemods.plan.obstacles import obstacle_of
from codemods.plan.paths import require_matches
from codemods.plan.prerequisites import add_prerequisites, bringing, is_outdated, is_wanted_alone
from codemods.plan.rewrite import Order, Rewritten, rewrite
from codemods.plan.sites import Edits, edits_of, groups_of, in_the_way_of, left_to_a_person, waiting
from codemods.survey.sites import Site, Unfit
from codemods.survey.survey import Survey
from codemods.survey.verdicts import Finding
from codemods.terminal.progress import ShowProgress, to_nobody
from codemods.tree import Checkout

if TYPE_CHECKING:
    from codemods.plan.rewrite import Rewriters


@dataclass(frozen=True)
class Plan:
    """What the recipes do to a checkout, what they leave to a person, and which were passed over, and why.

    `brought`: which came along because others require them.
    """

    changes: tuple[Change, ...]
    findings: tuple[Finding, ...]
    passed_over: tuple[str, ...]
    brought: tuple[str, ...] = ()


def make_plan(
    checkout: Checkout,
    survey: Survey,
    recipes: Sequence[Recipe],
    *,
    named: bool = False,
    paths: Sequence[str] = (),
    all_handlers: bool = False,
    stages: bool = False,
    is_last: bool = False,
    by: Rewriters | None = None,
    tell: ShowProgress = to_nobody,
) -> Plan:
    """What `recipes` (in order) do to a checkout.

    `named`: the user named the recipes, so that one which cannot run is an error and not passed over. `paths`: edit
    only files that match one of these, and add what those edits stand on. `all_handlers`: wrap every WebUI handler.
    `stages`: also say what each file is after each recipe. `is_last`: the survey is not asked for more, and lets go of
    what its answers were made from, before there are LibCST's trees as well. `by`: who rewrites the files.
    Raises TenantizeError for a tree that cannot be migrated, a path that names nothing, or a recipe that names what
    there is not.
    """
    require_known_kinds(recipes)
    require_matches(checkout, paths)
    running, passed_over = _running(checkout, survey, recipes, named)
    groups = groups_of(running, survey, paths, all_handlers)
    left = [finding for recipe in running for finding in left_to_a_person(survey, recipe, groups)]
    left += _waiting(waiting(running, survey, paths, all_handlers), survey)
    unfit = [(recipe.name, place) for recipe in running if (place := in_the_way_of(recipe, survey))]
    passed_over += [_unfit(name, place) for name, place in unfit]
    failed = frozenset(name for name, _ in unfit)
    reasons: list[Finding] = []
    while True:
        edits = edits_of(running, survey, paths, all_handlers, failed)
        if is_last:
            survey.let_go()
        files = _files(checkout, survey, edits, paths, failed)
        edited = [file for file in files.values() if file.runs]
        results = rewrite(Order(edited, recipes, stages), by, tell)
        reasons = [*_warnings(results, survey), *reasons]
        # What is edited together with a file that could not be is planned again without it.
        more = {name for result in results if result.warnings for name in files[result.path].atomic_groups}
        if not more:
            break
        failed |= more
    changes = _changes(files, results)
    return Plan(tuple(changes), tuple(dict.fromkeys([*left, *reasons])), tuple(passed_over))


def _unfit(recipe: str, place: Unfit) -> str:
    return phrase(
        "{recipe}, which edits all of its places or none: {path}:{line}: {reason}.",
        recipe=recipe,
        path=place.path,
        line=place.line,
        reason=place.reason,
    )


def _running(
    checkout: Checkout, survey: Survey, recipes: Sequence[Recipe], named: bool
) -> tuple[list[Recipe], list[str]]:
    """The recipes that can run, and why the others cannot."""
    running: list[Recipe] = []
    passed_over: list[str] = []
    for recipe in recipes:
        obstacle = obstacle_of(recipe, checkout, survey, running)
        if obstacle is None:
            running.append(recipe)
        elif named:
            raise TenantizeError(obstacle)
        elif checkout.plugin is None:  # else it is for trees only, which needs no mention
            passed_over.append(obstacle)
    return running, passed_over


def _files(
    checkout: Checkout,
    survey: Survey,
    edits: Sequence[tuple[Recipe, list[Edits]]],
    paths: Sequence[str],
    failed: frozenset[str],
) -> FilesToEdit:
    """The files to edit, with the prerequisites of what is edited; none for a recipe that failed as a whole."""
    needed = bringing([recipe for recipe, _ in edits if recipe.name not in failed], survey, paths)
    for recipe, own in reversed(edits):
        is_old = any(is_outdated(support, checkout) for support in recipe.supports)
        if own or is_old or recipe.name in needed or (recipe.name not in failed and is_wanted_alone(recipe, paths)):
            needed.update((recipe.name, *recipe.requires))
    files = FilesToEdit(checkout)
    for recipe, own in edits:
        if recipe.name in needed:
            if checkout.plugin is None:
                add_prerequisites(recipe, survey, files, {each.codemod.on for each in own})
            for each in own:
                files.edit(each)
    return files


def _waiting(sites: Sequence[Site], survey: Survey) -> list[Finding]:
    """What is left until what it stands on is mended."""
    files = {file.path: file for file in survey.plain.files.values()}
    return [
        Finding(
            site.path,
            _line(_lines(files[site.path]), site.place.what),
            phrase("waits until {what} is mended", what=listed(sorted(site.stands_on))),
            "command",
            site.place.what,
        )
        for site in sites
    ]


def _warnings(results: Sequence[Rewritten], survey: Survey) -> list[Finding]:
    """What commands could not do, at the line of the function or class that it is about."""
    warned = {result.path: result.warnings for result in results if result.warnings}
    lines = {file.path: _lines(file) for file in survey.plain.files.values() if file.path in warned}
    return [
        Finding(path, _line(lines.get(path, {}), each.what), each.reason, "command")
        for path, warnings in warned.items()
        for each in warnings
    ]


def _line(lines: Mapping[str, int], what: str) -> int:
    """The line of a function or class, or of the one that an attribute belongs to; else the first."""
    while what and what not in lines:
        what = what.rpartition(".")[0]
    return lines.get(what, 1)


def _lines(file: FileFacts) -> dict[str, int]:
    """The line of each function and class of a file."""
    classes = {name: facts.line for name, facts in file.classes.items()}
    return classes | {name: facts.line for name, facts in file.functions.items()}


def _changes(files: FilesToEdit, results: Sequence[Rewritten]) -> list[Change]:
    """What becomes of the files. Raises TenantizeError where a prerequisite could not be edited."""
    changes = [file.change(file.start) for file in files.values() if not file.runs]
    for result in results:
        file = files[result.path]
        _require_prerequisite(file, result)
        if result.after != file.before:
            changes.append(file.change(result.after, result.stages))
    return sorted(changes, key=lambda change: change.path)


def _require_prerequisite(file: FileToEdit, result: Rewritten) -> None:
    if file.prerequisite_of and result.warnings:
        raise TenantizeError(
            phrase(
                "{path}: {reason}, and the rest stands on it. Nothing was changed.",
                path=file.path,
                reason=result.warnings[0].reason,
            )
        )
