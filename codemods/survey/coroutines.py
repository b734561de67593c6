"""Whose coroutines an expression may be: of a call, of a name that was given some before, of what callers hand in."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from codemods.analysis.chains import Chain
from codemods.analysis.facts import Use
from codemods.analysis.matching import matched
from codemods.analysis.symbols import Symbol
from codemods.survey.program import TenantProgram

# Names for names, and functions that hand on to functions, are followed so far.
_DEEPEST = 4


def coroutines_of(program: TenantProgram, chain: Chain, frame: Symbol, depth: int = 0) -> Iterator[Symbol]:
    """The functions whose coroutines an expression of a function may be, or that it names."""
    while chain[-1:] == ("[]",):  # a container stands for what it holds
        chain = chain[:-1]
    if len(chain) != 1:
        called = chain[:-1] if chain[-1:] == ("()",) else chain
        values = program.values(called, frame) if called else ()
        yield from (value.name for value in values if value.kind == "function")
        return
    functions = [value.name for value in program.values(chain, frame) if value.kind == "function"]
    yield from functions
    if not functions and depth < _DEEPEST:
        home = program.functions[program.program.home(chain[0], frame)]
        for given in home.assigned.get(chain[0], ()):
            if not given[0].startswith("@"):
                yield from coroutines_of(program, given, frame, depth + 1)


class Handing(Struct, frozen=True):
    """A call by which one function hands another the coroutine of a third."""

    caller: Symbol
    use: Use
    function: Symbol


def handed_in(program: TenantProgram, chain: Chain, frame: Symbol, depth: int = 0) -> Iterator[Handing]:
    """The calls of a function that hand it what one of its names stands for."""
    function = program.functions[frame]
    if len(chain) != 1 or depth >= _DEEPEST or all(item.name != chain[0] for item in function.parameters):
        return
    for caller in program.naming(function.name):
        for use in program.functions[caller].uses:
            if use.chain[-1] == "()" and program.named(use.chain, caller, frozenset({frame})):
                for name, given in matched(function, use):
                    if name == chain[0]:
                        yield from (Handing(caller, use, target) for target in coroutines_of(program, given, caller))
                        yield from handed_in(program, given, caller, depth + 1)
