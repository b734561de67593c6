"""What a person has decided, held against what the audit finds."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from difflib import get_close_matches

from codemods.knowledge.decisions import ACCEPTED, PROJECT, Decision
from codemods.messages import phrase
from codemods.survey.area import Area
from codemods.survey.sites import Site, Unfit
from codemods.survey.verdicts import GLOBAL, UNSETTLED, Finding, Judged


@dataclass(frozen=True)
class Decisions:
    """The decisions of a checkout, as they hold on one day."""

    all: tuple[Decision, ...] = ()
    today: date = field(default_factory=date.today)

    @property
    def of_project(self) -> tuple[Decision, ...]:
        """Those that stand in a pyproject.toml."""
        return tuple(each for each in self.all if each.file == PROJECT)

    @property
    def answers(self) -> dict[str, str]:
        """What holds today, by what it is about."""
        return {each.at: each.answer for each in self.all if not each.has_expired(self.today)}

    def applied(self, area: Area, item: Judged | Finding) -> Judged | Finding:
        """What an area has found, and what was decided of it. What is not open needs no decision, and has none."""
        decision = next((each for each in self.all if each.at == item.at and not each.has_expired(self.today)), None)
        if decision is None or not is_open(item):
            return item
        if decision.answer not in area.ended_by:
            return replace(item, decision=decision)
        return replace(item, decision=decision, verdict=ACCEPTED if decision.answer == ACCEPTED else GLOBAL)

    def idle(self, items: Sequence[Judged | Finding]) -> Iterator[Finding]:
        """The decisions that decide nothing, or no longer, given all that the audit has found."""
        deciding = {item.at for item in items if item.decision is not None}
        verdicts = {item.at: item.verdict for item in items}
        for each in self.all:
            if each.has_expired(self.today):
                reason = phrase("held until {until}: decide again, or take it out", until=each.until)
                yield Finding(each.file, each.line, reason, f"expired {each.at}")
            elif each.at not in deciding:
                reason = phrase("fits nothing that is open: {why_idle}", why_idle=_why_idle(each.at, verdicts))
                yield Finding(each.file, each.line, reason, f"idle {each.at}")


def _why_idle(at: str, verdicts: dict[str, str]) -> str:
    if at in verdicts:
        return phrase("it is {verdicts} without it, so take it out", verdicts=verdicts[at])
    if close := get_close_matches(at, verdicts, 1):
        return phrase("did you mean `{close}`?", close=close[0])
    return phrase("there is no such place any more, so take it out")


def is_open(item: Judged | Finding) -> bool:
    """Whether something must still be done about it."""
    return item.verdict in UNSETTLED if isinstance(item, Judged) else item.verdict not in (ACCEPTED, GLOBAL)


def without_accepted(places: Iterable[Site | Unfit], items: Iterable[Judged | Finding]) -> tuple[Site | Unfit, ...]:
    """The places that codemods may edit: what was accepted as it is, is unfit, and what is edited with it is left.

    So is what is edited because of something that a decision has ended, which names the group by it.
    """
    items = tuple(items)
    ended = {item.at for item in items if item.decision is not None and not is_open(item)}
    places = tuple(place for place in places if not (isinstance(place, Site) and place.atomic_group in ended))
    left = {(item.path, item.qualname): item.line for item in items if item.verdict == ACCEPTED}
    if not left:
        return places
    unfit: dict[Site | Unfit, Unfit] = {
        place: Unfit(place.on, path, line, phrase("a decision leaves it as it is"))
        for place in places
        for (path, name), line in left.items()
        if isinstance(place, Site) and place.path == path and _within(place, name)
    }
    groups = {place.atomic_group for place in unfit if isinstance(place, Site)} - {""}
    kept = (place for place in places if not (isinstance(place, Site) and place.atomic_group in groups))
    return tuple(unfit.get(place, place) for place in kept)


def _within(site: Site, name: str) -> bool:
    what = site.place.what
    return what == name or what.startswith(f"{name}.")
