"""Ids that lose characters on their way into a path: the calls that take these, and the id that they are given."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

from codemods.analysis.chains import chain_of, expression
from codemods.analysis.nodes import own_nodes
from codemods.analysis.symbols import Symbol
from codemods.places import Handover
from codemods.survey.program import TenantProgram
from codemods.survey.shared_state.keys import shortened_ids, shortening
from codemods.survey.sites import Site

# What paths are put together by.
_JOINING = frozenset({"join", "joinpath", "Path", "PurePath"})
# The argument of a call of an object's method that the object itself is.
_ITSELF = "self"


class _Shortening(NamedTuple):
    """A call, in a function, that shortens an id; and the functions of the tree that may do so, if these do."""

    function: Symbol
    call: ast.Call
    whole: ast.expr
    by: tuple[Symbol, ...]


def name_sites(program: TenantProgram) -> Iterator[Site]:
    """Such calls, where what they answer is a part of a path: in the function that all of them call, where it is given
    nothing but ids, or else where they stand."""
    found = [item for item in _in_view(program) if isinstance(item.whole, (ast.Name, ast.Attribute))]
    given = Counter(by for item in found for by in item.by)
    inside = {by for by, count in given.items() if count == sum(1 for _ in _calls_of(program, by))}
    for by in sorted(inside):
        for call, whole in shortening(program, by):
            yield _site(program, by, call, whole)
    for item in found:
        if not item.by or not inside.issuperset(item.by):
            yield _site(program, item.function, item.call, item.whole)


def _in_view(program: TenantProgram) -> Iterator[_Shortening]:
    for identifier, call, whole in shortened_ids(program):
        node = program.sources.function(identifier)
        if node is not None and call in _in_paths(node):
            yield _Shortening(identifier, call, whole, _called(program, identifier, call))


def _site(program: TenantProgram, function: Symbol, call: ast.Call, whole: ast.expr) -> Site:
    written = expression(chain_of(call.func))
    place = Handover(function.qualname, written, _argument(call, whole), ast.unparse(whole))
    return Site("shortened-id", program.file_of(function).path, place)


def _calls_of(program: TenantProgram, identifier: Symbol) -> Iterator[ast.Call]:
    """Every call of a function in view."""
    for caller in program.reaches.callers.get(identifier, ()):
        for part in program.sources.nodes(caller):
            if isinstance(part, ast.Call) and identifier in _called(program, caller, part):
                yield part


def _called(program: TenantProgram, frame: Symbol, call: ast.Call) -> tuple[Symbol, ...]:
    """The functions of the tree that a call shortens something by: several where one name is defined several times."""
    chain = chain_of(call.func)
    called = [value.name for value in program.values(chain, frame) if value.kind == "function"] if chain else []
    return tuple(name for name in called if name in program.functions and shortening(program, name))


def _in_paths(node: ast.FunctionDef | ast.AsyncFunctionDef) -> list[ast.expr]:
    """What stands in the paths that a function puts together, by itself or under a name of the function's own."""
    found: list[ast.expr] = []
    for part in own_nodes(node.body):
        if isinstance(part, ast.BinOp) and isinstance(part.op, ast.Div):
            found += [part.left, part.right]
        elif isinstance(part, ast.Call) and chain_of(part.func) and _last(part) in _JOINING:
            found += part.args
    names = {part.id for part in found if isinstance(part, ast.Name)}
    for part in own_nodes(node.body):
        if isinstance(part, ast.Assign) and any(isinstance(to, ast.Name) and to.id in names for to in part.targets):
            found.append(part.value)
    return found


def _last(call: ast.Call) -> str:
    return chain_of(call.func)[-1].lstrip(".")


def _argument(call: ast.Call, whole: ast.expr) -> str:
    """The argument of a call that the id is, by its number or keyword; or the object that is called."""
    for number, argument in enumerate(call.args):
        if argument is whole:
            return str(number)
    return next((item.arg for item in call.keywords if item.value is whole and item.arg), _ITSELF)
