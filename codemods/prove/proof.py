"""What a proof says, for whoever lays it out: each way before and after, what crossed, what the audit says of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from codemods.messages import phrase
from codemods.prove.guest.shapes import APART, CROSSED, NOT_REACHED, REFUSED, Crossing, Logged, Question
from codemods.prove.guest.words import NOBODY

VERDICTS = (CROSSED, APART, REFUSED, NOT_REACHED)


@dataclass(frozen=True)
class Outcome:
    """What became of a way in one of the copies."""

    verdict: str
    why: str = ""
    crossings: tuple[Crossing, ...] = ()
    questions: tuple[Question, ...] = ()

    @property
    def owners_shown(self) -> frozenset[str]:
        """Who was shown something of the own when asking with the own ids."""
        return frozenset(each.by for each in self.questions if each.by == each.ids and each.shows_own)

    @property
    def answers_nobody(self) -> bool:
        """Whether somebody is answered who has no tenant, and shows no token."""
        return any(each.by == NOBODY and not each.error for each in self.questions)


@dataclass(frozen=True)
class Way:
    """One way in or out: where it is defined, what became of it before and after, and what the audit says of it then.

    `audited` is "" where the audit does not name it.
    """

    section: str
    path: str
    name: str
    before: Outcome
    after: Outcome
    audited: str = ""
    reason: str = ""
    # Whether the audit calls harmless what crossed, or scoped what answers without a tenant: a fault of the audit.
    is_fault: bool = False
    # Whether it showed its owners what is theirs, of a restart what it had shown before, and does so no more.
    is_lost: bool = False

    @property
    def id(self) -> str:
        return f"{self.path}:{self.name}"


@dataclass(frozen=True)
class Sum:
    """How many ways of a section became what, before and after, in the order of VERDICTS."""

    section: str
    before: tuple[int, ...]
    after: tuple[int, ...]


@dataclass(frozen=True)
class Proof:
    """A tree, run before and after. `logged`: errors that it logged in work of a tenant once migrated."""

    tree: str
    python: str
    seconds: float
    ways: tuple[Way, ...]
    logged: tuple[Logged, ...]

    @property
    def crossed(self) -> tuple[Way, ...]:
        """What crosses after the migration."""
        return tuple(way for way in self.ways if way.after.verdict == CROSSED)

    @property
    def faults(self) -> tuple[Way, ...]:
        return tuple(way for way in self.ways if way.is_fault)

    @property
    def lost(self) -> tuple[Way, ...]:
        """What owners have of the tree as it is, and have no more once it is migrated."""
        return tuple(way for way in self.ways if way.is_lost)

    @property
    def is_empty(self) -> bool:
        """Whether no way at all was answered once migrated: then it shows nothing."""
        return not any(way.after.verdict in (CROSSED, APART) for way in self.ways)

    @property
    def unreached(self) -> tuple[Way, ...]:
        return tuple(way for way in self.ways if way.after.verdict == NOT_REACHED)

    @property
    def sums(self) -> tuple[Sum, ...]:
        """A sum for each section that has ways, and one of all."""
        titles = list(dict.fromkeys(way.section for way in self.ways))
        parts = [_sum(title, [way for way in self.ways if way.section == title]) for title in titles]
        return (*parts, _sum(phrase("all"), self.ways))


def _sum(section: str, ways: Sequence[Way]) -> Sum:
    return Sum(section, _counts(way.before for way in ways), _counts(way.after for way in ways))


def _counts(outcomes: Iterable[Outcome]) -> tuple[int, ...]:
    counted = Counter(outcome.verdict for outcome in outcomes)
    return tuple(counted[verdict] for verdict in VERDICTS)
