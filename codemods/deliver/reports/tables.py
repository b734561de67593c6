"""The audit on a terminal: tables that read like the seed's own analysis, as wide as it is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import groupby

from rich import box
from rich.table import Table
from rich.text import Text

from codemods.deliver.reports.sections import Audit, Row, Section
from codemods.deliver.reports.words import word_of
from codemods.messages import phrase, told
from codemods.terminal.layout import wrapped
from codemods.terminal.text import printable

# The width of the longest verdict and of the line numbers of files that a person has written.
_VERDICT, _LINE = 10, 6


def audit_tables(audit: Audit) -> Iterator[Text | Table]:
    """One table a file, below the section of the analysis that it belongs to, and the counts of all."""
    yield Text(_shown(audit.tree))
    yield Text(f"{_shown(audit.profile)}\n")
    for section in audit.sections:
        yield _heading(section)
        for path, rows in groupby(section.rows, key=lambda row: row.path):
            yield Text(printable(f"  {path}"), "cyan")
            yield _file_table(list(rows))
        yield Text()
    for title, items in (
        (phrase("For a person to decide"), audit.findings),
        (phrase("Decided"), audit.decided),
    ):
        if items:
            yield Text(told(title), "bold")
            yield _findings(items)
            yield Text()
    yield _counts(audit.sections)
    if audit.advice:
        yield Text("\n".join(["", *wrapped(told(audit.advice))]))


def _heading(section: Section) -> Text:
    colour = "bold red" if section.bad else "bold green"
    return Text.assemble((section.title, "bold"), told(phrase(": ")), (told(section.status), colour))


def _file_table(rows: Sequence[Row]) -> Table:
    """A file's rows: each that something must be done about or is mended, then the others by name."""
    table = _plain_table()
    table.add_column(justify="right", width=_LINE, no_wrap=True)
    table.add_column(width=_VERDICT, no_wrap=True)
    table.add_column(ratio=1, overflow="fold")
    for row in rows:
        if not row.is_quiet:
            colour = "bold red" if row.is_bad else "green"
            explained = _explained([row.name] if row.name else [], row)
            table.add_row(str(row.line), Text(word_of(row.verdict), colour), explained)
    for names, row in _named_together(row for row in rows if row.is_quiet):
        table.add_row("", Text(word_of(row.verdict), "dim"), _explained(names, row))
    return table


def _explained(names: Sequence[str], row: Row) -> Text:
    """Names, what there is to say of them, and what a decision would name them by."""
    named = Text(", ").join(Text(printable(name), "bold") for name in names)
    below = [Text(f"\n{_shown(line)}", "dim") for line in (*row.details, row.at) if line]
    return Text.assemble(named, ": " if names else "", _shown(row.reason), *below)


def _named_together(rows: Iterable[Row]) -> list[tuple[list[str], Row]]:
    """The names of those that have the same verdict for the same reason, and one of these."""
    groups: dict[tuple[str, str], list[Row]] = {}
    for row in rows:
        groups.setdefault((row.verdict, row.reason), []).append(row)
    # What a decision names is one of them, and not all.
    return [
        ([row.name for row in group], group[0] if len(group) == 1 else replace(group[0], at="", details=()))
        for group in groups.values()
    ]


def _findings(rows: Sequence[Row]) -> Table:
    table = _plain_table()
    table.add_column(width=0)
    table.add_column(ratio=1, overflow="fold")
    for row in rows:
        place = Text(printable(f"{row.path}:{row.line}"), "cyan")
        table.add_row("", Text.assemble(place, " ", _explained([], row)))
    return table


def _counts(sections: Sequence[Section]) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    counts = {
        phrase("insecure"): [section.bad for section in sections],
        phrase("secure"): [section.secure for section in sections],
        phrase("not a tenant's"): [section.quiet for section in sections],
    }
    # What most trees have none of, and no column for.
    others = {
        phrase("not judged"): [section.unjudged for section in sections],
        phrase("accepted"): [section.accepted for section in sections],
    }
    counts |= {title: column for title, column in others.items() if any(column)}
    for title in ("", *counts):
        table.add_column(told(title), justify="right" if title else "left")
    for section, *row in zip(sections, *counts.values(), strict=True):
        table.add_row(section.title, *map(str, row))
    return table


def _shown(text: str) -> str:
    return printable(told(text))


def _plain_table() -> Table:
    return Table(box=None, show_header=False, pad_edge=False, expand=True)
