"""What outlives a call and is shared by the whole process: attributes of singletons and classes, and modules' names.

Such state that a tenant's work writes must become one for each tenant, when every use of it can be seen.
"""

from __future__ import annotations

import ast
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from codemods.survey.facts import MODULE_BODY, Chain, plain_chain
from codemods.survey.plugin_code import Part, PluginCode
from codemods.survey.sources import own_nodes

# Methods that change a built-in container.
_MUTATORS = frozenset(
    {
        *("append", "appendleft", "add", "clear", "discard", "extend", "insert", "pop", "popitem", "popleft"),
        *("remove", "reverse", "rotate", "setdefault", "sort", "update"),
    }
)
_CONTAINERS = frozenset({"dict", "list", "set", "defaultdict", "deque"})
# Classes whose objects stay what they are, or that guard for everybody.
_UNCHANGING = frozenset({"ContextVar", "Lock", "Path", "PurePath", "Semaphore", "TypeVar"})
_DYNAMIC = frozenset({"getattr", "setattr", "hasattr", "delattr"})


class Kept(NamedTuple):
    """An attribute of a class (`owner` is its name within the module), or a name of the module (no owner)."""

    module: str
    owner: str
    name: str

    def __str__(self) -> str:
        return f"{self.owner}.{self.name}" if self.owner else self.name


@dataclass(frozen=True, slots=True)
class Occurrence:
    """A place where a kept thing is written down.

    function: "module:qualname"; text: the expression there. declared: the place gives it its first value; then
    `function` is that of a module's body, of a class ("module:Class") or of an `__init__`.
    """

    function: str
    line: int
    text: str
    declared: bool = False


class Unclear(NamedTuple):
    """A use of a kept thing that cannot be followed, and why."""

    line: int
    why: str


class KeptState:
    """What the code of one plugin keeps."""

    def __init__(self, code: PluginCode) -> None:
        self.code = code
        self.program = code.program
        self._holders: dict[str, frozenset[Kept]] = {}
        self._singletons = frozenset(self.program.state.plugins.singletons)

    # What is written

    def written_by(self, parts: Iterable[Part]) -> dict[Kept, int]:
        """What these parts, and all that they run within the plugin, put a value into; and a line where they do."""
        found: dict[Kept, int] = {}
        for part in self.closure(parts):
            for chain, line, is_store in _effects(self.code, part):
                for kept in self._kept(chain, part.function, is_store):
                    found.setdefault(kept, line)
        return found

    def closure(self, parts: Iterable[Part]) -> list[Part]:
        """These parts, and every function of the plugin that they run."""
        queue = deque(parts)
        found = list(queue)
        seen = {part.function for part in queue if part.lines is None}
        while queue:
            part = queue.popleft()
            for line, target in self.code.calls(part.function):
                if part.has(line) and target not in seen:
                    seen.add(target)
                    found.append(Part(target))
                    queue.append(Part(target))
        return found

    def _kept(self, chain: Chain, frame: str, is_store: bool) -> Iterator[Kept]:
        """What a store into a chain, or a call of its method, changes."""
        if is_store and len(chain) > 2:
            chain = chain[:-1]  # an attribute of an object changes the object
        module = frame.partition(":")[0]
        function = self.program.functions[frame]
        if chain[0] in ("self", "cls") and function.owner is not None:
            owner = f"{module}:{function.owner}"
            if chain[0] == "cls" or self.is_singleton(owner):
                if len(chain) > 1 and (is_store or self._is_mutable(owner, chain[1][1:])):
                    yield self._declared(owner, chain[1][1:])
            elif len(chain) > 1:
                yield from self._held(owner)
            return
        for value in self.program.values(chain[:1], frame):
            if value.kind == "class" and self.code.owns(value.name) and len(chain) > 1:
                if is_store or self._is_mutable(value.name, chain[1][1:]):
                    yield self._declared(value.name, chain[1][1:])
                return
            if value.kind == "module" and value.name in self.code.modules and len(chain) > 1:
                yield Kept(value.name, "", chain[1][1:])
                return
            if value.kind == "instance" and self.code.owns(value.name) and len(chain) > 1 and is_store:
                yield from self._held(value.name)
                return
        home = self._home(chain[0], frame)
        if home is not None and (is_store or self._is_mutable_name(home)):
            yield home

    def _home(self, name: str, frame: str) -> Kept | None:
        """The module's name that a name in a function stands for, in this plugin."""
        module = frame.partition(":")[0]
        function = self.program.functions[frame]
        if name not in function.global_names and self.program.binds(frame, name):
            return None
        for around in (function, self.program.files[module].body):
            target = around.imports.get(name, "")
            home, colon, inner = target.partition(":")
            if colon:
                is_own = home in self.code.modules and inner in self.program.files[home].body.assigned
                return Kept(home, "", inner) if is_own else None
        body = self.program.files[module].body
        return Kept(module, "", name) if name in body.assigned or name in body.annotated else None

    def is_singleton(self, cls: str) -> bool:
        """Whether the host makes one instance of a class for the whole process."""
        return not self._singletons.isdisjoint(self.program.lineage(cls))

    def _held(self, cls: str) -> frozenset[Kept]:
        """What keeps instances of a class of the plugin: names of its modules, attributes of its singletons."""
        if cls not in self._holders:
            self._holders[cls] = frozenset()  # while it is looked for: a circle adds nothing
            self._holders[cls] = frozenset(self._find_holders(cls))
        return self._holders[cls]

    def _find_holders(self, cls: str) -> Iterator[Kept]:
        for module in self.code.modules:
            file = self.program.files[module]
            for name in file.body.assigned:
                if self._is_instance((name,), f"{module}:{MODULE_BODY}", cls):
                    yield Kept(module, "", name)
            for owner in file.classes.values():
                identifier = f"{module}:{owner.qualname}"
                for name in owner.assigned:
                    if identifier != cls and self._is_attribute_instance(identifier, name, cls):
                        if self.is_singleton(identifier):
                            yield self._declared(identifier, name)
                        else:
                            yield from self._held(identifier)

    def _is_instance(self, chain: Chain, frame: str, cls: str) -> bool:
        return any(value.kind == "instance" and value.name == cls for value in self.program.values(chain, frame))

    def _is_attribute_instance(self, owner: str, name: str, cls: str) -> bool:
        module = owner.partition(":")[0]
        chains = self.program.classes[owner].assigned.get(name, ())
        return any(self._is_instance(chain, f"{module}:{MODULE_BODY}", cls) for chain in chains)

    def _declared(self, cls: str, name: str) -> Kept:
        """An attribute, by the class of the plugin that declares it."""
        for base in (*self.program.lineage(cls)[1:], cls):
            if self.code.owns(base) and base in self.program.classes and self._declarations(base, name):
                cls = base
                break
        module, _, owner = cls.partition(":")
        return Kept(module, owner, name)

    # What a first value says

    def _is_mutable(self, cls: str, name: str) -> bool:
        """Whether a method called on an attribute may change it for everybody."""
        kept = self._declared(cls, name)
        return any(_may_change(item.value) for _, item in self._declarations(f"{kept.module}:{kept.owner}", name))

    def _is_mutable_name(self, kept: Kept) -> bool:
        return any(_may_change(item.value) for item in self._module_assignments(kept))

    # Where it stands

    def occurrences(self, kept: Kept) -> tuple[list[Occurrence], list[Unclear]]:
        """Every place of the plugin where a kept thing is written down, and the places that cannot be followed."""
        found: list[Occurrence] = []
        unclear: list[Unclear] = []
        declared = list(self._declaration_places(kept))
        if len(declared) > 1 or (not declared and not kept.owner):
            lines = ", ".join(str(item.line) for item in declared)
            unclear.append(
                Unclear(declared[0].line if declared else 1, f"{kept} gets its first value in lines {lines}")
            )
        found += declared[:1]
        skip = {(item.function, item.line) for item in declared}
        for identifier, node in self._written.get(kept.name, ()):
            place = self._place(kept, node, identifier)
            if isinstance(place, Unclear):
                unclear.append(place)
            elif place is not None and (identifier, node.lineno) not in skip:
                found.append(place)
        for identifier, name, node in self._in_signatures.get(kept.name, ()):
            if self._place(kept, node, identifier) is not None:
                unclear.append(Unclear(node.lineno, f"{kept} is read where {name} is defined"))
        return found, unclear

    @cached_property
    def _written(self) -> dict[str, list[tuple[str, ast.expr]]]:
        """Every name and attribute that the plugin writes down, and where; texts that ask for one as well."""
        found: dict[str, list[tuple[str, ast.expr]]] = {}
        for identifier in self.code.functions():
            for node in own_nodes(self.program.sources.body(identifier)):
                if (name := _name_of(node)) and isinstance(node, ast.expr):
                    found.setdefault(name, []).append((identifier, node))
        return found

    @cached_property
    def _in_signatures(self) -> dict[str, list[tuple[str, str, ast.expr]]]:
        """The same for decorators and defaults, which are read once, where their function is defined."""
        found: dict[str, list[tuple[str, str, ast.expr]]] = {}
        for identifier in self.code.functions():
            function = self.program.sources.function(identifier)
            arguments = function.args if function is not None else None
            defaults = [*arguments.defaults, *arguments.kw_defaults] if arguments else []
            for part in (*(function.decorator_list if function else ()), *defaults):
                for node in ast.walk(part) if part is not None else ():
                    if (name := _name_of(node)) and isinstance(node, ast.expr) and function is not None:
                        outside = self.program.around(identifier)
                        found.setdefault(name, []).append((outside, function.name, node))
        return found

    def _place(self, kept: Kept, node: ast.expr, frame: str) -> Occurrence | Unclear | None:
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in _DYNAMIC:
            return Unclear(node.lineno, f"{kept} is asked for by {node.func.id}") if kept.owner else None
        if isinstance(node, ast.Name):
            return None if kept.owner else self._name_place(kept, node, frame)
        if not isinstance(node, ast.Attribute):
            return None
        chain = plain_chain(node)
        text = ast.unparse(node)
        if not chain:
            return Unclear(node.lineno, f"{text} may be {kept}") if kept.owner else None
        values = self.program.values(chain[:-1], frame)
        if not kept.owner:
            is_it = any(value.kind == "module" and value.name == kept.module for value in values)
            return self._checked(kept, node, Occurrence(frame, node.lineno, text)) if is_it else None
        cls = f"{kept.module}:{kept.owner}"
        family = {cls, *self.program.lineage(cls)[1:], *self.program.subclasses(cls)}
        if any(value.kind in ("class", "instance") and value.name in family for value in values):
            return self._checked(kept, node, Occurrence(frame, node.lineno, text))
        if not values or any(value.kind == "unknown" for value in values):
            return Unclear(node.lineno, f"{text} may be {kept}")
        return None

    def _name_place(self, kept: Kept, node: ast.Name, frame: str) -> Occurrence | Unclear | None:
        if self._home(node.id, frame) != kept:
            return None
        return self._checked(kept, node, Occurrence(frame, node.lineno, node.id))

    @staticmethod
    def _checked(kept: Kept, node: ast.expr, place: Occurrence) -> Occurrence | Unclear:
        if isinstance(getattr(node, "ctx", None), ast.Del):
            return Unclear(node.lineno, f"{kept} is deleted")
        return place

    def _declaration_places(self, kept: Kept) -> Iterator[Occurrence]:
        if not kept.owner:
            for item in self._module_assignments(kept):
                yield Occurrence(f"{kept.module}:{MODULE_BODY}", item.lineno, kept.name, declared=True)
            return
        for place, item in self._declarations(f"{kept.module}:{kept.owner}", kept.name):
            text = kept.name if place.endswith(":" + kept.owner) else f"self.{kept.name}"
            yield Occurrence(place, item.lineno, text, declared=True)

    def _module_assignments(self, kept: Kept) -> Iterator[ast.Assign | ast.AnnAssign]:
        for node in own_nodes(self.program.sources.module(kept.module).body):
            if isinstance(node, (ast.Assign, ast.AnnAssign)) and (kept.name,) in _plain_targets(node):
                yield node

    def _declarations(self, cls: str, name: str) -> list[tuple[str, ast.Assign | ast.AnnAssign]]:
        """Where a class gives an attribute its first value: in its body, or in its `__init__`."""
        node = self.program.sources.cls(cls)
        found: list[tuple[str, ast.Assign | ast.AnnAssign]] = []
        for statement in node.body if node is not None else ():
            is_given = isinstance(statement, (ast.Assign, ast.AnnAssign)) and statement.value is not None
            if isinstance(statement, (ast.Assign, ast.AnnAssign)) and is_given and (name,) in _plain_targets(statement):
                found.append((cls, statement))
        function = self.program.sources.function(f"{cls}.__init__")
        for inner in function.body if isinstance(function, ast.FunctionDef) else ():
            if isinstance(inner, (ast.Assign, ast.AnnAssign)) and ("self", f".{name}") in _plain_targets(inner):
                found.append((f"{cls}.__init__", inner))
        return found


def _name_of(node: ast.AST) -> str:
    """The name that an expression ends in, or that `getattr` and the like ask for; "" where there is none."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        return node.attr
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in _DYNAMIC:
        named = node.args[1] if len(node.args) > 1 else None
        return named.value if isinstance(named, ast.Constant) and isinstance(named.value, str) else ""
    return ""


def _may_change(value: ast.expr | None) -> bool:
    """Whether an object may change by what is called on it: a container, or an object that some class made."""
    if isinstance(value, (ast.Dict, ast.List, ast.Set, ast.DictComp, ast.ListComp, ast.SetComp)):
        return True
    if not isinstance(value, ast.Call):
        return False
    name = (plain_chain(value.func) or ("",))[-1].lstrip(".")
    return name in _CONTAINERS or (name[:1].isupper() and name not in _UNCHANGING)


def _plain_targets(node: ast.Assign | ast.AnnAssign) -> list[Chain]:
    return [plain_chain(target) for target in (node.targets if isinstance(node, ast.Assign) else [node.target])]


def _effects(code: PluginCode, part: Part) -> Iterator[tuple[Chain, int, bool]]:
    """What a part stores into (True) or calls a method of for its effect (False): chain and line."""
    function = code.program.functions[part.function]
    for node in own_nodes(code.program.sources.body(part.function)):
        if not part.has(getattr(node, "lineno", 0)):
            continue
        for target in _stored(node):
            chain = plain_chain(target.value if isinstance(target, ast.Subscript) else target)
            if len(chain) > 1 or (chain and (chain[0] in function.global_names or isinstance(target, ast.Subscript))):
                # An item that is put into a container changes the container, as a method does.
                yield chain, target.lineno, not isinstance(target, ast.Subscript)
        called = node.value if isinstance(node, ast.Expr) else node
        called = called.value if isinstance(called, ast.Await) else called
        if isinstance(called, ast.Call) and isinstance(called.func, ast.Attribute):
            chain = plain_chain(called.func.value)
            # Called for its effect, and not for what it answers.
            if chain and (isinstance(node, ast.Expr) or called.func.attr in _MUTATORS):
                yield chain, called.lineno, False


def _stored(node: ast.AST) -> Iterator[ast.expr]:
    """The targets of an assignment, loop, `with` or `del`, one by one."""
    targets: list[ast.expr] = []
    if isinstance(node, (ast.Assign, ast.Delete)):
        targets = list(node.targets)
    elif isinstance(node, (ast.AugAssign, ast.For, ast.AsyncFor)) or (isinstance(node, ast.AnnAssign) and node.value):
        targets = [node.target]
    elif isinstance(node, ast.withitem) and node.optional_vars is not None:
        targets = [node.optional_vars]
    while targets:
        target = targets.pop()
        if isinstance(target, (ast.Tuple, ast.List)):
            targets += target.elts
        elif isinstance(target, ast.Starred):
            targets.append(target.value)
        else:
            yield target
