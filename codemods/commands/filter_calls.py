"""Have what a call answers go through a function that keeps the tenant's own of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

import libcst as cst
import libcst.matchers as m
from libcst.codemod import CodemodContext

from codemods.commands.editing.code import written
from codemods.commands.editing.importing_command import ExpressionCommand
from codemods.messages import phrase
from codemods.places import Expression, Imported

_RUNNING = m.Call() | m.Await() | m.Yield() | m.NamedExpr()


class FilterCalls(ExpressionCommand):
    """`registry.plugins()` becomes `own(registry.plugins())`, for the functions and calls named.

    with_name: the first argument of the call is handed on as well, as in `own(registry.plugin(name), name)`.
    """

    DESCRIPTION = "Keep the tenant's own of what calls answer."

    PLACE = Expression

    def __init__(
        self,
        context: CodemodContext,
        places: Sequence[Expression],
        *,
        by: Annotated[Imported, "the function that they go through"],
        with_name: Annotated[bool, "hand on the first argument of the call"] = False,
    ) -> None:
        super().__init__(context, places, by=by)
        self.with_name = with_name

    def taken(self) -> str:
        return phrase("the name {name} is taken here: filter what its calls answer by hand", name=self.name)

    def missed(self, wanted: Expression) -> str:
        return phrase(
            "{function} calls {text} in a way that is not understood: filter it by hand",
            function=wanted.function,
            text=wanted.text,
        )

    def visit_Await(self, node: cst.Await) -> None:
        self.kept.add(node.expression)  # its answer has to be waited for

    def leave_Call(self, original_node: cst.Call, updated_node: cst.Call) -> cst.Call:
        if original_node in self.kept or (self.with_name and not _can_repeat(original_node.args[:1])):
            return updated_node
        if not self.takes(Expression(self.current, written(original_node))):
            return updated_node
        names = [arg.value for arg in original_node.args[:1]] if self.with_name else []
        return self.call(updated_node, *names)


def _can_repeat(first: Sequence[cst.Arg]) -> bool:
    """Whether there is a first argument that may be written twice: it is no call, which may answer otherwise then."""
    return any(not arg.star and not m.findall(arg, _RUNNING) for arg in first)
