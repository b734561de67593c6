"""Have loops go through the tenant's own of what they are over."""

from __future__ import annotations

import argparse
from collections.abc import Sequence

import libcst as cst
from libcst.codemod import CodemodContext

from codemods.commands.editing.code import written
from codemods.commands.editing.function_command import FunctionCommand
from codemods.commands.editing.imports import can_import, need_import
from codemods.messages import phrase
from codemods.places import Expression, Imported


class FilterLoops(FunctionCommand):
    """`for line in lines` becomes `for line in own(lines)`, for the functions and the loops' variables named."""

    DESCRIPTION = "Have loops go through the tenant's own of what they are over."

    PLACE = Expression

    def __init__(self, context: CodemodContext, places: Sequence[Expression], *, filter: Imported) -> None:
        super().__init__(context)
        self.filter = filter
        self.places = frozenset(places)
        self.targets = frozenset(place.function for place in places)
        self.done: set[Expression] = set()

    @staticmethod
    def add_args(arg_parser: argparse.ArgumentParser) -> None:
        arg_parser.add_argument(
            "--filter", type=Imported.parse, required=True, metavar="MODULE:NAME", help="the function to wrap with"
        )
        arg_parser.add_argument(
            "--loops",
            dest="places",
            nargs="+",
            type=Expression.parse,
            required=True,
            metavar="FUNCTION=VARIABLE",
            help="such as replay=line",
        )

    def transform_module_impl(self, tree: cst.Module) -> cst.Module:
        if not can_import(self.context, tree, self.filter):
            self.warn(phrase("the name {name} is taken here: filter its loops by hand", name=self.filter.name))
            return tree
        changed = super().transform_module_impl(tree)
        if self.done:
            need_import(self.context, self.filter)
        return changed

    def leave_For(self, original_node: cst.For, updated_node: cst.For) -> cst.For:
        return updated_node.with_changes(iter=self._own(updated_node.target, updated_node.iter))

    def leave_CompFor(self, original_node: cst.CompFor, updated_node: cst.CompFor) -> cst.CompFor:
        return updated_node.with_changes(iter=self._own(updated_node.target, updated_node.iter))

    def _own(self, target: cst.BaseExpression, items: cst.BaseExpression) -> cst.BaseExpression:
        place = Expression(self.current, written(target))
        is_own = isinstance(items, cst.Call) and written(items.func) == self.filter.name
        if place not in self.places or is_own or self.is_taken(self.filter.name):
            return items
        self.done.add(place)
        return cst.Call(cst.Name(self.filter.name), [cst.Arg(items)])
