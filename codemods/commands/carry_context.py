"""Hand functions to threads together with the context of where that is done."""

from __future__ import annotations

import libcst as cst

from codemods.commands.editing.code import written
from codemods.commands.editing.importing_command import ExpressionCommand
from codemods.messages import phrase
from codemods.places import Handover


class CarryContext(ExpressionCommand):
    """Wrap the function that a call hands to a thread: `submit(work, 1)` becomes `submit(carry_context(work), 1)`.

    A place names the function that it is in, the call's name, which argument (a number or a keyword), and what stands
    there, without arguments of its own ("lambda" for any lambda).
    """

    DESCRIPTION = "Hand functions to threads together with the context of where that is done."

    PLACE = Handover

    def taken(self) -> str:
        return phrase("the name {name} is taken here: carry the context by hand", name=self.name)

    def missed(self, wanted: Handover) -> str:
        return phrase(
            "{function} starts {text} in a way that cannot be edited: carry it by hand",
            function=wanted.function,
            text=wanted.text,
        )

    def leave_Call(self, original_node: cst.Call, updated_node: cst.Call) -> cst.Call:
        name = _last_name(original_node.func)
        arguments = list(updated_node.args)
        position = 0
        for index, argument in enumerate(original_node.args):
            at = argument.keyword.value if argument.keyword else str(position)
            position += argument.keyword is None
            place = Handover(self.current, name, at, _written(argument.value))
            if not argument.star and self.takes(place):
                arguments[index] = arguments[index].with_changes(value=self.call(arguments[index].value))
        return updated_node.with_changes(args=arguments)


def _last_name(function: cst.BaseExpression) -> str:
    if isinstance(function, cst.Attribute):
        return function.attr.value
    return function.value if isinstance(function, cst.Name) else ""


def _written(value: cst.BaseExpression) -> str:
    return "lambda" if isinstance(value, cst.Lambda) else written(value)
