"""What the page shows of a proof: what became of each place, and the whole of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from codemods.deliver.page.model import Both, Ran, both
from codemods.deliver.reports.proof import closing, sentences_of
from codemods.prove.guest.shapes import APART, CROSSED, NOT_REACHED, REFUSED
from codemods.prove.joining import RUN_ALONE
from codemods.prove.proof import VERDICTS, Proof, Way
from codemods.survey.area import all_areas
from codemods.survey.verdicts import Finding, Judged

# What a reader asks for first.
_ORDER = (CROSSED, NOT_REACHED, REFUSED, APART)


class Runs:
    """The ways of a proof, by place."""

    def __init__(self, proof: Proof | None) -> None:
        self._ways: dict[tuple[str, str], list[Way]] = defaultdict(list)
        for way in proof.ways if proof else ():
            self._ways[way.path, _plain(way.name)].append(way)
        self._sections = {kind: {area.title, area.title_zh} for area in all_areas() for kind in area.kinds}

    def of(self, item: Judged | Finding) -> Ran | None:
        """What became of a place: as a way of its own kind, else as any."""
        found = self._ways.get((getattr(item, "home", "") or item.path, _plain(item.name)), [])
        own = self._sections.get(item.kind, set()) if isinstance(item, Judged) else set[str]()
        way = next((way for way in found if way.section in own), found[0] if found else None)
        return _ran(way) if way else None


def _plain(name: str) -> str:
    """A name as audits have it: the interpreter says besides what is local to a function."""
    return name.replace(".<locals>", "")


def _ran(way: Way) -> Ran:
    return Ran(way.before.verdict, way.after.verdict, tuple(both(sentence) for sentence in sentences_of(way)))


# The whole of it


@dataclass(frozen=True, slots=True)
class ShownWay:
    """One way."""

    path: Both
    name: Both
    ran: Ran


@dataclass(frozen=True, slots=True)
class Group:
    """The ways that became the same once migrated."""

    verdict: str
    ways: tuple[ShownWay, ...]


@dataclass(frozen=True, slots=True)
class ShownSum:
    """How many ways of a section ("" for all) became what, before and after, verdict by verdict."""

    section: Both
    counts: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Shown:
    """A proof as the page has it."""

    sentences: tuple[Both, ...]
    verdicts: tuple[str, ...]
    sums: tuple[ShownSum, ...]
    groups: tuple[Group, ...]


def shown(proof: Proof) -> Shown:
    """The whole of a proof."""
    titles = _titles()
    *parts, whole = proof.sums
    sums = [
        ShownSum(titles.get(item.section, item.section), tuple(zip(item.before, item.after, strict=True)))
        for item in parts
    ]
    return Shown(
        tuple(both(sentence) for sentence in closing(proof)),
        VERDICTS,
        (*sums, ShownSum("", tuple(zip(whole.before, whole.after, strict=True)))),
        tuple(group for verdict in _ORDER if (group := _group(proof, verdict)).ways),
    )


def _group(proof: Proof, verdict: str) -> Group:
    return Group(
        verdict,
        tuple(
            ShownWay(both(way.path), both(way.name), _ran(way)) for way in proof.ways if way.after.verdict == verdict
        ),
    )


def _titles() -> Mapping[str, Both]:
    """The titles of sections in both languages, by either."""
    areas = {
        title: (area.title, area.title_zh) for area in all_areas() for title in (area.title, area.title_zh) if title
    }
    return areas | {str(title): both(title) for title in RUN_ALONE.values()}
