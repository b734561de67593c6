"""What outlives the call that changes it: names of modules, attributes, and what functions keep to themselves.

A *holder* is one place that keeps a value: which one a chain stands for is told here, through imports, other names for
it, items and what containers hand out; and every write of the tree is brought to the holder that it changes, also
where a function changes what it is handed.
"""

from __future__ import annotations

import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property

from msgspec import structs

from codemods.analysis.aliases import Alias, aliases_by_name
from codemods.analysis.chains import Chain, known_chain
from codemods.analysis.containers import CHANGING, HANDING_OUT, PARTS
from codemods.analysis.copying import Copies
from codemods.analysis.facts import OWN, FunctionFacts, Use
from codemods.analysis.kept import ANSWER, APPLICATION, ATTRIBUTE, DEFAULT, LOCAL, NAME, Change, Holder, Reading
from codemods.analysis.lifetimes import kept_answers
from codemods.analysis.looking_up import made_by_looking_up
from codemods.analysis.matching import Changed, applied, asked_for, called
from codemods.analysis.of_process import is_of_process, makes_sessions
from codemods.analysis.own_containers import OwnContainers
from codemods.analysis.own_names import same_as
from codemods.analysis.parameters import Parameters
from codemods.analysis.program import Program
from codemods.analysis.symbols import MODULE_BODY, Symbol
from codemods.analysis.unseen import is_builtin, may_keep
from codemods.analysis.writes import ADDED, BIND, ITEM, LOGGING, REMOVE, Write, is_by_effect

# What the operating system keeps for the process.
_ENVIRONMENT = Symbol("os", "environ")
_CHANGING = frozenset("." + name for name in CHANGING)
# What gives something of a container, not a new one.
_HANDING_OUT = frozenset("." + name for name in (HANDING_OUT | PARTS) - {"copy"})
# The kinds of values of whose class nothing is in view.
_NOT_IN_VIEW = frozenset({"outside", "unknown"})
# What a request calls the application that it is of.
_REQUESTS = frozenset({"HTTPConnection", "Request", "WebSocket"})
_APPLICATIONS = frozenset(f"{name}.app" for name in _REQUESTS)
# Where an object is given what it is made of.
_MAKING = frozenset({MODULE_BODY, "__init__", "__new__", "__post_init__", "__attrs_post_init__", "model_post_init"})
# Names that stand for something of the function that they are in.
_OF_FRAMES = frozenset({"super", "type"})
_PARTIALS = (("partial", "()"), (".partial", "()"))
# Other names for a name are followed so far.
_DEEPEST = 60


class Holders:
    """The holders of a program and what changes them, each worked out when it is first asked; `living`: the functions
    whose own names live on, as those of a generator that is kept."""

    def __init__(self, program: Program, living: frozenset[Symbol] = frozenset()) -> None:
        self.program, self.living = program, living
        # What was looked into for the chain that is asked for: once, however many names lead there.
        self._way: dict[tuple[Symbol, Chain], Sequence[tuple[Holder, bool]]] = {}
        self._at: dict[tuple[Symbol, Chain], Mapping[Holder, bool]] = {}
        self._alike: dict[tuple[tuple[Holder, bool], ...], Mapping[Holder, bool]] = {}  # most are
        # By the name of a holder: many have the same.
        self._readers: dict[str, dict[Holder, list[Reading]]] = {}

    @cached_property
    def changes(self) -> dict[Holder, list[Change]]:
        """Every change of a holder that a function makes when it is called, by holder."""
        found: dict[Holder, list[Change]] = defaultdict(list)
        for identifier, function in self.program.functions.items():
            for change in self._of_function(identifier, function):
                found[change.holder].append(change)
        for is_modules, at in made_by_looking_up(self.program.files):
            holder = Holder(NAME if is_modules else ATTRIBUTE, at)
            if holder not in found and any(reading.is_of_all for reading in self.readers(holder)):
                found[holder] = list(self._looked_up(holder))
        return {holder: changes for holder, changes in found.items() if changes}

    def _looked_up(self, holder: Holder) -> Iterator[Change]:
        """What looking up keys puts into a holder, where that is all that puts anything in."""
        for reading in self.readers(holder):
            function, use, cut = reading.function, reading.use, reading.cut
            if use.chain[cut : cut + 1] == ("[]",) and function.qualname != MODULE_BODY:
                yield Change(holder, function, Write(use.chain[:cut], use.line, "setdefault"), False)

    def at(self, chain: Chain, frame: Symbol) -> Mapping[Holder, bool]:
        """The holders that a chain stands for in a function, or that hold what it stands for: with True these."""
        if chain and chain[0] not in _OF_FRAMES:  # the same in all functions that have its name from there
            home = self.program.home(chain[0], frame)
            frame = home if home.qualname == MODULE_BODY or chain[0] in OWN else frame
        known = self._at.get((frame, chain))
        if known is None:
            key = (frame, known_chain(chain))
            self._at[key] = {}  # what stands for itself stands for nothing
            self._way.clear()
            found = dict(self._inside(chain, frame, 0))
            known = self._at[key] = self._alike.setdefault(tuple(found.items()), found)
        return known

    def readers(self, holder: Holder) -> list[Reading]:
        """Every use of a holder, function by function, also by another name that it is kept by."""
        found: list[Reading] = []
        for each in self._named_so(holder):
            if each.name not in self._readers:
                self._readers[each.name] = self._read(each.name)
            found += self._readers[each.name].get(each, ())
        return found

    def _named_so(self, holder: Holder) -> list[Holder]:
        """A holder, and those that keep the same by other names."""
        found = [holder]
        for each in found:
            for alias in self._aliases.get(each.name, ()):
                other = Holder(ATTRIBUTE if alias.is_attribute else NAME, alias.at)
                kept = self.at(alias.chain, alias.frame)
                if other == each:
                    # What work puts into an attribute stays what it was: who reads it elsewhere reads nothing of that.
                    is_given = not alias.is_attribute or alias.frame.name in _MAKING
                    found += [item for item in kept if is_given and item not in found]
                elif each in kept and other not in found:
                    found.append(other)
        return found

    @cached_property
    def _aliases(self) -> Mapping[str, Sequence[Alias]]:
        return aliases_by_name(self.program, {item.name for item in self._answering})

    def _read(self, name: str) -> dict[Holder, list[Reading]]:
        """The uses of each holder of a name."""
        found: dict[Holder, list[Reading]] = defaultdict(list)
        plain, attribute = name, f".{name}"
        is_answering = name in {item.name for item in self._answering}
        for identifier in self.program.naming(name):
            for use in self.program.functions[identifier].uses:
                if plain not in use.chain and attribute not in use.chain:
                    continue  # most of them
                for cut, part in enumerate(use.chain, 1):
                    if part in (plain, attribute):
                        for holder in self.at(use.chain[:cut], identifier):
                            found[holder].append(Reading(identifier, use, cut))
                        for holder in self.at(use.chain[: cut + 1], identifier) if is_answering else ():
                            if holder.kind == ANSWER and use.chain[cut : cut + 1] == ("()",):
                                found[holder].append(Reading(identifier, use, cut + 1))
        return found

    # What changes

    def _of_function(self, identifier: Symbol, function: FunctionFacts) -> Iterator[Change]:
        yield from self._made(identifier, function)
        yield from self._by_methods(identifier, function)
        yield from self._by_effect(identifier, function)
        yield from self._handed(identifier, function)
        yield from self._bound(identifier, function)
        for write in self._own_containers.changes(identifier, function) if self._own_containers.changing else ():
            yield from self._where(identifier, write)

    @cached_property
    def _own_containers(self) -> OwnContainers:
        return OwnContainers(self.program)

    def _made(self, identifier: Symbol, function: FunctionFacts) -> Iterator[Change]:
        for write in function.writes:
            yield from self._changes(identifier, write)

    def _changes(self, identifier: Symbol, write: Write) -> Iterator[Change]:
        if write.how not in (BIND, ADDED) and self._is_method(write, identifier):
            return  # the class's own method says what that changes
        for holder, entry in self.at(write.chain, identifier).items():
            if write.how in CHANGING and holder.kind == APPLICATION and not (entry or _is_known(holder)):
                continue  # methods of what is not in view may be anything, as `update` of a model
            yield Change(holder, identifier, write, entry)
        for frame, chain in self._copies.changed(write, identifier):
            yield from (Change(holder, identifier, write, True) for holder in self.at(chain, frame))

    @cached_property
    def _copies(self) -> Copies:
        return Copies(self.program)

    @cached_property
    def _parameters(self) -> Parameters:
        return Parameters(self.program, self._copies, self._own_containers)

    def _is_method(self, write: Write, frame: Symbol) -> bool:
        """Whether a write is a call of a method that the tree defines, for an object of one of its classes."""
        names = {ITEM: "__setitem__", REMOVE: "__delitem__"}
        return any(
            value.kind == "instance"
            and any(True for _ in self.program.method(value.name, names.get(write.how, write.how)))
            for value in self.program.values(write.chain, frame)
        )

    def _handed(self, identifier: Symbol, function: FunctionFacts) -> Iterator[Change]:
        """What the functions that this one calls do to what it hands them."""
        for use in function.uses:
            if not use.arguments or use.chain[-1] != "()" or not any(argument.chain for argument in use.arguments):
                continue
            for callee in called(self.program, use, identifier):
                yield from self._passed(identifier, use, callee)

    def _bound(self, identifier: Symbol, function: FunctionFacts) -> Iterator[Change]:
        """What a function does, whoever calls it, to what a `partial` of it is given here."""
        for use in function.uses if identifier in self._making_partials else ():
            if use.chain[-2:] not in _PARTIALS or not use.positional or len(use.arguments) < 2:
                continue
            others = tuple(item for item in use.arguments if item is not use.positional[0])
            rest = structs.replace(use, arguments=others)
            for value in self.program.values(use.positional[0].chain, identifier):
                if value.kind == "function" and value.name in self.program.functions:
                    changed = self._parameters.changed(value.name)
                    for write in applied(self.program.functions[value.name], rest, changed) if changed else ():
                        for change in self._changes(identifier, write):
                            yield structs.replace(change, function=value.name)
                    if changed and identifier.qualname == MODULE_BODY:
                        yield from self._bound_anew(value.name, rest, changed)

    @cached_property
    def _naming_methods(self) -> frozenset[Symbol]:
        return self.program.naming_one_of((*CHANGING, *self._named_methods))

    @cached_property
    def _making_partials(self) -> frozenset[Symbol]:
        return self.program.naming_one_of(("partial",))

    def _bound_anew(self, callee: Symbol, use: Use, changed: Changed) -> Iterator[Change]:
        """What is made for a `partial` as a module is imported is all calls' alike, as a default is."""
        names = [item.name for item in self.program.functions[callee].parameters if item.name not in ("self", "cls")]
        for name, item in zip((*names, ""), use.arguments, strict=False):
            if not item.chain and item.text is None:
                holder = Holder(DEFAULT, callee.member(item.keyword or name))
                yield from (Change(holder, callee, write, False) for write in changed.get(holder.name, ()))

    def _by_methods(self, identifier: Symbol, function: FunctionFacts) -> Iterator[Change]:
        """What a function changes by methods that it hands on, or that have got a name: `map(seen.append, rows)`."""
        for use in function.uses if identifier in self._naming_methods else ():
            chain = use.chain
            if chain[-1] in _CHANGING and use.role is None:
                if not any(value.kind == "class" for value in self.program.values(chain[:-1], identifier)):
                    yield from self._changes(identifier, Write(chain[:-1], use.line, chain[-1][1:]))
            elif len(chain) == 2 and chain[1] == "()" and chain[0] in self._named_methods:
                for frame, method in self._named_methods[chain[0]]:
                    if frame == identifier or (
                        frame == identifier.body and not self.program.binds(identifier, chain[0])
                    ):
                        write = Write(method[:-1], use.line, method[-1][1:])
                        for change in self._changes(frame, write):
                            yield structs.replace(change, function=identifier)

    def _by_effect(self, identifier: Symbol, function: FunctionFacts) -> Iterator[Change]:
        """What a function hands to methods of objects of whose class nothing is in view, and takes no answer of."""
        for write in function.effects:
            yield from self._effect(identifier, write)

    def _effect(self, identifier: Symbol, write: Write) -> Iterator[Change]:
        if write.value is not None and may_keep(self.program, write.chain, write.how, identifier):
            for holder, entry in self.at(write.chain, identifier).items():
                if holder.kind != APPLICATION or (entry and is_of_process(holder.at)):
                    yield Change(holder, identifier, write, True)

    @cached_property
    def _named_methods(self) -> dict[str, list[tuple[Symbol, Chain]]]:
        """The names that methods which change something have got, each with the function and the method."""
        found: dict[str, list[tuple[Symbol, Chain]]] = defaultdict(list)
        for identifier, function in self.program.functions.items():
            for name, chains in function.assigned.items():
                for chain in chains:
                    if chain[-1] in _CHANGING:
                        found[name].append((identifier, chain))
        return found

    def _passed(self, identifier: Symbol, use: Use, callee: Symbol) -> Iterator[Change]:
        changed = self._parameters.changed(callee)
        for write in applied(self.program.functions[callee], use, changed) if changed else ():
            here = structs.replace(write, line=use.line)
            is_effect = is_by_effect(write) and write.how not in LOGGING
            yield from self._effect(identifier, here) if is_effect else self._changes(identifier, here)
            if (own := self._own_containers.handed(identifier, here)) is not None:
                yield from self._where(identifier, own)

    def _where(self, identifier: Symbol, write: Write) -> Iterator[Change]:
        for holder, entry in self.at(write.chain, identifier).items():
            yield Change(holder, identifier, write, entry)

    # Where

    def _inside(self, chain: Chain, frame: Symbol, depth: int) -> Sequence[tuple[Holder, bool]]:
        key = (frame, chain)
        if key not in self._way:
            self._way[key] = ()  # what is asked for on the way to itself adds nothing
            self._way[key] = tuple(self._looked_into(chain, frame, depth))
        return self._way[key]

    def _looked_into(self, chain: Chain, frame: Symbol, depth: int) -> Iterator[tuple[Holder, bool]]:
        plain = _container(chain)
        if not plain or depth > _DEEPEST:
            return
        entry = plain != chain
        if len(plain) == 1:
            found = self._named(plain[0], frame, depth)
        elif plain[-1] == "()":
            found = self._answered(plain[:-1], frame, depth)
        elif plain[-1].startswith("."):
            found = self._attribute(plain[:-1], plain[-1][1:], frame, depth)
        else:
            return
        yield from ((holder, entry or inner) for holder, inner in found)

    def _named(self, name: str, frame: Symbol, depth: int) -> Iterator[tuple[Holder, bool]]:
        scope = self.program.scope(frame, name)
        if scope is None:
            yield from ((holder, False) for holder in self._of_module(name, frame))
            return
        function = self.program.functions[scope]
        parameter = next((item for item in function.parameters if item.name == name), None)
        if parameter is not None and parameter.shared_default and name not in function.assigned:
            yield Holder(DEFAULT, scope.member(name)), False
        for asked in asked_for(parameter) if parameter is not None and name not in function.assigned else ():
            yield from self._answered(asked, self.program.around(scope), depth + 1)
        if (scope != frame or scope in self.living) and parameter is None:
            yield Holder(LOCAL, scope.member(name)), False
        for chain in same_as(function, name):  # a container stands for what it holds: to change it changes none of that
            if chain != (name,):
                yield from self._inside(chain, scope, depth + 1)

    def _of_module(self, name: str, frame: Symbol) -> Iterator[Holder]:
        for function in (self.program.functions[frame], self.program.files[frame.module].body):
            target = function.imports.get(name)
            if target is not None:
                other = function.also_imports.get(name) if function.also_imports else None
                targets = (target,) if other is None else (target, other)
                in_view = [item for item in targets if item.module in self.program.files]
                for item in in_view or targets[:1]:
                    if item.qualname:
                        yield from self._exported(item.module, item.qualname, 0)
                return
        yield from self._exported(frame.module, name, 0)

    def _exported(self, module: str, name: str, depth: int) -> Iterator[Holder]:
        """The name of a module, through re-exports."""
        file = self.program.files.get(module)
        if file is None:
            yield Holder(APPLICATION, Symbol(module, name))
        if file is None or depth > _DEEPEST:
            return
        if name in file.body.imports:
            target = file.body.imports[name]
            if target.qualname:
                yield from self._exported(target.module, target.qualname, depth + 1)
        elif name in file.body.assigned or name in file.body.annotated or name in file.made_global:
            yield Holder(NAME, Symbol(module, name))
        elif not name.startswith("_"):
            for star, target in file.body.imports.items():
                if star.startswith("*") and target.module in self.program.files:
                    yield from self._exported(target.module, name, depth + 1)

    def _answered(self, called: Chain, frame: Symbol, depth: int) -> Iterator[tuple[Holder, bool]]:
        """What functions of the tree answer, or hand out one by one: something that outlives them may be among it."""
        for value in self.program.values(called, frame):
            if value.name in self._answering:
                yield Holder(ANSWER, value.name), False
            if value.kind == "outside" and is_of_process(value.name):
                yield Holder(APPLICATION, value.name), True
            elif value.kind == "outside" and makes_sessions(value.name):
                yield from ((holder, True) for holder, _ in self._inside(called, frame, depth + 1))
            if value.kind == "function" and value.name in self.program.functions:
                function = self.program.functions[value.name]
                for chain in function.returned:
                    if chain not in function.gathered:
                        yield from self._inside(chain, value.name, depth + 1)

    @cached_property
    def _answering(self) -> frozenset[Symbol]:
        """The functions whose answers a cache keeps: whoever changes one changes what the next is answered."""
        return frozenset(kept_answers(self.program))

    def _attribute(self, base: Chain, name: str, frame: Symbol, depth: int) -> Iterator[tuple[Holder, bool]]:
        if base in (("type", "()"), ("self", ".__class__")):
            base = ("self",)
        if any(self._is_of_application(each, frame) for each in self._said(base, frame)):
            yield Holder(APPLICATION, Symbol("app.state", name)), False
            return
        if base == ("globals",):
            known = list(self._exported(frame.module, name, 0))
            yield from ((holder, False) for holder in known or [Holder(NAME, Symbol(frame.module, name))])
            return
        values = self.program.values(base, frame)
        for value in values:
            if value.kind == "module" and value.name.module in self.program.files:
                known = list(self._exported(value.name.module, name, 0))
                # What nobody has given the module, whoever binds it does.
                yield from ((holder, False) for holder in known or [Holder(NAME, Symbol(value.name.module, name))])
            elif value.kind in ("class", "instance") and value.name in self.program.classes:
                yield from self._member(value.name, name, depth, is_only=len(values) == 1)
            elif value.kind == "function":
                yield Holder(LOCAL, value.name.member(name)), False
            elif value.kind == "outside" and value.name.qualname in _APPLICATIONS:
                yield Holder(APPLICATION, Symbol("app.state", name)), False
            elif value.name.member(name) == _ENVIRONMENT:
                yield Holder(APPLICATION, _ENVIRONMENT), False
            elif value.kind == "outside" and not value.name.qualname and not is_builtin(value.name):
                yield Holder(APPLICATION, value.name.member(name)), False
        if all(value.kind in _NOT_IN_VIEW for value in values):  # what keeps that keeps its attributes too
            yield from ((holder, True) for holder, _ in self._inside(base, frame, depth + 1))

    def _is_of_application(self, base: Chain, frame: Symbol) -> bool:
        """Whether a chain is the state of the web application: by its name, or out of what a request came with."""
        if base[-1] != ".state" or len(base) == 1:
            return False
        within = base[:-2] if base[-2] == "[]" else base[:-3] if base[-3:-1] == (".get", "()") else ()
        if not within:
            return base[-2] in (".app", "app")
        is_request = (value.name.qualname in _REQUESTS for value in self.program.values(within, frame))
        return within[-1] in (".scope", "scope") or any(is_request)

    def _said(self, base: Chain, frame: Symbol) -> Iterator[Chain]:
        """A chain, and what else it is called where its name is a function's own: of `state`, `request.app.state`."""
        yield base
        function = self.program.functions[frame]
        if base[-1] == ".state" or len(base) == 1:
            yield from ((*chain, *base[1:]) for chain in same_as(function, base[0]))

    def _member(self, identifier: Symbol, name: str, depth: int, *, is_only: bool) -> Iterator[tuple[Holder, bool]]:
        """An attribute of a class or its objects, where the class that gives it its name does so.

        A property is what it answers. Of an object of several possible classes, one that knows no such name is none. A
        class that only puts something in fills what another has.
        """
        filling: tuple[Symbol, ...] = ()
        for owner in self.program.lineage(identifier):
            cls = self.program.classes.get(owner)
            if cls is None:
                continue
            if name in cls.properties:
                method = Symbol(owner.module, cls.methods[name])
                answered = self.program.functions[method]
                found = [item for chain in answered.returned for item in self._inside(chain, method, depth + 1)]
                if not found and any(use.chain[-1].lstrip(".") == "cached_property" for use in answered.decorators):
                    found = [(Holder(ATTRIBUTE, owner.member(name)), False)]  # the object keeps what it made
                yield from found
                return
            given = cls.assigned.get(name, ())
            is_given = given and (name not in cls.filled or any(chain[0][0] != "@" for chain in given))
            if is_given or name in cls.annotated or name in cls.bound or name in cls.containers:
                yield Holder(ATTRIBUTE, owner.member(name)), False
                return
            filling = filling or ((owner,) if given else ())
        if filling:
            yield Holder(ATTRIBUTE, filling[0].member(name)), False
        elif is_only:
            yield Holder(ATTRIBUTE, identifier.member(name)), False


def _is_known(holder: Holder) -> bool:
    """Whether it is of the web application, or of what comes with Python."""
    return holder.at.module in ("app.state", *sys.stdlib_module_names)


def _container(chain: Chain) -> Chain:
    """The chain without what only looks into what it stands for: items, and what containers hand out."""
    while len(chain) > 1:
        if chain[-1] == "[]":
            chain = chain[:-1]
        elif chain[-1] == "()" and len(chain) > 2 and chain[-2] in _HANDING_OUT:
            chain = chain[:-2]
        else:
            break
    return chain
