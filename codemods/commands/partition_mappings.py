"""Make a mapping that all tenants share one that keeps a partition for each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import libcst as cst
import libcst.matchers as m
from libcst.codemod import CodemodContext

from codemods.analysis.symbols import MODULE_BODY
from codemods.commands.editing.code import written
from codemods.commands.editing.function_command import words_of
from codemods.commands.editing.importing_command import ImportingCommand
from codemods.commands.editing.imports import without_import
from codemods.messages import phrase
from codemods.places import Imported, Member, Place

_DICTS = frozenset({"dict", "Dict", "typing.Dict"})


class PartitionMappings(ImportingCommand):
    """`self.moods: Dict[str, Mood] = {}` becomes `self.moods: Map[str, Mood] = Map()`.

    A place is an attribute that `__init__` or the class itself gives its first value, or a name of the module's own.
    """

    DESCRIPTION = "Make a mapping that all tenants share one that keeps a partition for each."

    PLACE = Member

    def __init__(self, context: CodemodContext, places: Sequence[Member], *, map: Imported) -> None:
        super().__init__(context, map, places)
        self.targets = frozenset(f"{place.owner}.__init__" for place in places if place.owner)
        self.targets |= {MODULE_BODY for place in places if not place.owner}
        self.classes = frozenset(place.owner for place in places if place.owner)
        # What the annotations that are gone were written with.
        self.left: set[str] = set()

    def transform_module_impl(self, tree: cst.Module) -> cst.Module:
        changed = super().transform_module_impl(tree)
        for name in sorted(self.left):
            changed = without_import(self.context, changed, name)
        return changed

    def looks_into(self, places: Sequence[Place]) -> Iterable[str]:
        return self.targets

    def looks_for(self, places: Sequence[Place]) -> Mapping[str, Iterable[Iterable[str]]]:
        return words_of((f"{place.owner}.__init__", place.name) for place in self.wanted)

    def taken(self) -> str:
        names = ", ".join(sorted(place.what for place in self.wanted))
        return phrase("the name {name} is taken here: make {names} one for each tenant", name=self.name, names=names)

    def missed(self, wanted: Member) -> str:
        return phrase("{place} is not an empty mapping here: make it one for each tenant by hand", place=wanted.what)

    def visit_SimpleStatementLine(self, node: cst.SimpleStatementLine) -> bool | None:
        return self.current_class in self.classes or super().visit_SimpleStatementLine(node)

    def leave_AnnAssign(self, original_node: cst.AnnAssign, updated_node: cst.AnnAssign) -> cst.AnnAssign:
        if updated_node.value is None or not self._is_place(updated_node.target, updated_node.value):
            return updated_node
        hint = updated_node.annotation.annotation
        said = written(hint.value if isinstance(hint, cst.Subscript) else hint)
        if said in _DICTS:
            self.left.add(said.partition(".")[0])
            name = cst.Name(self.name)
            hint = hint.with_changes(value=name) if isinstance(hint, cst.Subscript) else name
        annotation = updated_node.annotation.with_changes(annotation=hint)
        return updated_node.with_changes(annotation=annotation, value=self._made(updated_node.value))

    def leave_Assign(self, original_node: cst.Assign, updated_node: cst.Assign) -> cst.Assign:
        if len(updated_node.targets) != 1 or not self._is_place(updated_node.targets[0].target, updated_node.value):
            return updated_node
        return updated_node.with_changes(value=self._made(updated_node.value))

    def _made(self, value: cst.BaseExpression) -> cst.Call:
        """A new map, in the brackets of what it stands for, where comments may be."""
        return self.call().with_changes(lpar=value.lpar, rpar=value.rpar)

    def _is_place(self, target: cst.BaseExpression, value: cst.BaseExpression) -> bool:
        """Whether this gives one of the places its first value, an empty mapping."""
        owner, name = self.current_class, written(target)
        if self.current.endswith(".__init__") and name.startswith("self."):
            owner, name = self.current.removesuffix(".__init__"), name.removeprefix("self.")
        elif not self.in_class and self.current != MODULE_BODY:
            return False
        place = Member(f"{owner}.{name}" if owner else name)
        is_empty = (isinstance(value, cst.Dict) and not value.elements) or (
            isinstance(value, cst.Call) and written(value) == "dict()" and not value.args
        )
        is_done = isinstance(value, cst.Call) and written(value) == f"{self.name}()" and not value.args
        if place not in self.wanted or place.owner != owner or not (is_empty or is_done) or self.is_taken(self.name):
            return False
        if m.findall(value.with_changes(lpar=[], rpar=[]), m.Comment()):
            return False  # it would go with the brackets that it stands in
        self.found.add(place)
        return is_empty
