"""Have what a call answers go through a function that keeps the tenant's own of it."""

from __future__ import annotations

import argparse
from collections.abc import Sequence

import libcst as cst
import libcst.matchers as m
from libcst.codemod import CodemodContext

from codemods.commands.editing.code import written
from codemods.commands.editing.function_command import FunctionCommand
from codemods.commands.editing.imports import can_import, need_import
from codemods.messages import phrase
from codemods.places import Expression, Imported

_RUNNING = m.Call() | m.Await() | m.Yield() | m.NamedExpr()


class FilterCalls(FunctionCommand):
    """`registry.plugins()` becomes `own(registry.plugins())`, for the functions and calls named.

    with_name: the first argument of the call is handed on as well, as in `own(registry.plugin(name), name)`.
    """

    DESCRIPTION = "Keep the tenant's own of what calls answer."

    PLACE = Expression

    def __init__(
        self, context: CodemodContext, places: Sequence[Expression], *, filter: Imported, with_name: bool = False
    ) -> None:
        super().__init__(context)
        self.filter = filter
        self.with_name = with_name
        self.places = frozenset(places)
        self.targets = frozenset(place.function for place in places)
        self.done: set[Expression] = set()
        # Calls that stay as they are: those in the filter already, and those whose answer has to be waited for.
        self.kept: set[cst.CSTNode] = set()

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
            required=True,
            metavar="FUNCTION=CALL",
            help="such as f=hub.all()",
        )
        arg_parser.add_argument("--with-name", action="store_true", help="hand on the first argument of the call")

    def transform_module_impl(self, tree: cst.Module) -> cst.Module:
        if not can_import(self.context, tree, self.filter):
            self.warn(
                phrase("the name {name} is taken here: filter what its calls answer by hand", name=self.filter.name)
            )
            return tree
        changed = super().transform_module_impl(tree)
        if self.done:
            need_import(self.context, self.filter)
        for place in sorted(self.places - self.done):
            self.warn(
                phrase(
                    "{function} calls {text} in a way that is not understood: filter it by hand",
                    function=place.function,
                    text=place.text,
                )
            )
        return changed

    def visit_Await(self, node: cst.Await) -> None:
        self.kept.add(node.expression)

    def visit_Call(self, node: cst.Call) -> None:
        if written(node.func) == self.filter.name and node.args:
            self.kept.add(node.args[0].value)

    def leave_Call(self, original_node: cst.Call, updated_node: cst.Call) -> cst.Call:
        place = Expression(self.current, written(original_node))
        if place not in self.places or original_node in self.kept or self.is_taken(self.filter.name):
            return updated_node
        args = [cst.Arg(updated_node)]
        if self.with_name:
            # It is written a second time, and so must be no call, which may answer otherwise then.
            if not original_node.args or original_node.args[0].star or m.findall(original_node.args[0], _RUNNING):
                return updated_node
            args.append(cst.Arg(original_node.args[0].value))
        self.done.add(place)
        return cst.Call(cst.Name(self.filter.name), args)
