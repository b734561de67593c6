"""Whether each tenant can have an object of its own, where the process has one that is made when it is asked for."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property

from codemods.analysis.holders import Holders
from codemods.analysis.kept import ATTRIBUTE, Holder
from codemods.analysis.lifetimes import keeps_itself
from codemods.analysis.symbols import Symbol
from codemods.analysis.writes import BIND
from codemods.messages import phrase
from codemods.survey.program import TenantProgram
from codemods.survey.shared_state.mentions import Mention, is_answered
from codemods.survey.spawns import spawns_of


class Objects:
    """The objects that the holders of one program are given; `shared`: the classes that the process has one of."""

    def __init__(self, program: TenantProgram, holders: Holders, shared: frozenset[Symbol]) -> None:
        self.program, self.holders, self.shared = program, holders, shared

    def of(self, holder: Holder) -> list[Symbol]:
        """The classes of the tree whose objects functions give to a holder."""
        found: dict[Symbol, None] = {}
        for change in self.holders.changes.get(holder, ()):
            if change.write.how == BIND and not change.entry and change.write.value is not None:
                for chain in change.write.value.chains[:1]:
                    values = self.program.values(chain, change.function)
                    found |= {item.name: None for item in values if item.kind == "instance"}
        return [cls for cls in found if cls in self.program.classes]

    def keeping(self, cls: Symbol) -> list[Holder] | None:
        """Where a class keeps its one object itself: [] where it does not; None where that cannot be told."""
        if not any(keeps_itself(self.program.program, base) for base in self.program.lineage(cls)):
            return []
        makers = set(self.program.method(cls, "__new__"))
        found = [
            holder
            for holder, changes in self.holders.changes.items()
            if holder.kind == ATTRIBUTE and holder.owner in self.program.lineage(cls)
            for change in changes
            if change.function in makers and change.write.how == BIND and not change.entry
            if len(change.write.chain) == 2
        ]
        return list(dict.fromkeys(found)) or None

    def obstacle(self, cls: Symbol) -> str:
        """What making a second object of a class would do besides, or ""."""
        for function in self._run_by_making(cls):
            if function in self._starting:
                return phrase("making a {cls} starts something ({where})", cls=cls.name, where=self._place(function))
        return ""

    def _run_by_making(self, cls: Symbol) -> list[Symbol]:
        makers = [item for name in ("__new__", "__init__") for item in self.program.method(cls, name)]
        return list(self.program.reaches.run_by(makers, lambda edge: not edge.guessed))

    def kept_answers(self, uses: list[Mention]) -> Iterator[str]:
        """Objects of the process that keep what a function answers with a holder's value."""
        getters = {item.frame for item in uses if is_answered(item)}
        for cls, name, getter, functions in self._given_answers if getters else ():
            if not getters.isdisjoint(functions):
                yield phrase("{cls}.{name} keeps what {getter}() answers", cls=cls.name, name=name, getter=getter)

    @cached_property
    def _given_answers(self) -> list[tuple[Symbol, str, str, frozenset[Symbol]]]:
        """The attributes of shared classes that are given what some functions answer, and how these are called."""
        found = []
        for cls in sorted(self.shared):
            for name, chains in self.program.classes[cls].assigned.items():
                for chain in chains:
                    values = self.program.values(chain[:-1], cls.body) if chain[1:] and chain[-1] == "()" else ()
                    if functions := frozenset(value.name for value in values if value.kind == "function"):
                        found.append((cls, name, chain[-2].lstrip("."), functions))
        return found

    @cached_property
    def _starting(self) -> frozenset[Symbol]:
        return frozenset(spawn.spawner for spawn in spawns_of(self.program))

    def _place(self, function: Symbol) -> str:
        return f"{self.program.file_of(function).path}:{self.program.functions[function].line}"
