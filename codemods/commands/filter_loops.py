"""Have loops go through the tenant's own of what they are over."""

from __future__ import annotations

import libcst as cst

from codemods.commands.editing.code import written
from codemods.commands.editing.importing_command import ExpressionCommand
from codemods.messages import phrase
from codemods.places import Expression


class FilterLoops(ExpressionCommand):
    """`for line in lines` becomes `for line in own(lines)`, for the functions and the loops' variables named.

    Several variables are named as they are written: "tenant_id, agent_id".
    """

    DESCRIPTION = "Have loops go through the tenant's own of what they are over."

    PLACE = Expression

    def taken(self) -> str:
        return phrase("the name {name} is taken here: filter its loops by hand", name=self.name)

    def missed(self, wanted: Expression) -> str:
        return phrase(
            "{function} has no loop of {text} that can be filtered: do that by hand",
            function=wanted.function,
            text=wanted.text,
        )

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
