"""What a function says of an answer: whether it gets any further than to its own choices, its callers', and a log."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator

from codemods.analysis.chains import Chain, called_name, chain_of
from codemods.analysis.nodes import children
from codemods.analysis.symbols import Symbol
from codemods.analysis.writes import LOGGING
from codemods.survey.program import TenantProgram

# What makes another answer of one, or stands around it.
_PASSING = (ast.Compare, ast.BoolOp, ast.BinOp, ast.UnaryOp, ast.JoinedStr, ast.FormattedValue, ast.Await)
_LOOKING = frozenset({"len", "bool", "int", "str", "min", "max"})
_CHOICES = (ast.If, ast.While, ast.IfExp, ast.Assert, ast.comprehension, ast.Expr)
# Names for names, and answers of functions, are followed so far.
_DEEPEST = 3


class Told:
    """Answers for one program; `is_own`: whether a key is one that its function may ask by whatever it likes."""

    def __init__(self, program: TenantProgram, is_own: Callable[[ast.expr, Symbol], bool]) -> None:
        self.program = program
        self._is_own = is_own

    def is_told(self, chain: Chain, line: int, frame: Symbol) -> bool:
        """Whether what a function asks at a line goes on to somebody."""
        return any(
            self._goes_on(node, around, frame, 0)
            for around in [self._around(frame)]
            for node in around
            if isinstance(node, ast.expr) and node.lineno == line and chain_of(node) == chain
            if not isinstance(around[node], (ast.Attribute, ast.Subscript)) and not _is_called(node, around)
        )

    def _around(self, frame: Symbol) -> dict[ast.AST, ast.AST]:
        """What each node of a function stands in."""
        nodes = self.program.sources.nodes(frame)
        return {child: node for node in nodes for child in children(node)}

    def _goes_on(self, node: ast.AST, around: dict[ast.AST, ast.AST], frame: Symbol, depth: int) -> bool:
        parent = around.get(node)
        if parent is None or (isinstance(parent, ast.Compare) and self._asks_by_own(parent, frame)):
            return False
        is_asked = isinstance(parent, ast.Call) and called_name(parent) in _LOOKING
        is_one_of_two = isinstance(parent, ast.IfExp) and node is not parent.test
        if isinstance(parent, _PASSING) or is_asked or is_one_of_two:
            return self._goes_on(parent, around, frame, depth)
        if isinstance(parent, (ast.Assign, ast.AnnAssign, ast.NamedExpr)) and depth < _DEEPEST:
            is_said = isinstance(parent, ast.NamedExpr) and self._goes_on(parent, around, frame, depth)
            targets = parent.targets if isinstance(parent, ast.Assign) else [parent.target]
            return is_said or any(
                not isinstance(target, ast.Name)
                or any(self._goes_on(use, around, frame, depth + 1) for use in _uses(target.id, around))
                for target in targets
            )
        if isinstance(parent, ast.Return) and depth < _DEEPEST:
            return self._is_answered_on(frame, depth + 1)
        return not isinstance(parent, _CHOICES) and not (
            isinstance(parent, ast.Call) and called_name(parent) in LOGGING
        )

    def _asks_by_own(self, test: ast.Compare, frame: Symbol) -> bool:
        return isinstance(test.ops[0], (ast.In, ast.NotIn)) and self._is_own(test.left, frame)

    def _is_answered_on(self, frame: Symbol, depth: int) -> bool:
        """Whether what a function answers goes on where it is called: also where nobody in view does."""
        name = self.program.functions[frame].name
        found = [
            self._goes_on(node, around, caller, depth)
            for caller in self.program.naming(name)
            if caller != frame
            for around in [self._around(caller)]
            for node in around
            if isinstance(node, ast.Call) and called_name(node) == name
        ]
        return not found or any(found)


def _is_called(node: ast.AST, around: dict[ast.AST, ast.AST]) -> bool:
    parent = around[node]
    return isinstance(parent, ast.Call) and parent.func is node


def _uses(name: str, around: dict[ast.AST, ast.AST]) -> Iterator[ast.AST]:
    return (
        node for node in around if isinstance(node, ast.Name) and node.id == name and isinstance(node.ctx, ast.Load)
    )
