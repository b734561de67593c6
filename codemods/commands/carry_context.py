"""Hand functions to threads together with the context of where that is done."""

from __future__ import annotations

import argparse
from collections.abc import Sequence

import libcst as cst
from libcst.codemod import CodemodContext

from codemods.commands.editing.code import written
from codemods.commands.editing.function_command import FunctionCommand
from codemods.commands.editing.imports import can_import, need_import
from codemods.messages import phrase
from codemods.places import Handover, Imported


class CarryContext(FunctionCommand):
    """Wrap the function that a call hands to a thread: `submit(work, 1)` becomes `submit(carry_context(work), 1)`.

    A place names the function that it is in, the call's name, which argument (a number or a keyword), and what stands
    there, without arguments of its own ("lambda" for any lambda).
    """

    DESCRIPTION = "Hand functions to threads together with the context of where that is done."

    PLACE = Handover

    def __init__(self, context: CodemodContext, places: Sequence[Handover], *, carrier: Imported) -> None:
        super().__init__(context)
        self.carrier = carrier
        self.places = frozenset(places)
        self.targets = frozenset(place.function for place in places)
        self.calls = frozenset((place.function, place.call) for place in places)
        self.found: set[Handover] = set()

    @staticmethod
    def add_args(arg_parser: argparse.ArgumentParser) -> None:
        arg_parser.add_argument(
            "--carrier", type=Imported.parse, required=True, metavar="MODULE:NAME", help="what wraps the function"
        )
        arg_parser.add_argument(
            "--places",
            nargs="+",
            type=Handover.parse,
            required=True,
            metavar="FUNCTION=CALL@ARGUMENT=EXPRESSION",
            help="what to wrap",
        )

    def transform_module_impl(self, tree: cst.Module) -> cst.Module:
        if not can_import(self.context, tree, self.carrier):
            self.warn(phrase("the name {name} is taken here: carry the context by hand", name=self.carrier.name))
            return tree
        changed = super().transform_module_impl(tree)
        for place in sorted(self.places - self.found):
            self.warn(
                phrase(
                    "{function} starts {text} in a way that cannot be edited: carry it by hand",
                    function=place.function,
                    text=place.text,
                )
            )
        if self.found:
            need_import(self.context, self.carrier)
        return changed

    def visit_SimpleStatementLine(self, node: cst.SimpleStatementLine) -> bool | None:
        return self.current in self.targets

    def leave_Call(self, original_node: cst.Call, updated_node: cst.Call) -> cst.Call:
        name = _last_name(original_node.func)
        if (self.current, name) not in self.calls or self.is_taken(self.carrier.name):
            return updated_node
        arguments = list(updated_node.args)
        position = 0
        for index, argument in enumerate(original_node.args):
            at = argument.keyword.value if argument.keyword else str(position)
            position += argument.keyword is None
            place = Handover(self.current, name, at, _written(argument.value))
            if place in self.places and not argument.star:
                self.found.add(place)
                wrapped = cst.Call(cst.Name(self.carrier.name), [cst.Arg(arguments[index].value)])
                arguments[index] = arguments[index].with_changes(value=wrapped)
        return updated_node.with_changes(args=arguments)


def _last_name(function: cst.BaseExpression) -> str:
    if isinstance(function, cst.Attribute):
        return function.attr.value
    return function.value if isinstance(function, cst.Name) else ""


def _written(value: cst.BaseExpression) -> str:
    return "lambda" if isinstance(value, cst.Lambda) else written(value)
