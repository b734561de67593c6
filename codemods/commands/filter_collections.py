"""Wrap a collection in a function that keeps the tenant's own items, wherever code goes through all of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

import libcst as cst
from libcst.codemod import CodemodContext

from codemods.analysis.containers import ENUMERATING, WHOLE
from codemods.commands.editing.code import written
from codemods.commands.editing.importing_command import ExpressionCommand
from codemods.messages import phrase
from codemods.places import Expression, Imported


class FilterCollections(ExpressionCommand):
    """`for item in self.items` becomes `for item in own(self.items)`, for the functions and collections named.

    Going through a collection is: a loop or comprehension over it, `.items()`, `.keys()`, `.values()` and `.copy()` of
    it, and handing it to a built-in such as `list` or `len`. Taking one item by its key stays as it is, so does
    what `<` or `>` compares with a limit: that is all tenants' together. Without sites, the file by itself must show
    which collections keep connections of several tenants.
    """

    DESCRIPTION = "Keep to the tenant's own items wherever a shared collection is gone through."

    PLACE = Expression

    def __init__(
        self,
        context: CodemodContext,
        places: Sequence[Expression] | None = None,
        *,
        by: Annotated[Imported, "the function that they go through"],
    ) -> None:
        super().__init__(context, places or (), by=by)
        self.is_alone = places is None
        self.limits = 0

    def transform_module_impl(self, tree: cst.Module) -> cst.Module:
        if self.is_alone:
            from codemods.survey.alone import connections_alone

            self.look_for(connections_alone(self.context.filename or "module.py", tree.bytes))
        return super().transform_module_impl(tree) if self.wanted else tree

    def taken(self) -> str:
        return phrase("the name {name} is taken here: filter its collections by hand", name=self.name)

    def missed(self, wanted: Expression) -> str:
        return phrase(
            "{function} goes through {text} in a way that is not understood",
            function=wanted.function,
            text=wanted.text,
        )

    def _own(self, node: cst.BaseExpression) -> cst.BaseExpression:
        is_own = not self.limits and self.takes(Expression(self.current, written(node)))
        return self.call(node) if is_own and not self.is_call(node) else node

    def visit_Comparison(self, node: cst.Comparison) -> None:
        self.limits += _is_limit(node)

    def leave_Comparison(self, original_node: cst.Comparison, updated_node: cst.Comparison) -> cst.Comparison:
        self.limits -= _is_limit(original_node)
        return updated_node

    def leave_For(self, original_node: cst.For, updated_node: cst.For) -> cst.For:
        return updated_node.with_changes(iter=self._own(updated_node.iter))

    def leave_CompFor(self, original_node: cst.CompFor, updated_node: cst.CompFor) -> cst.CompFor:
        return updated_node.with_changes(iter=self._own(updated_node.iter))

    def leave_Attribute(self, original_node: cst.Attribute, updated_node: cst.Attribute) -> cst.Attribute:
        if updated_node.attr.value not in WHOLE:
            return updated_node
        return updated_node.with_changes(value=self._own(updated_node.value))

    def leave_Call(self, original_node: cst.Call, updated_node: cst.Call) -> cst.Call:
        function = updated_node.func
        if not isinstance(function, cst.Name) or function.value not in ENUMERATING or not updated_node.args:
            return updated_node
        first = updated_node.args[0]
        return updated_node.with_changes(
            args=[first.with_changes(value=self._own(first.value)), *updated_node.args[1:]]
        )


def _is_limit(node: cst.Comparison) -> bool:
    """Whether a comparison is by order, and with more than nothing or one, which only ask whether there is any."""
    sides = (node.left, *(target.comparator for target in node.comparisons))
    ordering = (cst.LessThan, cst.LessThanEqual, cst.GreaterThan, cst.GreaterThanEqual)
    by_order = any(isinstance(target.operator, ordering) for target in node.comparisons)
    return by_order and not any(isinstance(side, cst.Integer) and side.value in ("0", "1") for side in sides)
