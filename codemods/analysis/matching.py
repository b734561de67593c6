"""What a call hands to which parameter, and so what it changes of what it hands on."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping

from msgspec import structs

from codemods.analysis.chains import Chain
from codemods.analysis.facts import Argument, FunctionFacts, Parameter, Use
from codemods.analysis.writes import Write

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
    for item in use.arguments:
        if item.keyword == name:
            return item
    names = [parameter.name for parameter in function.parameters if not parameter.taking]
    if names[:1] in (["self"], ["cls"]):
        names = names[1:]
    place = names.index(name) if name in names else len(use.positional)
    return use.positional[place] if place < len(use.positional) else None


def matched(function: FunctionFacts, use: Use) -> Iterable[tuple[str, Chain]]:
    """The arguments of a call that are chains, each with the parameter that takes it."""
    names = [parameter.name for parameter in function.parameters if not parameter.taking]
    if names[:1] in (["self"], ["cls"]):
        names = names[1:]
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
