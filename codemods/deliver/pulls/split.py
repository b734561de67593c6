"""A plan split into pulls: what goes into which, and which waits for which.

The unit is what one recipe does to one module, its ground (support files and fixed places) apart. A unit stands on the
ground of its recipe, on the support files that it shares with earlier recipes, on all of the recipes that its own one
requires or comes after, and on what earlier recipes do to the same file. A pull is a group of units; units join the
pull of their module unless two pulls would then wait for each other. So each file goes through its stages in the
recipes' order, one pull behind the other, and merges meet no line that both sides change.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from graphlib import CycleError, TopologicalSorter
from itertools import chain, count

from codemods.changes import Change
from codemods.deliver.pulls.grouping import Grouping
from codemods.knowledge.recipes import Recipe

# The pull of what requires nothing, and all else stands on.
FOUNDATION = "foundation"


@dataclass(frozen=True, slots=True)
class Part:
    """What one commit does: a recipe, and each file of it before and after."""

    recipe: Recipe
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class Pull:
    """A branch to merge: its name, the pulls that it stands on (those that these stand on aside), and its commits."""

    name: str
    waits_for: tuple[str, ...]
    parts: tuple[Part, ...]

    @property
    def changes(self) -> tuple[Change, ...]:
        """Each file of the pull once, from before its first commit to behind its last."""
        return changes_of([self])


def changes_of(pulls: Iterable[Pull]) -> tuple[Change, ...]:
    """Each file of these pulls, which are in order, once: from before the first of its changes to behind the last."""
    whole: dict[str, Change] = {}
    for change in (change for pull in pulls for part in pull.parts for change in part.changes):
        first = whole.get(change.path)
        whole[change.path] = replace(first, after=change.after, edits=first.edits + change.edits) if first else change
    return tuple(whole[path] for path in sorted(whole))


def closures(pulls: Sequence[Pull]) -> dict[str, tuple[Pull, ...]]:
    """What is merged before each pull, in order, by its name."""
    names: dict[str, set[str]] = {}
    for pull in pulls:
        names[pull.name] = set(pull.waits_for).union(*(names[base] for base in pull.waits_for))
    return {name: tuple(pull for pull in pulls if pull.name in below) for name, below in names.items()}


@dataclass(frozen=True, slots=True, order=True)
class _Unit:
    """What a recipe (by its place in their order) does to a module, or, where `module` is "", its ground."""

    recipe: int
    module: str


def split(changes: Sequence[Change], recipes: Sequence[Recipe], grouping: Grouping) -> tuple[Pull, ...]:
    """The pulls that make up a plan's changes, in an order in which they can be merged."""
    places = {recipe.name: number for number, recipe in enumerate(recipes)}
    modules = _modules(changes, grouping)
    units: dict[_Unit, list[Change]] = {}
    stands_on: dict[_Unit, set[_Unit]] = {}
    for change in changes:
        before, earlier = change.before, set[_Unit]()
        for stage in change.stages:
            unit = _Unit(places[stage.recipe], "" if stage.is_prerequisite else modules[change.path])
            edits = tuple(edit for edit in change.edits if edit.recipe == stage.recipe)
            units.setdefault(unit, []).append(replace(change, before=before, after=stage.after, edits=edits, stages=()))
            stands_on.setdefault(unit, set()).update(earlier - {unit})
            before, earlier = stage.after, {unit}
    bringing = {
        change.path: _Unit(places[stage.recipe], "")
        for change in changes
        for stage in change.stages[:1]
        if stage.is_prerequisite
    }
    for unit in units:
        shared = {bringing.get(support.target, unit) for support in recipes[unit.recipe].supports}
        stands_on[unit] |= {other for other in shared if other.recipe < unit.recipe}
        needed = {places[name] for name in _before(recipes[unit.recipe], recipes)}
        stands_on[unit] |= {other for other in units if other.recipe in needed}
        stands_on[unit] |= {_Unit(unit.recipe, "")} & units.keys() - {unit}
    return _pulls(units, _homes(stands_on, recipes, grouping), stands_on, recipes)


def _modules(changes: Sequence[Change], grouping: Grouping) -> dict[str, str]:
    """The module of each file; files that are changed together or not at all are in that of most of them."""
    modules = {change.path: grouping.of(change.path) for change in changes}
    parties: list[tuple[set[str], set[str]]] = []  # names, and the files that share one of them
    for change in changes:
        names, paths = set(change.atomic_groups), {change.path}
        for party in [party for party in parties if party[0] & names]:
            parties.remove(party)
            names, paths = names | party[0], paths | party[1]
        if names:
            parties.append((names, paths))
    for _, paths in parties:
        homes = sorted(modules[path] for path in paths)
        modules |= dict.fromkeys(paths, max(homes, key=homes.count))
    return modules


def _before(recipe: Recipe, recipes: Sequence[Recipe]) -> set[str]:
    """The names of the recipes that one requires or comes after, and so on."""
    direct = [other for other in recipes if other.name in (*recipe.requires, *recipe.after)]
    return {other.name for other in direct}.union(*(_before(other, recipes) for other in direct))


def _homes(stands_on: Mapping[_Unit, set[_Unit]], recipes: Sequence[Recipe], grouping: Grouping) -> dict[_Unit, str]:
    """The pull of each unit: its module's, unless two pulls would then wait for each other; else one of its recipe."""
    homes: dict[_Unit, str] = {}
    for unit in sorted(stands_on):
        recipe = recipes[unit.recipe]
        module = unit.module or _module_of_ground(recipe, grouping)
        apart = (f"{module}-{recipe.name}-{number}" for number in count(2))
        for name in chain((module, recipe.name, f"{module}-{recipe.name}"), apart):
            homes[unit] = name
            if _is_acyclic(homes, stands_on):
                break
    return homes


def _module_of_ground(recipe: Recipe, grouping: Grouping) -> str:
    """Where a recipe's ground belongs: the module that most of its fixed places are in, else its support file's."""
    if not recipe.requires:
        return FOUNDATION
    fixed = [codemod.at.partition(":")[0] for codemod in recipe.codemods if codemod.at]
    modules = [grouping.of(path) for path in fixed or [support.target for support in recipe.supports]]
    return max(modules, key=modules.count)


def _is_acyclic(homes: Mapping[_Unit, str], stands_on: Mapping[_Unit, set[_Unit]]) -> bool:
    """Whether pulls can be merged one behind the other; a unit that has no pull yet counts as one of its own."""
    graph: dict[_Unit | str, set[_Unit | str]] = {}
    for unit, bases in stands_on.items():
        node = homes.get(unit, unit)
        graph.setdefault(node, set()).update({homes.get(base, base) for base in bases} - {node})
    try:
        TopologicalSorter(graph).prepare()
    except CycleError:
        return False
    return True


def _pulls(
    units: Mapping[_Unit, Sequence[Change]],
    homes: Mapping[_Unit, str],
    stands_on: Mapping[_Unit, set[_Unit]],
    recipes: Sequence[Recipe],
) -> tuple[Pull, ...]:
    """The pulls in order: each behind what it waits for, else by their first recipe and name."""
    members: dict[str, list[_Unit]] = {}
    bases: dict[str, set[str]] = {}
    for unit in sorted(units):
        name = homes[unit]
        members.setdefault(name, []).append(unit)
        bases.setdefault(name, set()).update({homes[base] for base in stands_on[unit]} - {name})
    ordered = _ordered(bases, {name: (of[0].recipe, name) for name, of in members.items()})
    below: dict[str, set[str]] = {}
    for name in ordered:
        below[name] = bases[name].union(*(below[base] for base in bases[name]))
    pulls = []
    for name in ordered:
        nearest = bases[name] - set[str]().union(*(below[base] for base in bases[name]))
        numbers = sorted({unit.recipe for unit in members[name]})
        parts = [
            Part(recipes[number], _by_path(units[unit] for unit in members[name] if unit.recipe == number))
            for number in numbers
        ]
        pulls.append(Pull(name, tuple(base for base in ordered if base in nearest), tuple(parts)))
    return tuple(pulls)


def _ordered(bases: Mapping[str, set[str]], rank: Mapping[str, tuple[int, str]]) -> list[str]:
    sorter = TopologicalSorter(bases)
    sorter.prepare()
    ordered: list[str] = []
    ready: list[str] = []
    while sorter.is_active():
        ready = sorted([*ready, *sorter.get_ready()], key=rank.__getitem__)
        ordered.append(ready.pop(0))
        sorter.done(ordered[-1])
    return ordered


def _by_path(groups: Iterable[Sequence[Change]]) -> tuple[Change, ...]:
    return tuple(sorted((change for group in groups for change in group), key=lambda change: change.path))
