"""Wrap a collection in a function that keeps the tenant's own items, wherever code goes through all of it."""

from __future__ import annotations

import argparse
from collections.abc import Sequence

import libcst as cst
from libcst.codemod import CodemodContext

from codemods.analysis.containers import ENUMERATING, WHOLE
from codemods.commands.editing.code import written
from codemods.commands.editing.function_command import FunctionCommand
from codemods.commands.editing.imports import can_import, need_import
from codemods.messages import phrase
from codemods.places import Expression, Imported


class FilterCollections(FunctionCommand):
    """`for item in self.items` becomes `for item in own(self.items)`, for the functions and collections named.

    Going through a collection is: a loop or comprehension over it, `.items()`, `.keys()`, `.values()` and `.copy()` of
    it, and handing it to a built-in such as `list` or `len`. Taking one item by its key stays as it is, so does
    what `<` or `>` compares with a limit: that is all tenants' together. Without sites, the file by itself must show
    which collections keep connections of several tenants.
    """

    DESCRIPTION = "Keep to the tenant's own items wherever a shared collection is gone through."

    PLACE = Expression

    def __init__(
        self, context: CodemodContext, places: Sequence[Expression] | None = None, *, filter: Imported
    ) -> None:
        super().__init__(context)
        self.filter = filter
        self.places = places
        self.wanted: frozenset[Expression] = frozenset()
        self.done: set[Expression] = set()
        self.limits = 0

    @staticmethod
    def add_args(arg_parser: argparse.ArgumentParser) -> None:
        arg_parser.add_argument(
            "--filter", type=Imported.parse, required=True, metavar="MODULE:NAME", help="the function to wrap with"
        )
        arg_parser.add_argument(
            "--sites",
            dest="places",
            nargs="+",
            type=Expression.parse,
            metavar="FUNCTION=COLLECTION",
            help="such as Hub.broadcast=self.connections",
        )

    def transform_module_impl(self, tree: cst.Module) -> cst.Module:
        if self.places is None:
            from codemods.survey.alone import connections_alone

            self.places = connections_alone(self.context.filename or "module.py", tree.bytes)
        if not self.places:
            return tree
        if not can_import(self.context, tree, self.filter):
            self.warn(phrase("the name {name} is taken here: filter its collections by hand", name=self.filter.name))
            return tree
        self.wanted = frozenset(self.places)
        self.targets = frozenset(place.function for place in self.places)
        changed = super().transform_module_impl(tree)
        if self.done:
            need_import(self.context, self.filter)
        for place in sorted(self.wanted - self.done):
            self.warn(
                phrase(
                    "{function} goes through {text} in a way that is not understood",
                    function=place.function,
                    text=place.text,
                )
            )
        return changed

    def _own(self, node: cst.BaseExpression) -> cst.BaseExpression:
        place = Expression(self.current, written(node))
        if place not in self.wanted or self.limits or self.is_taken(self.filter.name):
            return node
        self.done.add(place)
        return cst.Call(cst.Name(self.filter.name), [cst.Arg(node)])

    def visit_Comparison(self, node: cst.Comparison) -> None:
        self.limits += _is_limit(node)

    def leave_Comparison(self, original_node: cst.Comparison, updated_node: cst.Comparison) -> cst.Comparison:
        self.limits -= _is_limit(original_node)
        return updated_node

    def leave_For(self, original_node: cst.For, updated_node: cst.For) -> cst.For:
        return updated_node.with_changes(iter=self._own(updated_node.iter))

    def leave_CompFor(self, original_node: cst.CompFor, updated_node: cst.CompFor) -> cst.CompFor:
        return updated_node.with_changes(iter=self._own(updated_node.iter))

    def leave_Attribute(self, original_node: cst.Attribute, updated_node: cst.Attribute) -> cst.Attribute:
        if updated_node.attr.value not in WHOLE:
            return updated_node
        return updated_node.with_changes(value=self._own(updated_node.value))

    def leave_Call(self, original_node: cst.Call, updated_node: cst.Call) -> cst.Call:
        function = updated_node.func
        if not isinstance(function, cst.Name) or function.value not in ENUMERATING or not updated_node.args:
            return updated_node
        first = updated_node.args[0]
        return updated_node.with_changes(
            args=[first.with_changes(value=self._own(first.value)), *updated_node.args[1:]]
        )


def _is_limit(node: cst.Comparison) -> bool:
    """Whether a comparison is by order, and with more than nothing or one, which only ask whether there is any."""
    sides = (node.left, *(target.comparator for target in node.comparisons))
    ordering = (cst.LessThan, cst.LessThanEqual, cst.GreaterThan, cst.GreaterThanEqual)
    by_order = any(isinstance(target.operator, ordering) for target in node.comparisons)
    return by_order and not any(isinstance(side, cst.Integer) and side.value in ("0", "1") for side in sides)
