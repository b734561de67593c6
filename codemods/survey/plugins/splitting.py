"""Whether the statements of a handler separate into the process's and a tenant's, and which is which.

The answer says of each statement behind the docstring whose it is: the process's, the tenant's, or of both. A `try`
around statements of both kinds has an answer of its own.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from codemods.analysis.chains import plain_chain
from codemods.analysis.containers import LOGGING
from codemods.analysis.nodes import children, own_nodes, walk
from codemods.analysis.references import bound_oddly
from codemods.analysis.symbols import Symbol
from codemods.messages import phrase
from codemods.places import Half, Halves, Tried
from codemods.survey.plugins.plugin_code import Evidence, PluginCode

_SIDES = (Half.TENANT, Half.PROCESS)


class NotSeparable(Exception):
    """Why the statements of a handler do not separate."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


@dataclass(frozen=True, slots=True)
class Partition:
    """How a handler's statements separate: whose each is, and the lines of each half."""

    halves: Halves
    tenant: tuple[range, ...]
    process: tuple[range, ...]


@dataclass
class _Line:
    """One statement, and whose it is as far as that is known."""

    node: ast.stmt
    half: Half | None
    inner: Tried | None = None
    stores: set[str] = field(default_factory=set)
    loads: set[str] = field(default_factory=set)


def partition(code: PluginCode, execute: Symbol, tenant: Sequence[Evidence], process: Sequence[Evidence]) -> Partition:
    """How the statements of a function separate. Raises NotSeparable."""
    body = list(code.program.sources.body(execute))
    splitter = _Splitter({item.line: item for item in tenant}, {item.line: item for item in process})
    halves = splitter.halves(body[1:] if _is_docstring(body[0]) else body)
    return Partition(halves, tuple(splitter.lines[Half.TENANT]), tuple(splitter.lines[Half.PROCESS]))


def _is_docstring(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)


class _Splitter:
    def __init__(self, tenant: dict[int, Evidence], process: dict[int, Evidence]) -> None:
        self.evidence = {Half.TENANT: tenant, Half.PROCESS: process}
        self.lines: dict[Half, list[range]] = {side: [] for side in _SIDES}

    def halves(self, body: Sequence[ast.stmt]) -> Halves:
        lines = [self._line(node, node is body[-1]) for node in body]
        _follow(lines)
        self._check_exits(lines)
        self._settle(lines)
        for line in lines:
            for side in _SIDES:
                if line.half is side or (line.half is Half.BOTH and not line.inner):
                    self.lines[side].append(_range(line.node))
        return tuple(line.inner or line.half or Half.BOTH for line in lines)

    def _line(self, node: ast.stmt, is_last: bool) -> _Line:
        """A statement, and whose its evidence says that it is."""
        sides = [side for side in _SIDES if self._first(side, node) is not None]
        if len(sides) == 2 and isinstance(node, ast.Try):
            return self._tried(node)
        if len(sides) == 2:
            raise NotSeparable(phrase("line {lineno} does both: {both}", lineno=node.lineno, both=self._both(node)))
        half = sides[0] if sides else None
        if half is None and is_last and isinstance(node, ast.Return):
            half = Half.BOTH
        return _Line(node, half, stores=_stored(node), loads=_loaded(node))

    def _tried(self, node: ast.Try) -> _Line:
        for part in (*node.handlers, *node.orelse, *node.finalbody):
            for side in _SIDES:
                if found := self._first(side, part):
                    raise NotSeparable(
                        phrase("{found} stands in another part of the try than what it belongs to", found=found.told)
                    )
        if node.orelse or node.finalbody:
            raise NotSeparable(
                phrase("the try of line {lineno} has an else or finally, which would run twice", lineno=node.lineno)
            )
        stores = {name for statement in node.body for name in _stored(statement)}
        for handler in node.handlers:
            if shared := stores & {name for statement in handler.body for name in _loaded(statement)} - {handler.name}:
                raise NotSeparable(
                    phrase("the except of line {lineno} needs {min}", lineno=handler.lineno, min=min(shared))
                )
        return _Line(node, Half.BOTH, Tried(self.halves(node.body)), stores, _loaded(node))

    def _first(self, side: Half, node: ast.AST) -> Evidence | None:
        lines = _range(node)
        return next((item for line, item in sorted(self.evidence[side].items()) if line in lines), None)

    def _told(self, side: Half, node: ast.AST) -> str:
        found = self._first(side, node)
        return found.told if found else ""

    def _both(self, node: ast.stmt) -> str:
        return phrase(
            "{first} is a tenant's, {first2} the process's",
            first=self._told(Half.TENANT, node),
            first2=self._told(Half.PROCESS, node),
        )

    def _check_exits(self, lines: Sequence[_Line]) -> None:
        """An early exit of one half must not keep the other from running."""
        for index, line in enumerate(lines[:-1]):
            exits = _exit(line.node)
            if exits is None or line.inner:
                continue
            after = {item.half for item in lines[index + 1 :]} - {None, Half.BOTH}
            if line.half is None and len(after) == 1 and not any(item.inner for item in lines[index + 1 :]):
                line.half = after.pop()  # nothing of the other half is left that it could keep from running
            if line.half is None:
                if not _is_pure(line.node):
                    raise NotSeparable(
                        phrase(
                            "line {lineno} may end the handler early, and both halves would ask for it",
                            lineno=exits.lineno,
                        )
                    )
                line.half = Half.BOTH
            other = Half.PROCESS if line.half is Half.TENANT else Half.TENANT
            later = [item for item in lines[index + 1 :] if item.half is other or item.inner]
            if line.half in _SIDES and later:
                raise NotSeparable(
                    phrase(
                        "line {lineno} may end the handler before line {lineno2}",
                        lineno=exits.lineno,
                        lineno2=later[0].node.lineno,
                    )
                )

    def _settle(self, lines: Sequence[_Line]) -> None:
        """Give every statement without evidence to those that use what it assigns, else to its neighbours."""
        for line in reversed(lines):
            if line.half is None and line.stores:
                users = {item.half for item in lines if item is not line and item.loads & line.stores} - {None}
                if Half.BOTH in users or len(users) > 1:
                    if not _is_pure(line.node):
                        raise NotSeparable(
                            phrase("both halves need what line {lineno} works out", lineno=line.node.lineno)
                        )
                    line.half = Half.BOTH
                elif users:
                    line.half = users.pop()
        for index, line in enumerate(lines):
            if line.half is None:
                near = [*reversed(lines[:index]), *lines[index + 1 :]]
                line.half = next((item.half for item in near if item.half in _SIDES), Half.BOTH)
        for line in lines:
            for other in lines:
                needs_other = line.half in _SIDES and other.half is not line.half
                shared = line.stores & other.loads if needs_other or (line.inner and other is not line) else set()
                if shared:
                    text = phrase(
                        "line {lineno} needs {min} of line {lineno2}",
                        lineno=other.node.lineno,
                        min=min(shared),
                        lineno2=line.node.lineno,
                    )
                    raise NotSeparable(text)


def _follow(lines: Sequence[_Line]) -> None:
    """What needs a value of one half belongs to that half."""
    for index, line in enumerate(lines):
        if line.half is None:
            needed = {item.half for item in lines[:index] if item.stores & line.loads and item.half in _SIDES}
            if len(needed) == 2:
                raise NotSeparable(phrase("line {lineno} needs values of both", lineno=line.node.lineno))
            line.half = needed.pop() if needed else None


def _range(node: ast.AST) -> range:
    start = getattr(node, "lineno", 0)
    return range(start, (getattr(node, "end_lineno", None) or start) + 1)


def _names(node: ast.stmt, kind: type[ast.expr_context]) -> Iterator[str]:
    for item in walk(node):
        if isinstance(item, ast.Name) and isinstance(item.ctx, kind):
            yield item.id


def _stored(node: ast.stmt) -> set[str]:
    """The names that a statement gives a meaning for what follows: assigned, imported or defined.

    The name of an `except` is gone when that is over.
    """
    bound = (item for item in walk(node) if not isinstance(item, ast.ExceptHandler))
    return {*_names(node, ast.Store), *(name for item in bound for name in bound_oddly(item))}


def _loaded(node: ast.AST) -> set[str]:
    """The names that a statement needs from before, but for those of the `except`s that it has itself."""
    found: set[str] = set()
    stack: list[tuple[ast.AST, frozenset[str]]] = [(node, frozenset())]
    while stack:
        item, caught = stack.pop()
        if isinstance(item, ast.ExceptHandler) and item.name:
            caught |= {item.name}
        if isinstance(item, ast.Name) and isinstance(item.ctx, ast.Load) and item.id not in caught:
            found.add(item.id)
        stack += ((child, caught) for child in children(item))
    return found


def _exit(node: ast.stmt) -> ast.stmt | None:
    """A `return`, `raise` or `assert` inside a statement, its own functions not counted."""
    inner = own_nodes([node])
    return next((item for item in inner if isinstance(item, (ast.Return, ast.Raise, ast.Assert))), None)


def _is_pure(node: ast.stmt) -> bool:
    """Whether a statement may run twice: it only looks, imports, assigns plain values and logs."""
    allowed: Iterable[ast.AST] = own_nodes([node])
    for item in allowed:
        if isinstance(item, ast.Call):
            chain = plain_chain(item.func)
            if not chain or chain[-1].lstrip(".") not in LOGGING:
                return False
        if isinstance(item, (ast.Await, ast.Yield, ast.YieldFrom, ast.Global, ast.Delete, ast.AugAssign)):
            return False
        if isinstance(item, (ast.List, ast.Dict, ast.Set, ast.ListComp, ast.DictComp, ast.SetComp)):
            return False  # each half would have one of its own
        if isinstance(item, (ast.Attribute, ast.Subscript)) and not isinstance(item.ctx, ast.Load):
            return False
    return True
