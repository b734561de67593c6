"""One file's facts: what it imports, defines, and which expressions its functions evaluate.

Facts hold no tree objects, so they travel between processes. Nobody changes them once they are read.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from msgspec import Struct

from codemods.analysis.chains import Chain
from codemods.analysis.symbols import MODULE_BODY, Symbol
from codemods.analysis.writes import Logged, Write
from codemods.messages import phrase

# What stands below `if __name__ == "__main__"`: it runs when the file is started by itself, and never on import.
PROGRAM = "<program>"
ITEM_OF = "[]"
# By what it answers among what a function makes copies of: the name of nothing.
ANSWERED = "return"
# What a method calls its object and its class.
OWN = frozenset({"self", "cls", "__class__"})
OF_CLASS = OWN | {"super"}
TOO_DEEP = phrase("nested too deeply to be read")


class Argument(Struct, frozen=True, gc=False):
    """One argument of a call: its keyword (None for a positional one), its chain, its string or boolean constant.

    keyword: "**" for a mapping of several. given: where it is a call itself, the chain of the first thing that it is
    given, as f in `partial(f, 1)`.
    """

    keyword: str | None
    chain: Chain
    text: str | None = None
    given: Chain = ()


class Use(Struct, frozen=True, gc=False):
    """A chain that a function evaluates: where, inside which `with` items, with which arguments of its last call.

    role: what is done with the whole of it: "each" (gone through), "size" (counted), "test" (looked into or asked
    whether it is empty), "store" (assigned), "enter" (by `with`), or None for anything else. given_to: the function
    that it is the argument of.
    """

    chain: Chain
    line: int
    within: tuple[Chain, ...] = ()
    arguments: tuple[Argument, ...] = ()
    role: str | None = None
    given_to: Chain = ()

    @property
    def positional(self) -> list[Argument]:
        """The arguments of its last call that have no keyword."""
        return [argument for argument in self.arguments if argument.keyword is None]

    def argument(self, number: int, keyword: str) -> Argument | None:
        """What a parameter is given: by its keyword, else as the argument of its number."""
        named = [argument for argument in self.arguments if argument.keyword == keyword]
        return next(iter(named or self.positional[number : number + 1]), None)


class Parameter(Struct, frozen=True, gc=False):
    name: str
    annotation: tuple[Chain, ...]
    default: Use | None
    # Calls inside `Annotated[...]`, where FastAPI keeps its `Depends(...)`.
    metadata: tuple[Use, ...] = ()
    # Whether its default is a container, which all calls share.
    shared_default: bool = False
    # "*" or "**" where it takes all that no other parameter takes, "named" where it is only given by its name.
    taking: str = ""


@dataclass(slots=True)
class FunctionFacts:
    """A function, a method, or the module's own body (`<module>`).

    more: how many lines come behind its first in a `def`; -1 for what is none.
    """

    qualname: str
    line: int
    is_async: bool = False
    owner: str | None = None
    parameters: Sequence[Parameter] = ()
    decorators: Sequence[Use] = ()
    # What its decorators and defaults evaluate, once, where it is defined.
    definition: Sequence[Use] = ()
    returns: tuple[Chain, ...] = ()
    returned: Sequence[Chain] = ()
    # Of that, what it answers in a container that it makes: whoever changes the answer changes none of it.
    gathered: Collection[Chain] = ()
    uses: Sequence[Use] = ()
    assigned: Mapping[str, Sequence[Chain]] = field(default_factory=dict)
    annotated: dict[str, tuple[Chain, ...]] = field(default_factory=dict)
    imports: dict[str, Symbol] = field(default_factory=dict)
    # What a name is imported from as well, as by `try: from .x import f` and `except ImportError: from x import f`.
    also_imports: dict[str, Symbol] | None = None
    # What it declares global, or of a function around it.
    global_names: Collection[str] = ()
    nonlocal_names: Collection[str] = ()
    # What it changes that may outlive it; none for the module's body, which runs once.
    writes: Sequence[Write] = ()
    # What it hands to methods that nobody takes an answer of.
    effects: Sequence[Write] = ()
    # The names that it gives a tuple, and those that it gives a container of its own.
    tuples: Collection[str] = ()
    containers: Collection[str] = ()
    # What the names of its own are shallow copies of, which have the same things in them; and behind `ITEM_OF`, what
    # they are one thing of. So for what it answers, by `ANSWERED`, and for attributes of its object, by ".name".
    copied: Mapping[str, Sequence[Chain]] | None = None
    # The names that its comprehensions give their items: outside of these, they may be an outer scope's.
    comprehended: Collection[str] = ()
    # What it writes to a log, line by line.
    logged: Sequence[Logged] = ()
    nested: Mapping[str, Sequence[str]] = field(default_factory=dict)
    loops: bool = False
    is_generator: bool = False
    first_reads: Sequence[Chain] = ()
    more: int = -1

    @property
    def name(self) -> str:
        return self.qualname.rpartition(".")[2].partition("#")[0]

    @property
    def first(self) -> int:
        """The line of its first decorator, or its own."""
        return min((self.line, *(use.line for use in self.decorators)))

    def has_own(self, name: str) -> bool:
        """Whether it gives a name a meaning of its own."""
        if name in OWN and self.owner is not None:
            return True
        if name in self.global_names:
            return False
        if name in self.assigned or name in self.imports or name in self.nested or name in self.annotated:
            return True
        return name in [parameter.name for parameter in self.parameters]


@dataclass(slots=True)
class ClassFacts:
    """A class. first, more: its first line, a decorator's where it has any, and how many come behind `line`; of one
    that a call makes, -1."""

    qualname: str
    line: int
    bases: Sequence[Chain] = ()
    # Its functions and the classes in it, by name: of what has one name, the last.
    methods: dict[str, str] = field(default_factory=dict)
    classes: dict[str, str] = field(default_factory=dict)
    properties: Collection[str] = ()
    assigned: Mapping[str, Sequence[Chain]] = field(default_factory=dict)
    annotated: dict[str, tuple[Chain, ...]] = field(default_factory=dict)
    texts: dict[str, str] = field(default_factory=dict)
    # The attributes that something is put into.
    filled: Collection[str] = ()
    # The attributes that its methods bind through `self`, and those that the class itself gives a container.
    bound: Collection[str] = ()
    containers: Collection[str] = ()
    decorators: Sequence[Chain] = ()
    metaclass: Chain = ()
    first: int = 0
    more: int = -1


@dataclass(slots=True)
class FileFacts:
    """All that the survey keeps of a file. `imports` of its functions map a local name to what it stands for."""

    path: str
    module: str
    functions: dict[str, FunctionFacts]
    classes: dict[str, ClassFacts]
    # What functions put into containers that they know by a name: the function, and what it puts there.
    held: Mapping[str, Sequence[tuple[str, Chain]]]

    @property
    def body(self) -> FunctionFacts:
        return self.functions[MODULE_BODY]

    @property
    def made_global(self) -> set[str]:
        """The names of the module that its functions give values."""
        return {
            name for function in self.functions.values() for name in function.global_names if name in function.assigned
        }


@dataclass(frozen=True, slots=True)
class BrokenFile:
    """A file that does not parse: where, and why."""

    path: str
    line: int
    column: int
    message: str
