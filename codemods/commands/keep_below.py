"""Have paths that are joined of a folder and what a request says go through a function that keeps them below it."""

from __future__ import annotations

import ast
from collections.abc import Sequence

import libcst as cst

from codemods.commands.editing.importing_command import ExpressionCommand
from codemods.messages import phrase
from codemods.places import Expression


class KeepBelow(ExpressionCommand):
    """`folder / name` becomes `below(folder, name)`, for the functions and joins named.

    So do `folder.joinpath(name)` and `os.path.join(folder, name)`: each is a folder, and what is joined to it.
    """

    DESCRIPTION = "Keep paths that requests name below their folder."

    PLACE = Expression

    def taken(self) -> str:
        return phrase("the name {name} is taken here: keep its paths below their folders by hand", name=self.name)

    def missed(self, wanted: Expression) -> str:
        return phrase(
            "{function} joins {text} in a way that is not understood: do it by hand",
            function=wanted.function,
            text=wanted.text,
        )

    def leave_BinaryOperation(
        self, original_node: cst.BinaryOperation, updated_node: cst.BinaryOperation
    ) -> cst.BaseExpression:
        if not isinstance(original_node.operator, cst.Divide):
            return updated_node
        return self._joined(original_node, updated_node, [cst.Arg(updated_node.left), cst.Arg(updated_node.right)])

    def leave_Call(self, original_node: cst.Call, updated_node: cst.Call) -> cst.BaseExpression:
        function = updated_node.func
        if not isinstance(function, cst.Attribute) or any(arg.keyword or arg.star for arg in original_node.args):
            return updated_node
        args = list(updated_node.args)
        if function.attr.value == "joinpath":
            args.insert(0, cst.Arg(function.value, comma=cst.MaybeSentinel.DEFAULT))
        elif function.attr.value != "join":
            return updated_node
        return self._joined(original_node, updated_node, args)

    def _joined(
        self, original_node: cst.BaseExpression, updated_node: cst.BaseExpression, args: Sequence[cst.Arg]
    ) -> cst.BaseExpression:
        if not self.takes(Expression(self.current, _as_read(original_node))):
            return updated_node
        # Brackets that a line ends in stay, with what is written there.
        brackets = updated_node.lpar if _is_over_lines(updated_node) else ()
        return cst.Call(cst.Name(self.name), args, lpar=brackets, rpar=updated_node.rpar if brackets else ())


def _is_over_lines(node: cst.BaseExpression) -> bool:
    spaces = (*(item.whitespace_after for item in node.lpar), *(item.whitespace_before for item in node.rpar))
    return any(isinstance(space, cst.ParenthesizedWhitespace) for space in spaces)


def _as_read(node: cst.BaseExpression) -> str:
    """An expression as ast writes it, which is how places name it."""
    return ast.unparse(ast.parse(f"({cst.Module([]).code_for_node(node)})", mode="eval"))
