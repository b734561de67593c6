"""Names that stand for what another name keeps: `seen = _seen`, `self.seen = MappingProxyType(self._seen)`."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
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


def aliases_by_name(program: Program) -> dict[str, list[Alias]]:
    """Every alias, by its own last name and by that of what it stands for: of what a call answers, the function's."""
    found: dict[str, list[Alias]] = defaultdict(list)
    for alias in _aliases(program):
        kept = next((part for part in reversed(alias.chain) if part not in _LOOKING_IN), "").removeprefix(".")
        found[alias.at.name].append(alias)
        if kept != alias.at.name:
            found[kept].append(alias)
    return found


def _aliases(program: Program) -> Iterator[Alias]:
    for module, file in program.files.items():
        body = file.body
        for name, chains in body.assigned.items():
            if name not in body.containers and name not in body.tuples:
                for chain in chains:
                    yield Alias(Symbol(module, name), False, chain, Symbol(module, body.qualname))
    for identifier, cls in program.classes.items():
        for name, chains in cls.assigned.items():
            at = identifier.member(name)
            for chain in chains if name not in cls.filled and name not in cls.containers else ():
                if chain[0].startswith("@"):
                    yield Alias(at, True, chain[1:], Symbol(identifier.module, chain[0][1:]))
                else:
                    yield Alias(at, True, chain, identifier.body)
