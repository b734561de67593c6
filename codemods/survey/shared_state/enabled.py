"""Whether somebody asks that a component's plugin is enabled before it runs: on every way there, and of that component.

Asked is what runs only where the answer was yes, and what comes out of a collection of which the answer kept what is
enabled, through names, loops, answers of functions and what these are handed.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from copy import deepcopy

from codemods.analysis.chains import Chain, chain_of
from codemods.analysis.containers import CHANGING
from codemods.analysis.guards import NOTHING, Guarded, Passing, guarded
from codemods.analysis.nodes import children, walk
from codemods.analysis.symbols import Symbol
from codemods.analysis.writes import REMOVING
from codemods.survey.program import TenantProgram
from codemods.survey.shared_state.work import Work

# Functions and methods that answer with some or all of what they are given, or called on.
_PASSING = frozenset({"list", "tuple", "set", "dict", "sorted", "reversed", "enumerate", "iter", "next", "cast"})
_OF_ALL = frozenset({"values", "items", "keys", "get", "copy", "pop"})
_COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
_LOOPS = (ast.For, ast.AsyncFor)
# Answers and callers are followed so far.
_DEEPEST = 6
# The parameters that must be kept by whoever hands them; None where something is not kept.
Needs = frozenset[str] | None
_KEPT: frozenset[str] = frozenset()


class Enabled:
    """Answers for one program."""

    def __init__(self, program: TenantProgram, work: Work) -> None:
        self.program, self.work = program, work
        self._known: dict[Symbol, Guarded] = {}
        self._naming: set[tuple[Symbol, str]] = set()

    def is_asked(self, identifier: Symbol, line: int, component: ast.expr | None) -> bool:
        """Whether a line of a function is reached only where somebody has asked of this component."""
        if component is not None and self._is_filtered(component, identifier, self._parents(identifier)):
            return True
        needs = self._kept(component, identifier, 0) if component is not None else None
        return self._is_asked(identifier, line, needs, frozenset())

    def is_kept_where(self, identifier: Symbol, answer: ast.expr) -> bool:
        """Whether of what an expression answers only what is enabled goes on."""
        parents = self._parents(identifier)
        if self._is_filtered(answer, identifier, parents):
            return True
        statement: ast.AST = answer
        while id(statement) in parents and not isinstance(statement, ast.stmt):
            statement = parents[id(statement)]
        if not isinstance(statement, ast.Assign) or not isinstance(statement.targets[0], ast.Name):
            return False
        name = statement.targets[0].id
        uses = [node for node in self.program.sources.nodes(identifier) if _loads(node, name)]
        return bool(uses) and all(
            _is_test(node, parents) or self._is_filtered(node, identifier, parents) for node in uses
        )

    def _parents(self, identifier: Symbol) -> dict[int, ast.AST]:
        body = self.program.sources.body(identifier)
        return {id(child): node for item in body for node in walk(item) for child in children(node)}

    def _is_filtered(self, node: ast.AST, frame: Symbol, parents: dict[int, ast.AST]) -> bool:
        """Whether an expression goes into what keeps what is enabled, or stands where that has been asked."""
        current = node
        while (parent := parents.get(id(current))) is not None and not isinstance(parent, ast.stmt):
            if isinstance(parent, ast.Call) and self._asks(parent, frame) is not NOTHING:
                return True
            if isinstance(parent, _COMPREHENSIONS) and self._keeps(parent.generators, frame):
                return True
            if isinstance(parent, ast.IfExp) and current is parent.body and self._asked_by(parent.test, frame):
                return True
            if isinstance(parent, ast.BoolOp) and isinstance(parent.op, ast.And):
                before = parent.values[: next(at for at, item in enumerate(parent.values) if item is current)]
                if any(self._asked_by(item, frame) for item in before):
                    return True
            current = parent
        return getattr(node, "lineno", 0) not in self._followed(frame).unguarded

    # Ways

    def _is_asked(self, identifier: Symbol, line: int, needs: Needs, seen: frozenset[Symbol]) -> bool:
        if line not in self._followed(identifier).unguarded or needs == _KEPT:
            return True
        callers = [item for item in self.program.reaches.callers.get(identifier, ()) if item in self.work.before]
        if self.work.before.get(identifier) is None or not callers or identifier in seen or len(seen) > _DEEPEST:
            return False
        return all(self._is_handed(caller, identifier, needs, seen | {identifier}) for caller in callers)

    def _is_handed(self, caller: Symbol, identifier: Symbol, needs: Needs, seen: frozenset[Symbol]) -> bool:
        """Whether whoever calls a function has asked, or hands it what has been asked for."""
        calls = [call for call in self._calls(caller) if identifier in self._called(call, caller)]
        if not calls:  # it hands the function on
            edges = self.program.calls(caller, frozenset({identifier}))
            return bool(edges) and all(self._is_asked(caller, edge.line, None, seen) for edge in edges)
        return all(
            self._is_asked(caller, call.lineno, self._given(call, caller, identifier, needs), seen) for call in calls
        )

    def _given(self, call: ast.Call, caller: Symbol, identifier: Symbol, needs: Needs) -> Needs:
        """What a call's caller must keep, so that what the call hands over is kept."""
        if needs is None:
            return None
        names = [item.name for item in self.program.functions[identifier].parameters]
        names = names[1:] if names[:1] in (["self"], ["cls"]) else names
        given = dict(zip(names, call.args, strict=False)) | {item.arg: item.value for item in call.keywords if item.arg}
        if any(isinstance(item, ast.Starred) for item in call.args) or any(item.arg is None for item in call.keywords):
            return None  # what is unpacked may be anything
        # What a call leaves out has its default, which is no component.
        return _all(self._kept(given.get(name), caller, 0) for name in needs)

    def _calls(self, identifier: Symbol) -> Iterator[ast.Call]:
        return (node for node in self.program.sources.nodes(identifier) if isinstance(node, ast.Call))

    def _called(self, call: ast.Call, frame: Symbol) -> list[Symbol]:
        chain = chain_of(call.func)
        values = self.program.values(chain, frame) if chain else ()
        return [value.name for value in values if value.kind == "function"]

    # Guards

    def _followed(self, identifier: Symbol) -> Guarded:
        if identifier not in self._known:
            self._known[identifier] = Guarded(frozenset(), NOTHING)  # what calls itself tells nothing new
            body = self.program.sources.body(identifier)
            tenant = self.program.state.models.columns[0]
            if any(_loads(node, tenant) for statement in body for node in walk(statement)):
                body = [_InTenant(tenant).visit(deepcopy(statement)) for statement in body]
            self._known[identifier] = guarded(body, lambda call: self._asks(call, identifier))
        return self._known[identifier]

    def _asks(self, call: ast.Call, frame: Symbol) -> Passing:
        chain = chain_of(call.func)
        if not chain:
            return NOTHING
        if self.program.named(chain, frame, self.program.state.plugins.asking):
            # Of what is written down, the answer is the same for whatever runs, but for what is asked for by that.
            is_fixed = call.args and isinstance(call.args[-1], ast.Constant) and not _is_asked_for(*call.args)
            return NOTHING if is_fixed else Passing(truth=True)
        called = self._called(call, frame)
        passing = [self._followed(name).passing for name in called if self._may_ask(name)]
        return passing[0] if passing and len(passing) == len(called) else NOTHING

    def _may_ask(self, identifier: Symbol) -> bool:
        return any(True for _ in self.program.calls_of(identifier, self.program.state.plugins.asking))

    # What is kept

    def _kept(self, node: ast.expr | None, frame: Symbol, depth: int) -> Needs:
        """What must be kept elsewhere, so that an expression comes from what is enabled; None where it does not."""
        match node:
            case None | ast.Constant():
                return _KEPT
            case ast.Name():
                return self._named(node.id, frame, depth + 1)
            case ast.Attribute() | ast.Subscript() | ast.Await() | ast.Starred() | ast.NamedExpr():
                return self._kept(node.value, frame, depth)
            case ast.IfExp():
                return _all((self._kept(node.body, frame, depth), self._kept(node.orelse, frame, depth)))
            case ast.BoolOp():
                return _all(self._kept(part, frame, depth) for part in node.values)
            case ast.List() | ast.Tuple() | ast.Set():
                return _all(self._kept(part, frame, depth) for part in node.elts)
            case ast.ListComp() | ast.SetComp() | ast.DictComp() | ast.GeneratorExp():
                if self._keeps(node.generators, frame):
                    return _KEPT
                return _all(self._kept(generator.iter, frame, depth) for generator in node.generators)
            case ast.Call():
                return self._of_call(node, frame, depth)
        return None

    def _of_call(self, call: ast.Call, frame: Symbol, depth: int) -> Needs:
        chain = chain_of(call.func)
        if chain and self.program.named(chain, frame, self.program.state.plugins.asking):
            return _KEPT
        if chain and len(chain) == 1 and chain[0] in _PASSING and call.args:
            return self._kept(call.args[-1] if chain[0] == "cast" else call.args[0], frame, depth)
        if called := self._called(call, frame):
            answers = [self._answered(name, depth) for name in called]
            return _KEPT if all(answers) else None
        if chain and self._is_named(chain, frame):
            return _KEPT
        # An object made of a class that was asked for, or something of a collection.
        return self._kept(call.func, frame, depth)

    def _is_named(self, chain: Chain, frame: Symbol) -> bool:
        """Whether a chain stands for classes that the code itself names: the host's choice, or a plugin's own."""
        values = self.program.values(chain, frame)
        own = self.program.plugin_of(frame.module)
        return bool(values) and all(
            value.kind == "class"
            and (not frame.module.startswith("plugins.") or self.program.plugin_of(value.name.module) == own)
            for value in values
        )

    def _answered(self, identifier: Symbol, depth: int) -> bool:
        """Whether all that a function answers is kept."""
        nodes = self.program.sources.nodes(identifier) if depth < _DEEPEST else []
        answers = [node.value for node in nodes if isinstance(node, ast.Return)]
        return any(answers) and all(self._kept(answer, identifier, depth + 1) == _KEPT for answer in answers)

    def _named(self, name: str, frame: Symbol, depth: int) -> Needs:
        is_parameter = any(parameter.name == name for parameter in self.program.functions[frame].parameters)
        handed = frozenset({name}) if is_parameter and name not in ("self", "cls") else None
        if (frame, name) in self._naming:
            return handed if is_parameter else _KEPT  # it is given to itself
        given = self._given_to(name, frame) if depth < _DEEPEST else []
        self._naming.add((frame, name))
        try:
            needs = [self._kept(value, frame, depth) for value in given]
            is_replaced = not is_parameter or self._is_rebound(name, frame)
            return _all(needs if needs and is_replaced else [*needs, handed])
        finally:
            self._naming.discard((frame, name))

    def _given_to(self, name: str, frame: Symbol) -> list[ast.expr | None]:
        """What a function gives a name of its own."""
        given: list[ast.expr | None] = []
        for node in self.program.sources.nodes(frame):
            if (isinstance(node, ast.Assign) and any(_binds(target, name) for target in node.targets)) or (
                isinstance(node, (ast.AnnAssign, ast.NamedExpr)) and _binds(node.target, name)
            ):
                given.append(node.value)
            elif isinstance(node, (*_LOOPS, ast.comprehension)) and _binds(node.target, name):
                given.append(node.iter)
            elif isinstance(node, ast.withitem) and node.optional_vars is not None and _binds(node.optional_vars, name):
                given.append(node.context_expr)
            elif (added := _added(node, name)) is not None and added[0] in self._followed(frame).unguarded:
                given.append(added[1])
        return given

    def _is_rebound(self, name: str, frame: Symbol) -> bool:
        """Whether a function gives a parameter another value on every way."""
        return any(
            isinstance(statement, ast.Assign) and any(_binds(target, name) for target in statement.targets)
            for statement in self.program.sources.body(frame)
        )

    def _keeps(self, generators: Iterable[ast.comprehension], frame: Symbol) -> bool:
        """Whether a comprehension asks of each of its items."""
        return any(self._asked_by(test, frame) for generator in generators for test in generator.ifs)

    def _asked_by(self, test: ast.expr, frame: Symbol) -> bool:
        """Whether a condition holds only where something was asked for and is enabled."""
        if isinstance(test, ast.BoolOp) and isinstance(test.op, ast.And):
            return any(self._asked_by(part, frame) for part in test.values)
        return isinstance(test, ast.Call) and self._asks(test, frame).truth


class _InTenant(ast.NodeTransformer):
    """A function as it runs for a tenant, whose id is there."""

    def __init__(self, name: str) -> None:
        self.name = name

    def visit_Name(self, node: ast.Name) -> ast.expr:
        return ast.copy_location(ast.Constant(True), node) if _loads(node, self.name) else node


def _all(needs: Iterable[Needs]) -> Needs:
    found: frozenset[str] = _KEPT
    for each in needs:
        if each is None:
            return None
        found |= each
    return found


def _is_asked_for(first: ast.expr, *others: ast.expr) -> bool:
    """Whether what is kept is asked for by the name that it is kept by: own(registry.get("a"), "a")."""
    by = first.args[:1] if isinstance(first, ast.Call) else []
    return bool(by) and [ast.dump(item) for item in others[-1:]] == [ast.dump(by[0])]


def _binds(target: ast.expr, name: str) -> bool:
    if isinstance(target, (ast.Tuple, ast.List)):
        return any(_binds(item, name) for item in target.elts)
    return isinstance(target, ast.Name) and target.id == name


def _added(node: ast.AST, name: str) -> tuple[int, ast.expr] | None:
    """What a statement or call puts into what a name stands for, and where; or None."""
    match node:
        case ast.AugAssign(target=target, value=value) if _binds(target, name):
            return node.lineno, value
        case ast.Assign(targets=[ast.Subscript(value=container)], value=value) if _loads(container, name):
            return node.lineno, value
        case ast.Call(func=ast.Attribute(value=container, attr=method), args=[*_, value]) if _loads(container, name):
            return (node.lineno, value) if method in CHANGING - REMOVING else None
    return None


def _loads(node: ast.AST, name: str) -> bool:
    return isinstance(node, ast.Name) and node.id == name and isinstance(node.ctx, ast.Load)


def _is_test(node: ast.AST, parents: dict[int, ast.AST]) -> bool:
    """Whether a statement only tests something, as for being there."""
    current = node
    while (parent := parents.get(id(current))) is not None and not isinstance(parent, ast.stmt):
        current = parent
    return isinstance(parent, (ast.If, ast.While)) and current is parent.test
