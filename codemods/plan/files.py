"""The files that a plan edits, each on its way from what is on disk to what it becomes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from codemods.changes import Change, Edit, Stage
from codemods.places import Place
from codemods.plan.sites import Edits
from codemods.tree import Checkout, module_name


@dataclass(frozen=True, slots=True)
class Run:
    """A command at its places of a file, for a recipe."""

    recipe: str
    command: str
    places: tuple[Place, ...]
    options: Mapping[str, Any]


@dataclass
class FileToEdit:
    """One file: the commands to run over it, in order, and the edits that they stand for."""

    path: str
    module: str
    # What is on disk (None for a file that the tree gets), and what the commands start from.
    before: bytes | None
    start: bytes
    runs: list[Run] = field(default_factory=list)
    # The recipes whose edits of other files stand on this one, and what is edited together with others or not at all.
    prerequisite_of: set[str] = field(default_factory=set)
    atomic_groups: set[str] = field(default_factory=set)
    edits: list[Edit] = field(default_factory=list)

    def change(self, after: bytes, stages: Sequence[tuple[str, bytes]] = ()) -> Change:
        """What becomes of the file, and its way there: one that is brought begins as the support file that it is."""
        is_new = self.start != self.before
        states = [(self.edits[0].recipe, self.start), *stages] if is_new else stages
        befores = [self.before, *(data for _, data in states)]
        taken = tuple(
            Stage(recipe, data, recipe in self.prerequisite_of or (is_new and number == 0))
            for number, ((recipe, data), before) in enumerate(zip(states, befores, strict=False))
            if data != before
        )
        return Change(self.path, self.before, after, tuple(self.edits), taken, frozenset(self.atomic_groups))


class FilesToEdit(dict[str, FileToEdit]):
    """The files that a plan touches, by path."""

    def __init__(self, checkout: Checkout) -> None:
        super().__init__()
        self.checkout = checkout

    def open(self, path: str, edits: Sequence[Edit]) -> FileToEdit:
        """A file of the tree, with a note of who edits it."""
        if path not in self:
            file = self.checkout.by_path[path]
            self[path] = FileToEdit(path, file.module, file.data, file.data)
        self[path].edits += edits
        return self[path]

    def add(self, path: str, data: bytes, edit: Edit) -> None:
        """A file that the tree does not have. Where several recipes bring it, it is the first one's."""
        if path not in self:
            self[path] = FileToEdit(path, module_name(path), None, data, edits=[edit])

    def renew(self, path: str, data: bytes, edit: Edit) -> None:
        """A support file of the tree that is brought up to date."""
        self.open(path, [edit]).start = data

    def edit(self, edits: Edits) -> FileToEdit:
        """A file of the tree, with what a codemod does to it."""
        item = self.open(edits.path, [Edit(edits.recipe, (place.what,)) for place in edits.places])
        item.runs.append(Run(edits.recipe, edits.codemod.command, edits.places, edits.codemod.options))
        item.atomic_groups |= {edits.atomic_group} - {""}
        return item
