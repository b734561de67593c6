"""Have a name that is made of a part of something made of all of it."""

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

# The object itself, among the arguments of a method of it.
_ITSELF = "self"


class NameWhole(FunctionCommand):
    """`short(name)` becomes `whole(short(name), name)`, for the functions, calls and arguments named.

    The argument is a number, a keyword, or "self" for the object in `name.replace("/", "_")`.
    """

    DESCRIPTION = "Have a name that is made of a part of something made of all of it."

    PLACE = Handover

    def __init__(self, context: CodemodContext, places: Sequence[Handover], *, wrapper: Imported) -> None:
        super().__init__(context)
        self.wrapper = wrapper
        self.places = frozenset(places)
        self.targets = frozenset(place.function for place in places)
        self.found: set[Handover] = set()
        # Calls that stand in the wrapper already.
        self.kept: set[cst.CSTNode] = set()

    @staticmethod
    def add_args(arg_parser: argparse.ArgumentParser) -> None:
        arg_parser.add_argument(
            "--wrapper", type=Imported.parse, required=True, metavar="MODULE:NAME", help="the function to wrap with"
        )
        arg_parser.add_argument(
            "--places",
            nargs="+",
            type=Handover.parse,
            required=True,
            metavar="FUNCTION=CALL@ARGUMENT=EXPRESSION",
            help="such as f=short@0=name",
        )

    def transform_module_impl(self, tree: cst.Module) -> cst.Module:
        if not can_import(self.context, tree, self.wrapper):
            self.warn(phrase("the name {name} is taken here: keep ids whole by hand", name=self.wrapper.name))
            return tree
        changed = super().transform_module_impl(tree)
        for place in sorted(self.places - self.found):
            self.warn(
                phrase(
                    "{function} shortens {text} in a way that cannot be edited: keep it whole by hand",
                    function=place.function,
                    text=place.text,
                )
            )
        if self.found:
            need_import(self.context, self.wrapper)
        return changed

    def visit_Call(self, node: cst.Call) -> None:
        if written(node.func) == self.wrapper.name and node.args:
            self.kept.add(node.args[0].value)

    def leave_Call(self, original_node: cst.Call, updated_node: cst.Call) -> cst.Call:
        if self.current not in self.targets or original_node in self.kept or self.is_taken(self.wrapper.name):
            return updated_node
        for at, whole in _arguments(original_node):
            place = Handover(self.current, written(original_node.func), at, written(whole))
            if place in self.places:
                self.found.add(place)
                args = [cst.Arg(updated_node), cst.Arg(whole.deep_clone())]
                return cst.Call(cst.Name(self.wrapper.name), args)
        return updated_node


def _arguments(call: cst.Call) -> list[tuple[str, cst.BaseExpression]]:
    """What a call is given, by number or keyword; and the object whose method it calls."""
    found: list[tuple[str, cst.BaseExpression]] = []
    if isinstance(call.func, cst.Attribute):
        found.append((_ITSELF, call.func.value))
    numbers = iter(range(len(call.args)))
    for arg in call.args:
        if not arg.star:
            found.append((arg.keyword.value if arg.keyword else str(next(numbers)), arg.value))
    return found
