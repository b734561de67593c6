"""Keys of mappings that are a tenant's id, or a tuple with one: whatever is given to the names on the way there."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from codemods.analysis.chains import chain_of
from codemods.analysis.containers import LOOKING_UP, STORING
from codemods.analysis.holders import Holders
from codemods.analysis.kept import ANSWER, Holder
from codemods.analysis.nodes import walk
from codemods.analysis.sources import given
from codemods.analysis.symbols import Symbol
from codemods.survey.program import TenantProgram, once
from codemods.survey.requests import handlers_of, said_parameters

# Methods whose first argument is a key, but for those that only look whether it is there.
_KEYED = LOOKING_UP | STORING - {"__contains__"}
# What makes a text of several values that tells them apart.
_SPELLING = frozenset({("repr",), ("str",), ("dumps",), ("json", ".dumps")})
# What FastAPI hands a handler of the request itself: middleware of the process keeps the tenant there.
_REQUESTS = frozenset({"Request", "HTTPConnection"})
# What gives names something of an expression, not what it is.
_PARTS = (ast.For, ast.AsyncFor, ast.comprehension, ast.withitem)
# Names for names, and answers of functions, are followed so far.
_DEEPEST = 4


class TenantKeys:
    """Answers for one program."""

    def __init__(self, program: TenantProgram, holders: Holders) -> None:
        self.program = program
        self.holders = holders
        tenant, agent = program.state.models.columns
        self.tenant = tenant
        # An agent's id alone may be that of several tenants.
        self.getters = frozenset(item for item in program.state.context.getters if not item.name.endswith(agent))

    def of(self, holder: Holder, frame: Symbol) -> Iterator[ast.expr]:
        """The keys by which a function puts something into a holder, gets it, or takes it out: of what a cache answers
        again, all that it is asked with."""
        for node in self.program.sources.nodes(frame):
            container, key = _keyed(node) if holder.kind != ANSWER else _asked_with(node)
            if key is not None and self.holders.at(chain_of(container), frame).get(holder) is False:
                yield key

    def is_tenants(self, node: ast.expr, frame: Symbol, depth: int = 0) -> bool:
        """Whether an expression is a tenant's id on every way, or a tuple with one: no text, and no yes or no."""
        if depth > _DEEPEST:
            return False
        match node:
            case ast.Tuple():
                return any(self.is_tenants(part, frame, depth) for part in node.elts)
            case ast.NamedExpr() | ast.Await():
                return self.is_tenants(node.value, frame, depth)
            case ast.IfExp():
                return all(self.is_tenants(part, frame, depth) for part in (node.body, node.orelse))
            case ast.BoolOp(op=ast.Or(), values=[first, *others]):
                # What is kept without a tenant is nobody's.
                return self.is_tenants(first, frame, depth) and all(isinstance(item, ast.Constant) for item in others)
            case ast.Attribute():
                root = chain_of(node)[:1]
                return node.attr == self.tenant and not (root and self._is_said(root[0], frame))
            case ast.Name():
                return self._is_named(node.id, frame, depth)
            case ast.Call():
                return self._is_answered(node, frame, depth)
        return False

    def names_tenant(self, node: ast.expr, frame: Symbol, depth: int = 0) -> bool:
        """Whether a tenant's id stands anywhere in an expression, be it in a text or in what a call was given."""
        for part in walk(node):
            if isinstance(part, ast.expr) and self.is_tenants(part, frame, depth):
                return True
            if isinstance(part, ast.Name) and depth < _DEEPEST:
                values = (value for value in self._given(part.id, frame) if value is not None)
                if any(self.names_tenant(value, frame, depth + 1) for value in values):
                    return True
        return False

    def _is_named(self, name: str, frame: Symbol, depth: int) -> bool:
        """Whether all that a function gives a name is a tenant's id; its name says the rest."""
        is_called_so = name == self.tenant and not self._is_said(name, frame)
        values = self._given(name, frame) or [None]
        return all(is_called_so if value is None else self.is_tenants(value, frame, depth + 1) for value in values)

    def _given(self, name: str, frame: Symbol) -> list[ast.expr | None]:
        """What a function gives a name; None for each part of something else."""
        return [
            value
            for node in self.program.sources.nodes(frame)
            for target, whole in given(node)
            for bound, value in _bound(target, None if isinstance(node, _PARTS) else whole)
            if bound == name
        ]

    def _is_answered(self, call: ast.Call, frame: Symbol, depth: int) -> bool:
        """Whether all that a call may answer is a tenant's id."""
        called = chain_of(call.func)
        if called in _SPELLING and call.args and isinstance(call.args[0], (ast.Tuple, ast.List)):
            return any(self.is_tenants(part, frame, depth) for part in call.args[0].elts)
        if self.program.named((*called, "()"), frame, self.getters):
            return True
        values = [value for value in self.program.values(called, frame) if value.kind == "function"]
        answers = [
            (part.value, value.name)
            for value in values
            for part in self.program.sources.nodes(value.name)
            if isinstance(part, ast.Return)
        ]
        return bool(answers) and all(
            answer is not None and self.is_tenants(answer, function, depth + 1) for answer, function in answers
        )

    def _is_said(self, name: str, frame: Symbol) -> bool:
        """Whether a name is a parameter that a request fills as it likes."""
        return name in _said(self.program).get(frame, ())


@once
def _said(program: TenantProgram) -> dict[Symbol, frozenset[str]]:
    said = {
        handler: [
            item.name
            for item in said_parameters(program, handler)
            if _REQUESTS.isdisjoint(chain[-1].lstrip(".") for chain in item.annotation)
        ]
        for handler in handlers_of(program)
    }
    return {handler: frozenset(names) for handler, names in said.items() if names}


def _keyed(node: ast.AST) -> tuple[ast.expr, ast.expr | None]:
    """The container that an expression asks by a key, and that key."""
    if isinstance(node, ast.Subscript):
        return node.value, node.slice
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in _KEYED and node.args:
        return node.func.value, node.args[0]
    return ast.Constant(None), None


def _asked_with(node: ast.AST) -> tuple[ast.expr, ast.expr | None]:
    """A call, and all that it is given."""
    if isinstance(node, ast.Call):
        return node, ast.Tuple([*node.args, *(item.value for item in node.keywords)], ast.Load())
    return ast.Constant(None), None


def _bound(target: ast.expr, value: ast.expr | None) -> Iterator[tuple[str, ast.expr | None]]:
    """The names that a target binds, each with what it is given, where that is written down."""
    if isinstance(target, ast.Name):
        yield target.id, value
    elif isinstance(target, (ast.Tuple, ast.List)):
        values = value.elts if isinstance(value, (ast.Tuple, ast.List)) else []
        is_paired = len(values) == len(target.elts) and not any(isinstance(part, ast.Starred) for part in values)
        for part, each in zip(target.elts, values if is_paired else [None] * len(target.elts), strict=True):
            yield from _bound(part, each)
    elif isinstance(target, ast.Starred):
        yield from _bound(target.value, None)
