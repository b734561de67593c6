"""How many of what is kept are compared with how many there may be: the process's limit is no tenant's."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

from codemods.analysis.chains import chain_of, full_chain
from codemods.analysis.nodes import walk
from codemods.analysis.symbols import Symbol
from codemods.survey.program import TenantProgram
from codemods.survey.shared_state.mentions import Mention, takes_out

_ORDERING = (ast.Lt, ast.LtE, ast.Gt, ast.GtE)
_GOING = (ast.Return, ast.Continue, ast.Break)


def limited(uses: Sequence[Mention]) -> Mention | None:
    """The first use that a limit is set to: of what a container holds, or of how many run a function at once.

    Where something is thrown away to make room, it is no limit.
    """
    running = {use.frame for use in uses if _counts(use, ast.Add)} & {
        use.frame for use in uses if _counts(use, ast.Sub)
    }
    for use in uses:
        compared = _compared(use, is_running=bool(running))
        if compared is not None and not _makes_room(use, compared, uses):
            return use
    return None


def limits_of_answer(program: TenantProgram, identifier: Symbol) -> Iterator[tuple[Symbol, int]]:
    """Where callers of a function compare what it answers with a limit: the caller and the line."""
    for caller in program.reaches.callers.get(identifier, ()):
        for comparison in limits_in(program.sources.body(caller)):
            if any(_calls(program, caller, inner, identifier) for inner in walk(comparison)):
                yield caller, comparison.lineno


def limits_in(body: Sequence[ast.AST]) -> Iterator[ast.Compare]:
    """Comparisons with a limit: by order, and with more than nothing or one, which only ask whether there is any."""
    nodes = (node for statement in body for node in walk(statement))
    return (node for node in nodes if isinstance(node, ast.Compare) and _is_limit(node))


def _is_limit(node: ast.Compare) -> bool:
    sides = (node.left, *node.comparators)
    by_order = any(isinstance(operator, _ORDERING) for operator in node.ops)
    return by_order and not any(isinstance(side, ast.Constant) and side.value in (0, 1) for side in sides)


def _calls(program: TenantProgram, frame: Symbol, node: ast.AST, function: Symbol) -> bool:
    chain = chain_of(node.func if isinstance(node, ast.Call) else node) if isinstance(node, ast.expr) else ()
    return bool(chain) and any(value.name == function for value in program.values(chain, frame))


def limited_elsewhere(program: TenantProgram, uses: Sequence[Mention]) -> tuple[Symbol, int] | None:
    """Where somebody compares a size with a limit that a function answers, and throws nothing away there."""
    taking = {use.frame for use in uses if takes_out(use)}
    for use in uses:
        if _is_length(use) and isinstance(use.reference.around[-2:-1][0], ast.Return):
            found = (where for where in limits_of_answer(program, use.frame) if where[0] not in taking)
            if (where := next(found, None)) is not None:
                return where
    return None


def _is_length(use: Mention) -> bool:
    return (
        isinstance(use.parent, ast.Call) and full_chain(use.parent.func) == ("len",) and len(use.reference.around) > 1
    )


def _counts(use: Mention, by: type[ast.operator]) -> bool:
    """Whether a use adds one, or takes one away."""
    node = use.parent
    is_one = isinstance(node, ast.AugAssign) and isinstance(node.value, ast.Constant) and node.value.value == 1
    return is_one and isinstance(node, ast.AugAssign) and isinstance(node.op, by) and use.is_stored


def _compared(use: Mention, *, is_running: bool) -> ast.Compare | None:
    """The comparison of a count, there or by a name that the function gives it."""
    around = use.reference.around
    if is_running and isinstance(use.parent, ast.Compare):
        return use.parent if any(isinstance(item, _ORDERING) for item in use.parent.ops) else None
    if not _is_length(use):
        return None
    outer = around[-2]
    if isinstance(outer, ast.Compare):
        return outer
    target = outer.targets[0] if isinstance(outer, ast.Assign) else getattr(outer, "target", None)
    is_named = isinstance(outer, (ast.Assign, ast.AnnAssign, ast.NamedExpr)) and isinstance(target, ast.Name)
    return next(_comparisons(around[0], target.id), None) if is_named and isinstance(target, ast.Name) else None


def _comparisons(root: ast.AST, name: str) -> Iterator[ast.Compare]:
    """Comparisons of a name with a limit."""
    for node in limits_in([root]):
        if any(isinstance(side, ast.Name) and side.id == name for side in (node.left, *node.comparators)):
            yield node


def _makes_room(use: Mention, compared: ast.Compare, uses: Sequence[Mention]) -> bool:
    """Whether something is taken out where there are too many: below the question, or behind the way out of enough."""
    taking = [item for item in uses if takes_out(item) and item.frame == use.frame]
    asking = next((node for node in reversed(use.reference.around) if _asks(node, compared)), None)
    if not isinstance(asking, (ast.If, ast.While)):
        return bool(taking)
    if isinstance(asking, ast.If) and isinstance(asking.body[-1], _GOING) and _is_room(use, compared):
        return bool(taking)
    return any(node is asking for item in taking for node in item.reference.around)


def _asks(node: ast.AST, compared: ast.Compare) -> bool:
    return isinstance(node, (ast.If, ast.While)) and any(part is compared for part in walk(node.test))


def _is_room(use: Mention, compared: ast.Compare) -> bool:
    """Whether a comparison holds where there is room."""
    is_left = any(node is use.reference.node for node in walk(compared.left))
    return isinstance(compared.ops[0], (ast.Lt, ast.LtE) if is_left else (ast.Gt, ast.GtE))
