"""Where shallow copies go: names of a function's own, attributes of objects, and what functions answer."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

from codemods.analysis.chains import Chain
from codemods.analysis.facts import ANSWERED, ITEM_OF
from codemods.analysis.program import Program
from codemods.analysis.symbols import Symbol
from codemods.analysis.writes import ADDED, BIND, REMOVE, Write


class Copies:
    """The functions of a program that make copies, by the names of what these are put into."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self._known: dict[tuple[Symbol, Chain], Sequence[tuple[Symbol, str, Chain]]] = {}
        self._by_name: dict[str, list[Symbol]] = defaultdict(list)
        for identifier, function in program.functions.items():
            for name in function.copied or ():
                if name.removeprefix(ITEM_OF) == ANSWERED:
                    self._by_name[f".{function.name}"].append(identifier)
                    self._by_name[function.name].append(identifier)
                elif name.removeprefix(ITEM_OF).startswith("."):
                    self._by_name[name.removeprefix(ITEM_OF)].append(identifier)

    def changed(self, write: Write, identifier: Symbol) -> Iterator[tuple[Symbol, Chain]]:
        """What else has in it what a write of a function changes in a shallow copy, and in which function that is
        called so: what is put into the copy is the copy's own."""
        is_last = write.how in (BIND, ADDED, REMOVE)
        for frame, name, rest in self.of(write.chain, identifier):
            copied, within = self.program.functions[frame].copied or {}, len(rest) - is_last
            for chain in copied.get(name, ()) if within > 0 else ():
                yield frame, (*chain, *rest)
            for chain in copied.get(ITEM_OF + name, ()) if within >= 0 else ():
                yield frame, (*chain, "[]", *rest)

    def of(self, chain: Chain, frame: Symbol) -> Sequence[tuple[Symbol, str, Chain]]:
        """The copies that a chain of a function looks into: who makes each, by which name, and what is behind it."""
        known = self._known.get((frame, chain))
        if known is None:
            known = self._known[frame, chain] = tuple(self._looked_into(chain, frame))
        return known

    def _looked_into(self, chain: Chain, frame: Symbol) -> Iterator[tuple[Symbol, str, Chain]]:
        function, by_name = self.program.functions[frame], self._by_name
        if function.copied:
            yield frame, chain[0], chain[1:]
        for given in dict.fromkeys((chain[:1], *function.assigned.get(chain[0], ()))):
            start = (*given, *chain[1:])
            if by_name.keys().isdisjoint(start):
                continue  # most of them
            for cut, part in enumerate(start, 1):
                for maker in dict.fromkeys(by_name.get(part, ())):
                    yield from self._made(start, cut, maker, frame)

    def _made(self, chain: Chain, cut: int, maker: Symbol, frame: Symbol) -> Iterator[tuple[Symbol, str, Chain]]:
        """Whether what a chain leads to is what a function makes a copy for."""
        function, part = self.program.functions[maker], chain[cut - 1]
        values = self.program.values(chain[:cut], frame) if function.name == part.removeprefix(".") else ()
        for value in values:
            if value.name == maker and value.kind == "function" and chain[cut : cut + 1] == ("()",):
                yield maker, ANSWERED, chain[cut + 1 :]
            elif value.name == maker and value.kind == "property":
                yield maker, ANSWERED, chain[cut:]
        copied, owner = function.copied or {}, Symbol(maker.module, function.owner or "")
        if cut > 1 and (part in copied or ITEM_OF + part in copied):
            values = self.program.values(chain[: cut - 1], frame)
            if any(value.kind == "instance" and owner in self.program.lineage(value.name) for value in values):
                yield maker, part, chain[cut:]
