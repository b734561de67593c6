"""What the commands share that write one imported name."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from typing import Annotated, Any

import libcst as cst
from libcst.codemod import CodemodContext

from codemods.commands.editing.code import written
from codemods.commands.editing.function_command import FunctionCommand, words_of
from codemods.commands.editing.imports import can_import, need_import
from codemods.places import Expression, Handover, Imported, Place


class ImportingCommand(FunctionCommand):
    """A command that writes a name, which the file then imports; a file with another use for the name is left alone.

    Subclasses note in `found` what they edited of `wanted`, and say what is left to be done by hand.
    """

    # Whether nothing is edited in a file where something of `wanted` cannot be.
    ALL_OR_NONE = False

    def __init__(self, context: CodemodContext, imported: Imported, wanted: Iterable[Any]) -> None:
        super().__init__(context)
        self.imported, self.name = imported, imported.name
        self.wanted = frozenset(wanted)
        self.found: set[Any] = set()

    @abstractmethod
    def taken(self) -> str:
        """What is said where a file has another use for the name."""

    def missed(self, wanted: Any) -> str | None:
        """What is said of something that was not edited."""
        return None

    def transform_module_impl(self, tree: cst.Module) -> cst.Module:
        if not can_import(self.context, tree, self.imported):
            self.warn(self.taken())
            return tree
        changed = super().transform_module_impl(tree)
        for text in map(self.missed, sorted(self.wanted - self.found)):
            if text is not None:
                self.warn(text)
        if self.ALL_OR_NONE and self.found != self.wanted:
            return tree
        if self.found:
            need_import(self.context, self.imported)
        return changed

    def call(self, *values: cst.BaseExpression) -> cst.Call:
        """A call of what is imported."""
        return cst.Call(cst.Name(self.name), [cst.Arg(value) for value in values])

    def is_call(self, node: cst.CSTNode | None) -> bool:
        """Whether something is a call of it already."""
        return isinstance(node, cst.Call) and written(node.func) == self.name


class ExpressionCommand(ImportingCommand):
    """A command that has expressions of functions go through an imported one: `value` becomes `name(value)`."""

    def __init__(
        self,
        context: CodemodContext,
        places: Sequence[Expression] | Sequence[Handover],
        *,
        by: Annotated[Imported, "the function that they go through"],
    ) -> None:
        super().__init__(context, by, ())
        self.look_for(places)
        # Calls that stay as they are, such as those that go through it already.
        self.kept: set[cst.CSTNode] = set()

    def look_for(self, places: Sequence[Expression] | Sequence[Handover]) -> None:
        """Name the places that are to be edited."""
        self.wanted = frozenset(places)
        self.targets = frozenset(place.function for place in self.wanted)

    def looks_for(self, places: Sequence[Place]) -> Mapping[str, Iterable[Iterable[str]]]:
        return words_of(
            (place.function, place.text if isinstance(place, Expression) else place.call) for place in self.wanted
        )

    def visit_Call(self, node: cst.Call) -> None:
        if self.is_call(node) and node.args:
            self.kept.add(node.args[0].value)

    def takes(self, place: Expression | Handover) -> bool:
        """Whether an expression is one of the places, and is edited now."""
        if place not in self.wanted or self.is_taken(self.name):
            return False
        self.found.add(place)
        return True
