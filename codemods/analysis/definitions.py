"""What runs as functions and classes are defined, and what a decorated name runs when it is called later."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from codemods.analysis.chains import Chain, uncalled
from codemods.analysis.facts import ClassFacts, FunctionFacts, Parameter
from codemods.analysis.symbols import MODULE_BODY, Symbol

if TYPE_CHECKING:
    from codemods.analysis.program import Program
    from codemods.analysis.values import Value

# What Python asks the bases of a class that is defined, its metaclass, and what it gives its names.
_OF_BASES = ("__init_subclass__",)
_OF_METACLASSES = ("__prepare__", "__new__", "__init__")
_OF_ATTRIBUTES = ("__set_name__",)
# Bases whose objects are entered around each call of a function that they decorate.
_ENTERED = frozenset({Symbol("contextlib", "AsyncContextDecorator"), Symbol("contextlib", "ContextDecorator")})
_ENTERING = ("__enter__", "__exit__", "__aenter__", "__aexit__")
_REGISTERING = (".register",)
_DISPATCHING = frozenset((name,) for word in ("singledispatch", "singledispatchmethod") for name in (word, "." + word))


def decorators_of(program: Program, chain: Chain, frame: Symbol) -> Iterator[tuple[Symbol, int]]:
    """The functions of the program that a decorator is, each with how many calls of it give what takes the place of
    the function below: two where the decorator is called itself, as `@cached(10)` is; none for what an object does
    that is put there."""
    is_called = chain[-1:] == ("()",)
    plain = chain[:-1] if is_called else chain
    for value in program.values(plain, frame) if plain else ():
        if value.kind == "function":
            yield value.name, 1 + is_called
        elif value.kind in ("class", "instance"):
            calls = is_called + (value.kind == "instance")
            yield from ((method, calls) for method in program.method(value.name, "__call__"))
            if is_called == (value.kind == "class") and program.inherits(value.name, _ENTERED):
                yield from ((method, 0) for method in program.members(value.name, _ENTERING))


def run_instead(program: Program, decorator: Symbol, calls: int) -> list[Symbol]:
    """What is run in the place of the function below a decorator: what is defined in it, so many calls deep.

    One that answers what it is given puts nothing there. Where what it answers is defined elsewhere, it is the
    decorator that may lead there.
    """
    if not calls:
        return [decorator]
    givers = [decorator]
    for _ in range(calls - 1):
        givers = [inner for giver in givers for inner in _defined_in(program, giver)] or givers
    inside = [inner for giver in givers for inner in _within(program, giver)]
    return inside or [giver for giver in givers if not gives_back(program.functions[giver])]


def gives_back(function: FunctionFacts) -> bool:
    """Whether a function answers its first parameter and nothing else, as one that notes down a class does."""
    is_method = function.owner is not None and function.qualname.rpartition(".")[0] == function.owner
    names = [item.name for item in function.parameters if not is_method or item.name not in ("self", "cls")]
    return bool(names and function.returned) and all(chain == (names[0],) for chain in function.returned)


def registered_with(program: Program) -> dict[Symbol, list[Symbol]]:
    """What runs in the place of functions of `functools.singledispatch` for some arguments: what is registered with
    them, by `@show.register` or `show.register(int, other)`."""
    decorated = [(at, use.chain) for at, function in program.functions.items() for use in function.decorators]
    if not any(chain[-1:] in _DISPATCHING for _, chain in decorated):
        return {}
    found: dict[Symbol, list[Symbol]] = defaultdict(list)
    for identifier, chain in decorated:
        if (plain := uncalled(chain))[-1:] == _REGISTERING:
            for dispatching in _methods_or_functions(program, plain[:-1], identifier):
                found[dispatching].append(identifier)
    for frame in program.naming("register"):
        for use in program.functions[frame].uses:
            if use.chain[-2:] == (*_REGISTERING, "()"):
                given = [value for item in use.arguments if item.chain for value in program.values(item.chain, frame)]
                for value in program.values(use.chain[:-2], frame):
                    if value.kind == "function":
                        found[value.name] += [item.name for item in given if item.kind == "function"]
    return dict(found)


def _methods_or_functions(program: Program, chain: Chain, decorated: Symbol) -> Iterator[Symbol]:
    """The functions that a chain of a decorator stands for: of a method's, also methods of its class."""
    owner = program.functions[decorated].owner
    if owner and len(chain) == 1:
        yield from program.method(Symbol(decorated.module, owner), chain[0])
    for value in program.values(chain, program.around(decorated)) if chain else ():
        if value.kind == "function":
            yield value.name


class Noted:
    """What decorators that answer what they are given, and do nothing else with it but keep it, are given."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self._given: dict[Symbol, list[tuple[str, Symbol]]] | None = None

    def of(self, frame: Symbol, name: str) -> Sequence[tuple[str, Symbol]]:
        """What a function's parameter stands for, functions and classes, where the function is such a decorator."""
        function = self.program.functions[frame]
        if not gives_back(function) or (name,) not in function.returned:
            return ()
        if self._given is None:
            self._given = {}  # what decorators are called by is not looked up here
            self._given = self._read()
        return self._given.get(frame, ())

    def _read(self) -> dict[Symbol, list[tuple[str, Symbol]]]:
        found: dict[Symbol, list[tuple[str, Symbol]]] = defaultdict(list)
        functions = (
            ("function", at, [use.chain for use in item.decorators]) for at, item in self.program.functions.items()
        )
        classes = (("class", at, item.decorators) for at, item in self.program.classes.items())
        for kind, identifier, chains in (*functions, *classes):
            for chain in chains:
                for decorator, calls in decorators_of(self.program, chain, self.program.around(identifier)):
                    givers = _defined_in(self.program, decorator) if calls > 1 else (decorator,)
                    for giver in givers if calls else ():
                        found[giver].append((kind, identifier))
        return dict(found)


def by_default(program: Program, parameter: Parameter, frame: Symbol) -> Iterator[Value]:
    """The object of the tree that is made for a parameter as its function is defined."""
    if parameter.default is not None:
        values = program.values(parameter.default.chain, program.around(frame))
        yield from (value for value in values if value.kind == "instance")


def run_by_defining(program: Program) -> dict[Symbol, Symbol]:
    """What runs as modules are imported as functions and classes are defined, each with the module's body."""
    found: dict[Symbol, Symbol] = {}
    for identifier, function in program.functions.items():
        for use in function.decorators:
            frame = program.around(identifier)
            if frame.qualname == MODULE_BODY:
                found.update(dict.fromkeys(run_around(program, use.chain, frame), frame))
    for identifier, cls in program.classes.items():
        if "<locals>" not in identifier.qualname:
            found.update(dict.fromkeys(_of_class(program, identifier, cls), identifier.body))
    return found


def is_only_answered(program: Program, identifier: Symbol) -> bool:
    """Whether a function around another one answers it, and runs it nowhere itself: whoever is answered may."""
    around, name = program.functions[program.around(identifier)], identifier.name
    if (name,) not in around.returned or around.qualname == MODULE_BODY:
        return False
    return not any(use.chain[:2] == (name, "()") for use in around.uses)


def run_around(program: Program, chain: Chain, frame: Symbol) -> Iterator[Symbol]:
    """What a decorator runs as the function below is defined."""
    plain = uncalled(chain)
    for value in program.values(plain, frame) if plain else ():
        if value.kind == "class":
            yield from program.method(value.name, "__init__")
    for decorator, calls in decorators_of(program, chain, frame):
        if calls:
            yield decorator
        if calls > 1:
            yield from _defined_in(program, decorator)


def _of_class(program: Program, identifier: Symbol, cls: ClassFacts) -> Iterator[Symbol]:
    lineage = program.lineage(identifier)
    for base in lineage[1:]:
        yield from program.method(base, _OF_BASES[0])
    for item in lineage:
        facts = program.classes.get(item)
        for value in program.values(facts.metaclass, item.body) if facts is not None and facts.metaclass else ():
            yield from program.members(value.name, _OF_METACLASSES) if value.kind == "class" else ()
    for chains in cls.assigned.values():
        for value in (
            value for chain in chains if chain[-1] == "()" for value in program.values(chain, identifier.body)
        ):
            yield from program.members(value.name, _OF_ATTRIBUTES) if value.kind == "instance" else ()


def _defined_in(program: Program, identifier: Symbol) -> Iterator[Symbol]:
    """The functions that stand in one, not in others there."""
    for qualnames in program.functions[identifier].nested.values():
        yield from (
            inner for qualname in qualnames if (inner := Symbol(identifier.module, qualname)) in program.functions
        )


def _within(program: Program, identifier: Symbol) -> Iterator[Symbol]:
    """All functions that stand in one, at any depth, and the methods of classes there."""
    for qualnames in program.functions[identifier].nested.values():
        for inner in (Symbol(identifier.module, qualname) for qualname in qualnames):
            if inner in program.functions:
                yield inner
                yield from _within(program, inner)
            else:
                methods = program.classes[inner].methods.values() if inner in program.classes else ()
                yield from (Symbol(inner.module, method) for method in methods)
