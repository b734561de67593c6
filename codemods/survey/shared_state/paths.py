"""What a path is made of: fixed for the whole process, a tenant's own, handed in, or for the moment only."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterator, Sequence
from enum import IntEnum

from codemods.analysis.chains import Chain, chain_of
from codemods.analysis.holders import Holders
from codemods.analysis.kept import Holder
from codemods.analysis.nodes import children, walk
from codemods.analysis.symbols import MODULE_BODY, Symbol
from codemods.survey.program import TenantProgram

# Methods after which two ids may be one.
_LOSSY = frozenset({"replace", "lower", "casefold", "translate", "strip", "encode", "title"})
# What `tempfile` answers everybody.
_OF_ALL = frozenset({"gettempdir", "gettempdirb", "gettempprefix"})
_DEEPEST = 6


class Kind(IntEnum):
    """What decides about a path, the strongest last."""

    UNKNOWN = 0
    FIXED = 1
    HANDED = 2
    LOSSY = 3
    TENANT = 4
    MOMENT = 5


class Paths:
    """Answers for the expressions of one program."""

    def __init__(self, program: TenantProgram, holders: Holders) -> None:
        self.program = program
        self.holders = holders
        self._assigned: dict[Symbol, dict[Chain, list[ast.expr]]] = {}
        self._handing: dict[Symbol, list[tuple[dict[str, ast.expr], Symbol]]] = {}

    def kind(self, node: ast.expr | None, frame: Symbol, depth: int = 0) -> Kind:
        """What the path that an expression is hangs on."""
        if node is None or depth > _DEEPEST:
            return Kind.UNKNOWN
        if isinstance(node, ast.Constant):
            return Kind.FIXED
        if isinstance(node, ast.Name):
            return self._of_name(node.id, frame, depth)
        if isinstance(node, ast.Attribute):
            return self._of_attribute(node, frame, depth)
        if isinstance(node, ast.Call):
            return self._of_call(node, frame, depth)
        parts = [part for part in children(node) if isinstance(part, ast.expr)]
        return self._strongest([self.kind(part, frame, depth + 1) for part in parts])

    @staticmethod
    def _strongest(kinds: list[Kind]) -> Kind:
        """A folder of everybody's with a name that is handed in is everybody's."""
        if Kind.FIXED in kinds and max(kinds) == Kind.HANDED:
            return Kind.FIXED
        return max(kinds, default=Kind.UNKNOWN)

    def _of_name(self, name: str, frame: Symbol, depth: int) -> Kind:
        if name == "__file__":
            return Kind.FIXED
        node = self.program.sources.function(frame)
        if node is not None:
            given = self._values_of(frame, (name,), node.body)
            if given:
                return self._strongest([self.kind(value, frame, depth + 1) for value in given])
            if any(argument.arg == name for argument in walk(node.args) if isinstance(argument, ast.arg)):
                return self._of_parameter(name, frame, depth)
        for holder in self.holders.at((name,), frame):
            if holder.kind == "name":
                values = self._of_module(holder)
                return self._strongest([self.kind(value, holder.at.body, depth + 1) for value in values])
        return Kind.UNKNOWN

    def named(self, name: str, frame: Symbol) -> tuple[list[ast.expr], Symbol]:
        """What assignments give a name that stands in a function, and where: there, or in its module."""
        node = self.program.sources.function(frame)
        if node is not None and (given := self._values_of(frame, (name,), node.body)):
            return given, frame
        if not self.program.binds(frame, name):
            for holder in self.holders.at((name,), frame):
                if holder.kind == "name":
                    return self._of_module(holder), holder.at.body
        return [], frame

    def _of_module(self, holder: Holder) -> list[ast.expr]:
        """What a module gives a name of its own."""
        body = self.program.sources.module(holder.at.module).body
        return self._values_of(holder.at.body, (holder.name,), body)

    def _of_parameter(self, name: str, frame: Symbol, depth: int) -> Kind:
        """What a function is handed, by all that is handed to it in view; HANDED where nothing of that tells."""
        if name in self.program.state.models.columns:
            return Kind.TENANT
        kinds = [self.kind(value, caller, depth + 1) for value, caller in self._handed(name, frame)]
        known = [kind for kind in kinds if kind != Kind.UNKNOWN]
        return min(known, default=Kind.HANDED)

    def _handed(self, name: str, identifier: Symbol) -> Iterator[tuple[ast.expr, Symbol]]:
        """The arguments that calls in view give for a parameter, each with the function that makes the call."""
        if identifier not in self._handing:
            self._handing[identifier] = list(self._handed_to(identifier))
        return ((given[name], caller) for given, caller in self._handing[identifier] if name in given)

    def _handed_to(self, identifier: Symbol) -> Iterator[tuple[dict[str, ast.expr], Symbol]]:
        """What each call of a function in view hands it, by parameter, with the function that makes the call."""
        names = [item.name for item in self.program.functions[identifier].parameters]
        names = names[1:] if names[:1] in (["self"], ["cls"]) else names
        for caller in self.program.reaches.callers.get(identifier, ()):
            for call in self.program.sources.nodes(caller):
                if isinstance(call, ast.Call) and self._calls(call, caller, identifier):
                    given = dict(zip(names, call.args, strict=False))
                    yield given | {item.arg: item.value for item in call.keywords if item.arg}, caller

    def _calls(self, call: ast.Call, caller: Symbol, identifier: Symbol) -> bool:
        chain = chain_of(call.func)
        return bool(chain) and any(
            value.name == identifier
            or (value.kind == "class" and identifier in self.program.method(value.name, "__init__"))
            for value in self.program.values(chain, caller)
        )

    def _of_attribute(self, node: ast.Attribute, frame: Symbol, depth: int) -> Kind:
        if node.attr in ("parent", "name", "stem", "parents", "suffix"):
            return self.kind(node.value, frame, depth + 1)
        if node.attr in self.program.state.models.columns:
            return Kind.TENANT
        chain = chain_of(node)
        for value in self.program.values(chain, frame) if chain else ():
            if value.kind == "property":
                return self._of_function(value.name, depth)
        for holder in self.holders.at(chain, frame) if chain else ():
            if holder.kind == "attribute":
                return self._of_holder(holder.owner, holder.name, depth)
            if holder.kind == "name":
                values = self._of_module(holder)
                return self._strongest([self.kind(value, holder.at.body, depth + 1) for value in values])
        return Kind.UNKNOWN

    def _of_holder(self, owner: Symbol, name: str, depth: int) -> Kind:
        """An attribute, by what the class and its methods make of it."""
        cls = self.program.sources.cls(owner)
        if cls is None:
            return Kind.UNKNOWN
        kinds = [self.kind(value, owner.body, depth + 1) for value in self._values_of(owner, (name,), cls.body)]
        for method in self.program.classes[owner].methods.values():
            identifier = Symbol(owner.module, method)
            node = self.program.sources.function(identifier)
            for value in self._values_of(identifier, ("self", "." + name), node.body) if node is not None else ():
                kinds.append(self.kind(value, identifier, depth + 1))
        return self._strongest(kinds)

    def _of_call(self, node: ast.Call, frame: Symbol, depth: int) -> Kind:
        chain = chain_of(node)
        if not chain:
            inner = node.func.value if isinstance(node.func, ast.Attribute) else node.func
            return self._strongest([self.kind(inner, frame, depth + 1), *self._of_arguments(node, frame, depth)])
        called = chain[:-1]
        if self.program.named(called, frame, self.program.state.context.getters):
            return Kind.TENANT
        if isinstance(node.func, ast.Attribute) and node.func.attr in _LOSSY:
            inside = self.kind(node.func.value, frame, depth + 1)
            return Kind.LOSSY if inside == Kind.TENANT else inside
        for value in self.program.values(called, frame):
            if value.kind == "outside" and value.name.module == "tempfile":
                is_once = frame.qualname == MODULE_BODY  # made as the module is imported, it stays for all
                return Kind.FIXED if is_once or value.name.name in _OF_ALL else Kind.MOMENT
            if value.name in self.program.state.plugins.own_paths:  # of the host's, which may not be at hand
                return Kind.TENANT
            if value.name in self.program.state.entry_points.keeping:  # a join
                return self._strongest(self._of_arguments(node, frame, depth))
            if value.kind == "function" and value.name in self.program.functions:
                return self._of_function(value.name, depth)
            if value.kind == "class" and self._is_tenants(value.name):
                return Kind.TENANT
        kinds = self._of_arguments(node, frame, depth)
        if isinstance(node.func, ast.Attribute):
            kinds.append(self.kind(node.func.value, frame, depth + 1))
        return self._strongest(kinds)

    def _is_tenants(self, cls: Symbol) -> bool:
        """Whether an object of a class stands for a path that hangs on the tenant, whenever it is asked."""
        asked = self.program.method(cls, "__fspath__")
        return any(self.program.path_to_state(method, unscoped_only=False) is not None for method in asked)

    def _of_function(self, identifier: Symbol, depth: int) -> Kind:
        """What a function of the tree answers."""
        if self.program.path_to_state(identifier, unscoped_only=False) is not None:
            return Kind.TENANT
        answers = [part.value for part in self.program.sources.nodes(identifier) if isinstance(part, ast.Return)]
        return self._strongest([self.kind(answer, identifier, depth + 1) for answer in answers])

    def _of_arguments(self, node: ast.Call, frame: Symbol, depth: int) -> list[Kind]:
        parts = [*node.args, *(item.value for item in node.keywords)]
        return [self.kind(part, frame, depth + 1) for part in parts]

    def _values_of(self, owner: Symbol, target: Chain, body: Sequence[ast.stmt]) -> list[ast.expr]:
        """What the assignments of a module, class or function give a name or an attribute."""
        if owner not in self._assigned:
            self._assigned[owner] = _assignments(body)
        return self._assigned[owner].get(target, [])


def _assignments(body: Sequence[ast.stmt]) -> dict[Chain, list[ast.expr]]:
    """What assignments give, by what they give it to."""
    found: dict[Chain, list[ast.expr]] = defaultdict(list)
    for node in (part for statement in body for part in walk(statement)):
        if isinstance(node, ast.Assign):
            for target in {chain_of(target) for target in node.targets}:
                found[target].append(node.value)
        elif isinstance(node, (ast.AnnAssign, ast.NamedExpr)) and node.value is not None:
            found[chain_of(node.target)].append(node.value)
        elif isinstance(node, ast.withitem) and node.optional_vars is not None:
            found[chain_of(node.optional_vars)].append(node.context_expr)
    return dict(found)
