"""One handler of the process's start: what it does, what becomes of it, and why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from codemods.analysis.symbols import Symbol
from codemods.messages import phrase
from codemods.survey.plugins.begun import Begun
from codemods.survey.plugins.first_values import PluginHolder
from codemods.survey.plugins.plugin_code import Evidence, Part
from codemods.survey.plugins.splitting import Partition
from codemods.survey.plugins.subscriptions import Subscription


class EarlyUse(NamedTuple):
    """A line that runs without a tenant, and uses what is to be one for each."""

    function: Symbol
    line: int
    # Whether it is a mention of what is kept, and not what reads or writes a file.
    is_mention: bool = False


STAYS, MOVES, SPLITS, LEFT = "stays", "moves", "splits", "left"


@dataclass
class StartHandler:
    """A handler of the process's start."""

    cls: Symbol
    execute: Symbol
    subscriptions: list[Subscription]
    decision: str = STAYS
    tenant: list[Evidence] = field(default_factory=list)
    process: list[Evidence] = field(default_factory=list)
    # What stands in the way of each that is left.
    obstacles: tuple[str, ...] = ()
    partition: Partition | None = None
    holders: list[PluginHolder] = field(default_factory=list)
    # What a person has decided of it, or "".
    answer: str = ""
    # Where it is no handler yet, but a statement of a plugin's `__init__`: that, and what makes up the plugin.
    begun: Begun | None = None
    # What else is made for each tenant, so that it can be: it was made too early.
    made: set[PluginHolder] = field(default_factory=set)
    # The handler that needs what this one makes.
    cause: StartHandler | None = None

    def begin(self, begun: Begun, evidence: Sequence[Evidence]) -> None:
        """Run these statements of an `__init__`."""
        self.begun, self.partition = begun, Partition((), begun.lines, ())
        self.tenant = [*self.tenant, *evidence]

    @property
    def part(self) -> Part:
        """What of it is a tenant's."""
        return Part(self.execute, self.partition.tenant if self.partition else None)

    @property
    def reason(self) -> str:
        if self.decision == STAYS and not self.tenant:
            return phrase("does nothing of a tenant's")
        if self.decision == STAYS and not self.answer:
            return phrase("does nothing of a tenant's: a plugin has one configuration for the whole process here")
        if not self.tenant:
            return phrase("cannot be judged, because {obstacle}", obstacle=self.obstacles[0])
        if self.decision == MOVES:
            return phrase("does a tenant's work once for all: {tenant}", tenant=_first(self.tenant))
        tenant = _first(self.tenant)
        both = phrase("does a tenant's work ({tenant})", tenant=tenant)
        if self.process:
            process = _first(self.process)
            both = phrase(
                "does a tenant's work ({tenant}) and the process's ({process})", tenant=tenant, process=process
            )
        if not self.obstacles:
            return both
        return phrase("{both}; left alone, because {obstacle}", both=both, obstacle=self.obstacles[0])

    @property
    def details(self) -> tuple[str, ...]:
        """What else it does of a tenant's and of the process's, and what else stands in the way."""
        if self.decision == STAYS:
            return ()
        more = [phrase("of a tenant's: {evidence}", evidence=item.told) for item in self.tenant[1:]]
        more += [phrase("of the process's: {evidence}", evidence=item.told) for item in self.process[1:]]
        return (*more, *(phrase("in the way: {obstacle}", obstacle=obstacle) for obstacle in self.obstacles[1:]))


@dataclass(frozen=True, slots=True)
class Stuck:
    """A handler that cannot go, what is in its way, and which of that is kept for all tenants."""

    handler: StartHandler
    obstacles: tuple[str, ...]
    holders: tuple[PluginHolder, ...] = ()
    early: tuple[EarlyUse, ...] = ()


def _first(evidence: Sequence[Evidence]) -> str:
    if len(evidence) == 1:
        return evidence[0].told
    return phrase("{evidence} and {count} more", evidence=evidence[0].told, count=len(evidence) - 1)
