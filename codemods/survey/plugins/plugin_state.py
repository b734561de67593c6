"""What outlives a call and is shared by the whole process: attributes of singletons and classes, and modules' names.

Such state that a tenant's work changes must become one for each tenant. That is done only when every reference to it in
the plugin is understood: whatever cannot be followed is reported, and the state stays as it is.
"""

from __future__ import annotations

import ast
from collections import deque
from collections.abc import Iterable, Iterator, Sequence

from codemods.analysis.chains import Chain, full_chain, plain_chain
from codemods.analysis.references import HIDDEN, Reference, References, is_stored, may_change, references_of
from codemods.analysis.symbols import MODULE_BODY, Symbol
from codemods.analysis.values import Value
from codemods.survey.plugins.first_values import FirstValues, PluginHolder, is_mutable, may_hold
from codemods.survey.plugins.plugin_code import Part, PluginCode
from codemods.survey.program import TenantProgram

# Decorators and bases by which a class's own names are the fields of each of its objects.
_RECORDS = frozenset({"dataclass", "define", "frozen", "mutable", "BaseModel", "Struct", "NamedTuple", "TypedDict"})

# A constant that is another's value is followed so far.
_DEEPEST = 4


class PluginState:
    """What the code of one plugin keeps."""

    def __init__(self, code: PluginCode) -> None:
        self.code = code
        self.program = code.program
        self._holders: dict[Symbol, frozenset[PluginHolder]] = {}
        self.first_values = FirstValues(self.program.sources)
        self._singletons = frozenset(self.program.state.plugins.singletons)
        self._apart: set[Symbol] = set()

    def references(self, module: str) -> References:
        return references_of(self.program.sources, module)

    def evaluated(self, frame: Symbol) -> Sequence[Reference]:
        """The references that a function of the plugin evaluates."""
        return self.references(frame.module).by_frame.get(frame, ())

    def is_singleton(self, cls: Symbol) -> bool:
        """Whether the host makes one instance of a class for the whole process."""
        family = (cls, *self.program.subclasses(cls))
        return any(not self._singletons.isdisjoint(self.program.lineage(each)) for each in family)

    def is_shared_by_all(self, cls: Symbol) -> bool:
        """Whether what an object of a class keeps is looked at by itself: the host's, or one that was taken apart."""
        return self.is_singleton(cls) or not self._apart.isdisjoint((cls, *self.program.lineage(cls)))

    def take_apart(self, holders: Iterable[PluginHolder]) -> bool:
        """Look from now on at what the objects that holders are have in them. False where they are none such."""
        pairs = [(cls, item) for cls, kept in self._holders.items() for item in holders if item in kept]
        classes = {cls for cls, item in pairs if not self.is_shared_by_all(cls) and self._is_itself(item, cls)}
        self._apart |= classes
        self._holders.clear()
        return bool(classes)

    def _is_itself(self, holder: PluginHolder, cls: Symbol) -> bool:
        """Whether a holder is an object of a class, and not a container of them."""
        if not holder.owner:
            return any(value.kind == "instance" and value.name == cls for value in self._assigned(holder))
        owner = Symbol(holder.module, holder.owner)
        return holder.name not in self.program.classes[owner].filled and self._is_attribute_instance(
            owner, holder.name, cls
        )

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

    def used_by(self, parts: Iterable[Part], *, changed: bool = False, handed: bool = True) -> dict[PluginHolder, int]:
        """What these parts, and all that they run within the plugin, use (or `changed`: change), and a line of each.

        Not `handed`: it is no change to hand on what something holds.
        """
        found: dict[PluginHolder, int] = {}
        for part in self.closure(parts):
            for reference in self.evaluated(part.function):
                if not part.has(reference.line):
                    continue
                for holder in self.of(reference):
                    if not changed or self._is_change(reference, holder, handed=handed):
                        found.setdefault(holder, reference.line)
                if isinstance(reference.node, ast.Attribute) and (
                    is_stored(reference) or may_change(reference, items=True)
                ):
                    for holder in self._holding(full_chain(reference.node.value), reference.frame):
                        found.setdefault(holder, reference.line)
        return found

    def of(self, reference: Reference) -> list[PluginHolder]:
        """The holders that a reference may stand for."""
        node, frame = reference.node, reference.frame
        if reference.where == HIDDEN:
            return []
        if isinstance(node, ast.Name):
            home = self.home(node.id, frame)
            return [home] if home is not None else []
        assert isinstance(node, ast.Attribute)
        base = full_chain(node.value)
        if base in (("self",), ("cls",)):
            owner = self.program.functions[frame].owner if frame in self.program.functions else None
            cls = Symbol(frame.module, owner or "")
            is_shared = owner is not None and (base == ("cls",) or self._is_shared(cls, node.attr))
            return [self._declared(cls, node.attr)] if is_shared and self._is_data(cls, node.attr) else []
        found = []
        for value in self.values(base, frame):
            is_own = value.kind in ("class", "instance") and self.code.owns(value.name)
            if is_own and self._is_data(value.name, node.attr):
                if value.kind == "class" or self._is_shared(value.name, node.attr):
                    found.append(self._declared(value.name, node.attr))
            elif value.kind == "module" and value.name.module in self.code.modules:
                found += self._through(value.name.member(node.attr))
        return found

    def _is_shared(self, cls: Symbol, name: str) -> bool:
        """Whether an attribute of an instance is everybody's: the host makes one instance, or the class holds it."""
        if self.is_shared_by_all(cls):
            return True
        if is_record(self.program, cls):
            return False
        holder = self._declared(cls, name)
        places = [place for place, _ in self.first_values.of(holder)]
        return bool(places) and all(place == Symbol(holder.module, holder.owner) for place in places)

    def values(self, chain: Chain, frame: Symbol) -> tuple[Value, ...]:
        return self.program.values(chain, frame) if chain and frame in self.program.functions else ()

    def _is_data(self, cls: Symbol, name: str) -> bool:
        """Whether an attribute is no method and no class of its own."""
        return not any(name in self.program.classes[base].methods for base in self._own_lineage(cls))

    def _own_lineage(self, cls: Symbol) -> list[Symbol]:
        return [base for base in self.program.lineage(cls) if base in self.program.classes]

    def _is_global(self, module: str, name: str) -> bool:
        body = self.program.files[module].body
        return (name in body.assigned or name in body.annotated) and name not in body.nested

    def home(self, name: str, frame: Symbol) -> PluginHolder | None:
        """The module's name that a name in a function stands for, in this plugin."""
        module = frame.module
        if self.references(module).is_own(name, frame) and not self._imports(name, frame):
            return None
        target = self._imports(name, frame)
        if target is not None:
            return next(iter(self._through(target)), None)
        return PluginHolder(module, "", name) if self._is_global(module, name) else None

    def _through(self, target: Symbol | None) -> list[PluginHolder]:
        """What a name of a module of the plugin stands for, through re-exports."""
        for _ in range(len(self.code.modules) + 1):
            if target is None or not target.qualname or target.module not in self.code.modules:
                return []
            if self._is_global(target.module, target.qualname):
                return [PluginHolder(target.module, "", target.qualname)]
            target = self.program.files[target.module].body.imports.get(target.qualname)
        return []

    def _imports(self, name: str, frame: Symbol) -> Symbol | None:
        """What a name is imported from, in a function, one around it or the module; None where it is not."""
        module, qualname = frame.module, frame.qualname
        while True:
            function = self.program.functions.get(Symbol(module, qualname))
            if function is not None and name in function.imports:
                target, other = function.imports[name], (function.also_imports or {}).get(name)
                return other if other and not self.code.owns(target) and self.code.owns(other) else target
            if qualname == MODULE_BODY:
                return None
            qualname = qualname.rpartition(".<locals>.")[0] or MODULE_BODY

    def _is_change(self, reference: Reference, holder: PluginHolder, *, handed: bool) -> bool:
        """Whether a reference changes what it stands for, for whoever else refers to it."""
        if is_stored(reference):
            return True
        if self._is_hosts(holder) or not self._is_mutable(holder) or self._is_followed(reference):
            return False
        if isinstance(reference.node, ast.Name) and self._is_singletons(holder):
            return False  # the host's one instance: its attributes are looked at by themselves
        holds = handed and any(may_hold(item.value) for _, item in self.first_values.of(holder))
        return may_change(reference, items=holds)

    def _is_followed(self, reference: Reference) -> bool:
        """Whether it is a call of a method of the plugin's: what that changes, it shows itself."""
        parent = reference.around[-1] if reference.around else None
        if not isinstance(parent, ast.Attribute):
            return False
        values = self.values(full_chain(parent), reference.frame)
        return bool(values) and all(value.kind in ("function", "property") for value in values)

    def _is_hosts(self, holder: PluginHolder) -> bool:
        """Whether a thing is an object of the host's, which is not the plugin's to share or not to share."""
        return not holder.owner and any(
            value.name.module.startswith("src.") and not self.code.owns(value.name) and value.kind != "class"
            for value in self._assigned(holder)
        )

    def _assigned(self, holder: PluginHolder) -> Iterator[Value]:
        """What a name of a module is given, there or by functions: what is only put into it is not what it is."""
        body = Symbol(holder.module, MODULE_BODY)
        for frame in (body, *(item for item in self.program.naming(holder.name) if item.module == holder.module)):
            function = self.program.functions[frame]
            if frame == body or holder.name in function.global_names:
                for chain in function.assigned.get(holder.name, ()):
                    yield from self.values(chain, frame)

    def _is_singletons(self, holder: PluginHolder) -> bool:
        """Whether a name stands for an object that the host makes once, such as the plugin itself."""
        values = self.program.values((holder.name,), Symbol(holder.module, MODULE_BODY))
        return any(value.kind == "instance" and self.is_shared_by_all(value.name) for value in values)

    def is_plain(self, holder: PluginHolder) -> bool:
        """Whether a thing is a plain value, or one of the host's, which nobody here begins or ends."""
        is_plain = bool(self.first_values.of(holder)) and not self._is_mutable(holder)
        return is_plain or self._is_hosts(holder) or (not holder.owner and self._is_singletons(holder))

    def _is_mutable(self, holder: PluginHolder, depth: int = 0) -> bool:
        return any(
            self._is_mutable(other, depth + 1)
            if depth < _DEEPEST and (other := self._constant(item.value, frame))
            else is_mutable(item.value)
            for frame, item in self.first_values.of(holder)
        )

    def _constant(self, value: ast.expr | None, frame: Symbol) -> PluginHolder | None:
        """The name of a class or module of the plugin that a first value is."""
        chain = plain_chain(value) if isinstance(value, (ast.Name, ast.Attribute)) else ()
        body = Symbol(frame.module, MODULE_BODY)
        if len(chain) == 1:
            return self.home(chain[0], body)
        for owner in self.values(chain[:-1], body) if chain else ():
            if owner.kind == "class" and self.code.owns(owner.name):
                return self._declared(owner.name, chain[-1][1:])
        return None

    # Objects of the plugin's own classes

    def _holding(self, chain: Chain, frame: Symbol) -> Iterator[PluginHolder]:
        """What keeps the object whose attribute is changed."""
        owner = self.program.functions[frame].owner if frame in self.program.functions else None
        if chain == ("self",) and owner is not None:
            cls = Symbol(frame.module, owner)
            yield from () if self.is_shared_by_all(cls) else self._held(cls)
            return
        for value in self.values(chain, frame):
            if value.kind == "instance" and self.code.owns(value.name) and not self.is_shared_by_all(value.name):
                yield from self._held(value.name)

    def _held(self, cls: Symbol) -> frozenset[PluginHolder]:
        """What keeps instances of a class of the plugin: names of its modules, attributes of its singletons."""
        if cls not in self._holders:
            self._holders[cls] = frozenset()  # while it is looked for: a circle adds nothing
            family = {cls, *self.program.subclasses(cls)}
            self._holders[cls] = frozenset(item for each in family for item in self._find_holders(each))
        return self._holders[cls]

    def _find_holders(self, cls: Symbol) -> Iterator[PluginHolder]:
        for module in self.code.modules:
            file = self.program.files[module]
            for name in file.body.assigned:
                if self._is_global(module, name) and self._is_instance((name,), Symbol(module, MODULE_BODY), cls):
                    yield PluginHolder(module, "", name)
            for owner in file.classes.values():
                identifier = Symbol(module, owner.qualname)
                for name in owner.assigned if identifier != cls else ():
                    if self._is_attribute_instance(identifier, name, cls):
                        if self.is_shared_by_all(identifier):
                            yield self._declared(identifier, name)
                        else:
                            yield from self._held(identifier)

    def _is_instance(self, chain: Chain, frame: Symbol, cls: Symbol) -> bool:
        return any(value.kind == "instance" and value.name == cls for value in self.program.values(chain, frame))

    def _is_attribute_instance(self, owner: Symbol, name: str, cls: Symbol) -> bool:
        module = owner.module
        chains = self.program.classes[owner].assigned.get(name, ())
        return any(self._is_instance(chain, Symbol(module, MODULE_BODY), cls) for chain in chains)

    def _declared(self, cls: Symbol, name: str) -> PluginHolder:
        """An attribute, by the class of the plugin that declares it."""
        for base in (*self.program.lineage(cls)[1:], cls):
            if self.code.owns(base) and base in self.program.classes and self.first_values.declarations(base, name):
                cls = base
                break
        module, owner = cls.module, cls.qualname
        return PluginHolder(module, owner, name)


def is_record(program: TenantProgram, cls: Symbol) -> bool:
    """Whether what a class's body names are the fields of its objects, and none the class's own."""
    for base in program.lineage(cls):
        node = program.sources.cls(base) if base in program.classes else None
        decorators = [full_chain(item) for item in node.decorator_list] if node is not None else []
        words = {chain[-1 if chain[-1] != "()" else -2].lstrip(".") for chain in decorators if chain}
        if base.name in _RECORDS or not _RECORDS.isdisjoint(words):
            return True
    return False
