"""Generators that outlive who makes them: kept by a name of a module or an attribute, and asked for more by others.

Whoever goes through one, or sends it something, runs its body; what it keeps in names of its own lives as long.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

from codemods.analysis.chains import Chain
from codemods.analysis.program import Program
from codemods.analysis.symbols import MODULE_BODY, Symbol


class KeptGenerators:
    """Those of one program: most have none."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self._names = {at.name for at, function in program.functions.items() if function.is_generator}
        # By the name or attribute that keeps them, and by where that is.
        self.kept: dict[str, dict[Symbol, list[Symbol]]] = defaultdict(lambda: defaultdict(list))
        for module, file in program.files.items():
            for name, chains in file.body.assigned.items():
                self._note(name, Symbol(module, name), chains, file.body.qualname)
        for identifier, cls in program.classes.items():
            for name, chains in cls.assigned.items():
                self._note("." + name, identifier.member(name), chains, MODULE_BODY)
        self.functions = frozenset(item for at in self.kept.values() for found in at.values() for item in found)

    def _note(self, part: str, at: Symbol, chains: Iterable[Chain], frame: str) -> None:
        for chain in chains:
            if chain[-1] == "()" and len(chain) > 1 and chain[-2].lstrip(".") in self._names:
                for value in self.program.values(chain[:-1], Symbol(at.module, frame)):
                    if value.kind == "function" and self.program.functions[value.name].is_generator:
                        self.kept[part][at].append(value.name)

    def run_by(self, chain: Chain, frame: Symbol) -> Iterator[Symbol]:
        """The generators that a chain of a function may run, which has the name of one that is kept in it."""
        for cut, part in enumerate(chain):
            at = self.kept.get(part, {})
            for name in self._places(chain[:cut], part, frame) if at else ():
                yield from at.get(name, ())

    def _places(self, base: Chain, part: str, frame: Symbol) -> Iterator[Symbol]:
        """Where a name or an attribute is kept."""
        if not base:
            home = self.program.home(part, frame)
            target: Mapping[str, Symbol] = self.program.functions[home].imports
            yield target.get(part) or Symbol(home.module, part)
        for value in self.program.values(base, frame) if base else ():
            if value.kind == "module":
                yield value.name.member(part[1:])
            elif value.kind in ("class", "instance"):
                yield from (owner.member(part[1:]) for owner in self.program.lineage(value.name))
