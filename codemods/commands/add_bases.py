"""Give classes a base more."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import libcst as cst
from libcst.codemod import CodemodContext

from codemods.commands.editing.code import written
from codemods.commands.editing.importing_command import ImportingCommand
from codemods.messages import phrase
from codemods.places import Definition, Imported, Place


class AddBases(ImportingCommand):
    """`class Rows(Model)` becomes `class Rows(Writes, Model)`, in each place that defines a class of the name."""

    DESCRIPTION = "Give classes a base more, before those that they have."

    PLACE = Definition

    def __init__(self, context: CodemodContext, places: Sequence[Definition], *, base: Imported) -> None:
        super().__init__(context, base, (place.name for place in places))
        self.classes = self.wanted

    def looks_into(self, places: Sequence[Place]) -> Iterable[str]:
        return ()

    def taken(self) -> str:
        names = ", ".join(sorted(self.classes))
        return phrase("the name {name} is taken here: give {classes} it by hand", name=self.name, classes=names)

    def missed(self, wanted: str) -> str:
        return phrase("{name} cannot be given the base {base} here: do so by hand", name=wanted, base=self.name)

    def leave_ClassDef(self, original_node: cst.ClassDef, updated_node: cst.ClassDef) -> cst.ClassDef:
        name = self.current_class
        updated_node = super().leave_ClassDef(original_node, updated_node)
        if name not in self.classes or self.is_taken(self.name):
            return updated_node
        self.found.add(name)
        if any(written(base.value) == self.name for base in updated_node.bases):
            return updated_node
        comma: cst.Comma | cst.MaybeSentinel = cst.MaybeSentinel.DEFAULT
        if updated_node.bases or updated_node.keywords:
            comma = cst.Comma(whitespace_after=cst.SimpleWhitespace(" "))
        added = cst.Arg(cst.Name(self.name), comma=comma)
        return updated_node.with_changes(bases=[added, *updated_node.bases])
