"""Refuse what comes without a tenant, where it was processed before."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Annotated

import libcst as cst
from libcst.codemod import CodemodContext

from codemods.commands.editing.importing_command import ImportingCommand
from codemods.messages import phrase
from codemods.places import Branch, Imported


class RefuseUnscoped(ImportingCommand):
    """Put `await refuse(message, ...)` and `return` in the place of the N-th statement `await ….method(…)`.

    The statements are counted from 0 in the order of the text. The function's own first parameters, two at most, are
    what `refuse` gets.
    """

    DESCRIPTION = "Refuse a message in the branches of a function that have no tenant, instead of processing it."

    PLACE = Branch

    def __init__(
        self,
        context: CodemodContext,
        places: Sequence[Branch],
        *,
        method: Annotated[str, "such as message_process"],
        refuse: Annotated[Imported, "what answers instead"],
    ) -> None:
        super().__init__(context, refuse, (place.function for place in places))
        self.method = method
        self.places = frozenset(places)
        self.targets = self.wanted
        self._count: dict[str, int] = defaultdict(int)
        self._replaced: set[cst.SimpleStatementLine] = set()
        self._parameters: list[str] = []

    def taken(self) -> str:
        return phrase("the name {name} is taken here: refuse messages without a tenant by hand", name=self.name)

    def missed(self, wanted: str) -> str:
        return phrase(
            "{function} does not process messages as it did when it was read: refuse them by hand", function=wanted
        )

    def visit_FunctionDef(self, node: cst.FunctionDef) -> bool | None:
        inside = super().visit_FunctionDef(node)
        if self.current in self.targets:
            parameters = (*node.params.posonly_params, *node.params.params)
            names = [item.name.value for item in parameters]
            self._parameters = [name for name in names if name not in ("self", "cls")][:2]
        return inside

    def visit_SimpleStatementLine(self, node: cst.SimpleStatementLine) -> bool | None:
        if self._processes(node):
            if Branch(self.current, self._count[self.current]) in self.places:
                self._replaced.add(node)
            self._count[self.current] += 1
        return False

    def leave_SimpleStatementLine(
        self, original_node: cst.SimpleStatementLine, updated_node: cst.SimpleStatementLine
    ) -> cst.SimpleStatementLine | cst.FlattenSentinel[cst.BaseStatement]:
        if original_node not in self._replaced or self.is_taken(self.name):
            return updated_node
        self.found.add(self.current)
        arguments = ", ".join(self._parameters)
        call = cst.parse_statement(f"await {self.name}({arguments})\n")
        leave = cst.parse_statement("return\n")
        assert isinstance(call, cst.SimpleStatementLine) and isinstance(leave, cst.SimpleStatementLine)
        newline = updated_node.trailing_whitespace.newline
        call = call.with_changes(
            leading_lines=updated_node.leading_lines, trailing_whitespace=cst.TrailingWhitespace(newline=newline)
        )
        return cst.FlattenSentinel([call, leave.with_changes(trailing_whitespace=call.trailing_whitespace)])

    def leave_IndentedBlock(
        self, original_node: cst.IndentedBlock, updated_node: cst.IndentedBlock
    ) -> cst.IndentedBlock:
        """Of two `return` that stand one behind the other now, the second is left out."""
        body = list(updated_node.body)
        twice = [
            index
            for index in range(1, len(body))
            if original_node.body and _returns(body[index - 1]) and _returns(body[index]) and self._replaced
        ]
        return updated_node.with_changes(body=[item for index, item in enumerate(body) if index not in twice])

    def _processes(self, node: cst.SimpleStatementLine) -> bool:
        small = node.body[0] if len(node.body) == 1 else None
        value = small.value if isinstance(small, cst.Expr) else None
        call = value.expression if isinstance(value, cst.Await) else None
        return (
            isinstance(call, cst.Call) and isinstance(call.func, cst.Attribute) and call.func.attr.value == self.method
        )


def _returns(statement: cst.BaseStatement) -> bool:
    small = statement.body[0] if isinstance(statement, cst.SimpleStatementLine) and len(statement.body) == 1 else None
    return isinstance(small, cst.Return) and small.value is None
