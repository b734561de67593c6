"""Have what functions answer in a certain case go through another function."""

from __future__ import annotations

import argparse
from collections.abc import Sequence

import libcst as cst
from libcst.codemod import CodemodContext

from codemods.commands.editing.function_command import FunctionCommand
from codemods.commands.editing.imports import can_import, need_import
from codemods.messages import phrase
from codemods.places import Definition, Imported


class WrapReturns(FunctionCommand):
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
        super().__init__(context)
        self.failures = failures
        # How many handlers of exceptions are around what is visited.
        self.handling = 0
        self.targets = frozenset(place.name for place in places)
        self.value, self.by = cst.parse_expression(value), by
        self.done: set[str] = set()

    @staticmethod
    def add_args(arg_parser: argparse.ArgumentParser) -> None:
        arg_parser.add_argument("--value", required=True, metavar="EXPRESSION", help="what is returned, such as '[]'")
        arg_parser.add_argument("--by", type=Imported.parse, required=True, metavar="MODULE:NAME", help="the function")
        arg_parser.add_argument(
            "--functions", dest="places", nargs="+", type=Definition.parse, required=True, help="such as Hub.settings"
        )
        arg_parser.add_argument("--failures", action="store_true", help="only where an exception is handled")

    def transform_module_impl(self, tree: cst.Module) -> cst.Module:
        if not can_import(self.context, tree, self.by):
            self.warn(phrase("the name {name} is taken here, so nothing was changed", name=self.by.name))
            return tree
        changed = super().transform_module_impl(tree)
        if self.done:
            need_import(self.context, self.by)
        return changed

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
        if self.current not in self.targets or not is_it or self.is_taken(self.by.name):
            return updated_node
        self.done.add(self.current)
        return updated_node.with_changes(value=cst.Call(cst.Name(self.by.name), [cst.Arg(self.value.deep_clone())]))
