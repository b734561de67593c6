"""Names across files: what a chain of one function stands for, and which classes inherit from which.

This is a may-analysis: where a name has several possible meanings, all of them count. The code is never imported.
"""

from __future__ import annotations

import builtins
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from codemods.analysis.chains import ANY, Chain, known_chain
from codemods.analysis.circles import BEGUN, DEEPEST, Begun, Circles
from codemods.analysis.containers import HANDING_OUT
from codemods.analysis.definitions import Noted, by_default
from codemods.analysis.facts import OF_CLASS, OWN, ClassFacts, FileFacts, FunctionFacts
from codemods.analysis.file_index import FileIndex
from codemods.analysis.handed import Handed
from codemods.analysis.handing_on import ANYTHING, unsaid
from codemods.analysis.heirs import heirs, is_named_tuple, is_whole
from codemods.analysis.keepers import kept_chains
from codemods.analysis.sources import Sources
from codemods.analysis.symbols import MODULE_BODY, Symbol
from codemods.analysis.values import (
    BESIDES,
    KEPT,
    KINDS,
    ONE_OF,
    OUTSIDE,
    RUN,
    UNKNOWN,
    Value,
    Values,
    distinct,
    inside,
)

# What a mapping of all attributes holds, and what one whose name is worked out may be.
_OF_ANY = frozenset({ANY, ".__dict__"})
_ITEM_METHODS = frozenset("." + name for name in HANDING_OUT)


class Program:
    """All files together. Answers are worked out when asked for, and kept.

    landmarks: names and attributes that stand for themselves, whatever they are given; and the kind of each.
    keepers: classes whose objects keep something, and the attribute that hands it out, or "" for a descriptor.
    """

    def __init__(
        self,
        files: Iterable[FileFacts],
        landmarks: Mapping[Symbol, str] | None = None,
        sources: Sources | None = None,
        keepers: Mapping[Symbol, str] | None = None,
    ) -> None:
        self.files = {file.module: file for file in files}
        self.sources = sources or Sources({})
        self.functions: dict[Symbol, FunctionFacts] = {}
        self.classes: dict[Symbol, ClassFacts] = {}
        self.methods: dict[str, list[Symbol]] = defaultdict(list)
        self._landmarks, self._keepers = landmarks or {}, keepers or {}
        self._marked, self._handing = {at.owner for at in self._landmarks}, frozenset(self._keepers.values())
        self._index = FileIndex(self.files, self.functions)
        self.naming, self.naming_one_of = self._index.naming, self._index.naming_one_of
        self.importers, self.binds, self.scope = self._index.importers, self._index.binds, self._index.scope
        self.modules_of, self.is_imported = self._index.modules_of, self._index.is_imported
        self._noted, self._kept_values = Noted(self).of, Handed(self).values
        self._subclasses: dict[Symbol, list[Symbol]] | None = None
        self._values: dict[Symbol, dict[Chain, Values]] = defaultdict(dict)
        self._homes: dict[Symbol, dict[str, Symbol]] = defaultdict(dict)
        self._bodies = {module: Symbol(module, MODULE_BODY) for module in self.files}
        self._frames: dict[Symbol, Symbol] = {}  # one object for each function that is a home
        self._depth, self._circles, self._asking = 0, Circles(), dict[Symbol, Symbol]()
        self._same: dict[Values, Values] = {}  # most chains stand for what others do: one object for all of them
        self._whole: dict[Symbol, bool] = {}
        self._lineages: dict[Symbol, tuple[Symbol, ...]] = {}
        self._member_functions: dict[tuple[str, ...], dict[Symbol, Sequence[Symbol]]] = defaultdict(dict)
        for module, file in self.files.items():
            self.functions.update((Symbol(module, qualname), function) for qualname, function in file.functions.items())
            for qualname, cls in file.classes.items():
                self.classes[Symbol(module, qualname)] = cls
                for name, method in cls.methods.items():
                    self.methods[name].append(Symbol(module, method))

    # Names

    def file_of(self, identifier: Symbol) -> FileFacts:
        return self.files[identifier.module]

    def member(self, module: str, name: str) -> Values:
        """What `module.name` stands for, through re-exports."""
        return self.values((name,), Symbol(module, MODULE_BODY))

    def values(self, chain: Chain, frame: Symbol) -> Values:
        """What a chain may stand for in a function; an empty one is of what has no name, and may be anything."""
        if not chain:
            return (UNKNOWN,)
        home = self._homes[frame].get(chain[0]) or self.home(chain[0], frame)
        known = self._values[home].get(chain)
        return known or self._worked_out(chain, home, known)

    def along(self, chain: Chain, frame: Symbol) -> Iterator[Values]:
        """What each beginning of a chain may stand for in a function, the shortest first."""
        home = self.home(chain[0], frame)
        values = self._values[home]
        for cut in range(1, len(chain) + 1):
            known = values.get(part := chain[:cut])
            yield known or self._worked_out(part, home, known)

    def _worked_out(self, chain: Chain, frame: Symbol, nothing: Values | None) -> Values:
        if nothing is not None:
            if isinstance(nothing, Begun):
                self._circles.met(nothing)
            return ()
        if self._depth > DEEPEST:
            return (UNKNOWN,)
        known, chain = self._values[frame], known_chain(chain)
        known[chain] = BEGUN[self._depth]
        self._depth += 1
        try:
            found = self._meaning(chain, frame)
        except BaseException:
            del known[chain]
            raise
        finally:
            self._depth -= 1
        found = known[chain] = self._same.setdefault(found, found)
        if self._circles.is_open:
            self._circles.worked_out(known, chain, self._depth)
        return found

    def _meaning(self, chain: Chain, frame: Symbol) -> Values:
        if chain == ("super", "()"):
            return self._bases(frame)
        if chain == ("globals", "()"):
            return self._any(Value("module", Symbol(frame.module)))
        if chain == ("sys", ".modules", "[]"):  # that of `__name__`, or any other
            return (Value("module", Symbol(frame.module)), UNKNOWN)
        if chain[0].startswith("@"):  # kept from a method: read it there
            return self._kept_values(chain[1:], Symbol(frame.module, chain[0][1:]))
        if len(chain) == 1:
            return self._name(chain[0], frame)
        found = self._apply(chain[-1], self.values(chain[:-1], frame))
        is_item = chain[-1] == "()" and chain[-2] in _ITEM_METHODS and len(chain) > 2
        return self._item(chain, frame, found) if is_item else found

    def home(self, name: str, frame: Symbol) -> Symbol:
        """The function that gives a name its meaning where one says it: itself, one around it, or the module's body.

        What a chain stands for is the same in all functions that have its first name from one home.
        """
        homes = self._homes[frame]
        known = homes.get(name)
        if known is None:
            function = self.functions[frame]
            if name in OF_CLASS and function.owner is not None:  # the first method of a class that asks is all others'
                known = self._asking.setdefault(Symbol(frame.module, function.owner), frame)
            else:
                is_own = frame.qualname == MODULE_BODY or name == "super" or function.has_own(name)
                known = self._frames.setdefault(frame, frame) if is_own else self.home(name, self.around(frame))
            homes[name] = known
        return known

    def _item(self, chain: Chain, frame: Symbol, found: Values) -> Values:
        """What a method that hands out items answers: what a container stands for, and not what calling that gives."""
        held = [value for value in self.values(chain[:-2], frame) if value.kind in ("instance", "function")]
        items = [value for value in held if value in self.values(chain[:-1], frame)]
        return distinct((*items, *found)) if items else found

    def _bases(self, frame: Symbol) -> Values:
        """What `super()` stands for in a method."""
        owner = self.functions[frame].owner
        lineage = self.lineage(Symbol(frame.module, owner))[1:] if owner else ()
        # As a class, and not as an instance: what a subclass makes of a method is none of super()'s.
        return tuple(Value("class" if base in self.classes else "outside", base) for base in lineage) or (OUTSIDE,)

    def _name(self, name: str, frame: Symbol) -> Values:
        if name == "?":
            return (OUTSIDE,)
        if "." in name and not name.startswith("<"):
            return self._imported(Symbol(name))
        module, inner = frame.module, tuple[Value, ...]()
        while True:
            function = self.functions[frame]
            found = self._local(name, function, frame)
            if found is not None and name in function.comprehended:
                inner = distinct((*inner, *found))  # where the comprehension ends, it is an outer scope's again
            elif found is not None:
                return distinct((*inner, *found)) if inner else found
            if frame.qualname == MODULE_BODY:
                break
            frame = self.around(frame)
        if inner:
            return inner
        for star, target in self.files[module].body.imports.items():
            if star.startswith("*") and target.module in self.files and not name.startswith("_"):
                found = self.member(target.module, name)
                if found and found != (UNKNOWN,):
                    return found
        if f"{module}.{name}" in self.files:
            return (Value("module", Symbol(f"{module}.{name}")),)
        return (Value("outside", Symbol(name)),) if hasattr(builtins, name) else (UNKNOWN,)

    def _local(self, name: str, function: FunctionFacts, frame: Symbol) -> Values | None:
        """The name's meaning in this one function, or None where it is not its own."""
        module, is_module = frame.module, frame.qualname == MODULE_BODY
        if name in OWN and function.owner is not None and not is_module:
            kind = "instance" if name == "self" else "class"
            return (Value(kind, Symbol(module, function.owner)),)
        if name in function.global_names:
            return None
        for parameter in function.parameters:
            if parameter.name == name:
                noted = tuple([Value(kind, at) for kind, at in self._noted(frame, name)])
                told = noted or self._annotated(parameter.annotation, frame)
                return told or (*by_default(self, parameter, frame), UNKNOWN)
        found: list[Value] = self._landmark(Symbol(module, name)) if is_module else []
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
        if is_module:
            # `global name` in a function assigns the module's name.
            for other in self._index.declared_global(module).get(name, ()):
                for chain in self.functions[other].assigned.get(name, ()):
                    found += self.values(chain, other)
            found += self._kept(found, Symbol(module, name))
        known = name in function.assigned or name in function.annotated or name in function.imports
        if known or found:
            found += self._filled(name, function, module)
        return distinct(found) if found or known else None

    def _filled(self, name: str, function: FunctionFacts, module: str) -> list[Value]:
        """What functions put into a container of this name, where that is the function's own or the module's."""
        return [
            value
            for qualname, chain in self.files[module].held.get(name, ())
            if qualname == function.qualname or not self.binds(Symbol(module, qualname), name)
            for value in self._kept_values(chain, Symbol(module, qualname))
        ]

    def _landmark(self, at: Symbol) -> list[Value]:
        return [Value(self._landmarks[at], at)] if at in self._landmarks else []

    def _imported(self, target: Symbol) -> Values:
        module, name = target.module, target.qualname
        if not name:
            return (Value("module" if self._index.is_package(module) else "outside", target),)
        if f"{module}.{name}" in self.files and not (module in self.files and self._defines(module, name)):
            return (Value("module", Symbol(f"{module}.{name}")),)
        if module in self.files:
            found = self.member(module, name)
            return self._unclear(module, name) if found == (UNKNOWN,) else found
        return (Value("outside", Symbol(module, name)),)

    def _unclear(self, module: str, name: str) -> Values:
        """What is not known of a file's name; where the file says nothing of it, what its name alone says holds too."""
        return (UNKNOWN,) if self._defines(module, name) else (UNKNOWN, Value("outside", Symbol(module, name)))

    def _defines(self, module: str, name: str) -> bool:
        body = self.files[module].body
        # A package that imports its own submodule has no other meaning for the name.
        imported = body.imports.get(name) not in (None, Symbol(module, name))
        return imported or name in body.nested or name in body.assigned

    def _annotated(self, names: tuple[Chain, ...], frame: Symbol) -> Values:
        """Instances of what an annotation names; a container stands for what it holds."""
        if not names:
            return ()
        found, outside, body = list[Value](), list[Value](), frame.body
        for chain in names:
            for value in self.values(chain, body):
                if value.kind == "class":
                    found.append(Value("instance", value.name))
                elif value.kind == "outside" and value.name not in ANYTHING:
                    outside.append(value)
        return distinct(found or (*outside, *unsaid(outside)))

    # Operators

    def _apply(self, operator: str, values: Values) -> Values:
        found: list[Value] = []
        if operator in self._handing and operator in map(self._keeps, values):
            return self._handed_out(operator, values)
        if "" in self._handing and "" in map(self._keeps, values):
            values = self._handed_out("", values)
        for value in values:
            if value.kind == "unknown":
                found.append(value)
            elif value.kind == "outside":
                found.append(inside(value, operator))
            elif value.kind in BESIDES or value.kind not in KINDS:
                continue  # what stands for itself
            elif operator == "()":
                found += self._called(value)
            elif operator == "[]" and value.kind == "instance" and (getters := self.method(value.name, "__getitem__")):
                found += [item for getter in getters for item in self._called(Value("function", getter))]
            elif operator == "[]" and value.kind == "instance" and is_named_tuple(self.lineage(value.name)):
                cls = self.classes[value.name]
                found += [item for name in cls.annotated for item in self._class_member(value.name, name)]
            elif operator == "[]" or (value.kind in RUN and operator in _ITEM_METHODS):
                found.append(value)  # a container stands for what it holds
            else:
                found += self._attribute(value, operator)
        return distinct(found)

    def _keeps(self, value: Value) -> str | None:
        """The attribute by which an object hands out what it keeps."""
        return self._keepers.get(value.name) if value.kind == "instance" else None

    def _kept(self, values: Collection[Value], at: Symbol) -> list[Value]:
        """What the keepers among values keep at a name."""
        return [Value(KEPT, at) for keeper in map(self._keeps, values) if keeper is not None][:1]

    def _handed_out(self, operator: str, values: Values) -> Values:
        """What keepers hand out: also what an annotation says that they hold, which is among their values."""
        ways: list[Value] = []
        found: list[Value] = []
        for value in values:
            if self._keeps(value) == operator:
                ways += (item for item in self._attribute(value, operator) if item.kind == "property")
            elif value.kind != KEPT:
                found.append(value)
            else:
                kept = kept_chains(self._index, self.sources, value.name, operator)
                found += (item for chain, frame in kept for item in self.values(chain, frame))
        return distinct((*ways, *found) if found else (*ways, UNKNOWN))

    def _called(self, value: Value) -> Values:
        if value.kind == "class":
            return (Value("instance", value.name),)
        if value.kind in RUN:
            function = self.functions[value.name]
            annotated = self._annotated(function.returns, value.name)
            if any(item.kind == "instance" for item in annotated):
                return annotated
            found = [item for chain in function.returned for item in self.values(chain, value.name)]
            return distinct(found) or annotated or (UNKNOWN,)
        if value.kind == "instance":
            called = self._attribute(value, ".__call__")
            if called == (OUTSIDE,):
                return (value, OUTSIDE)
            return self._apply("()", called) if called and called != (UNKNOWN,) else (value,)
        return (UNKNOWN,)

    def _any(self, value: Value) -> Values:
        """All that a module, a class or an object of one has by any name; of an object, what it does."""
        members: Iterable[Value] = self._of_module(value.name.module) if value.kind == "module" else ()
        if value.kind in ("class", "instance"):
            classes = [(item, self.classes[item]) for item in self.lineage(value.name) if item in self.classes]
            members = (
                found
                for item, cls in classes
                for name in dict.fromkeys((*cls.methods, *cls.assigned, *cls.annotated))
                for found in self._class_member(item, name)
                if value.kind == "class" or found.kind == "function"
            )
        return distinct([Value(ONE_OF, item.name) if item.kind == "function" else item for item in members])

    def _of_module(self, module: str) -> Iterator[Value]:
        """All that a module has, and what is below a package."""
        file = self.files.get(module)
        names = (*file.body.nested, *file.body.assigned, *file.body.imports) if file is not None else ()
        for name in dict.fromkeys(names):
            if not name.startswith("*"):
                yield from self.member(module, name)
        below = {item[len(module) + 1 :].partition(".")[0] for item in self.modules_of(module)} - {""}
        yield from (Value("module", Symbol(f"{module}.{name}")) for name in sorted(below))

    def _attribute(self, value: Value, operator: str) -> Values:
        name = operator[1:]
        if operator in _OF_ANY and (found := self._any(value)):
            return found
        if operator == ".__subclasses__" and value.kind == "class":
            return tuple(Value("class", item) for item in (*self.subclasses(value.name), value.name))
        if value.kind == "module":
            is_there = value.name.module in self.files
            if is_there and (members := self.member(value.name.module, name)) and members != (UNKNOWN,):
                return members
            inner = f"{value.name.module}.{name}"
            if self._index.is_package(inner):
                return (Value("module", Symbol(inner)),)
            return self._unclear(value.name.module, name) if is_there else (UNKNOWN,)
        if value.kind not in ("class", "instance"):
            return (UNKNOWN,)
        found_values: list[Value] = []
        lineage = self.lineage(value.name)
        for identifier in lineage:
            found_values += self._class_member(identifier, name)
            if any(value.kind in KINDS for value in found_values):
                break
        if value.kind == "instance":
            for identifier in self.subclasses(value.name):
                cls = self.classes[identifier]
                if name in cls.methods:
                    found_values.append(Value("function", Symbol(identifier.module, cls.methods[name])))
        if found_values:
            return distinct(found_values)
        if operator in _ITEM_METHODS:
            return (value,)
        return (UNKNOWN,) if self._is_whole(lineage) else (OUTSIDE,)

    def _is_whole(self, lineage: Sequence[Symbol]) -> bool:
        known = self._whole.get(lineage[0])
        if known is None:
            known = self._whole[lineage[0]] = is_whole(self.classes, lineage, self.values)
        return known

    def _class_member(self, identifier: Symbol, name: str) -> list[Value]:
        cls, module = self.classes.get(identifier), identifier.module
        if cls is None:
            return []
        found = self._landmark(identifier.member(name)) if identifier in self._marked else []
        if name in cls.classes:
            return [*found, Value("class", Symbol(module, cls.classes[name]))]
        if name in cls.methods:
            inner = Symbol(module, cls.methods[name])
            if name in cls.properties:
                return [*found, Value("property", inner), *self._called(Value("function", inner))]
            return [*found, Value("function", inner)]
        found += self._annotated(cls.annotated.get(name, ()), identifier)
        for chain in cls.assigned.get(name, ()):
            found += self.values(chain, identifier.body)
        return [*found, *self._kept(found, identifier.member(name))]

    # Classes

    def lineage(self, identifier: Symbol) -> tuple[Symbol, ...]:
        """A class and its bases, nearest first; those outside the tree too."""
        known = self._lineages.get(identifier)
        if known is not None:
            return known
        self._lineages[identifier] = (identifier,)
        found = [identifier]
        cls = self.classes.get(identifier)
        for base in filter(None, cls.bases if cls else ()):
            for value in self.values(base, identifier.body):
                if value.kind == "class":
                    found += [item for item in self.lineage(value.name) if item not in found]
                elif value.kind == "outside":
                    found.append(value.name)
        self._lineages[identifier] = tuple(found)
        return tuple(found)

    def subclasses(self, identifier: Symbol) -> list[Symbol]:
        """Every class that inherits from this one, at any depth, or has what it says where it is a protocol."""
        if self._subclasses is None:
            self._subclasses = heirs(self.classes, self.lineage)
        return self._subclasses.get(identifier, [])

    def method(self, identifier: Symbol, name: str) -> Sequence[Symbol]:
        """The functions that a method of a class may be, inherited ones too."""
        return self.members(identifier, (name,))

    def inherits(self, identifier: Symbol, bases: frozenset[Symbol]) -> bool:
        return not bases.isdisjoint(self.lineage(identifier)[1:])

    def is_one_of(self, value: Value, names: frozenset[Symbol]) -> bool:
        return value.kind in ("function", "class", "outside") and value.name in names

    def named(self, chain: Chain, frame: Symbol, names: frozenset[Symbol]) -> bool:
        """Whether a chain, without the calls at its end, stands for one of `names`."""
        while chain and chain[-1] == "()":
            chain = chain[:-1]
        return bool(chain) and any(self.is_one_of(value, names) for value in self.values(chain, frame))

    def around(self, identifier: Symbol) -> Symbol:
        """The function around a definition, whose names its decorators and defaults see."""
        module, qualname = identifier.module, identifier.qualname
        if ".<locals>." in qualname:
            outer = Symbol(module, qualname.rpartition(".<locals>.")[0])
            if outer in self.functions:
                return self._frames.setdefault(outer, outer)
        return self._bodies[module]

    def members(self, identifier: Symbol, names: tuple[str, ...]) -> Sequence[Symbol]:
        """The functions that a class has by some names, inherited ones too."""
        known = self._member_functions[names]
        if identifier not in known:
            known[identifier] = tuple(
                [
                    value.name
                    for base in self.lineage(identifier)
                    for name in names
                    for value in self._class_member(base, name)
                    if value.kind == "function"
                ]
            )
        return known[identifier]
