"""Hand functions to threads together with the context of where that is done."""

from __future__ import annotations

import argparse
from collections import defaultdict
from collections.abc import Sequence

import libcst as cst
from libcst.codemod import CodemodContext
from libcst.codemod.visitors import AddImportsVisitor

from codemods.commands.scoped import FunctionCommand, can_import, split_name, written


class CarryContext(FunctionCommand):
    """Wrap the function that a call hands to a thread: `submit(work, 1)` becomes `submit(carry_context(work), 1)`.

    A place is "function=call@argument=expression": the function that it is in, the call's name, which argument (a
    number or a keyword), and what stands there, without arguments of its own ("lambda" for any lambda).
    """

    DESCRIPTION = "Hand functions to threads together with the context of where that is done."

    def __init__(self, context: CodemodContext, carrier: str, places: Sequence[str]) -> None:
        super().__init__(context)
        self.carrier = carrier
        self.places: dict[str, set[str]] = defaultdict(set)
        for place in places:
            name, _, what = place.partition("=")
            self.places[name].add(what)
        self.targets = frozenset(self.places)
        self.found: set[tuple[str, str]] = set()

    @staticmethod
    def add_args(arg_parser: argparse.ArgumentParser) -> None:
        arg_parser.add_argument("--carrier", required=True, metavar="MODULE:NAME", help="what wraps the function")
        arg_parser.add_argument(
            "--places", nargs="+", required=True, metavar="FUNCTION=CALL@ARGUMENT=EXPRESSION", help="what to wrap"
        )

    def transform_module_impl(self, tree: cst.Module) -> cst.Module:
        if not can_import(self.context, tree, self.carrier):
            self.warn(f"the name {split_name(self.carrier)[1]} is taken here: carry the context by hand")
            return tree
        changed = super().transform_module_impl(tree)
        wanted = {(name, what) for name, places in self.places.items() for what in places}
        for name, what in sorted(wanted - self.found):
            self.warn(f"{name} starts {what.rpartition('=')[2]} in a way that cannot be edited: carry it by hand")
        if self.found:
            AddImportsVisitor.add_needed_import(self.context, *split_name(self.carrier))
        return changed

    def visit_SimpleStatementLine(self, node: cst.SimpleStatementLine) -> bool | None:
        return self.current in self.targets

    def leave_Call(self, original_node: cst.Call, updated_node: cst.Call) -> cst.Call:
        places = self.places.get(self.current, set())
        name = _last_name(original_node.func)
        if not any(place.startswith(f"{name}@") for place in places) or self.is_taken(split_name(self.carrier)[1]):
            return updated_node
        arguments = list(updated_node.args)
        position = 0
        for index, argument in enumerate(original_node.args):
            at = argument.keyword.value if argument.keyword else str(position)
            position += argument.keyword is None
            what = f"{name}@{at}={_written(argument.value)}"
            if what in places and not argument.star:
                self.found.add((self.current, what))
                wrapped = cst.Call(cst.Name(split_name(self.carrier)[1]), [cst.Arg(arguments[index].value)])
                arguments[index] = arguments[index].with_changes(value=wrapped)
        return updated_node.with_changes(args=arguments)


def _last_name(function: cst.BaseExpression) -> str:
    if isinstance(function, cst.Attribute):
        return function.attr.value
    return function.value if isinstance(function, cst.Name) else ""


def _written(value: cst.BaseExpression) -> str:
    return "lambda" if isinstance(value, cst.Lambda) else written(value)
