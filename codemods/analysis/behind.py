"""What is made inside of a scope and run behind it: coroutines that nobody awaits there, generators, `map`, `filter`.

Such a thing does nothing where it is made. It stays inside where a call takes it, as `gather` and `list` do, or where
its name is used in the scope only.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from codemods.analysis.chains import Chain, called_name, chain_of
from codemods.analysis.containers import CHANGING
from codemods.analysis.nodes import children, own_nodes, walk

_LAZY = frozenset({"map", "filter"})
# Coroutines of libraries that run a function when they are awaited, and one that runs a coroutine then.
_RUNNING = frozenset({"run_in_threadpool", "run_sync", "to_thread"})
_WAITING = "wait_for"
# What a thing is in that goes where that goes.
_AROUND = (ast.List, ast.Tuple, ast.Set, ast.Dict, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
_THROUGH = (*_AROUND, ast.IfExp, ast.BoolOp, ast.Starred, ast.comprehension)
_WITH = (ast.With, ast.AsyncWith)
_GIVING = (ast.Assign, ast.AnnAssign, ast.NamedExpr)


Places = frozenset[tuple[int, Chain]]


class Behind(NamedTuple):
    """What a function makes in a scope and runs behind it, by line and chain: calls, which run there if they make a
    coroutine, and what is run item by item."""

    calls: Places = frozenset()
    items: Places = frozenset()


def run_behind(body: Sequence[ast.stmt], is_scope: Callable[[Chain], bool]) -> Behind:
    """What the statements of a function make in scopes and run behind them."""
    calls, items = set[tuple[int, Chain]](), set[tuple[int, Chain]]()
    for node in own_nodes(body):
        entered = [chain_of(item.context_expr) for item in node.items] if isinstance(node, _WITH) else []
        for made in _Scope(body, node).leaving() if any(chain and is_scope(chain) for chain in entered) else ():
            if isinstance(made, ast.Call):
                calls.add((made.lineno, chain_of(made)))
            items.update((part.lineno, chain_of(part)) for part in _by_item(made))
    return Behind(frozenset(calls), frozenset(items))


def _by_item(made: ast.expr) -> Iterator[ast.expr]:
    """What of an expression runs for each item that is asked for, and not where it stands."""
    run: list[ast.AST] = []
    if isinstance(made, ast.Call) and called_name(made) in _LAZY:
        run += made.args[:1]
    elif isinstance(made, ast.Call) and called_name(made) in _RUNNING:
        run += (part for given in made.args[:1] for part in _called_later(given))
    elif isinstance(made, ast.GeneratorExp):
        first, *others = made.generators
        run += [made.elt, first.target, *first.ifs, *others]
    yield from (part for item in run for part in walk(item) if isinstance(part, ast.expr))


def _called_later(given: ast.expr) -> Iterator[ast.expr]:
    """What is called of what a coroutine is given to run: of a `partial`, what that is made of."""
    while isinstance(given, ast.Call) and called_name(given) == "partial" and given.args:
        given = given.args[0]
    if isinstance(given, ast.Lambda):  # a function of its own, as facts call it, or what stands in it
        yield ast.copy_location(ast.Name(f"<{given.lineno}:{given.col_offset}>"), given)
    if isinstance(given, (ast.Name, ast.Attribute, ast.Lambda)):
        yield given


class _Scope:
    """One `with` statement in a function."""

    def __init__(self, body: Sequence[ast.stmt], scope: ast.AST) -> None:
        self.inside = walk(scope)
        self.parents = {id(child): node for node in self.inside for child in children(node)}
        names = [part for statement in body for part in walk(statement) if isinstance(part, ast.Name)]
        self.read = [part for part in names if isinstance(part.ctx, ast.Load)]

    def leaving(self) -> Iterator[ast.expr]:
        for node in self.inside:
            if isinstance(node, (ast.Call, ast.GeneratorExp)) and self._leaves(node):
                yield node

    def _leaves(self, node: ast.AST, seen: frozenset[str] = frozenset()) -> bool:
        """Whether something that stands in the scope is used behind it."""
        parent = self.parents.get(id(node))
        if isinstance(parent, ast.comprehension) and node is not parent.iter:
            return False
        if isinstance(parent, _THROUGH):
            return self._leaves(parent, seen)
        if isinstance(parent, (ast.Return, ast.Yield)):
            return True
        if isinstance(parent, _GIVING):
            targets = parent.targets if isinstance(parent, ast.Assign) else [parent.target]
            return any(self._is_read_behind(target, seen) for target in targets)
        if isinstance(parent, ast.Call) and node is not parent.func:
            if called_name(parent) in _LAZY or called_name(parent) == _WAITING:
                return self._leaves(parent, seen)
            if called_name(parent) in CHANGING and isinstance(parent.func, ast.Attribute):
                return self._is_read_behind(parent.func.value, seen)
        return False

    def _is_read_behind(self, target: ast.expr, seen: frozenset[str]) -> bool:
        """Whether what is given to a target is used where the scope has ended: what is no plain name may be."""
        if not isinstance(target, ast.Name):
            return True
        if target.id in seen:
            return False
        here = {id(node) for node in self.inside}
        return any(
            id(read) not in here or self._leaves(read, seen | {target.id}) for read in self.read if read.id == target.id
        )
