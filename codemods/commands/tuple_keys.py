"""Keep what a text is made of as a tuple, where the text is a key."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

import libcst as cst
import libcst.matchers as m
from libcst.codemod import CodemodContext

from codemods.commands.editing.code import written
from codemods.commands.editing.function_command import FunctionCommand
from codemods.messages import phrase
from codemods.places import Definition


class TupleKeys(FunctionCommand):
    """`return f"{user_id}:{room_id}"` becomes `return (user_id, room_id)`, in the functions named.

    It is every text of a function that two of the `parts` are put into; a part is what is called so, or ends in it
    behind "_". What the function is said to answer follows.
    """

    DESCRIPTION = "Keep what a text is made of as a tuple, where the text is a key."

    PLACE = Definition

    def __init__(
        self,
        context: CodemodContext,
        places: Sequence[Definition],
        *,
        parts: Annotated[Sequence[str], "such as user_id room_id"],
    ) -> None:
        super().__init__(context)
        self.parts = tuple(parts)
        self.targets = frozenset(place.name for place in places)
        # By function, how many parts its key has.
        self.found: dict[str, int] = {}

    def transform_module_impl(self, tree: cst.Module) -> cst.Module:
        changed = super().transform_module_impl(tree)
        for name in sorted(self.targets - self.found.keys()):
            self.warn(phrase("{function} joins ids in a way that is not edited: keep the pair by hand", function=name))
        return changed

    def leave_FormattedString(
        self, original_node: cst.FormattedString, updated_node: cst.FormattedString
    ) -> cst.BaseExpression:
        values = [part for part in updated_node.parts if isinstance(part, cst.FormattedStringExpression)]
        ids = [_part_of(value.expression, self.parts) for value in values]
        is_plain = all(value.conversion is None and value.format_spec is None for value in values)
        if self.current not in self.targets or len({*ids} - {None}) < 2 or not is_plain:
            return updated_node
        self.found[self.current] = len(values)
        pairs = zip(values, ids, strict=True)
        return cst.Tuple([cst.Element(_element(value.expression, part is not None)) for value, part in pairs])

    def leave_FunctionDef(self, original_node: cst.FunctionDef, updated_node: cst.FunctionDef) -> cst.FunctionDef:
        count = self.found.get(self.current, 0)
        updated_node = super().leave_FunctionDef(original_node, updated_node)
        said = updated_node.returns
        if not count or said is None:
            return updated_node
        kind = f"tuple[{', '.join(['str'] * count)}]"
        if m.matches(said.annotation, m.Name("str")):
            return updated_node.with_changes(returns=said.with_changes(annotation=cst.parse_expression(kind)))
        if m.matches(said.annotation, m.Subscript(m.Name("Optional"), [m.SubscriptElement(m.Index(m.Name("str")))])):
            kind = f"Optional[{kind}]"
            return updated_node.with_changes(returns=said.with_changes(annotation=cst.parse_expression(kind)))
        return updated_node


def _part_of(node: cst.BaseExpression, parts: Sequence[str]) -> str | None:
    """Which of the parts an expression is, or None."""
    if isinstance(node, cst.BooleanOperation):
        node = node.left
    last = written(node).removesuffix("()").rpartition(".")[2]
    return next((part for part in parts if last == part or last.endswith(f"_{part}")), None)


def _element(node: cst.BaseExpression, is_part: bool) -> cst.BaseExpression:
    """What stands in the tuple for something in a text: parts are texts, and all else may be none."""
    return node if is_part else cst.Call(cst.Name("str"), [cst.Arg(node)])
