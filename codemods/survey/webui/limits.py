"""Counts of connections that are compared with a limit: how many the process takes is the process's, not a tenant's."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

from codemods.analysis.chains import Chain, chain_of
from codemods.analysis.nodes import walk
from codemods.analysis.symbols import Symbol
from codemods.survey.program import TenantProgram
from codemods.survey.shared_state.limits import limits_in, limits_of_answer


def limited_lines(program: TenantProgram, identifier: Symbol, collection: Chain) -> frozenset[int]:
    """The lines where a function compares a collection's size with a limit, there and then."""
    found = (
        (inner.lineno, chain_of(inner))
        for comparison in limits_in(program.sources.body(identifier))
        for inner in walk(comparison)
        if isinstance(inner, ast.expr)
    )
    return frozenset(line for line, chain in found if chain == collection)


def limit_of_count(program: TenantProgram, identifier: Symbol, collection: Chain) -> str | None:
    """Where what a function makes of a collection's size is compared with a limit later: "path:line", or None."""
    body = program.sources.body(identifier)
    counted = [node for node in _nodes(body) if _counts(node, collection)]
    names = {target.id for node in counted for target in _targets(node) if isinstance(target, ast.Name)}
    for comparison in limits_in(body):
        if any(isinstance(inner, ast.Name) and inner.id in names for inner in walk(comparison)):
            return f"{program.file_of(identifier).path}:{comparison.lineno}"
    if not any(isinstance(node, ast.Return) for node in counted):
        return None
    compared = limits_of_answer(program, identifier)
    return next((f"{program.file_of(caller).path}:{line}" for caller, line in compared), None)


def _nodes(body: Sequence[ast.stmt]) -> Iterator[ast.AST]:
    return (node for statement in body for node in walk(statement))


def _counts(node: ast.AST, collection: Chain) -> bool:
    """Whether a statement keeps or returns what it works out of a collection's size."""
    value = node.value if isinstance(node, (ast.Assign, ast.AnnAssign, ast.NamedExpr, ast.Return)) else None
    if value is None:
        return False
    calls = (inner for inner in walk(value) if isinstance(inner, ast.Call) and chain_of(inner.func) == ("len",))
    return any(chain_of(argument) == collection for call in calls for argument in call.args)


def _targets(node: ast.AST) -> list[ast.expr]:
    if isinstance(node, ast.Assign):
        return node.targets
    return [node.target] if isinstance(node, (ast.AnnAssign, ast.NamedExpr)) else []
