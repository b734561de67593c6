"""What a recipe edits because of what the survey found, file by file, and what of it is left to a person."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from codemods.knowledge.recipes import Codemod, Recipe
from codemods.places import Decorators, Member, Place
from codemods.plan.paths import path_matches
from codemods.survey.sites import Site, Unfit
from codemods.survey.survey import Survey
from codemods.survey.verdicts import GLOBAL, INSECURE, Finding

# What a recipe's codemods are to edit, each.
_Wanted = list[tuple[Codemod, list[Site]]]


@dataclass(frozen=True, slots=True)
class Edits:
    """What one codemod does to one file, and where."""

    recipe: str
    codemod: Codemod
    path: str
    places: tuple[Place, ...]
    atomic_group: str = ""


def edits_of(
    recipes: Sequence[Recipe], survey: Survey, paths: Sequence[str], all_handlers: bool, without: frozenset[str]
) -> list[tuple[Recipe, list[Edits]]]:
    """What the codemods of each recipe do to the places of their kinds, file by file; `without`: no such group."""
    found = [(recipe, _wanted(recipe, survey, paths, all_handlers, without)) for recipe in recipes]
    edited = _groups(kinds for _, kinds in found)
    taken: set[tuple[str, Place]] = set()
    return [(recipe, list(_by_file(recipe, _others(kinds, taken), edited))) for recipe, kinds in found]


def _others(kinds: _Wanted, taken: set[tuple[str, Place]]) -> _Wanted:
    """The places without those members of which a recipe before makes something: they are no longer what they were."""
    left = [(codemod, [site for site in sites if (site.path, site.place) not in taken]) for codemod, sites in kinds]
    taken |= {(site.path, site.place) for _, sites in left for site in sites if isinstance(site.place, Member)}
    return left


def waiting(recipes: Sequence[Recipe], survey: Survey, paths: Sequence[str], all_handlers: bool) -> list[Site]:
    """The places that would be edited, and stand on what is not: another recipe does that, or it is elsewhere."""
    edited = groups_of(recipes, survey, paths, all_handlers)
    found = (_wanted(recipe, survey, paths, all_handlers, frozenset()) for recipe in recipes)
    return [site for kinds in found for _, sites in kinds for site in sites if not site.stands_on <= edited]


def groups_of(recipes: Sequence[Recipe], survey: Survey, paths: Sequence[str], all_handlers: bool) -> frozenset[str]:
    """The atomic groups of the places that would be edited."""
    return _groups(_wanted(recipe, survey, paths, all_handlers, frozenset()) for recipe in recipes)


def _groups(found: Iterable[_Wanted]) -> frozenset[str]:
    return frozenset(site.atomic_group for kinds in found for _, sites in kinds for site in sites)


def _wanted(
    recipe: Recipe, survey: Survey, paths: Sequence[str], all_handlers: bool, without: frozenset[str]
) -> _Wanted:
    """The places that a recipe's codemods are to edit, where nothing keeps them from it that these stand on."""
    group = recipe.name if recipe.atomic else ""
    kinds = [
        (codemod, [_in_group(site, group) for site in _sites(survey, codemod.on, all_handlers)])
        for codemod in recipe.codemods
        if codemod.on
    ]
    wanted = {site.atomic_group for _, sites in kinds for site in sites if path_matches(site.path, paths)} - {""}

    def is_wanted(site: Site) -> bool:
        return site.atomic_group not in without and (site.atomic_group in wanted or path_matches(site.path, paths))

    return [(codemod, list(filter(is_wanted, sites))) for codemod, sites in kinds]


def _by_file(recipe: Recipe, kinds: _Wanted, edited: frozenset[str]) -> Iterator[Edits]:
    for codemod, sites in kinds:
        by_file: dict[tuple[str, str], dict[Place, None]] = {}
        for site in sites:
            if site.stands_on <= edited:
                by_file.setdefault((site.path, site.atomic_group), {})[site.place] = None
        for (path, group), places in sorted(by_file.items()):
            yield Edits(recipe.name, codemod, path, tuple(places), group)


def _in_group(site: Site, group: str) -> Site:
    return site if site.atomic_group else replace(site, atomic_group=group)


def _sites(survey: Survey, on: str, all_handlers: bool) -> Iterator[Site]:
    """The places of a checkout that a codemod asks for by the name of their kind."""
    yield from survey.sites(on)
    verdicts = {INSECURE, GLOBAL} if all_handlers else {INSECURE}
    for entry in survey.entry_points(on, closely=False):
        if entry.verdict in verdicts and not entry.by_hand:
            yield Site(on, entry.path, Decorators(entry.qualname, entry.registering))


def in_the_way_of(recipe: Recipe, survey: Survey) -> Unfit | None:
    """The first place that keeps an atomic recipe from editing anything, or None."""
    unfit = (place for codemod in recipe.codemods if recipe.atomic for place in survey.unfit(codemod.on or ""))
    return next(unfit, None)


def left_to_a_person(survey: Survey, recipe: Recipe, groups: frozenset[str]) -> list[Finding]:
    """What a recipe is for but leaves alone, and why; `groups`: what is edited together, by whatever recipe."""
    if not recipe.mends:
        return []
    by_hand = [
        Finding(
            entry.path,
            entry.line,
            entry.left or entry.reason,
            entry.kind,
            entry.qualname,
            entry.number,
            details=() if entry.left else entry.details,
        )
        for entry in survey.entry_points(*recipe.mends, closely=False)
        if (entry.by_hand or entry.left) and entry.verdict == INSECURE
    ]
    edited = {codemod.on for codemod in recipe.codemods if codemod.on and survey.sites(codemod.on)} | groups - {""}
    return [*(item for item in survey.findings(*recipe.mends, closely=False) if item.ends_with not in edited), *by_hand]
