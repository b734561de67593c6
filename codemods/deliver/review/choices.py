"""What a review asks about: hunks that are taken or left as one, and what each of them stands on."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from codemods.changes import Change
from codemods.deliver.reports.summary import module_of
from codemods.deliver.review.hunks import Hunk, hunks_of, with_hunks
from codemods.deliver.review.names import Needs, needs_across_files, needs_of
from codemods.knowledge.recipes import Recipe

_Node = TypeVar("_Node")


@dataclass(frozen=True, slots=True)
class Choice:
    """Hunks that are taken or left as one.

    is_prerequisite: the recipe's other choices stand on it. imports: hunks that it brings along, as others of the file
    may too.
    """

    hunks: tuple[Hunk, ...]
    is_prerequisite: bool
    imports: tuple[Hunk, ...]

    @property
    def recipe(self) -> str:
        return self.hunks[0].recipe

    @property
    def path(self) -> str:
        """The file that it is shown with; a choice of a plugin may have hunks in others, too."""
        return self.hunks[0].path

    @property
    def place(self) -> str:
        """Its file, and the line there, for a person."""
        return f"{self.path}:{self.hunks[0].line}"


@dataclass(frozen=True)
class Choices:
    """All choices of some changes, in the order to ask for them: what others stand on comes first."""

    changes: Mapping[str, Change]
    order: tuple[Choice, ...]
    # What each stands on, whatever that stands on included.
    needs: Mapping[Choice, frozenset[Choice]]
    # Imports that go once nothing uses them any more, with the hunks that see to that.
    followers: Mapping[Hunk, frozenset[Hunk]]
    # Of an import that brings several names: who uses each.
    users: Mapping[Hunk, Mapping[str, set[Hunk]]]

    def hunks(self, taken: Collection[Choice]) -> set[Hunk]:
        """The hunks that taking these choices takes."""
        hunks = {hunk for choice in taken for hunk in (*choice.hunks, *choice.imports)}
        return hunks | {hunk for hunk, needed in self.followers.items() if needed <= hunks}

    def changed(self, taken: Collection[Choice]) -> tuple[Change, ...]:
        """The changes that these choices make, in order of their paths."""
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

    def lacking(self, taken: Collection[Choice]) -> dict[Choice, Choice]:
        """Those of these choices that cannot be without one that is not taken, and which that is."""
        return {
            choice: next(other for other in self.order if other in self.needs[choice] and other not in taken)
            for choice in taken
            if not self.needs[choice] <= set(taken)
        }


def choices_of(changes: Sequence[Change], recipes: Sequence[Recipe]) -> Choices:
    """What to ask about. `recipes`: every recipe, in order."""
    prerequisites = {
        (change.path, stage.recipe) for change in changes for stage in change.stages if stage.is_prerequisite
    }
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
            same += [tied.setdefault(tie, hunk) for tie in _ties(change, hunk, prerequisites)]
            links += [(hunk, other) for other in same]
        asked += here
    found = [_choice(hunks, prerequisites, reached, asked) for hunks in _joined(asked, links)]
    rank = {recipe.name: place for place, recipe in enumerate(recipes)}

    def place(choice: Choice) -> tuple[int, bool, str, str, int]:
        """Where it comes in the order to ask: what others stand on first."""
        line = choice.hunks[0].line
        return rank[choice.recipe], not choice.is_prerequisite, module_of(choice.path), choice.path, line

    found.sort(key=place)
    brought = {hunk for choice in found for hunk in choice.imports}
    followers = {
        hunk: frozenset(needed & set(asked))
        for hunk, needed in reached.items()
        if hunk not in brought and hunk not in asked
    }
    for hunk, other in needs_across_files(files):
        reached[hunk].add(other)
    stands_on = _needs(found, prerequisites, reached, recipes)
    return Choices(
        changes={change.path: change for change in changes},
        order=_in_order(found, stands_on),
        needs=stands_on,
        followers=followers,
        users={hunk: users for needs in files for hunk, users in needs.users.items()},
    )


def _has_company(hunk: Hunk, hunks: Sequence[Hunk], reached: Mapping[Hunk, set[Hunk]]) -> bool:
    """Whether an import comes or goes with other code of its file, so that nobody need be asked about it."""
    return any(not other.imports and (hunk in reached[other] or other in reached[hunk]) for other in hunks)


def _ties(change: Change, hunk: Hunk, prerequisites: Collection[tuple[str, str]]) -> Iterator[tuple[str, str, str]]:
    """What holds a hunk together with all others that have the same of it."""
    if (change.path, hunk.recipe) in prerequisites:
        yield hunk.recipe, "", change.path
    for name in sorted(change.atomic_groups):
        yield hunk.recipe, name, ""


def _choice(
    hunks: Sequence[Hunk],
    prerequisites: Collection[tuple[str, str]],
    reached: Mapping[Hunk, set[Hunk]],
    asked: Collection[Hunk],
) -> Choice:
    imports = {other for hunk in hunks for other in reached[hunk] if other not in asked}
    is_prerequisite = any((hunk.path, hunk.recipe) in prerequisites for hunk in hunks)
    return Choice(
        tuple(hunks), is_prerequisite, tuple(sorted(imports, key=lambda hunk: (hunk.path, hunk.spans[0].new)))
    )


def _needs(
    choices: Sequence[Choice],
    prerequisites: Collection[tuple[str, str]],
    reached: Mapping[Hunk, set[Hunk]],
    recipes: Sequence[Recipe],
) -> dict[Choice, frozenset[Choice]]:
    """What each choice stands on: prerequisites of its recipe and of those required, and names that others bring."""
    of_hunk = {hunk: choice for choice in choices for hunk in choice.hunks}
    base: dict[str, set[Choice]] = {}
    for recipe in recipes:  # in order, so that what is required has been here
        own = {
            choice
            for hunk, choice in of_hunk.items()
            if recipe.name in hunk.recipes and (hunk.path, recipe.name) in prerequisites
        }
        base[recipe.name] = own.union(*(base[name] for name in recipe.requires if name in base))
    direct: dict[Choice, set[Choice]] = {}
    for choice in choices:
        hunks = [*choice.hunks, *choice.imports]
        named = {of_hunk[other] for hunk in hunks for other in reached[hunk] if other in of_hunk}
        direct[choice] = named.union(*(base[name] for hunk in hunks for name in hunk.recipes)) - {choice}
    return {choice: frozenset(_reached(direct, choice)) for choice in choices}


def _in_order(found: Sequence[Choice], needs: Mapping[Choice, Collection[Choice]]) -> tuple[Choice, ...]:
    """The choices in their order, but for those that one of an earlier recipe stands on: they come before it."""
    order: dict[Choice, None] = {}
    for choice in found:
        below = (other for other in found if other in needs[choice] and choice not in needs[other])
        # What is stood on stands on less.
        first = sorted(below, key=lambda other: len(needs[other]))
        order |= dict.fromkeys([*first, choice])
    return tuple(order)


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


def paths_of(choices: Iterable[Choice]) -> list[str]:
    """The files that some choices have hunks in."""
    return list(dict.fromkeys(hunk.path for choice in choices for hunk in choice.hunks))
