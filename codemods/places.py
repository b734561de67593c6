"""How code that is edited is named: a frozen type for each way, which surveys, plans and commands hand on.

`what` is the function or class that people are shown.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import MISSING, Field, dataclass, fields
from enum import StrEnum
from typing import Any, ClassVar, Protocol, Self, TypeVar, cast

from codemods.messages import phrase


class Place(Protocol):
    """What a command edits: a frozen dataclass, whose first field is a name."""

    __dataclass_fields__: ClassVar[dict[str, Field[Any]]]

    @property
    def what(self) -> str:
        """The function or class that it is about, for people."""


P = TypeVar("P", bound=Place)


def needs_only_a_name(kind: type[Place]) -> bool:
    """Whether all that a place of a type has besides its name may be left out."""
    return all(field.default is not MISSING for field in fields(kind)[1:])


def named(kind: type[P], name: str) -> P:
    """The place of a type that needs only a name."""
    return cast("Callable[[str], P]", kind)(name)


@dataclass(frozen=True, slots=True)
class Named:
    """A place by its name alone, of the type that the command has which edits it."""

    what: str


@dataclass(frozen=True, slots=True)
class Imported:
    """A name that a command writes, and the module that it comes from: "module:name"."""

    module: str
    name: str

    @classmethod
    def parse(cls, text: str) -> Self:
        module, colon, name = text.partition(":")
        if not colon or not module:
            raise ValueError(phrase("{text!r} names nothing to import: write module:name", text=text))
        return cls(module, name)

    def __str__(self) -> str:
        return f"{self.module}:{self.name}"


@dataclass(frozen=True, slots=True, order=True)
class Definition:
    """A class or function of a module: "EventType"."""

    name: str

    @property
    def what(self) -> str:
        return self.name


@dataclass(frozen=True, slots=True, order=True)
class Member:
    """An attribute of a class, or a name of the module, as Python qualifies it: "Moods.by_chat"."""

    qualname: str

    @property
    def what(self) -> str:
        return self.qualname

    @property
    def owner(self) -> str:
        """The class; "" for a name of the module."""
        return self.qualname.rpartition(".")[0]

    @property
    def name(self) -> str:
        """The last part of the name, as one writes it where it stands."""
        return self.qualname.rpartition(".")[2]


@dataclass(frozen=True, slots=True, order=True)
class Unimported:
    """A name that code uses and nothing imports, and the module that it comes from."""

    name: str
    module: str

    @property
    def what(self) -> str:
        return self.name


@dataclass(frozen=True, slots=True, order=True)
class _InFunction:
    function: str

    @property
    def what(self) -> str:
        return self.function


@dataclass(frozen=True, slots=True, order=True)
class Beginning(_InFunction):
    """The top of a function, and the parameters that are meant there, where not all are."""

    parameters: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, order=True)
class Decorators(_InFunction):
    """The decorators of a function, below as many of them."""

    below: int = 0


@dataclass(frozen=True, slots=True, order=True)
class Expression(_InFunction):
    """What a function writes, without arguments and indices: "registry.all()"."""

    text: str


@dataclass(frozen=True, slots=True, order=True)
class Handover(_InFunction):
    """An argument (a number or a keyword) of a call in a function, and what stands there."""

    call: str
    argument: str
    text: str


@dataclass(frozen=True, slots=True, order=True)
class Branch(_InFunction):
    """One of the statements of a kind in a function, counted from 0 in the order of the text."""

    number: int


@dataclass(frozen=True, slots=True, order=True)
class Scoping(Branch):
    """One of these statements, and the names that a scope around it is given."""

    given: tuple[str, ...]


@dataclass(frozen=True, slots=True, order=True)
class Registration(_InFunction):
    """A handler that a function registers as well; module: where it is imported from, if from another file."""

    handler: str
    module: str = ""


class Role(StrEnum):
    """What state has at a place: a use, its first value, or none yet."""

    USE = "use"
    FIRST = "first"
    LACKING = "lacking"


@dataclass(frozen=True, slots=True, order=True)
class State:
    """What is kept, where a function, class or module uses it, gives it its first value, or lacks one.

    prepared: the statements behind its first value that make it ready.
    """

    scope: str
    text: str
    role: Role = Role.USE
    prepared: tuple[str, ...] = ()

    @property
    def what(self) -> str:
        return self.scope


@dataclass(frozen=True, slots=True, order=True)
class Subscription:
    """Where the event of a handler's class is said: in the class, or where a function registers it.

    keeps_name: others know the handler by its name.
    """

    cls: str
    function: str = ""
    keeps_name: bool = False

    @property
    def what(self) -> str:
        return self.function or self.cls


@dataclass(frozen=True, slots=True, order=True)
class Beginnings:
    """A statement of a class's `__init__`, and the handler that runs it instead.

    is_gated: it may be that it does not run. making: others work with what it makes.
    """

    cls: str
    handler: str
    statement: str
    is_gated: bool = False
    making: bool = False

    @property
    def what(self) -> str:
        return self.cls


class Half(StrEnum):
    """Whose a statement is."""

    PROCESS = "process"
    TENANT = "tenant"
    BOTH = "both"


@dataclass(frozen=True, slots=True)
class Tried:
    """A `try` around statements of both: whose each of its own is."""

    halves: tuple[Half | Tried, ...]


# Whose each statement of a block is, in order.
Halves = tuple[Half | Tried, ...]


@dataclass(frozen=True, slots=True)
class Splitting:
    """A handler's class, with whose each statement of its `execute` is; or, with none, a function that registers it."""

    cls: str
    halves: Halves
    function: str = ""

    @property
    def what(self) -> str:
        return self.function or self.cls
