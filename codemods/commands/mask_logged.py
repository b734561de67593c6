"""Have log lines show no more of a secret than lets it be recognised."""

from __future__ import annotations

import libcst as cst

from codemods.analysis.writes import LOGGING
from codemods.commands.editing.code import written
from codemods.commands.editing.importing_command import ExpressionCommand
from codemods.messages import phrase
from codemods.places import Expression


class MaskLogged(ExpressionCommand):
    """`logger.info(f"{key}")` becomes `logger.info(f"{masked(key)}")`, for the functions and expressions named.

    What is not logged stays, and so does what stands in the call as a part of something larger, as in `f(key)`.
    """

    DESCRIPTION = "Mask values in what is logged."

    PLACE = Expression
    logging = 0  # how many calls that log are around what is visited

    def taken(self) -> str:
        return phrase("the name {name} is taken here: mask what is logged by hand", name=self.name)

    def visit_Call(self, node: cst.Call) -> None:
        super().visit_Call(node)
        self.logging += _logs(node)

    def leave_Call(self, original_node: cst.Call, updated_node: cst.Call) -> cst.Call:
        self.logging -= _logs(original_node)
        if not _logs(original_node):
            return updated_node
        args = [arg.with_changes(value=self._masked(arg.value)) for arg in updated_node.args]
        return updated_node.with_changes(args=args)

    def leave_FormattedStringExpression(
        self, original_node: cst.FormattedStringExpression, updated_node: cst.FormattedStringExpression
    ) -> cst.FormattedStringExpression:
        if not self.logging:
            return updated_node
        return updated_node.with_changes(expression=self._masked(updated_node.expression))

    def leave_BinaryOperation(
        self, original_node: cst.BinaryOperation, updated_node: cst.BinaryOperation
    ) -> cst.BinaryOperation:
        if not self.logging:
            return updated_node
        return updated_node.with_changes(left=self._masked(updated_node.left), right=self._masked(updated_node.right))

    def _masked(self, node: cst.BaseExpression) -> cst.BaseExpression:
        return self.call(node) if self.takes(Expression(self.current, written(node))) else node


def _logs(node: cst.Call) -> bool:
    """Whether a call writes a line to a log."""
    name = node.func.attr if isinstance(node.func, cst.Attribute) else node.func
    is_print = isinstance(node.func, cst.Name) and node.func.value == "print"
    return is_print or (isinstance(node.func, cst.Attribute) and isinstance(name, cst.Name) and name.value in LOGGING)
