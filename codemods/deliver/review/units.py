"""What a review asks about: hunks that are taken or left as one, and what each of them stands on."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from codemods.changes import Change
from codemods.deliver.reports.summary import module_of
from codemods.deliver.review.hunks import Hunk, hunks_of, with_hunks
from codemods.deliver.review.names import Needs, needs_abroad, needs_of
from codemods.knowledge.recipes import Recipe

_Node = TypeVar("_Node")


@dataclass(frozen=True, slots=True)
class Unit:
    """Hunks that are taken or left as one.

    ground: the recipe's other units stand on it. imports: hunks that it brings along, as others of the file may too.
    """

    hunks: tuple[Hunk, ...]
    ground: bool
    imports: tuple[Hunk, ...]

    @property
    def recipe(self) -> str:
        return self.hunks[0].recipe

    @property
    def path(self) -> str:
        """The file that it is shown with; a unit of a plugin may have hunks in others, too."""
        return self.hunks[0].path

    @property
    def place(self) -> str:
        """Its file, and the line there, for a person."""
        return f"{self.path}:{self.hunks[0].line}"


@dataclass(frozen=True)
class Units:
    """All units of some changes, in the order to ask for them: what others stand on comes first."""

    changes: Mapping[str, Change]
    order: tuple[Unit, ...]
    # What each stands on, whatever that stands on included.
    needs: Mapping[Unit, frozenset[Unit]]
    # Imports that go once nothing uses them any more, with the hunks that see to that.
    followers: Mapping[Hunk, frozenset[Hunk]]
    # Of an import that brings several names: who uses each.
    users: Mapping[Hunk, Mapping[str, set[Hunk]]]

    def hunks(self, taken: Collection[Unit]) -> set[Hunk]:
        """The hunks that taking these units takes."""
        hunks = {hunk for unit in taken for hunk in (*unit.hunks, *unit.imports)}
        return hunks | {hunk for hunk, needed in self.followers.items() if needed <= hunks}

    def changed(self, taken: Collection[Unit]) -> tuple[Change, ...]:
        """The changes that these units make, in order of their paths."""
        by_path: dict[str, list[Hunk]] = defaultdict(list)
        for hunk in self.hunks(taken):
            by_path[hunk.path].append(hunk)
        return tuple(
            replace(self.changes[path], after=with_hunks(self.changes[path], self._narrowed(hunks)), stages=())
            for path, hunks in sorted(by_path.items())
        )

    def _narrowed(self, hunks: Collection[Hunk]) -> dict[Hunk, frozenset[str]]:
        """These hunks of a file, each with the names that none of the others wants it to import."""
        return {
            hunk: frozenset(name for name, users in self.users.get(hunk, {}).items() if users.isdisjoint(hunks))
            for hunk in hunks
        }

    def lacking(self, taken: Collection[Unit]) -> dict[Unit, Unit]:
        """Those of these units that cannot be without one that is not taken, and which that is."""
        return {
            unit: next(other for other in self.order if other in self.needs[unit] and other not in taken)
            for unit in taken
            if not self.needs[unit] <= set(taken)
        }


def units_of(changes: Sequence[Change], recipes: Sequence[Recipe]) -> Units:
    """What to ask about. `recipes`: every recipe, in order."""
    ground = {(change.path, stage.recipe) for change in changes for stage in change.stages if stage.is_prerequisite}
    reached: dict[Hunk, set[Hunk]] = {}
    files: list[Needs] = []
    asked: list[Hunk] = []
    links: list[tuple[Hunk, Hunk]] = []
    tied: dict[tuple[str, str, str], Hunk] = {}
    for change in changes:
        hunks = hunks_of(change)
        needs = needs_of(change, hunks)
        files.append(needs)
        reached |= {hunk: _reached(needs.of, hunk) for hunk in hunks}
        here = [hunk for hunk in hunks if not (hunk.imports and _has_company(hunk, hunks, reached))]
        for hunk in here:
            same = [other for other in here if other in reached[hunk] and other.recipe == hunk.recipe]
            same += [tied.setdefault(tie, hunk) for tie in _ties(change, hunk, ground)]
            links += [(hunk, other) for other in same]
        asked += here
    found = [_unit(hunks, ground, reached, asked) for hunks in _joined(asked, links)]
    rank = {recipe.name: place for place, recipe in enumerate(recipes)}
    found.sort(
        key=lambda unit: (rank[unit.recipe], not unit.ground, module_of(unit.path), unit.path, unit.hunks[0].line)
    )
    brought = {hunk for unit in found for hunk in unit.imports}
    followers = {
        hunk: frozenset(needed & set(asked))
        for hunk, needed in reached.items()
        if hunk not in brought and hunk not in asked
    }
    for hunk, other in needs_abroad(files):
        reached[hunk].add(other)
    return Units(
        changes={change.path: change for change in changes},
        order=tuple(found),
        needs=_needs(found, ground, reached, recipes),
        followers=followers,
        users={hunk: users for needs in files for hunk, users in needs.users.items()},
    )


def _has_company(hunk: Hunk, hunks: Sequence[Hunk], reached: Mapping[Hunk, set[Hunk]]) -> bool:
    """Whether an import comes or goes with other code of its file, so that nobody need be asked about it."""
    return any(not other.imports and (hunk in reached[other] or other in reached[hunk]) for other in hunks)


def _ties(change: Change, hunk: Hunk, ground: Collection[tuple[str, str]]) -> Iterator[tuple[str, str, str]]:
    """What holds a hunk together with all others that have the same of it."""
    if (change.path, hunk.recipe) in ground:
        yield hunk.recipe, "", change.path
    for name in sorted(change.atomic_groups):
        yield hunk.recipe, name, ""


def _unit(
    hunks: Sequence[Hunk],
    ground: Collection[tuple[str, str]],
    reached: Mapping[Hunk, set[Hunk]],
    asked: Collection[Hunk],
) -> Unit:
    imports = {other for hunk in hunks for other in reached[hunk] if other not in asked}
    is_ground = any((hunk.path, hunk.recipe) in ground for hunk in hunks)
    return Unit(tuple(hunks), is_ground, tuple(sorted(imports, key=lambda hunk: (hunk.path, hunk.spans[0].new))))


def _needs(
    units: Sequence[Unit],
    ground: Collection[tuple[str, str]],
    reached: Mapping[Hunk, set[Hunk]],
    recipes: Sequence[Recipe],
) -> dict[Unit, frozenset[Unit]]:
    """What each unit stands on: the ground of its recipe and of those required, and names that others bring."""
    of_hunk = {hunk: unit for unit in units for hunk in unit.hunks}
    base: dict[str, set[Unit]] = {}
    for recipe in recipes:  # in order, so that what is required has been here
        own = {
            unit for hunk, unit in of_hunk.items() if recipe.name in hunk.recipes and (hunk.path, recipe.name) in ground
        }
        base[recipe.name] = own.union(*(base[name] for name in recipe.requires if name in base))
    direct: dict[Unit, set[Unit]] = {}
    for unit in units:
        hunks = [*unit.hunks, *unit.imports]
        named = {of_hunk[other] for hunk in hunks for other in reached[hunk] if other in of_hunk}
        direct[unit] = named.union(*(base[name] for hunk in hunks for name in hunk.recipes)) - {unit}
    return {unit: frozenset(_reached(direct, unit)) for unit in units}


def _reached(needs: Mapping[_Node, Collection[_Node]], start: _Node) -> set[_Node]:
    """All that one needs, and what that needs in turn, without itself."""
    reached: set[_Node] = set()
    ahead = [start]
    while ahead:
        new = set(needs[ahead.pop()]) - reached
        reached |= new
        ahead += new
    return reached - {start}


def _joined(hunks: Sequence[Hunk], links: Sequence[tuple[Hunk, Hunk]]) -> list[list[Hunk]]:
    """The hunks in groups, so that what is linked is in the same one."""
    group = {hunk: [hunk] for hunk in hunks}
    for one, other in links:
        if group[one] is not group[other]:
            group[one] += group[other]
            for hunk in group[other]:
                group[hunk] = group[one]
    once = {id(members): members for members in group.values()}
    return [sorted(members, key=lambda hunk: (hunk.path, hunk.spans[0].new)) for members in once.values()]
