"""How many of what is kept are compared with how many there may be: the process's limit is no tenant's."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

from codemods.analysis.chains import full_chain
from codemods.analysis.nodes import walk
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
    if not isinstance(use.parent, ast.Call) or full_chain(use.parent.func) != ("len",):
        return None
    outer = around[-2] if len(around) > 1 else None
    if isinstance(outer, ast.Compare):
        return outer
    target = outer.targets[0] if isinstance(outer, ast.Assign) else getattr(outer, "target", None)
    is_named = isinstance(outer, (ast.Assign, ast.AnnAssign, ast.NamedExpr)) and isinstance(target, ast.Name)
    return next(_comparisons(around[0], target.id), None) if is_named and isinstance(target, ast.Name) else None


def _comparisons(root: ast.AST, name: str) -> Iterator[ast.Compare]:
    """Comparisons of a name by order, with more than nothing or one."""
    for node in walk(root):
        if isinstance(node, ast.Compare) and any(isinstance(item, _ORDERING) for item in node.ops):
            sides = (node.left, *node.comparators)
            is_any = any(isinstance(side, ast.Constant) and side.value in (0, 1) for side in sides)
            if not is_any and any(isinstance(side, ast.Name) and side.id == name for side in sides):
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
