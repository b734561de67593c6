"""The audit on a terminal: tables that read like the seed's own analysis, as wide as it is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from rich import box
from rich.table import Table
from rich.text import Text

from codemods.deliver.reports.sections import Audit, Row, Section
from codemods.survey.verdicts import Finding
from codemods.terminal.text import printable

# The width of the longest verdict and of the line numbers of files that a person has written.
_VERDICT, _LINE = 10, 6


def audit_tables(audit: Audit) -> Iterator[Text | Table]:
    """One table a file, below the section of the analysis that it belongs to, and the counts of all."""
    yield Text(printable(audit.tree))
    yield Text(f"{printable(audit.profile)}\n")
    for section in audit.sections:
        yield _heading(section)
        for path, rows in groupby(section.rows, key=lambda row: row.path):
            yield Text(printable(f"  {path}"), "cyan")
            yield _file_table(list(rows))
        yield Text()
    if audit.findings:
        yield Text("For a person to decide", "bold")
        yield _findings(audit.findings)
        yield Text()
    yield _counts(audit.sections)
    if audit.advice:
        yield Text(f"\n{audit.advice}")


def _heading(section: Section) -> Text:
    colour = "bold red" if section.bad else "bold green"
    return Text.assemble((section.title, "bold"), ": ", (section.status, colour))


def _file_table(rows: Sequence[Row]) -> Table:
    """A file's rows: each that something must be done about or is mended, then the others by name."""
    table = _plain_table()
    table.add_column(justify="right", width=_LINE, no_wrap=True)
    table.add_column(width=_VERDICT, no_wrap=True)
    table.add_column(ratio=1, overflow="fold")
    for row in rows:
        if not row.is_quiet:
            colour = "bold red" if row.is_bad else "green"
            explained = _explained([row.name] if row.name else [], row.reason)
            table.add_row(str(row.line), Text(row.verdict, colour), explained)
    for (verdict, reason), names in _named_together(row for row in rows if row.is_quiet):
        table.add_row("", Text(verdict, "dim"), _explained(names, reason))
    return table


def _explained(names: Sequence[str], reason: str) -> Text:
    """Names and what there is to say of them."""
    named = Text(", ").join(Text(printable(name), "bold") for name in names)
    return Text.assemble(named, ": " if names else "", printable(reason))


def _named_together(rows: Iterable[Row]) -> list[tuple[tuple[str, str], list[str]]]:
    """The names of those that have the same verdict for the same reason."""
    groups: dict[tuple[str, str], list[str]] = {}
    for row in rows:
        groups.setdefault((row.verdict, row.reason), []).append(row.name)
    return list(groups.items())


def _findings(findings: Sequence[Finding]) -> Table:
    table = _plain_table()
    table.add_column(width=0)
    table.add_column(ratio=1, overflow="fold")
    for finding in findings:
        place = Text(printable(f"{finding.path}:{finding.line}"), "cyan")
        table.add_row("", Text.assemble(place, " ", printable(finding.reason)))
    return table


def _counts(sections: Sequence[Section]) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    titles = ["", "insecure", "secure", "not a tenant's"]
    if unjudged := any(section.unjudged for section in sections):
        titles.append("not judged")
    for title in titles:
        table.add_column(title, justify="right" if title else "left")
    for section in sections:
        counts = [section.bad, section.secure, section.quiet, *([section.unjudged] if unjudged else [])]
        table.add_row(section.title, *map(str, counts))
    return table


def _plain_table() -> Table:
    return Table(box=None, show_header=False, pad_edge=False, expand=True)
