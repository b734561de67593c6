"""What functions change that may outlive them: names that are not theirs, attributes, and items of containers.

A write names what it changes by a chain, as uses do: `self.seen.add(x)` changes ("self", ".seen") by "add", and
`notes[user].text = x` binds ("notes", "[]", ".text"). What that chain stands for is the program's to say.
"""

from __future__ import annotations

import ast
from collections.abc import Container, Iterator
from typing import NamedTuple

from codemods.analysis.chains import Chain, chain_of, constant_text
from codemods.analysis.containers import CHANGING
from codemods.analysis.nodes import children

BIND, ADDED, ITEM, REMOVE = "=", "+=", "[]=", "del"
# Of these, the ones that put nothing in.
REMOVING = frozenset(
    {REMOVE, "clear", "difference_update", "discard", "intersection_update", "pop", "popitem", "popleft", "remove"}
)
# Functions that change their first argument.
_CHANGING_FIRST = frozenset(
    {("heapq", ".heappush"), ("heapq", ".heappushpop"), ("heapq", ".heapreplace"), ("heappush",), ("heapreplace",)}
    | {("bisect", ".insort"), ("bisect", ".insort_left"), ("bisect", ".insort_right"), ("insort",)}
    | {("random", ".shuffle"), ("shuffle",)}
)
_NAMED_FIRST = frozenset({"setattr", *(chain[-1].removeprefix(".") for chain in _CHANGING_FIRST)})

# Methods of loggers, and `print`.
LOGGING = frozenset({"debug", "info", "success", "warning", "warn", "error", "exception", "critical", "log", "print"})
_CONTAINERS = frozenset(
    {"dict", "list", "set", "defaultdict", "OrderedDict", "Counter", "deque", "Queue", "LifoQueue", "PriorityQueue"}
    | {"SimpleQueue", "WeakValueDictionary", "WeakKeyDictionary", "WeakSet", "TTLCache", "LRUCache", "bytearray"}
)


class Operand(NamedTuple):
    """What an expression is made of: every chain in it, none where it is made of constants alone.

    form: "tuple", "text" (a text with something in it), "call", or "" for anything else.
    """

    chains: tuple[Chain, ...]
    form: str = ""


class Logged(NamedTuple):
    """One line that is written to a log: where, and what it is made of."""

    line: int
    operand: Operand


class Write(NamedTuple):
    """One change: of what, at which line, how (a word above, or a method's name), at which key, with what."""

    chain: Chain
    line: int
    how: str
    value: Operand | None = None
    key: Operand | None = None


def operand_of(node: ast.expr | None) -> Operand | None:
    if node is None:
        return None
    return Operand(tuple(dict.fromkeys(_chains_in(node))), _form(node))


def written_by_call(node: ast.Call) -> Write | None:
    """The write that a call is by its method's or function's name."""
    if isinstance(node.func, ast.Attribute) and node.func.attr in CHANGING:
        if chain := chain_of(node.func.value):
            key = operand_of(node.args[0]) if node.args else None
            return Write(chain, node.lineno, node.func.attr, operand_of(node.args[-1]) if node.args else None, key)
        return None
    if not _may_be_called(node.func, _NAMED_FIRST):
        return None
    called = chain_of(node.func)
    if called in _CHANGING_FIRST and node.args and (chain := chain_of(node.args[0])):
        return Write(chain, node.lineno, called[-1].removeprefix("."), operand_of(node.args[-1]))
    if called == ("setattr",) and len(node.args) == 3 and (chain := chain_of(node.args[0])):
        name = constant_text(node.args[1]) or "*"
        return Write((*chain, "." + name), node.lineno, BIND, operand_of(node.args[2]))
    return None


def written_by_target(target: ast.expr, value: ast.expr | None, how: str = BIND) -> Iterator[Write]:
    """The writes that an assignment to a target is: also to a name, which may be the function's own."""
    if isinstance(target, (ast.Tuple, ast.List)):
        for item in target.elts:
            yield from written_by_target(item, value, how)
    elif isinstance(target, ast.Starred):
        yield from written_by_target(target.value, value, how)
    elif isinstance(target, (ast.Name, ast.Attribute)):
        if chain := chain_of(target):
            yield Write(chain, target.lineno, how, operand_of(value))
    elif isinstance(target, ast.Subscript):
        if isinstance(target.value, ast.Call) and chain_of(target.value) == ("globals", "()"):
            name = constant_text(target.slice) or "*"
            yield Write(("globals", "." + name), target.lineno, BIND, operand_of(value))
        elif chain := chain_of(target.value):
            yield Write(chain, target.lineno, ITEM if how == BIND else how, operand_of(value), operand_of(target.slice))


def logged_by_call(node: ast.Call) -> Logged | None:
    """The line that a call writes to a log, as loggers' methods and `print` do."""
    if not _may_be_called(node.func, LOGGING):
        return None
    called = chain_of(node.func)
    if not called or called[-1].lstrip(".") not in LOGGING or (len(called) == 1 and called != ("print",)):
        return None
    parts = [*node.args, *(item.value for item in node.keywords)]
    chains = tuple(chain for part in parts for chain in _chains_in(part))
    return Logged(node.lineno, Operand(chains)) if chains else None


def _may_be_called(function: ast.expr, names: Container[str]) -> bool:
    """Whether a function's name is one of these; where it is asked for by `getattr`, it may be any."""
    if isinstance(function, ast.Attribute):
        return function.attr in names
    return function.id in names if isinstance(function, ast.Name) else True


def is_container(node: ast.expr) -> bool:
    """Whether an expression makes a container that can be changed."""
    if isinstance(node, (ast.List, ast.Dict, ast.Set, ast.ListComp, ast.DictComp, ast.SetComp)):
        return True
    called = chain_of(node.func)[-1:] if isinstance(node, ast.Call) else ()
    return bool(called) and called[0].lstrip(".") in _CONTAINERS


def _form(node: ast.expr) -> str:
    if isinstance(node, ast.Tuple):
        return "tuple"
    if isinstance(node, ast.JoinedStr) or (isinstance(node, ast.BinOp) and isinstance(node.op, (ast.Add, ast.Mod))):
        return "text"
    return "call" if isinstance(node, ast.Call) else ""


def _chains_in(node: ast.expr) -> Iterator[Chain]:
    """Every chain of an expression, outermost first, those of arguments and keys behind the one that takes them."""
    stack: list[ast.AST] = [node]
    while stack:
        part = stack.pop()
        chain = (
            chain_of(part) if isinstance(part, (ast.Name, ast.Attribute, ast.Call, ast.Subscript, ast.Await)) else ()
        )
        if chain:
            yield chain
            stack += reversed(list(_inside(part)))
        else:
            stack += reversed(list(children(part)))


def _inside(node: ast.AST) -> Iterator[ast.AST]:
    """The arguments and keys along a chain."""
    while True:
        if isinstance(node, ast.Call):
            yield from node.args
            yield from (item.value for item in node.keywords)
            node = node.func
        elif isinstance(node, ast.Subscript):
            yield node.slice
            node = node.value
        elif isinstance(node, (ast.Attribute, ast.Await)):
            node = node.value
        else:
            return
