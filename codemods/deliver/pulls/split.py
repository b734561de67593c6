"""A plan split into pulls: what goes into which, and which waits for which.

A piece is what one recipe does to one module, its prerequisites (support files and fixed places) apart. It stands on
the prerequisites of its recipe, on the support files that it shares with earlier recipes, on all of the recipes that
its own one requires or comes after, and on what earlier recipes do to the same file. A pull is a group of pieces,
which join the pull of their module unless two pulls would then wait for each other. So each file goes through its
stages in the recipes' order, one pull behind the other, and merges meet no line that both sides change.
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
class _Piece:
    """What a recipe (by its place in their order) does to a module, or, where `module` is "", its prerequisites."""

    recipe: int
    module: str


def split(changes: Sequence[Change], recipes: Sequence[Recipe], grouping: Grouping) -> tuple[Pull, ...]:
    """The pulls that make up a plan's changes, in an order in which they can be merged."""
    places = {recipe.name: number for number, recipe in enumerate(recipes)}
    modules = _modules(changes, grouping)
    pieces: dict[_Piece, list[Change]] = {}
    stands_on: dict[_Piece, set[_Piece]] = {}
    for change in changes:
        before, earlier = change.before, set[_Piece]()
        for stage in change.stages:
            piece = _Piece(places[stage.recipe], "" if stage.is_prerequisite else modules[change.path])
            edits = tuple(edit for edit in change.edits if edit.recipe == stage.recipe)
            part = replace(change, before=before, after=stage.after, edits=edits, stages=())
            pieces.setdefault(piece, []).append(part)
            stands_on.setdefault(piece, set()).update(earlier - {piece})
            before, earlier = stage.after, {piece}
    bringing = {
        change.path: _Piece(places[stage.recipe], "")
        for change in changes
        for stage in change.stages[:1]
        if stage.is_prerequisite
    }
    for piece in pieces:
        shared = {bringing.get(support.target, piece) for support in recipes[piece.recipe].supports}
        stands_on[piece] |= {other for other in shared if other.recipe < piece.recipe}
        needed = {places[name] for name in _before(recipes[piece.recipe], recipes)}
        stands_on[piece] |= {other for other in pieces if other.recipe in needed}
        stands_on[piece] |= {_Piece(piece.recipe, "")} & pieces.keys() - {piece}
    return _pulls(pieces, _homes(stands_on, recipes, grouping), stands_on, recipes)


def _modules(changes: Sequence[Change], grouping: Grouping) -> dict[str, str]:
    """The module of each file; files that are changed together or not at all are in that of most of them."""
    modules = {change.path: grouping.of(change.path) for change in changes}
    together: list[tuple[set[str], set[str]]] = []  # names, and the files that share one of them
    for change in changes:
        names, paths = set(change.atomic_groups), {change.path}
        for group in [group for group in together if group[0] & names]:
            together.remove(group)
            names, paths = names | group[0], paths | group[1]
        if names:
            together.append((names, paths))
    for _, paths in together:
        homes = sorted(modules[path] for path in paths)
        modules |= dict.fromkeys(paths, max(homes, key=homes.count))
    return modules


def _before(recipe: Recipe, recipes: Sequence[Recipe]) -> set[str]:
    """The names of the recipes that one requires or comes after, and so on."""
    direct = [other for other in recipes if other.name in (*recipe.requires, *recipe.after)]
    return {other.name for other in direct}.union(*(_before(other, recipes) for other in direct))


def _homes(stands_on: Mapping[_Piece, set[_Piece]], recipes: Sequence[Recipe], grouping: Grouping) -> dict[_Piece, str]:
    """The pull of each piece: its module's, unless two pulls would then wait for each other; else one of its recipe."""
    homes: dict[_Piece, str] = {}
    for piece in sorted(stands_on):
        recipe = recipes[piece.recipe]
        module = piece.module or _module_of_prerequisites(recipe, grouping)
        apart = (f"{module}-{recipe.name}-{number}" for number in count(2))
        for name in chain((module, recipe.name, f"{module}-{recipe.name}"), apart):
            homes[piece] = name
            if _is_acyclic(homes, stands_on):
                break
    return homes


def _module_of_prerequisites(recipe: Recipe, grouping: Grouping) -> str:
    """Where a recipe's prerequisites belong: the module of most of its fixed places, else its support file's."""
    if not recipe.requires:
        return FOUNDATION
    fixed = [codemod.at.file for codemod in recipe.codemods if codemod.at]
    modules = [grouping.of(path) for path in fixed or [support.target for support in recipe.supports]]
    return max(modules, key=modules.count)


def _is_acyclic(homes: Mapping[_Piece, str], stands_on: Mapping[_Piece, set[_Piece]]) -> bool:
    """Whether pulls can be merged one behind the other; a piece that has no pull yet counts as one of its own."""
    graph: dict[_Piece | str, set[_Piece | str]] = {}
    for piece, bases in stands_on.items():
        node = homes.get(piece, piece)
        graph.setdefault(node, set()).update({homes.get(base, base) for base in bases} - {node})
    try:
        TopologicalSorter(graph).prepare()
    except CycleError:
        return False
    return True


def _pulls(
    pieces: Mapping[_Piece, Sequence[Change]],
    homes: Mapping[_Piece, str],
    stands_on: Mapping[_Piece, set[_Piece]],
    recipes: Sequence[Recipe],
) -> tuple[Pull, ...]:
    """The pulls in order: each behind what it waits for, else by their first recipe and name."""
    members: dict[str, list[_Piece]] = {}
    bases: dict[str, set[str]] = {}
    for piece in sorted(pieces):
        name = homes[piece]
        members.setdefault(name, []).append(piece)
        bases.setdefault(name, set()).update({homes[base] for base in stands_on[piece]} - {name})
    ordered = _ordered(bases, {name: (of[0].recipe, name) for name, of in members.items()})
    below: dict[str, set[str]] = {}
    for name in ordered:
        below[name] = bases[name].union(*(below[base] for base in bases[name]))
    pulls = []
    for name in ordered:
        nearest = bases[name] - set[str]().union(*(below[base] for base in bases[name]))
        numbers = sorted({piece.recipe for piece in members[name]})
        parts = [
            Part(recipes[number], _by_path(pieces[piece] for piece in members[name] if piece.recipe == number))
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
