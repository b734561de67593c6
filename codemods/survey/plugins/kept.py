"""What outlives a call and is shared by the whole process: attributes of singletons and classes, and modules' names.

Such state that a tenant's work changes must become one for each tenant. That is done only when every mention of it in
the plugin is understood: whatever cannot be followed is reported, and the state stays as it is.
"""

from __future__ import annotations

import ast
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from codemods.analysis.chains import Chain, full_chain, plain_chain
from codemods.analysis.program import Value
from codemods.analysis.references import HIDDEN, Mention, Mentions, handed_to, is_stored, may_change
from codemods.analysis.sources import own_nodes
from codemods.analysis.symbols import MODULE_BODY, Symbol
from codemods.survey.plugins.plugin_code import Part, PluginCode

# What makes objects that stay what they are, or that guard for everybody.
_UNCHANGING = frozenset(
    {
        "Condition",
        "ContextVar",
        "Lock",
        "NewType",
        "Path",
        "PurePath",
        "RLock",
        "Semaphore",
        "TypeVar",
        "bytes",
        "compile",
    }
    | {
        "float",
        "frozenset",
        "getLogger",
        "get_logger",
        "getenv",
        "int",
        "join",
        "namedtuple",
        "str",
        "timedelta",
        "tuple",
    }
)
_DYNAMIC = frozenset({"getattr", "setattr", "hasattr", "delattr"})
_NAMESPACES = frozenset({"globals", "locals", "vars"})
_CACHES = frozenset({"cache", "lru_cache", "cached", "alru_cache", "cached_property"})


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

    text: the expression there. declared: the place gives it its first value; then `function` is a module's body, a
    class or an `__init__`.
    """

    function: Symbol
    line: int
    text: str
    declared: bool = False


class Unclear(NamedTuple):
    """Something about a kept thing that cannot be followed: the line, and why."""

    line: int
    why: str


class KeptState:
    """What the code of one plugin keeps."""

    def __init__(self, code: PluginCode) -> None:
        self.code = code
        self.program = code.program
        self._holders: dict[Symbol, frozenset[Kept]] = {}
        self._places: dict[Kept, tuple[list[Occurrence], list[Unclear]]] = {}
        self._singletons = frozenset(self.program.state.plugins.singletons)

    @cached_property
    def mentions(self) -> dict[str, Mentions]:
        return {module: Mentions(self.program.sources, module) for module in self.code.modules}

    @cached_property
    def _by_frame(self) -> dict[Symbol, list[Mention]]:
        found: dict[Symbol, list[Mention]] = {}
        for module in self.mentions.values():
            for items in module.by_name.values():
                for item in items:
                    found.setdefault(item.frame, []).append(item)
        return found

    def is_singleton(self, cls: Symbol) -> bool:
        """Whether the host makes one instance of a class for the whole process."""
        family = (cls, *self.program.subclasses(cls))
        return any(not self._singletons.isdisjoint(self.program.lineage(each)) for each in family)

    # What is changed, and what is used

    def closure(self, parts: Iterable[Part], *, widely: bool = False) -> list[Part]:
        """These parts, and every function of the plugin that they run (`widely`: that they may run)."""
        queue = deque(parts)
        found = list(queue)
        seen = {part.function for part in queue if part.lines is None}
        while queue:
            part = queue.popleft()
            for line, target in self.code.calls(part.function, widely=widely):
                if part.has(line) and target not in seen:
                    seen.add(target)
                    found.append(Part(target))
                    queue.append(Part(target))
        return found

    def used_by(self, parts: Iterable[Part], *, changed: bool = False) -> dict[Kept, int]:
        """What these parts, and all that they run within the plugin, use (or `changed`: change), and a line of each."""
        found: dict[Kept, int] = {}
        for part in self.closure(parts):
            for mention in self._by_frame.get(part.function, ()):
                if not part.has(mention.line):
                    continue
                for kept in self._of(mention):
                    if not changed or self._is_change(mention, kept):
                        found.setdefault(kept, mention.line)
                if isinstance(mention.node, ast.Attribute) and (is_stored(mention) or may_change(mention, items=True)):
                    for kept in self._holding(full_chain(mention.node.value), mention.frame):
                        found.setdefault(kept, mention.line)
        return found

    def _of(self, mention: Mention) -> list[Kept]:
        """The kept things that a mention may stand for."""
        node, frame = mention.node, mention.frame
        if mention.where == HIDDEN:
            return []
        if isinstance(node, ast.Name):
            home = self._home(node.id, frame)
            return [home] if home is not None else []
        assert isinstance(node, ast.Attribute)
        base = full_chain(node.value)
        if base in (("self",), ("cls",)):
            owner = self.program.functions[frame].owner if frame in self.program.functions else None
            cls = Symbol(frame.module, owner or "")
            is_shared = owner is not None and (base == ("cls",) or self._is_shared(cls, node.attr))
            return [self._declared(cls, node.attr)] if is_shared and self._is_data(cls, node.attr) else []
        found = []
        for value in self._values(base, frame):
            is_own = value.kind in ("class", "instance") and self.code.owns(value.name)
            if is_own and self._is_data(value.name, node.attr):
                if value.kind == "class" or self._is_shared(value.name, node.attr):
                    found.append(self._declared(value.name, node.attr))
            elif value.kind == "module" and value.name.module in self.code.modules:
                found += self._through(value.name.member(node.attr))
        return found

    def _is_shared(self, cls: Symbol, name: str) -> bool:
        """Whether an attribute of an instance is everybody's: the host makes one instance, or the class holds it."""
        if self.is_singleton(cls):
            return True
        kept = self._declared(cls, name)
        places = [place for place, _ in self._first_values(kept)]
        return bool(places) and all(place == Symbol(kept.module, kept.owner) for place in places)

    def _values(self, chain: Chain, frame: Symbol) -> tuple[Value, ...]:
        return self.program.values(chain, frame) if chain and frame in self.program.functions else ()

    def _is_data(self, cls: Symbol, name: str) -> bool:
        """Whether an attribute is no method and no class of its own."""
        return not any(name in self.program.classes[base].methods for base in self._own_lineage(cls))

    def _own_lineage(self, cls: Symbol) -> list[Symbol]:
        return [base for base in self.program.lineage(cls) if base in self.program.classes]

    def _is_global(self, module: str, name: str) -> bool:
        body = self.program.files[module].body
        return (name in body.assigned or name in body.annotated) and name not in body.nested

    def _home(self, name: str, frame: Symbol) -> Kept | None:
        """The module's name that a name in a function stands for, in this plugin."""
        module = frame.module
        if self.mentions[module].is_own(name, frame) and not self._imports(name, frame):
            return None
        target = self._imports(name, frame)
        if target is not None:
            return next(iter(self._through(target)), None)
        return Kept(module, "", name) if self._is_global(module, name) else None

    def _through(self, target: Symbol | None) -> list[Kept]:
        """What a name of a module of the plugin stands for, through re-exports."""
        for _ in range(len(self.code.modules) + 1):
            if target is None or not target.qualname or target.module not in self.code.modules:
                return []
            if self._is_global(*target):
                return [Kept(target.module, "", target.qualname)]
            target = self.program.files[target.module].body.imports.get(target.qualname)
        return []

    def _imports(self, name: str, frame: Symbol) -> Symbol | None:
        """What a name is imported from, in a function, one around it or the module; None where it is not."""
        module, qualname = frame
        while True:
            function = self.program.functions.get(Symbol(module, qualname))
            if function is not None and name in function.imports:
                target, other = function.imports[name], (function.also_imports or {}).get(name)
                return other if other and not self.code.owns(target) and self.code.owns(other) else target
            if qualname == MODULE_BODY:
                return None
            qualname = qualname.rpartition(".<locals>.")[0] or MODULE_BODY

    def _is_change(self, mention: Mention, kept: Kept) -> bool:
        """Whether a mention changes what it stands for, for whoever else mentions it."""
        if is_stored(mention):
            return True
        if self._is_hosts(kept) or not self._is_mutable(kept) or self._is_followed(mention):
            return False
        if isinstance(mention.node, ast.Name) and self._is_singletons(kept):
            return False  # the host's one instance: its attributes are looked at by themselves
        return may_change(mention, items=any(_may_hold(item.value) for _, item in self._first_values(kept)))

    def _is_followed(self, mention: Mention) -> bool:
        """Whether it is a call of a method of the plugin's: what that changes, it shows itself."""
        parent = mention.around[-1] if mention.around else None
        if not isinstance(parent, ast.Attribute):
            return False
        values = self._values(full_chain(parent), mention.frame)
        return bool(values) and all(value.kind in ("function", "property") for value in values)

    def _is_hosts(self, kept: Kept) -> bool:
        """Whether a thing is an object of the host's, which is not the plugin's to share or not to share."""
        if kept.owner:
            return False
        values = self.program.values((kept.name,), Symbol(kept.module, MODULE_BODY))
        return any(
            value.name.module.startswith("src.") and not self.code.owns(value.name) and value.kind != "class"
            for value in values
        )

    def _is_singletons(self, kept: Kept) -> bool:
        """Whether a name stands for an object that the host makes once, such as the plugin itself."""
        values = self.program.values((kept.name,), Symbol(kept.module, MODULE_BODY))
        return any(value.kind == "instance" and self.is_singleton(value.name) for value in values)

    def is_plain(self, kept: Kept) -> bool:
        """Whether a thing is a plain value, or one of the host's, which nobody here begins or ends."""
        is_plain = bool(self._first_values(kept)) and not self._is_mutable(kept)
        return is_plain or self._is_hosts(kept) or (not kept.owner and self._is_singletons(kept))

    def _is_mutable(self, kept: Kept) -> bool:
        values = [item.value for _, item in self._first_values(kept)]
        return any(_may_change(value) for value in values)

    # Objects of the plugin's own classes

    def _holding(self, chain: Chain, frame: Symbol) -> Iterator[Kept]:
        """What keeps the object whose attribute is changed."""
        owner = self.program.functions[frame].owner if frame in self.program.functions else None
        if chain == ("self",) and owner is not None:
            cls = Symbol(frame.module, owner)
            yield from () if self.is_singleton(cls) else self._held(cls)
            return
        for value in self._values(chain, frame):
            if value.kind == "instance" and self.code.owns(value.name) and not self.is_singleton(value.name):
                yield from self._held(value.name)

    def _held(self, cls: Symbol) -> frozenset[Kept]:
        """What keeps instances of a class of the plugin: names of its modules, attributes of its singletons."""
        if cls not in self._holders:
            self._holders[cls] = frozenset()  # while it is looked for: a circle adds nothing
            family = {cls, *self.program.subclasses(cls)}
            self._holders[cls] = frozenset(item for each in family for item in self._find_holders(each))
        return self._holders[cls]

    def _find_holders(self, cls: Symbol) -> Iterator[Kept]:
        for module in self.code.modules:
            file = self.program.files[module]
            for name in file.body.assigned:
                if self._is_global(module, name) and self._is_instance((name,), Symbol(module, MODULE_BODY), cls):
                    yield Kept(module, "", name)
            for owner in file.classes.values():
                identifier = Symbol(module, owner.qualname)
                for name in owner.assigned if identifier != cls else ():
                    if self._is_attribute_instance(identifier, name, cls):
                        if self.is_singleton(identifier):
                            yield self._declared(identifier, name)
                        else:
                            yield from self._held(identifier)

    def _is_instance(self, chain: Chain, frame: Symbol, cls: Symbol) -> bool:
        return any(value.kind == "instance" and value.name == cls for value in self.program.values(chain, frame))

    def _is_attribute_instance(self, owner: Symbol, name: str, cls: Symbol) -> bool:
        module = owner.module
        chains = self.program.classes[owner].assigned.get(name, ())
        return any(self._is_instance(chain, Symbol(module, MODULE_BODY), cls) for chain in chains)

    def _declared(self, cls: Symbol, name: str) -> Kept:
        """An attribute, by the class of the plugin that declares it."""
        for base in (*self.program.lineage(cls)[1:], cls):
            if self.code.owns(base) and base in self.program.classes and self._declarations(base, name):
                cls = base
                break
        module, owner = cls
        return Kept(module, owner, name)

    # What cannot be followed

    def unclear_changes(self, parts: Iterable[Part]) -> Unclear | None:
        """The first change that these parts make, and all that they run, to something that cannot be told."""
        closure = self.closure(parts)
        inside = {part.function for part in closure}
        for part in closure:
            function = self.program.functions[part.function]
            if wrapped := self._wrapped(part.function) or self._enclosed(part.function, inside):
                return Unclear(function.line, wrapped)
            caches = [
                chain for use in function.decorators if (chain := use.chain) and not _CACHES.isdisjoint(_words(chain))
            ]
            if caches and part.lines is None:
                return Unclear(function.line, f"{function.name} keeps its answers for all tenants")
            if odd := sorted(function.global_names & self.mentions[part.function.module].odd):
                return Unclear(function.line, f"{function.name} binds {odd[0]} for the module by no assignment")
            if default := self._changed_default(part.function):
                return Unclear(function.line, f"{function.name} keeps its default of {default} for all tenants")
            for node in own_nodes(self.program.sources.body(part.function)):
                if part.has(getattr(node, "lineno", 0)) and (why := self._why_unclear(node, part.function)):
                    return Unclear(getattr(node, "lineno", 0), why)
        return None

    def _wrapped(self, identifier: Symbol) -> str:
        """Why a decorator of the plugin's own may keep something for a function, or ""."""
        for use in self.program.functions[identifier].decorators:
            plain = use.chain[:-1] if use.chain[-1:] == ("()",) else use.chain
            for value in self._values(plain, self.program.around(identifier)):
                if value.kind == "function" and self.code.owns(value.name):
                    return f"what {use.chain[0]} keeps for {self.program.functions[identifier].name} cannot be told"
        return ""

    def _enclosed(self, identifier: Symbol, inside: set[Symbol]) -> str:
        """Why a function changes what a function around it keeps, which has been called before; or ""."""
        outer = self.program.around(identifier)
        if outer in inside or outer.qualname == MODULE_BODY:
            return ""
        bound = self.mentions[identifier.module].bound
        kept = bound.get(outer, set()) - bound.get(identifier, set())
        for mention in self._by_frame.get(identifier, ()):
            if isinstance(mention.node, ast.Name) and mention.node.id in kept and may_change(mention, items=True):
                return f"{mention.node.id} is kept by the function around {self.program.functions[identifier].name}"
        return ""

    def _changed_default(self, identifier: Symbol) -> str:
        """A parameter whose default is made once, and that the function changes; or ""."""
        node = self.program.sources.function(identifier)
        if node is None:
            return ""
        positional = [*node.args.posonlyargs, *node.args.args]
        pairs = [*zip(reversed(positional), reversed(node.args.defaults), strict=False)]
        pairs += [
            (name, value) for name, value in zip(node.args.kwonlyargs, node.args.kw_defaults, strict=True) if value
        ]
        made = {name.arg for name, value in pairs if isinstance(value, (ast.List, ast.Dict, ast.Set, ast.Call))}
        for mention in self._by_frame.get(identifier, ()) if made else ():
            if isinstance(mention.node, ast.Name) and mention.node.id in made and may_change(mention, items=True):
                return mention.node.id
        return ""

    def _why_unclear(self, node: ast.AST, frame: Symbol) -> str:
        called = node.func.id if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) else ""
        if called in ("setattr", "delattr", *_NAMESPACES):
            return f"what {called}() changes cannot be told"
        if not isinstance(node, (ast.Attribute, ast.Subscript)) or isinstance(node.ctx, ast.Load):
            return ""
        chain = full_chain(node.value)
        if chain[:2] == ("sys", ".modules") or ".import_module" in chain:
            return f"what {ast.unparse(node)} changes cannot be told"
        if not chain or ".__class__" in chain or ".__dict__" in chain or chain[:2] == ("type", "()"):
            return f"what {ast.unparse(node)} changes cannot be told"
        if "()" in chain and any(value.kind == "unknown" for value in self._values(chain, frame)):
            return f"what {ast.unparse(node)} changes cannot be told"
        if any(value.kind == "function" for value in self._values(chain, frame)) and isinstance(node, ast.Attribute):
            return f"{ast.unparse(node)} is kept on a function"
        return ""

    # Where it stands

    def occurrences(self, kept: Kept) -> tuple[list[Occurrence], list[Unclear]]:
        """Every place of the plugin where a kept thing is written down, and the places that cannot be followed."""
        if kept not in self._places:
            self._places[kept] = self._find(kept)
        return self._places[kept]

    def _find(self, kept: Kept) -> tuple[list[Occurrence], list[Unclear]]:
        declared = list(self._declaration_places(kept))
        unclear = list(self._unclear_declaration(kept, declared))
        found = declared[:1]
        for module, mentions in self.mentions.items():
            unclear += self._unclear_names(kept, module, mentions)
            for mention in mentions.by_name.get(kept.name, ()):
                place = None if self._is_declaration(kept, mention, declared) else self._place(kept, mention)
                if isinstance(place, Unclear):
                    unclear.append(place)
                elif place is not None:
                    found.append(place)
        return found, unclear

    def _is_declaration(self, kept: Kept, mention: Mention, declared: list[Occurrence]) -> bool:
        parent = mention.around[-1] if mention.around else None
        return (
            is_stored(mention)
            and any(item.line == mention.line for item in declared)
            and isinstance(parent, (ast.Assign, ast.AnnAssign))
            and (mention.frame.module == kept.module)
        )

    def _place(self, kept: Kept, mention: Mention) -> Occurrence | Unclear | None:
        node = mention.node
        in_own_body = mention.where == "class body" and isinstance(node, ast.Name) and bool(kept.owner)
        if in_own_body and self._class_around(mention) == kept.owner:
            return Unclear(mention.line, f"{kept} is used in the body of its class")
        if mention.where == HIDDEN and not kept.owner and self._home(kept.name, mention.frame) == kept:
            return Unclear(mention.line, f"something else is named {kept.name} there")
        is_it = kept in self._of(mention) or (bool(kept.owner) and self._is_familys(kept, mention))
        if not is_it:
            return self._may_be(kept, mention)
        if mention.where:
            return Unclear(mention.line, f"{kept} is used in a {mention.where}")
        if (callee := handed_to(mention)) is not None and not self.code.keeps_tenant(callee, mention.frame):
            return Unclear(mention.line, f"{kept} is used in a lambda that is handed on")
        if not plain_chain(node) or ".__class__" in full_chain(node):
            return Unclear(mention.line, f"{ast.unparse(node)} is {kept}")
        if isinstance(getattr(node, "ctx", None), ast.Del):
            return Unclear(mention.line, f"{kept} is deleted")
        if isinstance(mention.around[-1], ast.NamedExpr) and is_stored(mention):
            return Unclear(mention.line, f"{kept} is assigned inside of an expression")
        return Occurrence(mention.frame, mention.line, ast.unparse(node))

    def _is_familys(self, kept: Kept, mention: Mention) -> bool:
        """Whether it is the attribute of an instance or class of the same family."""
        if not isinstance(mention.node, ast.Attribute):
            return False
        cls = Symbol(kept.module, kept.owner)
        family = {cls, *self.program.lineage(cls)[1:], *self.program.subclasses(cls)}
        values = self._values(full_chain(mention.node.value), mention.frame)
        return any(value.kind in ("class", "instance") and value.name in family for value in values)

    def _may_be(self, kept: Kept, mention: Mention) -> Unclear | None:
        """A mention that might be the kept thing, though it cannot be said."""
        if not kept.owner or not isinstance(mention.node, ast.Attribute):
            return None
        chain = full_chain(mention.node.value)
        values = self._values(chain, mention.frame)
        if not values or any(value.kind == "unknown" or _is_from_host(value) for value in values):
            return Unclear(mention.line, f"{ast.unparse(mention.node)} may be {kept}")
        return None

    @staticmethod
    def _class_around(mention: Mention) -> str:
        return ".".join(node.name for node in mention.around if isinstance(node, ast.ClassDef))

    def _unclear_names(self, kept: Kept, module: str, mentions: Mentions) -> Iterator[Unclear]:
        """Ways to get at a kept thing that are no plain mention of its name."""
        for mention in (item for name in _DYNAMIC for item in mentions.by_name.get(name, ())):
            call = mention.around[-1] if mention.around else None
            named = call.args[1] if isinstance(call, ast.Call) and len(call.args) > 1 else None
            if isinstance(named, ast.Constant) and named.value == kept.name:
                yield Unclear(mention.line, f"{kept} is asked for by its name")
        if kept.owner:
            return
        if module == kept.module:
            if kept.name in mentions.odd:
                yield Unclear(1, f"{kept} is also a name that a function binds otherwise")
            for mention in (item for name in _NAMESPACES for item in mentions.by_name.get(name, ())):
                yield Unclear(mention.line, f"{kept} may be reached through {ast.unparse(mention.node)}()")
        for identifier in self.code.functions():
            if identifier.module != module:
                continue
            for local, target in self.program.functions[identifier].imports.items():
                if target == Symbol(kept.module, kept.name) and local != kept.name:
                    yield Unclear(self.program.functions[identifier].line, f"{kept} is imported as {local}")
                if local.startswith("*") and target == Symbol(kept.module):
                    yield Unclear(1, f"{module} imports everything of {kept.module}")

    def used_elsewhere(self, kept: Kept) -> str:
        """The path of a file outside of the plugin that uses a kept thing of it, or ""."""
        names = {kept.name, f".{kept.name}"}
        return next((path for path, parts in self._importers if not names.isdisjoint(parts)), "")

    @cached_property
    def _importers(self) -> list[tuple[str, frozenset[str]]]:
        """Every file of the tree that imports from the plugin, and all that its chains are made of."""
        found = []
        for file in self.program.importers([self.code.package, *self.code.modules]):
            if file.module not in self.code.modules:
                parts = {part for each in file.functions.values() for use in each.uses for part in use.chain}
                imported = {name for each in file.functions.values() for name in each.imports}
                found.append((file.path, frozenset(parts | imported)))
        return found

    # First values

    def _first_values(self, kept: Kept) -> list[tuple[Symbol, ast.Assign | ast.AnnAssign]]:
        if kept.owner:
            return self._declarations(Symbol(kept.module, kept.owner), kept.name)
        return [(Symbol(kept.module, MODULE_BODY), item) for item in self._module_assignments(kept)]

    def _declaration_places(self, kept: Kept) -> Iterator[Occurrence]:
        for place, item in self._first_values(kept):
            in_class = place == Symbol(kept.module, kept.owner)
            text = kept.name if in_class or not kept.owner else f"self.{kept.name}"
            yield Occurrence(place, item.lineno, text, declared=True)

    def _unclear_declaration(self, kept: Kept, declared: list[Occurrence]) -> Iterator[Unclear]:
        values = [item for _, item in self._first_values(kept)]
        lines = ", ".join(str(item.lineno) for item in values)
        if len(values) > 1 or (not values and not kept.owner):
            yield Unclear(
                declared[0].line if declared else 1, f"{kept} gets its first value in lines {lines or '(none)'}"
            )
        body = self.program.files[kept.module].body
        for item in values:
            others = {node.id for node in ast.walk(item.value or item) if isinstance(node, ast.Name)} - {kept.name}
            if _needs_factory(item.value) and (late := sorted(others & body.assigned.keys())):
                yield Unclear(item.lineno, f"{kept} is made of {late[0]}, which may be another one later")
            if isinstance(item, ast.Assign) and (len(item.targets) > 1 or isinstance(item.targets[0], ast.Tuple)):
                yield Unclear(item.lineno, f"{kept} gets its first value together with others")
        if kept.owner:
            yield from self._unclear_class(kept)

    def _unclear_class(self, kept: Kept) -> Iterator[Unclear]:
        """What of the class of an attribute keeps a holder from taking its place."""
        cls = Symbol(kept.module, kept.owner)
        node = self.program.sources.cls(cls)
        assert node is not None
        if any("dataclass" in ast.unparse(each) for each in node.decorator_list):
            yield Unclear(node.lineno, f"{kept} is a field of a dataclass")
        if self._declarations(cls, "__slots__"):
            yield Unclear(node.lineno, f"the class of {kept} has __slots__")
        for heir in self.program.subclasses(cls):
            if heir in self.program.classes and self._declarations(heir, kept.name):
                name = heir.qualname
                yield Unclear(self.program.classes[heir].line, f"{name} has a {kept.name} of its own")

    def _module_assignments(self, kept: Kept) -> Iterator[ast.Assign | ast.AnnAssign]:
        for node in own_nodes(self.program.sources.module(kept.module).body):
            if isinstance(node, (ast.Assign, ast.AnnAssign)) and kept.name in _target_names(node):
                yield node

    def _declarations(self, cls: Symbol, name: str) -> list[tuple[Symbol, ast.Assign | ast.AnnAssign]]:
        """Where a class gives an attribute its first value: in its body, or in its `__init__`."""
        node = self.program.sources.cls(cls)
        found: list[tuple[Symbol, ast.Assign | ast.AnnAssign]] = []
        for statement in node.body if node is not None else ():
            is_given = isinstance(statement, (ast.Assign, ast.AnnAssign)) and statement.value is not None
            if isinstance(statement, (ast.Assign, ast.AnnAssign)) and is_given and name in _target_names(statement):
                found.append((cls, statement))
        function = self.program.sources.function(cls.member("__init__"))
        for inner in function.body if isinstance(function, ast.FunctionDef) else ():
            if isinstance(inner, (ast.Assign, ast.AnnAssign)) and f"self.{name}" in _target_names(inner):
                found.append((cls.member("__init__"), inner))
        return found


def _words(chain: Chain) -> set[str]:
    return {part.lstrip(".") for part in chain}


def _target_names(node: ast.Assign | ast.AnnAssign) -> set[str]:
    """The plain names and attributes that an assignment gives a value."""
    targets = node.targets if isinstance(node, ast.Assign) else [node.target]
    flat = [item for target in targets for item in (target.elts if isinstance(target, ast.Tuple) else [target])]
    return {"".join(plain_chain(item)) for item in flat}


def _is_from_host(value: Value) -> bool:
    return value.kind == "outside" and value.name.module.startswith(("src.", "plugins."))


def _may_change(value: ast.expr | None) -> bool:
    """Whether an object may change by what is done to it: any but a plain value; None, for it becomes another later."""
    if isinstance(value, ast.Constant):
        return value.value is None
    if isinstance(value, ast.Call):
        return (full_chain(value.func) or ("",))[-1].lstrip(".") not in _UNCHANGING
    if isinstance(value, ast.Tuple):
        return any(_may_change(item) for item in value.elts)
    return not isinstance(value, (ast.BinOp, ast.Compare, ast.JoinedStr, ast.Lambda, ast.UnaryOp))


def _may_hold(value: ast.expr | None) -> bool:
    """Whether what an object holds may be changed: not where it is a literal of plain texts and numbers."""
    if isinstance(value, ast.Dict):
        return not value.values or not all(isinstance(item, ast.Constant) for item in value.values)
    if isinstance(value, (ast.List, ast.Set)):
        return not value.elts or not all(isinstance(item, ast.Constant) for item in value.elts)
    return True


def _needs_factory(value: ast.expr | None) -> bool:
    """Whether a first value is worked out, and not just there."""
    return not (value is None or isinstance(value, (ast.Constant, ast.Name, ast.UnaryOp)))
