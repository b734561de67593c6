"""Which lines of a function run before a check has passed, and what its callers may believe once it has returned.

What counts as a check is the caller's to say, call by call. Each way through the statements is followed with what is
known on it; where ways meet, only what all of them know is kept, so that a line counts as guarded on proof alone.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from msgspec import Struct, structs

from codemods.analysis.nodes import children, walk


class Passing(Struct, frozen=True, gc=False):
    """What a call tells of a check. returns: it raises unless the check passes. truth: so does a true answer."""

    returns: bool = False
    truth: bool = False


NOTHING = Passing()
# Where no call surely runs, and what holds none.
_PASSED_OVER = frozenset(
    {ast.Lambda, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp, ast.Name, ast.Constant}
)
Asked = Callable[[ast.Call], Passing]


class _Known(Struct, frozen=True, gc=False):
    """What is known on a way: whether the check has passed, and which names are true only where it has."""

    passed: bool
    truths: frozenset[str] = frozenset()

    def without(self, names: Iterable[str]) -> _Known:
        """The same behind what gives names other values; these are looked for only where any is known to be true."""
        return structs.replace(self, truths=self.truths.difference(names)) if self.truths else self


@dataclass(frozen=True, slots=True)
class Guarded:
    """unguarded: the lines that may run before the check has passed. passing: what the function tells its callers."""

    unguarded: frozenset[int]
    passing: Passing


def guarded(body: Sequence[ast.stmt], asked: Asked, truths: Iterable[str] = ()) -> Guarded:
    """Follow a function's statements; `truths`: parameters that are true only where the check has passed."""
    walk = _Walk(asked)
    end = walk.run(body, _Known(False, frozenset(truths)))
    exits = [*walk.exits, *([Passing(end.passed, True)] if end is not None else [])]
    if not exits:
        return Guarded(frozenset(walk.unguarded), NOTHING)
    returns = all(item.returns for item in exits)
    # What never answers with anything true tells nothing by it.
    truth = walk.answers and all(item.returns or item.truth for item in exits)
    return Guarded(frozenset(walk.unguarded), Passing(returns, returns or truth))


def _join(*ways: _Known | None) -> _Known | None:
    """What is known where several ways meet; None of them leads nowhere."""
    known = [way for way in ways if way is not None]
    if not known:
        return None
    open_ways = [way.truths for way in known if not way.passed]
    return _Known(False, frozenset.intersection(*open_ways)) if open_ways else _Known(True)


@dataclass
class _Walk:
    asked: Asked
    unguarded: set[int] = field(default_factory=set)
    exits: list[Passing] = field(default_factory=list)
    answers: bool = False

    def run(self, body: Sequence[ast.stmt], known: _Known) -> _Known | None:
        """What is known behind some statements; None where no way leads there."""
        current: _Known | None = known
        for statement in body:
            if current is None:
                break
            current = self._statement(statement, current)
        return current

    def _statement(self, node: ast.stmt, known: _Known) -> _Known | None:
        match node:
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                return known.without((node.name,))
            case ast.If():
                return self._if(node, known)
            case ast.While() | ast.For() | ast.AsyncFor():
                return self._loop(node, known)
            case ast.Try() | ast.TryStar():
                return self._try(node, known)
            case ast.With() | ast.AsyncWith():
                return self._with(node, known)
            case ast.Match():
                after = self._evaluated(node.subject, known)
                return _join(after, *(self.run(case.body, after.without(_captured(case))) for case in node.cases))
            case ast.Return():
                self._mark(node, known)
                self.exits.append(self._answer(node.value, known))
                return None
            case ast.Raise() | ast.Break() | ast.Continue():
                self._mark(node, known)
                return None
            case _:
                return self._simple(node, known)

    def _simple(self, node: ast.stmt, known: _Known) -> _Known:
        self._mark(node, known)
        kinds = {type(part) for part in walk(node)}
        if not kinds.isdisjoint((ast.Yield, ast.YieldFrom)):
            self.exits.append(Passing(known.passed))
        passed = known.passed or (ast.Call in kinds and any(map(self._returns, children(node))))
        value = node.value if isinstance(node, (ast.Assign, ast.AnnAssign)) else None
        targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
        parts = [part for target in targets if target is not None for part in walk(target)]
        names = {part.id for part in parts if isinstance(part, ast.Name)}
        after = _Known(passed, known.truths - names)
        plain = value is not None and all(isinstance(target, ast.Name) for target in targets)
        if plain and value is not None and (_is_false(value) or passed or self._when(value, known)[0]):
            return structs.replace(after, truths=after.truths | names)
        return after

    def _answer(self, value: ast.expr | None, known: _Known) -> Passing:
        if value is None or _is_false(value):
            return Passing(known.passed, True)
        self.answers = True
        if_true, if_false = self._when(value, known)
        return Passing(known.passed or (if_true and if_false), known.passed or if_true)

    def _if(self, node: ast.If, known: _Known) -> _Known | None:
        self._mark(node.test, known)
        if_true, if_false = self._when(node.test, known)
        bound = {part.target.id: part.value for part in walk(node.test) if isinstance(part, ast.NamedExpr)}
        true_names = {name for name, value in bound.items() if self._when(value, known)[0]}
        known = _Known(known.passed, known.truths.difference(bound) | true_names)
        ends = [
            self.run(body, known if known.passed or not passed else _Known(True))
            for body, passed in ((node.body, if_true), (node.orelse, if_false))
        ]
        return _join(*ends)

    def _loop(self, node: ast.While | ast.For | ast.AsyncFor, known: _Known) -> _Known | None:
        header = node.test if isinstance(node, ast.While) else node.iter
        self._mark(header, known)
        known = self._evaluated(header, known).without(_assigned(node))
        entered = isinstance(node, ast.While) and self._when(node.test, known)[0]
        self.run(node.body, _Known(True) if entered else known)
        endless = isinstance(node, ast.While) and isinstance(node.test, ast.Constant) and bool(node.test.value)
        if endless and not any(isinstance(part, ast.Break) for part in walk(node)):
            return None
        return self.run(node.orelse, known)

    def _try(self, node: ast.Try | ast.TryStar, known: _Known) -> _Known | None:
        end = self.run(node.body, known)
        if end is not None:
            end = self.run(node.orelse, end)
        broken = known.without(_assigned(node))
        ends = [end, *(self.run(handler.body, broken) for handler in node.handlers)]
        joined = _join(*ends)
        final = self.run(node.finalbody, joined if joined is not None and not node.handlers else broken)
        return None if final is None else joined

    def _with(self, node: ast.With | ast.AsyncWith, known: _Known) -> _Known | None:
        inside = known
        for item in node.items:
            self._mark(item.context_expr, inside)
            inside = self._evaluated(item.context_expr, inside)
        inside = inside.without(_assigned(node))
        end = self.run(node.body, inside)
        swallows = any("suppress" in ast.dump(item.context_expr) for item in node.items)
        return _join(end, inside) if swallows else end

    def _mark(self, node: ast.AST, known: _Known) -> None:
        if not known.passed:
            first = getattr(node, "lineno", 0)
            self.unguarded.update(range(first, (getattr(node, "end_lineno", None) or first) + 1))

    def _evaluated(self, node: ast.expr, known: _Known) -> _Known:
        return structs.replace(known, passed=known.passed or self._returns(node))

    def _returns(self, node: ast.AST) -> bool:
        """Whether the check has passed once an expression has been evaluated."""
        if node.__class__ in _PASSED_OVER:
            return False
        if type(node) is ast.BoolOp:
            return self._returns(node.values[0])
        if type(node) is ast.IfExp:
            return self._returns(node.test) or (self._returns(node.body) and self._returns(node.orelse))
        if type(node) is ast.Call and self.asked(node).returns:
            return True
        return any(map(self._returns, children(node)))

    def _when(self, node: ast.expr, known: _Known) -> tuple[bool, bool]:
        """Whether the check has passed where a condition is true, and where it is false."""
        if known.passed or self._returns(node):
            return True, True
        match node:
            case ast.Name():
                return node.id in known.truths, False
            case ast.Call():
                if isinstance(node.func, ast.Name) and node.func.id == "bool" and node.args:
                    return self._when(node.args[0], known)
                return self.asked(node).truth, False
            case ast.Await() | ast.NamedExpr():
                return self._when(node.value, known)
            case ast.Constant():
                return not node.value, bool(node.value)
            case ast.UnaryOp(op=ast.Not()):
                if_true, if_false = self._when(node.operand, known)
                return if_false, if_true
            case ast.BoolOp():
                parts = [self._when(part, known) for part in node.values]
                one, each = (0, 1) if isinstance(node.op, ast.And) else (1, 0)
                found = {one: any(part[one] for part in parts), each: all(part[each] for part in parts)}
                return found[0], found[1]
            case ast.IfExp():
                ways = [self._when(part, known) for part in (node.body, node.orelse)]
                if self._when(node.test, known)[0]:
                    ways[0] = (True, True)
                return all(way[0] for way in ways), all(way[1] for way in ways)
            case ast.Compare(ops=[op], comparators=[ast.Constant(value=True)]):
                # What is not False may still be None: only comparisons with True tell something.
                if_true = self._when(node.left, known)[0]
                return (if_true, False) if isinstance(op, (ast.Is, ast.Eq)) else (False, if_true)
        return False, False


def _is_false(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and not node.value


def _assigned(node: ast.AST) -> Iterator[str]:
    yield from (part.id for part in walk(node) if isinstance(part, ast.Name) and not isinstance(part.ctx, ast.Load))


def _captured(case: ast.match_case) -> Iterator[str]:
    parts = (part for part in walk(case.pattern) if isinstance(part, (ast.MatchAs, ast.MatchStar)))
    return (part.name for part in parts if part.name)
