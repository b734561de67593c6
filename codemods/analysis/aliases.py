"""Names that stand for what another name keeps: `seen = _seen`, `self.seen = MappingProxyType(self._seen)`."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container
from typing import NamedTuple

from codemods.analysis.chains import Chain
from codemods.analysis.containers import HANDING_OUT
from codemods.analysis.program import Program
from codemods.analysis.symbols import Symbol

# What only looks into what a chain stands for.
_LOOKING_IN = frozenset({"()", "[]", *("." + name for name in HANDING_OUT)})


class Alias(NamedTuple):
    """What a name of a module or an attribute of a class is given: a chain, and the function that it stands in."""

    at: Symbol
    is_attribute: bool
    chain: Chain
    frame: Symbol


def aliases_by_name(program: Program, answering: Container[str]) -> dict[str, list[Alias]]:
    """Every alias, by its own last name and by that of what it stands for; `answering`: the names of functions whose
    answers are kept, which an alias may stand for as well."""
    found: dict[str, list[Alias]] = defaultdict(list)
    for module, file in program.files.items():
        body = file.body
        for name, chains in body.assigned.items():
            if name not in body.containers and name not in body.tuples:
                for chain in chains:
                    if kept := _kept(chain, answering):
                        _note(
                            found, Alias(Symbol(module, name), False, chain, Symbol(module, body.qualname)), name, kept
                        )
    for identifier, cls in program.classes.items():
        for name, chains in cls.assigned.items():
            for chain in chains if name not in cls.filled and name not in cls.containers else ():
                if kept := _kept(chain, answering):
                    is_here = not chain[0].startswith("@")
                    frame = identifier.body if is_here else Symbol(identifier.module, chain[0][1:])
                    alias = Alias(identifier.member(name), True, chain if is_here else chain[1:], frame)
                    _note(found, alias, name, kept)
    return found


def _note(found: dict[str, list[Alias]], alias: Alias, name: str, kept: str) -> None:
    for each in {name, kept}:
        found[each].append(alias)


def _kept(chain: Chain, answering: Container[str]) -> str:
    """The name of what a chain looks into, or ""; what another call answers is something new."""
    for number in range(len(chain) - 1, -1, -1):
        part = chain[number]
        if part not in _LOOKING_IN:
            name = part.removeprefix(".")
            is_called = chain[number + 1 : number + 2] == ("()",)
            return name if not is_called or name in answering else ""
    return ""
