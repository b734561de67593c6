"""Have what functions answer in a certain case go through another function."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

import libcst as cst
from libcst.codemod import CodemodContext

from codemods.commands.editing.importing_command import ImportingCommand
from codemods.messages import phrase
from codemods.places import Definition, Imported


class WrapReturns(ImportingCommand):
    """`return []` becomes `return otherwise([])` in the functions named, and what else they return stays.

    failures: only where an exception is handled.
    """

    DESCRIPTION = "Have a value that functions return go through another function."

    PLACE = Definition

    def __init__(
        self,
        context: CodemodContext,
        places: Sequence[Definition],
        *,
        value: Annotated[str, "what is returned, such as '[]'"],
        by: Imported,
        failures: Annotated[bool, "only where an exception is handled"] = False,
    ) -> None:
        super().__init__(context, by, (place.name for place in places))
        self.targets = self.wanted
        self.value = cst.parse_expression(value)
        self.failures = failures
        # How many handlers of exceptions are around what is visited.
        self.handling = 0

    def taken(self) -> str:
        return phrase("the name {name} is taken here, so nothing was changed", name=self.name)

    def visit_ExceptHandler(self, node: cst.ExceptHandler) -> None:
        self.handling += 1

    def leave_ExceptHandler(
        self, original_node: cst.ExceptHandler, updated_node: cst.ExceptHandler
    ) -> cst.ExceptHandler:
        self.handling -= 1
        return updated_node

    def leave_Return(self, original_node: cst.Return, updated_node: cst.Return) -> cst.Return:
        is_it = original_node.value is not None and original_node.value.deep_equals(self.value)
        if self.failures and not self.handling:
            return updated_node
        if self.current not in self.targets or not is_it or self.is_taken(self.name):
            return updated_node
        self.found.add(self.current)
        return updated_node.with_changes(value=self.call(self.value.deep_clone()))
