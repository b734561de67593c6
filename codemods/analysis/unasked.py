"""What Python runs by itself where an object or a class is used: no call of it is written down."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property

from codemods.analysis.chains import Chain, uncalled
from codemods.analysis.program import Program
from codemods.analysis.symbols import Symbol
from codemods.analysis.values import KINDS, Value

# Where an object is looked into, gone through, entered, awaited, compared, added to, said, or asked if it is empty.
_LOOKED_INTO = (
    *("__enter__", "__exit__", "__aenter__", "__aexit__", "__iter__", "__next__", "__aiter__", "__anext__"),
    *("__await__", "__len__", "__contains__", "__getitem__", "__setitem__", "__delitem__", "__missing__"),
    *("__reversed__", "__bool__", "__eq__", "__ne__", "__lt__", "__le__", "__gt__", "__ge__", "__hash__"),
    *("__str__", "__repr__", "__format__", "__add__", "__radd__", "__iadd__", "__sub__", "__isub__", "__or__"),
    *("__ior__", "__and__", "__iand__", "__xor__", "__mul__", "__truediv__", "__mod__", "__matmul__"),
    *("__lshift__", "__rshift__", "__invert__", "__int__", "__float__"),
)
# Where an attribute is an object that says what it gives; and where an object has no attribute of that name.
_DESCRIBING = ("__get__", "__set__", "__delete__")
_ASKING = ("__getattribute__", "__getattr__", "__setattr__")
# When a class or an object of one is called.
CALLED = {
    "class": (
        "__init__",
        "__new__",
        "__post_init__",
        "__attrs_post_init__",
        "model_post_init",
        "_missing_",
        "__await__",
    ),
    "instance": ("__call__",),
}
# What a library that makes records of their fields runs as it makes one, by its decorators.
_CHECKING = frozenset({"field_validator", "model_validator", "root_validator", "validates", "validator"})
# Where an item of a class itself is asked for.
_OF_ITEMS = ("__class_getitem__",)


class Unasked:
    """The answers for one program: most define few of these, and few classes have any."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self.looked_into = self._defined(_LOOKED_INTO)
        self._describing, self._asking = self._defined(_DESCRIBING), self._defined(_ASKING)

    def _defined(self, names: Iterable[str]) -> tuple[str, ...]:
        return tuple(name for name in names if name in self.program.methods)

    @cached_property
    def properties(self) -> frozenset[str]:
        """The names that only properties have: what is asked for by one, of an object that is not known, may run it."""
        classes = self.program.classes.values()
        found = {name for cls in classes for name in cls.properties}
        others = {
            name
            for cls in classes
            for names in (
                cls.assigned,
                cls.annotated,
                cls.bound,
                cls.containers,
                cls.texts,
                cls.methods.keys() - cls.properties,
            )
            for name in names
        }
        return frozenset(found - others)

    @cached_property
    def classes(self) -> frozenset[Symbol]:
        """The classes that `of` has something to say of, and where objects of which are used."""
        names = (*self._describing, *self._asking, *_OF_ITEMS)
        owners = [method.owner for name in names for method in self.program.methods.get(name, ())]
        return frozenset((*self._with_heirs(owners), *self._made_by))

    @cached_property
    def _made_by(self) -> dict[Symbol, list[Symbol]]:
        """The metaclasses of the program that make classes of it."""
        found: dict[Symbol, list[Symbol]] = {}
        for identifier, cls in self.program.classes.items():
            values = self.program.values(cls.metaclass, identifier.body) if cls.metaclass else ()
            makers = [value.name for value in values if value.kind == "class"]
            found.update(dict.fromkeys(self._with_heirs([identifier]) if makers else (), makers))
        return found

    @cached_property
    def _checks(self) -> dict[Symbol, list[Symbol]]:
        """The methods that check records as they are made, by their class."""
        found: dict[Symbol, list[Symbol]] = {}
        for identifier, function in self.program.functions.items():
            for use in function.decorators if function.owner is not None else ():
                if use.chain and uncalled(use.chain)[-1].lstrip(".") in _CHECKING:
                    found.setdefault(Symbol(identifier.module, function.owner or ""), []).append(identifier)
        return found

    def called(self, value: Value) -> Iterator[Symbol]:
        """What is run where a class or an object of one is called."""
        yield from self.program.members(value.name, CALLED[value.kind])
        for base in self.program.lineage(value.name) if value.kind == "class" and self._checks else ():
            yield from self._checks.get(base, ())

    def _with_heirs(self, classes: Iterable[Symbol]) -> Iterator[Symbol]:
        for identifier in classes:
            yield identifier
            yield from self.program.subclasses(identifier)

    def of(self, chain: Chain, cut: int, value: Value, values: Sequence[Value]) -> Iterator[Symbol]:
        """What a chain runs where its first `cut` parts stand for a value, one of `values`."""
        if any(item.kind not in KINDS for item in values):
            return  # what stands for itself is known by its name
        following = chain[cut] if cut < len(chain) else ""
        program = self.program
        if value.kind == "instance" and chain[cut - 1].startswith("."):
            yield from program.members(value.name, self._describing)
        if value.kind == "instance" and following.startswith(".") and not self._has(value.name, following[1:]):
            yield from program.members(value.name, self._asking)
        if value.kind == "class" and following == "[]":
            yield from program.members(value.name, _OF_ITEMS)
        for maker in self._made_by.get(value.name, ()) if value.kind == "class" else ():
            if following == "()":
                yield from program.members(maker, ("__call__",))
            elif following.startswith(".") and not self._has(value.name, following[1:]):
                yield from program.members(maker, (following[1:], *self._asking))
            elif not following.startswith("."):
                yield from program.members(maker, self.looked_into)

    def _has(self, identifier: Symbol, name: str) -> bool:
        """Whether a class gives an attribute of its objects a meaning."""
        classes = (
            self.program.classes[item] for item in self.program.lineage(identifier) if item in self.program.classes
        )
        return any(
            name in part
            for cls in classes
            for part in (cls.methods, cls.bound, cls.assigned, cls.annotated, cls.containers, cls.texts, cls.classes)
        )
