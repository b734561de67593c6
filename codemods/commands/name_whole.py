"""Have a name that is made of a part of something made of all of it."""

from __future__ import annotations

import libcst as cst

from codemods.commands.editing.code import written
from codemods.commands.editing.importing_command import ExpressionCommand
from codemods.messages import phrase
from codemods.places import Handover

# The object itself, among the arguments of a method of it.
_ITSELF = "self"


class NameWhole(ExpressionCommand):
    """`short(name)` becomes `whole(short(name), name)`, for the functions, calls and arguments named.

    The argument is a number, a keyword, or "self" for the object in `name.replace("/", "_")`.
    """

    DESCRIPTION = "Have a name that is made of a part of something made of all of it."

    PLACE = Handover

    def taken(self) -> str:
        return phrase("the name {name} is taken here: keep ids whole by hand", name=self.name)

    def missed(self, wanted: Handover) -> str:
        return phrase(
            "{function} shortens {text} in a way that cannot be edited: keep it whole by hand",
            function=wanted.function,
            text=wanted.text,
        )

    def leave_Call(self, original_node: cst.Call, updated_node: cst.Call) -> cst.Call:
        if self.current not in self.targets or original_node in self.kept:
            return updated_node
        for at, whole in _arguments(original_node):
            if self.takes(Handover(self.current, written(original_node.func), at, written(whole))):
                return self.call(updated_node, whole.deep_clone())
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
