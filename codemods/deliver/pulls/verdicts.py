"""What the audit says of the places of each pull: today, and with all pulls merged.

Two surveys tell it. Behind each single pull the audit is a third thing, and no survey of it is made: on the way a place
may wait for other pulls, and what counts is where all of them lead.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from codemods.deliver.pulls.grouping import Grouping
from codemods.deliver.pulls.split import Pull
from codemods.survey.survey import Survey
from codemods.survey.verdicts import BAD, ApiFunction, EntryPoint

Key = tuple[str, str, int]


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the audit: the place, which of its name it is there, and its verdict."""

    path: str
    name: str
    number: int
    line: int
    verdict: str
    reason: str
    note: str

    @property
    def key(self) -> Key:
        return self.path, self.name, self.number

    @property
    def id(self) -> str:
        return f"{self.path}:{self.name}"


@dataclass(frozen=True, slots=True)
class Rows:
    """The rows of a pull's places, today and with all pulls merged; a place may be missing in either."""

    before: tuple[Row, ...] = ()
    after: tuple[Row, ...] = ()

    @property
    def changed(self) -> list[tuple[Row | None, Row | None]]:
        """The places whose verdicts change: before and after."""
        there, now_there = ({row.key: row for row in rows} for rows in (self.before, self.after))
        pairs = [(there.get(key), now_there.get(key)) for key in dict.fromkeys((*now_there, *there))]
        return [(was, now) for was, now in pairs if was is None or now is None or was.verdict != now.verdict]


def audit_rows(survey: Survey) -> tuple[Row, ...]:
    """Every entry point and plugin API function, in order of place."""
    seen: Counter[str] = Counter()
    rows = []
    items: list[EntryPoint | ApiFunction] = [*survey.entry_points(), *survey.api_functions]
    for item in items:
        seen[item.id] += 1
        note = (item.note if isinstance(item, EntryPoint) else None) or ""
        rows.append(Row(item.path, item.name, seen[item.id], item.line, item.verdict, item.reason, note))
    return tuple(rows)


def worse(before: Iterable[Row], after: Iterable[Row]) -> list[Row]:
    """The rows that are insecure now and were not, or were not there."""
    bad = {row.key for row in before if row.verdict in BAD}
    return [row for row in after if row.verdict in BAD and row.key not in bad]


def rows_by_pull(
    pulls: Sequence[Pull], before: Sequence[Row], after: Sequence[Row], grouping: Grouping
) -> dict[str, Rows]:
    """The rows that belong to each of the pulls, by its name; each belongs to one, if to any."""
    names = [pull.name for pull in pulls]
    editing: dict[str, list[tuple[str, set[str]]]] = defaultdict(list)
    for pull in pulls:
        for change in pull.changes:
            editing[change.path].append((pull.name, set(change.names)))
    moved = {row.key for pair in Rows(tuple(before), tuple(after)).changed for row in pair if row}

    def home(row: Row) -> str | None:
        """The last pull that edits its function, else its file; where none does and it changes, its module's or the
        last."""
        if there := editing.get(row.path):
            return next((name for name, places in reversed(there) if row.name in places), there[-1][0])
        if row.key not in moved or not names:
            return None
        return module if (module := grouping.of(row.path)) in names else names[-1]

    homes = {row.key: home(row) for row in (*before, *after)}

    def of(name: str, rows: Sequence[Row]) -> tuple[Row, ...]:
        return tuple(row for row in rows if homes[row.key] == name)

    return {name: Rows(of(name, before), of(name, after)) for name in names}
