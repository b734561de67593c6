"""Have loops go through the tenant's own of what they are over."""

from __future__ import annotations

import argparse
from collections.abc import Sequence

import libcst as cst
from libcst.codemod import CodemodContext

from codemods.commands.editing.arguments import add_imported, add_places
from codemods.commands.editing.code import written
from codemods.commands.editing.importing_command import ExpressionCommand
from codemods.messages import phrase
from codemods.places import Expression, Imported


class FilterLoops(ExpressionCommand):
    """`for line in lines` becomes `for line in own(lines)`, for the functions and the loops' variables named.

    Several variables are named as they are written: "tenant_id, agent_id".
    """

    DESCRIPTION = "Have loops go through the tenant's own of what they are over."

    PLACE = Expression

    def __init__(self, context: CodemodContext, places: Sequence[Expression], *, filter: Imported) -> None:
        super().__init__(context, filter, places)

    @staticmethod
    def add_args(arg_parser: argparse.ArgumentParser) -> None:
        add_imported(arg_parser, "--filter", "the function to wrap with")
        add_places(arg_parser, "--loops", Expression, "such as replay=line", metavar="FUNCTION=VARIABLE")

    def taken(self) -> str:
        return phrase("the name {name} is taken here: filter its loops by hand", name=self.name)

    def missed(self, wanted: Expression) -> str:
        return phrase("{place} goes over nothing here that can be filtered: do that by hand", place=wanted)

    def leave_For(self, original_node: cst.For, updated_node: cst.For) -> cst.For:
        return updated_node.with_changes(iter=self._own(updated_node.target, updated_node.iter))

    def leave_CompFor(self, original_node: cst.CompFor, updated_node: cst.CompFor) -> cst.CompFor:
        return updated_node.with_changes(iter=self._own(updated_node.target, updated_node.iter))

    def _own(self, target: cst.BaseExpression, items: cst.BaseExpression) -> cst.BaseExpression:
        if not self.takes(Expression(self.current, _variables(target))) or self.is_call(items):
            return items
        return self.call(items)


def _variables(target: cst.BaseExpression) -> str:
    """What a loop binds, as people write it."""
    if isinstance(target, cst.Tuple):
        return ", ".join(written(element.value) for element in target.elements)
    return written(target)
