"""Whether a holder keeps its entries under secrets that are made for them: who has none of another's gets nothing."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from typing import TypeGuard

from codemods.analysis.chains import called_name, chain_of
from codemods.analysis.containers import ENUMERATING, LOOKING
from codemods.analysis.holders import Holders
from codemods.analysis.kept import Change, Holder, Reading
from codemods.analysis.symbols import Symbol
from codemods.analysis.writes import BIND, REMOVING
from codemods.survey.program import TenantProgram

# What nobody can guess.
_SECRET = frozenset(
    {Symbol("uuid", "uuid4")} | {Symbol("secrets", name) for name in ("token_bytes", "token_hex", "token_urlsafe")}
)
_LOOKING_FOR_ONE = frozenset({("min",), ("max",), ("next",), *((name,) for name in ENUMERATING)})


def is_kept_by_secrets(program: TenantProgram, holders: Holders, holder: Holder, reading: Iterable[Reading]) -> bool:
    """Whether all that is put in has a secret of its own as its key, and who reads asks by keys, or throws away."""
    changes = holders.changes[holder]
    removing = {change.function for change in changes if change.write.how in REMOVING}
    putting = [change for change in changes if not change.entry and not _gives_first(change)]
    adding = [change for change in putting if change.write.how not in REMOVING]
    return (
        bool(adding)
        and all(_has_secret_key(program, holders, change) for change in adding)
        and not any(
            item.is_of_all and not (item.function in removing and _only_looks(program, holders, item, holder))
            for item in reading
        )
    )


def _gives_first(change: Change) -> bool:
    """Whether a write is what an object starts with."""
    return change.write.how == BIND and change.function.name == "__init__"


def _has_secret_key(program: TenantProgram, holders: Holders, change: Change) -> bool:
    keys = [
        node.slice
        for node in program.sources.nodes(change.function)
        if isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Store) and node.lineno == change.write.line
        if holders.at(chain_of(node.value), change.function).get(change.holder) is False
    ]
    return bool(keys) and all(_is_secret(program, key, change.function) for key in keys)


def _is_secret(program: TenantProgram, key: ast.expr, frame: Symbol) -> bool:
    """Whether a key is made there and then of what nobody can guess, be it with more in it."""
    if isinstance(key, ast.Name):
        given = list(_given(program, key.id, frame))
        return bool(given) and all(
            not isinstance(value, ast.Name) and _is_secret(program, value, frame) for value in given
        )
    if isinstance(key, (ast.BoolOp, ast.IfExp)):
        return False
    return any(
        value.name in _SECRET
        for part in ast.walk(key)
        if isinstance(part, ast.Call) and (chain := chain_of(part.func))
        for value in program.values(chain, frame)
    )


def _given(program: TenantProgram, name: str, frame: Symbol) -> Iterator[ast.expr | ast.Name]:
    """What a function gives a name; the name itself, where it is handed that."""
    for node in program.sources.nodes(frame):
        targets = (
            node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AnnAssign) else []
        )
        if (
            (name,) in map(chain_of, targets)
            and isinstance(node, (ast.Assign, ast.AnnAssign))
            and node.value is not None
        ):
            yield node.value
    if any(parameter.name == name for parameter in program.functions[frame].parameters):
        yield ast.Name(name, ast.Load())


def _only_looks(program: TenantProgram, holders: Holders, reading: Reading, holder: Holder) -> bool:
    """Whether what goes through a holder does so to find what to throw away, and answers or hands on nothing of it."""
    if reading.use.role not in ("each", "size", "test", "store") and reading.use.given_to not in _LOOKING_FOR_ONE:
        return False
    nodes = program.sources.nodes(reading.function)
    found = {
        name.id
        for target, value in _bound(nodes)
        if any(holder in holders.at(chain_of(part), reading.function) for part in ast.walk(value) if _is_name(part))
        for name in ast.walk(target)
        if isinstance(name, ast.Name)
    }
    told = [item for node in nodes for item in _told(node)]
    return not any(isinstance(part, ast.Name) and part.id in found for item in told for part in ast.walk(item))


def _is_name(node: ast.AST) -> TypeGuard[ast.expr]:
    return isinstance(node, (ast.Name, ast.Attribute))


def _bound(nodes: Iterable[ast.AST]) -> Iterator[tuple[ast.expr, ast.expr]]:
    """The names of loops and assignments, each with what they are given."""
    for node in nodes:
        if isinstance(node, (ast.For, ast.AsyncFor, ast.comprehension)):
            yield node.target, node.iter
        elif isinstance(node, ast.Assign):
            yield from ((target, node.value) for target in node.targets)


def _told(node: ast.AST) -> Iterable[ast.expr]:
    """What a node answers, or hands to a call that may do more with it than look, or take an entry out by it."""
    if isinstance(node, (ast.Return, ast.Yield, ast.YieldFrom)) and node.value is not None:
        return [node.value]
    if isinstance(node, ast.Call) and called_name(node) not in LOOKING | REMOVING:
        return [*node.args, *(item.value for item in node.keywords if not isinstance(item.value, ast.Lambda))]
    return []
