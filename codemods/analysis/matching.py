"""What a call hands to which parameter, and so what it changes of what it hands on."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from msgspec import structs

from codemods.analysis.chains import Chain
from codemods.analysis.facts import Argument, FunctionFacts, Parameter, Use
from codemods.analysis.symbols import Symbol
from codemods.analysis.writes import Write

if TYPE_CHECKING:
    from codemods.analysis.program import Program

# What calls a class to make an object of it.
MAKING_METHODS = ("__init__", "__new__")
# What a function changes of what it is handed, by its parameters.
Changed = Mapping[str, Collection[Write]]


def applied(function: FunctionFacts, use: Use, changed: Changed, *, is_whole: bool = False) -> Iterator[Write]:
    """What a call changes of what it hands a function that changes some of its parameters; `is_whole`: of names only,
    and not of what is inside of them."""
    gathering = {parameter.name for parameter in function.parameters if parameter.taking.startswith("*")}
    for name, chain in matched(function, use):
        for write in changed.get(name, ()) if len(chain) == 1 or not is_whole else ():
            if name not in gathering or len(write.chain) > 1:  # what gathers the rest is made for the call
                yield structs.replace(write, chain=(*chain, *write.chain[1:]))


def asked_for(parameter: Parameter) -> Iterator[Chain]:
    """What a framework calls for a parameter and hands it the answer of, as its default or annotation asks for."""
    for use in (parameter.default, *parameter.metadata):
        if use is not None and use.positional and use.positional[0].chain:
            yield use.positional[0].chain


def parameter_of(function: FunctionFacts, use: Use, name: str) -> Argument | None:
    """The argument of a call that a parameter of its own takes, or None."""
    names = _by_place(function)
    named = (item for item in use.arguments if item.keyword == name)
    return next(named, None) or next(
        (item for at, item in zip(names, use.positional, strict=False) if at == name), None
    )


def matched(function: FunctionFacts, use: Use) -> Iterable[tuple[str, Chain]]:
    """The arguments of a call that are chains, each with the parameter that takes it."""
    names = _by_place(function)
    others = {parameter.taking: parameter.name for parameter in function.parameters if parameter.taking != "named"}
    for number, item in enumerate(use.positional):
        name = names[number] if number < len(names) else others.get("*")
        if name is not None and item.chain:
            yield name, item.chain
    known = {parameter.name for parameter in function.parameters}
    for item in use.arguments:
        name = item.keyword if item.keyword in known else others.get("**", item.keyword)
        if item.keyword and name and item.chain:
            yield name, item.chain


def _by_place(function: FunctionFacts) -> list[str]:
    """The parameters that take arguments by their place, but for the object that a method is of."""
    names = [parameter.name for parameter in function.parameters if not parameter.taking]
    return names[1:] if names[:1] in (["self"], ["cls"]) else names


def called(program: Program, use: Use, frame: Symbol) -> Iterator[Symbol]:
    """The functions that a call runs with what it hands over: of a class, what makes its objects."""
    for value in program.values(use.chain[:-1], frame):
        if value.kind == "function" and value.name in program.functions:
            yield value.name
        elif value.kind == "class":
            yield from program.members(value.name, MAKING_METHODS)
