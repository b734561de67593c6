"""How code that is edited is named: a frozen type for each way, which surveys, plans and commands hand on.

`str` and `parse` are for LibCST's command line and for the fixed places of recipes, and for nothing else.
`what` is the function or class that people are shown.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol, Self

from codemods.messages import phrase


class Place(Protocol):
    """What a command edits."""

    @property
    def what(self) -> str:
        """The function or class that it is about, for people."""

    @classmethod
    def parse(cls, text: str) -> Self:
        """The place that a text names. Raises ValueError for any other text."""


@dataclass(frozen=True, slots=True)
class Imported:
    """A name that a command writes, and the module that it comes from: "module:name"."""

    module: str
    name: str

    @classmethod
    def parse(cls, text: str) -> Self:
        module, name = _cut(text, ":")
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

    @classmethod
    def parse(cls, text: str) -> Self:
        return cls(text)

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True, slots=True, order=True)
class Member:
    """An attribute of a class, or with no owner a name of the module: "Moods.by_chat"."""

    owner: str
    name: str

    @property
    def what(self) -> str:
        return str(self)

    @classmethod
    def parse(cls, text: str) -> Self:
        owner, _, name = text.rpartition(".")
        return cls(owner, name)

    def __str__(self) -> str:
        return f"{self.owner}.{self.name}" if self.owner else self.name


@dataclass(frozen=True, slots=True, order=True)
class Beginning:
    """The top of a function, and the parameters that are meant there, where not all are: "send=chat,text"."""

    function: str
    parameters: tuple[str, ...] = ()

    @property
    def what(self) -> str:
        return self.function

    @classmethod
    def parse(cls, text: str) -> Self:
        function, _, parameters = text.partition("=")
        return cls(function, tuple(parameters.split(",")) if parameters else ())

    def __str__(self) -> str:
        return f"{self.function}={','.join(self.parameters)}" if self.parameters else self.function


@dataclass(frozen=True, slots=True, order=True)
class Decorators:
    """The decorators of a function, below as many of them: "Hub.chat=1"."""

    function: str
    below: int

    @property
    def what(self) -> str:
        return self.function

    @classmethod
    def parse(cls, text: str) -> Self:
        function, below = _cut(text, "=")
        return cls(function, int(below))

    def __str__(self) -> str:
        return f"{self.function}={self.below}"


@dataclass(frozen=True, slots=True, order=True)
class Expression:
    """What a function writes, without arguments and indices: "names=registry.all()"."""

    function: str
    text: str

    @property
    def what(self) -> str:
        return self.function

    @classmethod
    def parse(cls, text: str) -> Self:
        return cls(*_cut(text, "="))

    def __str__(self) -> str:
        return f"{self.function}={self.text}"


@dataclass(frozen=True, slots=True, order=True)
class Handover:
    """An argument (a number or a keyword) of a call in a function, and what stands there: "run=submit@0=work"."""

    function: str
    call: str
    argument: str
    text: str

    @property
    def what(self) -> str:
        return self.function

    @classmethod
    def parse(cls, text: str) -> Self:
        function, handed = _cut(text, "=")
        at, text = _cut(handed, "=")
        return cls(function, *_cut(at, "@"), text)

    def __str__(self) -> str:
        return f"{self.function}={self.call}@{self.argument}={self.text}"


@dataclass(frozen=True, slots=True, order=True)
class Branch:
    """One of the statements of a kind in a function, counted from 0 in the order of the text: "receive=1"."""

    function: str
    number: int

    @property
    def what(self) -> str:
        return self.function

    @classmethod
    def parse(cls, text: str) -> Self:
        function, number = _cut(text, "=")
        return cls(function, int(number))

    def __str__(self) -> str:
        return f"{self.function}={self.number}"


@dataclass(frozen=True, slots=True, order=True)
class Scoping:
    """One of the statements of a kind in a function, counted from 0, and the names that a scope around it is given:
    "receive=1=tenant_id,agent_id"."""

    function: str
    number: int
    given: tuple[str, ...]

    @property
    def what(self) -> str:
        return self.function

    @classmethod
    def parse(cls, text: str) -> Self:
        function, rest = _cut(text, "=")
        number, given = _cut(rest, "=")
        return cls(function, int(number), tuple(given.split(",")))

    def __str__(self) -> str:
        return f"{self.function}={self.number}={','.join(self.given)}"


class Role(StrEnum):
    """What state has at a place: a use, its first value, or none yet."""

    USE = "="
    FIRST = ":="
    LACKING = "+="


@dataclass(frozen=True, slots=True, order=True)
class State:
    """What is kept, where it is used ("run=Start._task"), gets its first value ("Start:=_task"), or lacks one.

    prepared: the statements behind its first value that make it ready ("Start.__init__:=self.stop|self.stop.set()").
    """

    scope: str
    text: str
    role: Role = Role.USE
    prepared: tuple[str, ...] = ()

    @property
    def what(self) -> str:
        return self.scope

    @classmethod
    def parse(cls, text: str) -> Self:
        scope, expression = _cut(text, "=")
        role = Role(f"{scope[-1:]}=") if scope[-1:] in (":", "+") else Role.USE
        expression, *prepared = expression.split("|")
        return cls(scope.rstrip(":+"), expression, role, tuple(prepared))

    def __str__(self) -> str:
        return "|".join((f"{self.scope}{self.role}{self.text}", *self.prepared))


@dataclass(frozen=True, slots=True, order=True)
class Subscription:
    """Where the event of a handler's class is said: in the class ("Start"), or where a function registers it
    ("components=Start"). keeps_name: others know the handler by its name ("Start~")."""

    cls: str
    function: str = ""
    keeps_name: bool = False

    @property
    def what(self) -> str:
        return self.function or self.cls

    @classmethod
    def parse(cls, text: str) -> Self:
        function, _, name = text.rstrip("~").rpartition("=")
        return cls(name, function, text.endswith("~"))

    def __str__(self) -> str:
        return f"{self.function}={self.cls}".lstrip("=") + "~" * self.keeps_name


@dataclass(frozen=True, slots=True, order=True)
class Beginnings:
    """A statement of a class's `__init__`, and the handler that runs it instead:
    "Digest=DigestTenantLoad=create_task(self.loop())". is_gated: it may be that it does not run ("DigestTenantLoad?").
    making: others work with what it makes ("DigestTenantLoad!")."""

    cls: str
    handler: str
    statement: str
    is_gated: bool = False
    making: bool = False

    @property
    def what(self) -> str:
        return self.cls

    @classmethod
    def parse(cls, text: str) -> Self:
        name, rest = _cut(text, "=")
        handler, statement = _cut(rest, "=")
        return cls(name, handler.rstrip("?!"), statement, "?" in handler, "!" in handler)

    def __str__(self) -> str:
        return f"{self.cls}={self.handler}{'?' * self.is_gated}{'!' * self.making}={self.statement}"


@dataclass(frozen=True, slots=True, order=True)
class Registration:
    """A handler that a function registers as well: "Digest.components=DigestTenantLoad", or, of another file,
    "Digest.components=.handlers:DigestTenantLoad"."""

    function: str
    handler: str
    module: str = ""

    @property
    def what(self) -> str:
        return self.function

    @classmethod
    def parse(cls, text: str) -> Self:
        function, rest = _cut(text, "=")
        module, _, handler = rest.rpartition(":")
        return cls(function, handler, module)

    def __str__(self) -> str:
        return f"{self.function}={self.module}:{self.handler}".replace("=:", "=")


class Half(StrEnum):
    """Whose a statement is."""

    PROCESS = "P"
    TENANT = "T"
    BOTH = "B"


# The halves of a handler's statements, in order; of a `try` around statements of both, those of its own.
Halves = tuple["Half | Halves", ...]


@dataclass(frozen=True, slots=True)
class Splitting:
    """A handler's class, with whose each statement of its `execute` is ("Start=(PPT)B"), or a function that
    registers the class ("components:=Start")."""

    cls: str
    halves: Halves = ()
    function: str = ""

    @property
    def what(self) -> str:
        return self.function or self.cls

    @classmethod
    def parse(cls, text: str) -> Self:
        if ":=" in text:
            function, name = _cut(text, ":=")
            return cls(name, function=function)
        name, word = _cut(text, "=")
        letters = iter(word)
        halves = _halves(letters, "")
        if next(letters, None) is not None:
            raise ValueError(phrase("{word!r} has a bracket too many", word=word))
        return cls(name, halves)

    def __str__(self) -> str:
        return f"{self.function}:={self.cls}" if self.function else f"{self.cls}={_word(self.halves)}"


def _halves(letters: Iterator[str], end: str) -> Halves:
    found: list[Half | Halves] = []
    for letter in letters:
        if letter == ")" == end:
            return tuple(found)
        found.append(_halves(letters, ")") if letter == "(" else Half(letter))
    if end:
        raise ValueError(phrase("a bracket is not closed"))
    return tuple(found)


def _word(halves: Halves) -> str:
    return "".join(half.value if isinstance(half, Half) else f"({_word(half)})" for half in halves)


def _cut(text: str, separator: str) -> tuple[str, str]:
    before, found, after = text.partition(separator)
    if not found or not before:
        raise ValueError(phrase("{text!r} has no {separator!r} behind a name", text=text, separator=separator))
    return before, after
