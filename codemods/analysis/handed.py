"""Which functions the callers of a function hand it for a parameter: what it keeps of these, others may call."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from codemods.analysis.chains import Chain
from codemods.analysis.facts import Argument, FunctionFacts
from codemods.analysis.matching import MAKING_METHODS, called, parameter_of
from codemods.analysis.symbols import MODULE_BODY, Symbol
from codemods.analysis.values import UNKNOWN, Value, Values, distinct

if TYPE_CHECKING:
    from codemods.analysis.program import Program

# Functions that hand on to functions are followed so far.
_DEEPEST = 3


class Handed:
    """The answers for one program, each worked out when it is first asked."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self._known: dict[tuple[Symbol, str], Sequence[Value]] = {}

    def values(self, chain: Chain, frame: Symbol) -> Values:
        """What a chain stands for that is kept: of a parameter, also the functions that callers hand over."""
        found = self.program.values(chain, frame)
        if len(chain) > 1 or UNKNOWN not in found:
            return found
        return distinct((*found, *self.of(self.program.home(chain[0], frame), chain[0])))

    def of(self, frame: Symbol, name: str, depth: int = 0) -> Sequence[Value]:
        """The functions that are handed to a function by the name of its parameter, also by what only hands on."""
        key = (frame, name)
        if key not in self._known:
            self._known[key] = ()  # what is handed on to itself is nothing more
            self._known[key] = tuple(dict.fromkeys(self._given(frame, name, depth)))
        return self._known[key]

    def _given(self, frame: Symbol, name: str, depth: int) -> Iterator[Value]:
        function = self.program.functions[frame]
        if frame.qualname == MODULE_BODY or all(item.name != name for item in function.parameters):
            return
        for name_of in self._called(frame, function):
            for caller in self.program.naming(name_of):
                for use in self.program.functions[caller].uses:
                    if use.arguments and use.chain[-1] == "()" and use.chain[-2:-1] in ((name_of,), ("." + name_of,)):
                        given = parameter_of(function, use, name)
                        if (
                            given is not None
                            and self._may_be(given, caller)
                            and frame in called(self.program, use, caller)
                        ):
                            yield from self._functions(given, caller, depth)

    def _called(self, frame: Symbol, function: FunctionFacts) -> list[str]:
        """By which names a function is called, or a class whose objects it makes."""
        if function.name not in MAKING_METHODS or function.owner is None:
            return [function.name]
        owner = Symbol(frame.module, function.owner)
        return list(dict.fromkeys(item.name for item in (owner, *self.program.subclasses(owner))))

    def _may_be(self, given: Argument, caller: Symbol) -> bool:
        """Whether an argument may be a function: by its name, or as a parameter of the caller."""
        chain = given.chain
        if not chain:
            return False
        is_named = chain[-1].lstrip(".") in self._names or chain[0].startswith("<")
        parameters = self.program.functions[caller].parameters
        return is_named or (len(chain) == 1 and any(item.name == chain[0] for item in parameters))

    @cached_property
    def _names(self) -> frozenset[str]:
        return frozenset(function.name for function in self.program.functions.values())

    def _functions(self, given: Argument, caller: Symbol, depth: int) -> Iterator[Value]:
        yield from (value for value in self.program.values(given.chain, caller) if value.kind == "function")
        if len(given.chain) == 1 and depth < _DEEPEST:
            yield from self.of(self.program.home(given.chain[0], caller), given.chain[0], depth + 1)
