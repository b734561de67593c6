"""Whether a statement runs only where something was asked for and was not there yet."""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence

from codemods.analysis.chains import Chain, asked_by

_LEAVING = (ast.Return, ast.Raise, ast.Continue, ast.Break)
# Whether a chain stands for what is asked for.
IsIt = Callable[[Chain], bool]


def is_first(body: Sequence[ast.stmt], line: int, is_it: IsIt) -> bool:
    """Whether all ways to a line have found nothing there: `if x is None`, or `if x: return` before."""
    for statement in body:
        if statement.lineno <= line <= (statement.end_lineno or statement.lineno):
            return _is_first_in(statement, line, is_it)
        if not isinstance(statement, ast.If) or not isinstance(statement.body[-1], _LEAVING):
            continue
        if _says(statement.test, is_it, there=True):
            return True
    return False


def _is_first_in(statement: ast.stmt, line: int, is_it: IsIt) -> bool:
    if isinstance(statement, (ast.If, ast.While)):
        is_otherwise = bool(statement.orelse) and line >= statement.orelse[0].lineno
        if _says(statement.test, is_it, there=is_otherwise):
            return True
    if isinstance(statement, (ast.Assign, ast.AnnAssign)):
        value = statement.value
        return isinstance(value, ast.BoolOp) and isinstance(value.op, ast.Or) and _says(value, is_it, there=True)
    return any(
        is_first(part, line, is_it)
        for part in bodies(statement)
        if part and part[0].lineno <= line <= (part[-1].end_lineno or part[-1].lineno)
    )


def bodies(statement: ast.stmt) -> list[list[ast.stmt]]:
    """The blocks within a statement that are of the same function."""
    if isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        return []
    handlers = [handler.body for handler in getattr(statement, "handlers", ())]
    cases = [case.body for case in getattr(statement, "cases", ())]
    blocks = [getattr(statement, name, []) for name in ("body", "orelse", "finalbody")]
    return [*blocks, *handlers, *cases]


def _says(test: ast.expr, is_it: IsIt, *, there: bool) -> bool:
    """Whether a test that holds says that it is there; without `there`, that one that holds says that it is not."""
    if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
        return _says(test.operand, is_it, there=not there)
    if isinstance(test, ast.BoolOp):
        # What is left where `a or b` did not hold has found neither; where `a and b` holds, both.
        is_each = isinstance(test.op, ast.Or) if there else isinstance(test.op, ast.And)
        return is_each and any(_says(part, is_it, there=there) for part in test.values)
    is_negative = isinstance(test, ast.Compare) and isinstance(test.ops[0], (ast.Is, ast.Eq, ast.NotIn))
    return is_negative is not there and any(map(is_it, filter(None, asked_by(test))))
