"""Names and calls across files: what a chain stands for, what a function calls, and how it gets to tenant state.

This is a may-analysis: where a call has several possible targets, all of them count. The tree's code is never imported.
"""

from __future__ import annotations

import builtins
from collections import defaultdict, deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import NamedTuple

from codemods.analysis.chains import Chain
from codemods.analysis.facts import ClassFacts, FileFacts, FunctionFacts, Use
from codemods.analysis.sources import Sources
from codemods.analysis.symbols import MODULE_BODY, Symbol
from codemods.knowledge.state import TenantState


class Value(NamedTuple):
    """What a chain may stand for. kind: module, function, class, instance (of a class), holder, shared, outside,
    unknown. name: where that is, also for something outside of the tree."""

    kind: str
    name: Symbol


Values = tuple[Value, ...]

NOWHERE = Symbol("")
UNKNOWN = Value("unknown", NOWHERE)
OUTSIDE = Value("outside", NOWHERE)


class Edge(NamedTuple):
    """A function that another one may run: by calling it, or by handing it on as a value.

    scoped: inside a tenant. guessed: found by its name only.
    """

    target: Symbol
    line: int
    scoped: bool
    guessed: bool


class Touch(NamedTuple):
    """Tenant state that a function reads or writes itself."""

    state: str
    line: int
    scoped: bool
    expression: str


@dataclass(frozen=True, slots=True)
class Reach:
    """What one function does itself: the functions it may run, the tenant state and the shared objects it touches."""

    edges: tuple[Edge, ...]
    touches: tuple[Touch, ...]
    shared: tuple[Touch, ...]


class Step(NamedTuple):
    """One station of a path: a function, and the line in it that leads on."""

    function: Symbol
    line: int


@dataclass(frozen=True, slots=True)
class Path:
    """A way from an entry point to tenant state, shortest first found."""

    steps: tuple[Step, ...]
    touch: Touch
    guessed: bool

    def __str__(self) -> str:
        names = [step.function.qualname.replace(".<locals>", "") for step in self.steps]
        return " → ".join([*names, self.touch.expression])


# Methods that every built-in container or string has, and the commonest of the standard library's: on an unknown object
# they say nothing about the tree.
BUILTIN_METHODS = frozenset(name for kind in (dict, list, set, str, bytes, int, float) for name in dir(kind)) | {
    *("close", "open", "read", "write", "send", "recv", "put", "join", "start", "run", "stop", "result", "done"),
    *("cancel", "acquire", "release", "wait", "execute", "save", "load", "add_done_callback"),
}
_DUNDERS = (
    *("__enter__", "__exit__", "__aenter__", "__aexit__", "__iter__", "__len__"),
    *("__contains__", "__getitem__", "__setitem__", "__delitem__"),
)
# Definitions that lead to definitions are followed so far, and no further.
_DEEPEST = 60
# The exception of a model, and what makes its table: no rows.
_NO_ROWS = frozenset({".DoesNotExist", ".create_table", ".table_exists", ".add_index", ".bind"})
# What containers hand out is what they hold.
_ITEM_METHODS = frozenset({".get", ".values", ".items", ".keys", ".pop", ".setdefault", ".copy", ".popitem"})


def expression(chain: Chain) -> str:
    """A chain as one would write it: get_manager().streams[...]."""
    return "".join(part if index == 0 or part != "[]" else "[...]" for index, part in enumerate(chain))


class Program:
    """All files of a checkout together. Answers are worked out when asked for, and kept."""

    def __init__(self, files: Iterable[FileFacts], state: TenantState, data: Mapping[str, bytes] | None = None) -> None:
        self.state = state
        # The bytes of each module, for surveys that must read statements in order.
        self.sources = Sources(data or {})
        self.files = {file.module: file for file in files}
        self.functions: dict[Symbol, FunctionFacts] = {}
        self.classes: dict[Symbol, ClassFacts] = {}
        self.methods: dict[str, list[Symbol]] = defaultdict(list)
        self._subclasses: dict[Symbol, list[Symbol]] | None = None
        self._entering = state.context.wrappers | state.context.doors | state.context.scopes
        self._values: dict[tuple[Symbol, Chain], Values] = {}
        self._busy: set[tuple[Symbol, Chain]] = set()
        self._lineages: dict[Symbol, tuple[Symbol, ...]] = {}
        self._reaches: dict[Symbol, Reach] = {}
        self._setting: dict[str, bool] = {}
        self._imported_modules: set[str] | None = None
        self._outside: dict[Symbol, str | None] = {}
        self._member_functions: dict[tuple[Symbol, tuple[str, ...]], list[Symbol]] = {}
        alone = self._plugin_alone()
        for module, file in self.files.items():
            for qualname, function in file.functions.items():
                self.functions[Symbol(module, qualname)] = function
                if alone and function.imports:
                    function.imports = {name: self._at_home(alone, to) for name, to in function.imports.items()}
                    others = function.also_imports or {}
                    function.also_imports = {name: self._at_home(alone, to) for name, to in others.items()}
            for qualname, cls in file.classes.items():
                self.classes[Symbol(module, qualname)] = cls
                for name, method in cls.methods.items():
                    self.methods[name].append(Symbol(module, method))

    def _plugin_alone(self) -> str:
        """The package of a plugin in its own repository, or ""."""
        packages = {".".join(module.split(".")[:2]) for module in self.files}
        return packages.pop() if len(packages) == 1 and all(name.startswith("plugins.") for name in packages) else ""

    def _at_home(self, package: str, target: Symbol) -> Symbol:
        """An import by which a plugin reaches itself, by the name that its folder has in a host tree."""
        module, name = target
        parts = module.split(".")
        if "plugins" not in parts[:2] or module in self.files:
            return target
        for start in range(parts.index("plugins") + 2, len(parts)):
            own = ".".join([package, *parts[start:]])
            if own in self.files:
                return Symbol(own, name)
        return target

    # Names

    def file_of(self, identifier: Symbol) -> FileFacts:
        return self.files[identifier.module]

    def member(self, module: str, name: str) -> Values:
        """What `module.name` stands for, through re-exports."""
        return self.values((name,), Symbol(module, MODULE_BODY))

    def values(self, chain: Chain, frame: Symbol) -> Values:
        """What a chain may stand for in a function of the tree, ."""
        key = (frame, chain)
        known = self._values.get(key)
        if known is not None:
            return known
        if key in self._busy:
            return ()
        if len(self._busy) > _DEEPEST:
            return (UNKNOWN,)
        self._busy.add(key)
        try:
            if chain == ("super", "()"):
                found = self._bases(frame)
            elif chain[0].startswith("@"):  # kept from a method: read it there
                found = self.values(chain[1:], Symbol(frame.module, chain[0][1:]))
            elif len(chain) == 1:
                found = self._name(chain[0], frame)
            else:
                found = self._apply(chain[-1], self.values(chain[:-1], frame))
        finally:
            self._busy.discard(key)
        self._values[key] = found
        return found

    def _bases(self, frame: Symbol) -> Values:
        """What `super()` stands for in a method."""
        owner = self.functions[frame].owner
        lineage = self.lineage(Symbol(frame.module, owner))[1:] if owner else ()
        # As a class, and not as an instance: what a subclass makes of a method is none of super()'s.
        return tuple(Value("class" if base in self.classes else "outside", base) for base in lineage) or (OUTSIDE,)

    def _name(self, name: str, frame: Symbol) -> Values:
        if name == "?":
            return (OUTSIDE,)
        module, qualname = frame
        while True:
            function = self.functions[Symbol(module, qualname)]
            found = self._local(name, function, module, qualname)
            if found is not None:
                return found
            if qualname == MODULE_BODY:
                break
            qualname = qualname.rpartition(".<locals>.")[0] or MODULE_BODY
            qualname = qualname if Symbol(module, qualname) in self.functions else MODULE_BODY
        for star, target in self.files[module].body.imports.items():
            if star.startswith("*") and target.module in self.files and not name.startswith("_"):
                found = self.member(target.module, name)
                if found and found != (UNKNOWN,):
                    return found
        if f"{module}.{name}" in self.files:
            return (Value("module", Symbol(f"{module}.{name}")),)
        return (Value("outside", Symbol(name)),) if hasattr(builtins, name) else (UNKNOWN,)

    def _local(self, name: str, function: FunctionFacts, module: str, qualname: str) -> Values | None:
        """The name's meaning in this one function, or None where it is not its own."""
        frame = Symbol(module, qualname)
        if name in ("self", "cls") and function.owner is not None and qualname != MODULE_BODY:
            kind = "instance" if name == "self" else "class"
            return (Value(kind, Symbol(module, function.owner)),)
        if name in function.global_names:
            return None
        for parameter in function.parameters:
            if parameter.name == name:
                return self._annotated(parameter.annotation, frame) or (UNKNOWN,)
        found: list[Value] = list(self._held(frame, module, name)) if qualname == MODULE_BODY else []
        for nested in function.nested.get(name, ()):
            inner = Symbol(module, nested)
            found.append(Value("class" if inner in self.classes else "function", inner))
        if name in function.imports:
            found += self._imported(function.imports[name])
            if function.also_imports and name in function.also_imports:
                found += self._imported(function.also_imports[name])
        if name in function.annotated:
            found += self._annotated(function.annotated[name], frame)
        chains = list(function.assigned.get(name, ()))
        if name in function.assigned and not chains:
            found.append(OUTSIDE)
        for chain in chains:
            found += self.values(chain, frame)
        if qualname == MODULE_BODY:
            # `global name` in a function assigns the module's name.
            for other_name, other in self.files[module].functions.items():
                if name in other.global_names:
                    for chain in other.assigned.get(name, ()):
                        found += self.values(chain, Symbol(module, other_name))
        known = name in function.assigned or name in function.annotated or name in function.imports
        if known or found:
            found += self._filled(name, function, module)
        return _distinct(found) if found or known else None

    def _filled(self, name: str, function: FunctionFacts, module: str) -> list[Value]:
        """What functions put into a container of this name, where that is the function's own or the module's."""
        return [
            value
            for qualname, chain in self.files[module].held.get(name, ())
            if qualname == function.qualname or not self.binds(Symbol(module, qualname), name)
            for value in self.values(chain, Symbol(module, qualname))
        ]

    def binds(self, identifier: Symbol, name: str) -> bool:
        """Whether a name in a function is its own, or one of a function around it, and not the module's."""
        module, qualname = identifier
        while qualname and qualname != MODULE_BODY:
            function = self.functions.get(Symbol(module, qualname))
            if function is not None:
                if name in function.global_names:
                    return False
                own = name in function.assigned or name in function.annotated or name in function.nested
                if own or any(parameter.name == name for parameter in function.parameters):
                    return True
            qualname = qualname.rpartition(".<locals>.")[0]
        return False

    def _held(self, frame: Symbol, module: str, name: str) -> Values:
        at = Symbol(module, name)
        tables = (("holder", self.state.holders), ("shared", self.state.shared))
        return tuple(Value(kind, at) for kind, table in tables if at in table)

    def _imported(self, target: Symbol) -> Values:
        module, name = target
        if not name:
            return (Value("module" if self._is_package(module) else "outside", target),)
        if module in self.files:
            if f"{module}.{name}" in self.files and not self._defines(module, name):
                return (Value("module", Symbol(f"{module}.{name}")),)
            return self.member(module, name)
        if f"{module}.{name}" in self.files:
            return (Value("module", Symbol(f"{module}.{name}")),)
        return (Value("outside", Symbol(module, name)),)

    def is_imported(self, module: str) -> bool:
        """Whether any other file of the tree imports a module."""
        if self._imported_modules is None:
            self._imported_modules = {
                name
                for home, file in self.files.items()
                for function in file.functions.values()
                for target in function.imports.values()
                for name in (target.module, target.dotted)
                if name != home
            }
        return module in self._imported_modules

    def _is_package(self, module: str) -> bool:
        return module in self.files or any(name.startswith(module + ".") for name in self.files)

    def _defines(self, module: str, name: str) -> bool:
        body = self.files[module].body
        # A package that imports its own submodule has no other meaning for the name.
        imported = body.imports.get(name) not in (None, Symbol(module, name))
        return imported or name in body.nested or name in body.assigned

    def _annotated(self, names: tuple[Chain, ...], frame: Symbol) -> Values:
        """Instances of what an annotation names; a container stands for what it holds."""
        found: list[Value] = []
        outside: list[Value] = []
        for chain in names:
            for value in self.values(chain, frame.body):
                if value.kind == "class":
                    found.append(Value("instance", value.name))
                elif value.kind == "outside":
                    outside.append(value)
        return _distinct(found or outside)

    # Operators

    def _apply(self, operator: str, values: Values) -> Values:
        found: list[Value] = []
        for value in values:
            if value.kind in ("holder", "shared"):
                continue
            if value.kind == "unknown":
                found.append(value)
            elif value.kind == "outside":
                found.append(_inside(value, operator))
            elif operator == "()":
                found += self._called(value)
            elif operator == "[]" or (value.kind == "function" and operator in _ITEM_METHODS):
                found.append(value)  # a container stands for what it holds
            else:
                found += self._attribute(value, operator)
        return _distinct(found)

    def _called(self, value: Value) -> Values:
        if value.kind == "class":
            return (Value("instance", value.name),)
        if value.kind == "function":
            function = self.functions[value.name]
            annotated = self._annotated(function.returns, value.name)
            if any(item.kind == "instance" for item in annotated):
                return annotated
            found = [item for chain in function.returned for item in self.values(chain, value.name)]
            return _distinct(found) or annotated or (UNKNOWN,)
        if value.kind == "instance":
            called = self._attribute(value, ".__call__")
            return self._apply("()", called) if called and called != (UNKNOWN,) else (value,)
        return (UNKNOWN,)

    def _attribute(self, value: Value, operator: str) -> Values:
        name = operator[1:]
        if value.kind == "module":
            if value.name.module in self.files:
                found = self.member(value.name.module, name)
                if found and found != (UNKNOWN,):
                    return found
            inner = f"{value.name.module}.{name}"
            return (Value("module", Symbol(inner)),) if self._is_package(inner) else (UNKNOWN,)
        if value.kind not in ("class", "instance"):
            return (UNKNOWN,)
        found_values: list[Value] = []
        lineage = self.lineage(value.name)
        for identifier in lineage:
            found_values += self._class_member(identifier, name)
            if any(item.kind != "holder" for item in found_values):
                break
        if value.kind == "instance":
            for identifier in self.subclasses(value.name):
                cls = self.classes[identifier]
                if name in cls.methods:
                    found_values.append(Value("function", Symbol(identifier.module, cls.methods[name])))
        if found_values:
            return _distinct(found_values)
        if operator in _ITEM_METHODS:
            return (value,)
        whole = all(base in self.classes for base in lineage)
        return (OUTSIDE,) if not whole or self._has_outside_base(lineage) else (UNKNOWN,)

    def _class_member(self, identifier: Symbol, name: str) -> list[Value]:
        cls = self.classes.get(identifier)
        if cls is None:
            return []
        module = identifier.module
        found: list[Value] = []
        if identifier.member(name) in self.state.holders:
            found.append(Value("holder", identifier.member(name)))
        if name in cls.methods:
            inner = Symbol(module, cls.methods[name])
            if inner in self.classes:
                return [*found, Value("class", inner)]
            if name in cls.properties:
                return [*found, Value("property", inner), *self._called(Value("function", inner))]
            return [*found, Value("function", inner)]
        body = Symbol(module, MODULE_BODY)
        found += self._annotated(cls.annotated.get(name, ()), body)
        for chain in cls.assigned.get(name, ()):
            found += self.values(chain, body)
        return found

    # Classes

    def lineage(self, identifier: Symbol) -> tuple[Symbol, ...]:
        """A class and its bases, nearest first; those outside the tree too."""
        known = self._lineages.get(identifier)
        if known is not None:
            return known
        self._lineages[identifier] = (identifier,)
        found = [identifier]
        cls = self.classes.get(identifier)
        for base in cls.bases if cls else ():
            if not base:
                continue
            for value in self.values(base, identifier.body):
                if value.kind == "class":
                    found += [item for item in self.lineage(value.name) if item not in found]
                elif value.kind == "outside":
                    found.append(value.name)
        self._lineages[identifier] = tuple(found)
        return tuple(found)

    def _has_outside_base(self, lineage: tuple[Symbol, ...]) -> bool:
        return any(self.classes[item].bases for item in lineage if item in self.classes)

    def subclasses(self, identifier: Symbol) -> list[Symbol]:
        """Every class of the tree that inherits from this one, at any depth."""
        if self._subclasses is None:
            table: dict[Symbol, list[Symbol]] = defaultdict(list)
            for other in self.classes:
                for base in self.lineage(other)[1:]:
                    table[base].append(other)
            self._subclasses = table
        return self._subclasses.get(identifier, [])

    def method(self, identifier: Symbol, name: str) -> list[Symbol]:
        """The functions that a method of a class may be, inherited ones too."""
        return self._class_member_functions(identifier, (name,))

    def inherits(self, identifier: Symbol, bases: frozenset[Symbol]) -> bool:
        return not bases.isdisjoint(self.lineage(identifier)[1:])

    # Reach

    def is_scope(self, chain: Chain, frame: Symbol) -> bool:
        """Whether a `with` item enters a tenant."""
        plain = chain[: chain.index("()")] if "()" in chain else chain
        return any(self._is_one_of(value, self._entering) for value in self.values(plain, frame))

    def _is_one_of(self, value: Value, names: frozenset[Symbol]) -> bool:
        return value.kind in ("function", "class", "outside") and value.name in names

    def named(self, chain: Chain, frame: Symbol, names: frozenset[Symbol]) -> bool:
        """Whether a chain, without the calls at its end, stands for one of `names`."""
        while chain and chain[-1] == "()":
            chain = chain[:-1]
        return bool(chain) and any(self._is_one_of(value, names) for value in self.values(chain, frame))

    def enters_tenant(self, identifier: Symbol) -> bool:
        """Whether a function as a whole runs in a tenant: one of its decorators enters it.

        A context manager that decorates a coroutine function or a generator is left before its body runs.
        """
        function, frame = self.functions[identifier], self.around(identifier)
        entering = self.state.context.wrappers | self.state.context.doors
        if not function.is_async and not function.is_generator:
            entering |= self.state.context.scopes
        return any(use.chain and self.named(use.chain, frame, entering) for use in function.decorators)

    def around(self, identifier: Symbol) -> Symbol:
        """The function around a definition, whose names its decorators and defaults see."""
        module, qualname = identifier
        outer = Symbol(module, qualname.rpartition(".<locals>.")[0])
        return outer if outer in self.functions else Symbol(module, MODULE_BODY)

    def reach(self, identifier: Symbol) -> Reach:
        known = self._reaches.get(identifier)
        if known is None:
            known = self._reaches[identifier] = self._read_reach(identifier)
        return known

    def note(self, identifier: Symbol, touch: Touch) -> None:
        """Let a function count as touching tenant state that shows only by how it is used."""
        reach = self.reach(identifier)
        self._reaches[identifier] = replace(reach, touches=(*reach.touches, touch))

    def _read_reach(self, identifier: Symbol) -> Reach:
        edges: dict[tuple[Symbol, bool], Edge] = {}
        touches: list[Touch] = []
        shared: list[Touch] = []
        set_by_hand = self._set_by_hand(identifier)
        for edge in self._decorating(identifier):
            edges.setdefault((edge.target, edge.scoped), edge)
        for use in self.functions[identifier].uses:
            root = self.values(use.chain[:1], identifier)
            if use.chain[:2] != ("super", "()") and all(self._stays_outside(value) for value in root):
                continue
            scoped = any(start < use.line <= end for start, end in set_by_hand)
            scoped = scoped or any(self.is_scope(item, identifier) for item in use.within)
            state = None
            for cut in range(1, len(use.chain) + 1):
                for value in self.values(use.chain[:cut], identifier):
                    for edge in self._edges(value, use, cut, scoped, identifier):
                        if edge.target in self.functions:
                            if scoped and use.role != "each" and self.functions[edge.target].is_generator:
                                edge = edge._replace(scoped=False)  # its body runs when someone reads it
                            edges.setdefault((edge.target, edge.scoped), edge)
                    state = state or self._touched(value, use.chain[cut : cut + 2])
                    if value.kind == "shared":
                        shared.append(
                            Touch(self.state.shared[value.name].name, use.line, scoped, expression(use.chain))
                        )
            if state is not None and not self._makes(use, identifier):
                touches.append(Touch(state, use.line, scoped, expression(use.chain)))
        return Reach(tuple(edges.values()), tuple(touches), tuple(shared))

    def calls_of(self, identifier: Symbol, names: frozenset[Symbol]) -> Iterator[tuple[int, bool]]:
        """Every call of one of these functions that a function makes itself: its line, and whether in a tenant."""
        set_by_hand = self._set_by_hand(identifier)
        for use in self.functions[identifier].uses:
            cuts = [cut for cut in range(1, len(use.chain)) if use.chain[cut] == "()"]
            if any(value.name in names for cut in cuts for value in self.values(use.chain[:cut], identifier)):
                scoped = any(start < use.line <= end for start, end in set_by_hand)
                yield use.line, scoped or any(self.is_scope(item, identifier) for item in use.within)

    def _makes(self, use: Use, identifier: Symbol) -> bool:
        """Whether a class gives an attribute its first value: an object that is made has nothing of a tenant's yet."""
        function = self.functions[identifier]
        if use.role != "store" or use.chain[0] != "self" or function.name != "__init__" or len(use.chain) != 2:
            return False
        cls = self.classes.get(Symbol(identifier.module, function.owner or ""))
        declared = cls.assigned.get(use.chain[1][1:], []) if cls is not None else []
        return all(chain[0].startswith("@") for chain in declared)  # else the class has made something of it

    def _stays_outside(self, value: Value) -> bool:
        """Whether a chain that starts here leads to nothing of the tree's, whatever comes behind."""
        if value.kind != "outside" or value.name in self.state.models.types:
            return False
        if value.name.qualname:
            return self._touched_outside(value.name) is None
        return not value.name.module or hasattr(builtins, value.name.module)

    def _set_by_hand(self, identifier: Symbol) -> list[tuple[int, float]]:
        """The lines between which a function is inside a tenant because it set one: from the setter to the reset."""
        if not self._knows_setters(identifier.module):
            return []
        calls = [use for use in self.functions[identifier].uses if use.chain[-1] == "()"]
        setters, resets = (
            [use.line for use in calls if self.named(use.chain, identifier, names)]
            for names in (self.state.context.setters, self.state.context.resetters)
        )
        return [(start, min((end for end in resets if end > start), default=float("inf"))) for start in setters]

    def _decorating(self, identifier: Symbol) -> Iterator[Edge]:
        """The decorators of the tree around a function, which run whenever it is called."""
        frame = self.around(identifier)
        for use in self.functions[identifier].decorators:
            plain = use.chain[:-1] if use.chain[-1:] == ("()",) else use.chain
            for value in self.values(plain, frame) if plain else ():
                if value.kind == "function" and value.name not in self._entering:
                    yield Edge(value.name, use.line, False, False)

    def _knows_setters(self, module: str) -> bool:
        """Whether a file imports from a module that sets tenants, or is one: few do."""
        known = self._setting.get(module)
        if known is None:
            homes = tuple({name.module for name in self.state.context.setters})
            packages = {home.rpartition(".")[0] for home in homes}
            known = self._setting[module] = module in homes or any(
                target.module.startswith(homes) or target.module in packages
                for function in self.files[module].functions.values()
                for target in function.imports.values()
            )
        return known

    def _edges(self, value: Value, use: Use, cut: int, scoped: bool, frame: Symbol) -> Iterator[Edge]:
        """What running a chain's first `cut` parts, which stand for `value`, may run besides."""
        chain = use.chain
        called = cut < len(chain) and chain[cut] == "()"
        if value.kind == "property" or (value.kind == "function" and (called or cut == len(chain))):
            yield Edge(value.name, use.line, scoped, False)
        elif value.kind == "class" and called:
            for item in self._class_member_functions(value.name, ("__init__", "__new__", "__post_init__")):
                yield Edge(item, use.line, scoped, False)
        elif value.kind == "instance" and (chain[cut] == "[]" if cut < len(chain) else self._looks_into(use, frame)):
            # Looked into, gone through or entered: what Python runs for that.
            for item in self._class_member_functions(value.name, _DUNDERS):
                yield Edge(item, use.line, scoped, False)
        elif value == UNKNOWN and called and chain[cut - 1].startswith("."):
            name = chain[cut - 1][1:]
            if name not in BUILTIN_METHODS:
                for item in self.methods.get(name, ()):
                    yield Edge(item, use.line, scoped, True)

    def _looks_into(self, use: Use, frame: Symbol) -> bool:
        """Whether what an expression ends in may be gone through or entered: not where it is only made or assigned."""
        if use.role is not None or use.chain[-1] != "()":
            return use.role != "store"
        return not any(value.kind == "class" for value in self.values(use.chain[:-1], frame))

    def _class_member_functions(self, identifier: Symbol, names: tuple[str, ...]) -> list[Symbol]:
        key = (identifier, names)
        if key not in self._member_functions:
            self._member_functions[key] = [
                value.name
                for base in self.lineage(identifier)
                for name in names
                for value in self._class_member(base, name)
                if value.kind == "function"
            ]
        return self._member_functions[key]

    def _touched(self, value: Value, following: Chain) -> str | None:
        """The name of the tenant state that a value is, given what the chain does to it next."""
        called = following[:1] == ("()",)
        if value.kind == "holder":
            return self.state.holders[value.name].name
        if following and (following[0] in _NO_ROWS or following[0].startswith("._")):
            return None
        if value.kind == "function" and called and value.name in self.state.context.getters:
            return "tenant context"
        if value.kind == "class" and following and self.inherits(value.name, self.state.models.bases):
            return self.classes[value.name].qualname
        if value.kind == "instance" and len(following) == 2 and following[1] == "()":
            return self.classes[value.name].qualname if self.inherits(value.name, self.state.models.bases) else None
        if value.kind == "outside" and following:
            if value.name in self.state.models.types and following[0].startswith("."):
                return "rows of any model"
            return self._touched_outside(value.name)
        return None

    def _touched_outside(self, name: Symbol) -> str | None:
        """Tenant state of a file that is not at hand, as when one file is looked at alone."""
        if name not in self._outside:
            self._outside[name] = self._state_outside(name)
        return self._outside[name]

    def _state_outside(self, name: Symbol) -> str | None:
        module, member = name
        head = member.partition(".")[0]
        if Symbol(module, head) in self.state.context.getters:
            return "tenant context"
        for at, holder in self.state.holders.items():
            if module == at.module and ("." in at.qualname or head == at.qualname):
                return holder.name
        if head[:1].isupper() and any(base.module == module for base in self.state.models.bases):
            return head
        return None

    def path_to_state(
        self,
        identifier: Symbol,
        *,
        unscoped_only: bool = True,
        but: frozenset[str] = frozenset(),
        past: frozenset[Symbol] = frozenset(),
    ) -> Path | None:
        """The shortest way from a function to tenant state, or None when there is none that can be followed.

        With `unscoped_only`, ways that enter a tenant on the way do not count. Nor does the state named in `but`, or a
        way through one of the functions `past`.
        """
        if identifier in past or (unscoped_only and self.enters_tenant(identifier)):
            return None
        previous: dict[Symbol, tuple[Symbol, Edge]] = {}
        queue = deque([identifier])
        seen = {identifier, *past}
        while queue:
            current = queue.popleft()
            reach = self.reach(current)
            for touch in reach.touches:
                if not (unscoped_only and touch.scoped) and touch.state not in but:
                    return _path(identifier, current, previous, touch)
            for edge in reach.edges:
                if edge.target in seen or edge.target in self.state.entry_points.started_elsewhere:
                    continue
                if unscoped_only and (edge.scoped or self.enters_tenant(edge.target)):
                    continue
                seen.add(edge.target)
                previous[edge.target] = (current, edge)
                queue.append(edge.target)
        return None


def _path(start: Symbol, end: Symbol, previous: dict[Symbol, tuple[Symbol, Edge]], touch: Touch) -> Path:
    steps = [Step(end, touch.line)]
    guessed = False
    while end != start:
        end, edge = previous[end]
        guessed = guessed or edge.guessed
        steps.append(Step(end, edge.line))
    return Path(tuple(reversed(steps)), touch, guessed)


def _inside(value: Value, operator: str) -> Value:
    """An attribute of something outside the tree: "fastapi" and ".APIRouter" are "fastapi:APIRouter"."""
    if not operator.startswith(".") or value.name == NOWHERE:
        return value
    return Value("outside", value.name.member(operator[1:]))


def _distinct(values: Iterable[Value]) -> Values:
    return tuple(dict.fromkeys(values))
