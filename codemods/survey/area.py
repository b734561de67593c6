"""What an area of the audit is, and which there are.

An area is one question that the survey asks a checkout. It stands in a folder of its own beside this file, whose
`area.py` says in one object, AREA, all that the rest of the house needs to know of it. Areas are found there, not
registered: a new one is a new folder. Finding them loads none of what they do.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from codemods.survey.program import TenantProgram
    from codemods.survey.sites import Site, Unfit
    from codemods.survey.verdicts import Finding, Judged

API_FUNCTION = "api-function"


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the analysis: its sections, what it speaks of, what it says of that, and the kinds that answer it."""

    sections: tuple[str, ...]
    what: str
    says: str
    kinds: tuple[str, ...]


def _no_sites(program: TenantProgram) -> Iterable[Site | Unfit]:
    return ()


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Area:
    """One question of the audit.

    order: where it stands among the others. title, title_zh: the report's section; areas of one title share it.
    kinds: what it judges. places: the kinds of place that codemods edit because of it, beside what it judges.
    rows: what of the analysis it answers. survey: judges a program. sites: finds the places, also those that are unfit.
    planned: what plans need of the survey, where that is less. ended_by: the decisions that end what it finds; with any
    other it stays open.
    """

    order: int
    survey: Callable[[TenantProgram], Iterable[Judged | Finding]]
    sites: Callable[[TenantProgram], Iterable[Site | Unfit]] = _no_sites
    planned: Callable[[TenantProgram], Iterable[Judged | Finding]] | None = None
    title: str = ""
    title_zh: str = ""
    kinds: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    rows: tuple[Row, ...] = ()
    ended_by: tuple[str, ...] = ("accepted",)
    # What the recipes do about an answer, where they act on it.
    consequences: Mapping[str, str] = field(default_factory=dict)


@cache
def all_areas() -> tuple[Area, ...]:
    """Every area, in the order of the report."""
    folders = [module.name for module in pkgutil.iter_modules([str(Path(__file__).parent)]) if module.ispkg]
    areas: list[Area] = [importlib.import_module(f"{__package__}.{folder}.area").AREA for folder in folders]
    return tuple(sorted(areas, key=lambda area: area.order))


def areas_of(kinds: Iterable[str]) -> tuple[Area, ...]:
    """The areas that judge any of these kinds; all of them when none is named."""
    wanted = frozenset(kinds)
    return tuple(area for area in all_areas() if not wanted or not wanted.isdisjoint(area.kinds))


def area_of_place(on: str) -> Area | None:
    """The area that knows a kind of place, or None where none does."""
    return next((area for area in all_areas() if on in area.places), None)


def all_kinds() -> tuple[str, ...]:
    """The kinds of what is judged."""
    return tuple(kind for area in all_areas() for kind in area.kinds)


def all_places() -> tuple[str, ...]:
    """What recipes may ask for with `on`: the kinds of entry point, and of the other places that codemods edit."""
    return tuple(dict.fromkeys(name for area in all_areas() for name in (*area.kinds, *area.places)))
