"""Branches of a function that process a message without a tenant, beside others that enter one first."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from codemods.analysis.nodes import own_nodes
from codemods.analysis.symbols import Symbol
from codemods.survey.program import TenantProgram

# A statement with the statements around it, innermost last: each with the block that it stands in.
Place = tuple[tuple[ast.stmt, list[ast.stmt]], ...]


def unscoped_branches(program: TenantProgram, identifier: Symbol) -> list[int]:
    """Which of the statements `await ….process(…)` of a function may be refused instead, counted from 0.

    Empty unless that holds for all of those without a tenant: no other way leads on from them to one that has one.
    """
    node = program.sources.function(identifier)
    process = program.state.entry_points.process
    if not isinstance(node, ast.AsyncFunctionDef):
        return []
    lines = list(program.calls_of(identifier, process))
    names = {name.name for name in process}
    calls = [place for place in placed(node.body, ()) if _awaits(place[-1][0], names)]
    open_lines, scoped_lines = ({line for line, is_scoped in lines if is_scoped == inside} for inside in (False, True))
    places = list(enumerate(calls))
    scoped = [place for _, place in places if _spans(place[-1][0], scoped_lines)]
    refused = [(index, place) for index, place in places if _spans(place[-1][0], open_lines)]
    seen = {line for _, place in refused for line in open_lines if _spans(place[-1][0], {line})}
    if not scoped or seen != open_lines or not all(_is_refusable(place, scoped) for _, place in refused):
        return []
    return [index for index, _ in refused]


def placed(body: list[ast.stmt], around: Place) -> Iterator[Place]:
    """Every statement of a function with its place, in the order of the text."""
    for statement in body:
        place = (*around, (statement, body))
        yield place
        if isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            continue
        for name in ("body", "handlers", "orelse", "finalbody", "cases"):
            inner = getattr(statement, name, [])
            for item in inner:
                if isinstance(item, (ast.ExceptHandler, ast.match_case)):
                    yield from placed(item.body, place)
            yield from placed([item for item in inner if isinstance(item, ast.stmt)], place)


def _awaits(statement: ast.stmt, names: set[str]) -> bool:
    """Whether a statement is nothing but `await something.process(...)`."""
    value = statement.value if isinstance(statement, ast.Expr) else None
    call = value.value if isinstance(value, ast.Await) else None
    return isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) and call.func.attr in names


def _spans(statement: ast.stmt, lines: set[int]) -> bool:
    return any(statement.lineno <= line <= (statement.end_lineno or statement.lineno) for line in lines)


def _is_refusable(place: Place, scoped: list[Place]) -> bool:
    """Whether nothing of the tenant's would be left out when the function returned at this statement."""
    statement, block = place[-1]
    following = block[block.index(statement) + 1 :]
    if any(isinstance(around, (ast.For, ast.AsyncFor, ast.While)) for around, _ in place[:-1]):
        return False  # there are more messages behind this one
    if following and not isinstance(following[0], ast.Return):
        return False
    return all(bool(following) or _excludes(place, other) for other in scoped)


def _excludes(place: Place, other: Place) -> bool:
    """Whether of two statements one run means that the other does not, since a branch ends or decides between them."""
    pairs = zip(place, other, strict=False)
    common, mine, its = next((index, one, two) for index, (one, two) in enumerate(pairs) if one[0] is not two[0])
    if mine[1] is not its[1]:  # two branches of the statement above
        above = place[common - 1][0] if common else None
        return isinstance(above, (ast.If, ast.Match))
    earlier = its[0] if its[1].index(its[0]) < mine[1].index(mine[0]) else None
    return isinstance(earlier, ast.If) and not earlier.orelse and _always_leaves(earlier.body)


def _always_leaves(body: list[ast.stmt]) -> bool:
    last = body[-1]
    if isinstance(last, (ast.With, ast.AsyncWith)):
        return _always_leaves(last.body)
    return isinstance(last, (ast.Return, ast.Raise)) and not any(isinstance(node, ast.Try) for node in own_nodes(body))
