"""Have what functions answer in a certain case go through another function."""

from __future__ import annotations

import argparse
from collections.abc import Sequence

import libcst as cst
from libcst.codemod import CodemodContext

from codemods.commands.editing.arguments import add_imported, add_places
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
        value: str,
        by: Imported,
        failures: bool = False,
    ) -> None:
        super().__init__(context, by, (place.name for place in places))
        self.targets = self.wanted
        self.value = cst.parse_expression(value)
        self.failures = failures
        # How many handlers of exceptions are around what is visited.
        self.handling = 0

    @staticmethod
    def add_args(arg_parser: argparse.ArgumentParser) -> None:
        arg_parser.add_argument("--value", required=True, metavar="EXPRESSION", help="what is returned, such as '[]'")
        add_imported(arg_parser, "--by", "the function")
        add_places(arg_parser, "--functions", Definition, "such as Hub.settings")
        arg_parser.add_argument("--failures", action="store_true", help="only where an exception is handled")

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
