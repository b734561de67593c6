"""Have log lines show no more of a secret than lets it be recognised."""

from __future__ import annotations

import argparse
from collections.abc import Sequence

import libcst as cst
from libcst.codemod import CodemodContext

from codemods.analysis.writes import LOGGING
from codemods.commands.editing.arguments import add_imported, add_places
from codemods.commands.editing.code import written
from codemods.commands.editing.importing_command import ExpressionCommand
from codemods.messages import phrase
from codemods.places import Expression, Imported


class MaskLogged(ExpressionCommand):
    """`logger.info(f"{key}")` becomes `logger.info(f"{masked(key)}")`, for the functions and expressions named.

    What is not logged stays, and so does what stands in the call as a part of something larger, as in `f(key)`.
    """

    DESCRIPTION = "Mask values in what is logged."

    PLACE = Expression

    def __init__(self, context: CodemodContext, places: Sequence[Expression], *, mask: Imported) -> None:
        super().__init__(context, mask, places)
        # How many calls that log are around what is visited.
        self.logging = 0

    @staticmethod
    def add_args(arg_parser: argparse.ArgumentParser) -> None:
        add_imported(arg_parser, "--mask", "the function to wrap with")
        add_places(arg_parser, "--sites", Expression, "such as login=token", metavar="FUNCTION=EXPRESSION")

    def taken(self) -> str:
        return phrase("the name {name} is taken here: mask what is logged by hand", name=self.name)

    def visit_Call(self, node: cst.Call) -> None:
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
