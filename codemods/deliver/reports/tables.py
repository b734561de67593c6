"""The audit for people: tables that read like the seed's own analysis, as wide as the terminal."""

from __future__ import annotations

import shutil
import textwrap
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby, zip_longest

from click import style

from codemods.deliver.reports.audit import BAD
from codemods.knowledge.recipes import recipe_for
from codemods.survey.area import all_areas
from codemods.survey.survey import Survey
from codemods.survey.verdicts import EXEMPT, GLOBAL, INSECURE, STATELESS, EntryPoint, Finding, Judged
from codemods.tree import Checkout

# Verdicts that need no reason a row: they are listed by name.
_QUIET = frozenset({GLOBAL, STATELESS, EXEMPT})
# The widths of a row's line number and verdict, and the most that a name takes.
_NUMBER, _VERDICT, _NAME = 7, 10, 30


def audit_text(checkout: Checkout, survey: Survey) -> str:
    """The audit as tables, one a section of the seed's analysis, and what to do about it. Styled for a terminal."""
    width = shutil.get_terminal_size((80, 24)).columns
    entries, count = survey.entry_points(), len(checkout.files)
    revision = f", revision {checkout.revision[:8]}" if checkout.revision else ""
    lines = [f"{checkout.root.name}: {count} Python file{'s' * (count != 1)}{revision}", ""]
    sections = _sections([*entries, *survey.api_functions])
    for title, items in sections.items():
        lines += _section(title, items, width)
    lines += _findings(survey.findings(), width)
    lines += _summary(sections, entries, width)
    return "\n".join(lines) + "\n"


def _sections(rows: Sequence[Judged]) -> dict[str, list[Judged]]:
    """What is judged, by the title of its areas, in their order."""
    titles = {kind: area.title for area in all_areas() for kind in area.kinds}
    sections: dict[str, list[Judged]] = {title: [] for title in titles.values()}
    for row in rows:
        sections[titles[row.kind]].append(row)
    return sections


def _section(title: str, items: Sequence[Judged], width: int) -> list[str]:
    if not items:
        return []
    bad = sum(item.verdict in BAD for item in items)
    status = f"{bad} of {len(items)} INSECURE" if bad else f"SECURE ({len(items)})"
    lines = [f"{style(title, bold=True)}: {style(status, fg='red' if bad else 'green', bold=True)}"]
    for path, rows in groupby(items, key=lambda item: item.path):
        lines += [style(f"  {path}", fg="cyan"), *_file_rows(list(rows), width)]
    return [*lines, ""]


def _file_rows(rows: Sequence[Judged], width: int) -> Iterator[str]:
    """A file's rows: each that something must be done about or is mended, then the others by name."""
    name_width = min(_NAME, max(len(row.name) for row in rows))
    for row in rows:
        if row.verdict not in _QUIET:
            note = f"; {row.note}" if isinstance(row, EntryPoint) and row.note else ""
            # Its own name opens every path, and stands in the row already.
            reason = row.reason.replace(f" {row.name} → ", " → ") + note
            yield from _row(str(row.line), row.name, row.verdict, reason, name_width, width)
            for item in row.statements if isinstance(row, EntryPoint) else ():
                if item.verdict in BAD:
                    yield from _row(str(item.line), "", item.verdict, item.reason, name_width, width)
    for verdict, group in _quiet_groups(rows):
        names = ", ".join(row.name for row in group)
        yield from _row(str(len(group)), names, verdict, group[0].reason, name_width, width)


def _row(number: str, name: str, verdict: str, reason: str, name_width: int, width: int) -> Iterator[str]:
    """One row, its name and reason wrapped in their columns."""
    colour = {"fg": "red", "bold": True} if verdict in BAD else {"dim": True} if verdict in _QUIET else {"fg": "green"}
    reason_width = max(width - _NUMBER - name_width - _VERDICT - 3, 20)
    cells = (_wrapped(name, name_width), _wrapped(reason, reason_width))
    for index, (name_part, reason_part) in enumerate(zip_longest(*cells, fillvalue="")):
        first = index == 0
        shown = style(f"{verdict:<{_VERDICT}}", **colour) if first else " " * _VERDICT
        yield f"{number if first else '':>{_NUMBER}} {name_part:<{name_width}} {shown} {reason_part}".rstrip()


def _wrapped(text: str, width: int) -> list[str]:
    """A text's lines; a word that is longer than a line starts one of its own and goes on in the next."""
    lines = textwrap.wrap(text, width, break_long_words=False, break_on_hyphens=False)
    return [line[start : start + width] for line in lines for start in range(0, len(line), width)]


def _quiet_groups(
    rows: Iterable[Judged],
) -> list[tuple[str, list[Judged]]]:
    groups: dict[str, list[Judged]] = {}
    for row in rows:
        if row.verdict in _QUIET:
            groups.setdefault(row.verdict, []).append(row)
    return list(groups.items())


def _findings(findings: Sequence[Finding], width: int) -> list[str]:
    if not findings:
        return []
    lines = [style("For a person to decide", bold=True)]
    for finding in findings:
        text = f"{finding.path}:{finding.line} {finding.reason}"
        lines += textwrap.wrap(text, width, initial_indent="  ", subsequent_indent="    ", break_on_hyphens=False)
    return [*lines, ""]


def _summary(sections: Mapping[str, Sequence[Judged]], entries: Sequence[EntryPoint], width: int) -> list[str]:
    """The counts of every section, and which of them a recipe mends."""
    lines = ["{:<30}{:>10}{:>9}{:>17}".format("", "insecure", "secure", "not a tenant's")]
    for title, rows in sections.items():
        verdicts = [row.verdict for row in rows]
        bad, quiet = (sum(verdict in group for verdict in verdicts) for group in (BAD, _QUIET))
        if verdicts:
            lines.append(f"{title:<30}{bad:>10}{len(verdicts) - bad - quiet:>9}{quiet:>17}")
    mended = [entry for entry in entries if entry.verdict == INSECURE and recipe_for(entry.kind) and not entry.by_hand]
    if mended:
        recipes = ", ".join(sorted({recipe_for(entry.kind) or "" for entry in mended}))
        text = f"'tenantize diff' shows how {recipes} mend{'s' * (',' not in recipes)} {len(mended)} of them."
        lines += ["", *textwrap.wrap(text, width, break_on_hyphens=False)]
    return lines
