"""The audit, on a terminal and as JSON, and the summaries of a plan."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import Any

from rich.console import Console, Group
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from codemods.changes import Change
from codemods.plan import Plan
from codemods.recipe import recipe_for
from codemods.survey import Survey
from codemods.survey.verdicts import (
    EXEMPT,
    GLOBAL,
    INSECURE,
    SCOPED,
    SECURE,
    STATELESS,
    UNRESOLVED,
    UNSCOPED,
    ApiFunction,
    EntryPoint,
    Finding,
)
from codemods.tree import Checkout

# The seed's sections, in its order, and the kinds of entry point that each speaks of.
_SECTIONS = (
    ("Gateway", ("gateway",)),
    ("WebUI handlers", ("webui-handler",)),
    ("Start-up and event handlers", ("startup", "event-handler")),
    ("Background work", ("background-task", "chat-loop", "thread")),
)
_API_SECTION = "Plugin APIs"
_BAD = frozenset({INSECURE, UNSCOPED, UNRESOLVED})
# Verdicts that need no reason a row: they are listed by name.
_QUIET = frozenset({GLOBAL, STATELESS, EXEMPT})
_STYLES = {
    **dict.fromkeys(_BAD, "bold red"),
    **dict.fromkeys((SECURE, SCOPED), "green"),
    **dict.fromkeys(_QUIET, "dim"),
}


def open_items(survey: Survey) -> int:
    """How many entry points and API functions are not safe, and how much is left for a person to decide."""
    verdicts = [entry.verdict for entry in survey.entry_points()]
    verdicts += [function.verdict for function in survey.api_functions]
    return sum(verdict in _BAD for verdict in verdicts) + len(survey.findings())


def audit_json(checkout: Checkout, survey: Survey) -> str:
    """The audit as the design page defines it."""
    entries, functions = survey.entry_points(), survey.api_functions
    document: dict[str, Any] = {
        "tree": {"files": len(checkout.files), "revision": checkout.revision},
        "entry_points": [
            {
                "id": entry.id,
                "line": entry.line,
                "kind": entry.kind,
                "verdict": entry.verdict,
                "reason": entry.reason,
                "recipe": recipe_for(entry.kind) if entry.verdict == INSECURE and not entry.by_hand else None,
                **({"note": entry.note} if entry.note else {}),
            }
            for entry in entries
        ],
        "api_functions": [
            {
                "id": function.id,
                "line": function.line,
                "verdict": function.verdict,
                "reason": function.reason,
                "state": list(function.state),
                "recipe": recipe_for("api-function") if function.verdict in _BAD else None,
            }
            for function in functions
        ],
        "findings": [
            {"path": finding.path, "line": finding.line, "reason": finding.reason} for finding in survey.findings()
        ],
        "unparsed": [
            {"path": file.path, "line": file.line, "column": file.column, "message": file.message}
            for file in survey.broken
        ],
        "summary": {
            "entry_points": dict(Counter(entry.verdict for entry in entries)),
            "api_functions": dict(Counter(function.verdict for function in functions)),
        },
    }
    return json.dumps(document, ensure_ascii=False, indent=2)


def audit_text(checkout: Checkout, survey: Survey) -> str:
    """The audit as tables, one a section of the seed's analysis, and what to do about it; as wide as the terminal."""
    console = Console()
    entries = survey.entry_points()
    revision = f", revision {checkout.revision[:8]}" if checkout.revision else ""
    with console.capture() as capture:
        console.print(f"{checkout.root.name}: {len(checkout.files)} Python files{revision}\n", highlight=False)
        for title, kinds in _SECTIONS:
            _print_section(title, [entry for entry in entries if entry.kind in kinds], console)
        _print_section(_API_SECTION, survey.api_functions, console)
        _print_findings(survey.findings(), console)
        _print_summary(entries, survey.api_functions, console)
    return "".join(line.rstrip() + "\n" for line in capture.get().splitlines())


def _print_section(title: str, items: Sequence[EntryPoint | ApiFunction], console: Console) -> None:
    if not items:
        return
    bad = sum(item.verdict in _BAD for item in items)
    status = f"{bad} of {len(items)} INSECURE" if bad else f"SECURE ({len(items)})"
    console.print(Text.assemble((title, "bold"), ": ", (status, "bold red" if bad else "bold green")))
    for path, rows in groupby(items, key=lambda item: item.path):
        console.print(Padding(Group(Text(path, style="cyan"), _file_table(list(rows))), (0, 0, 0, 2)))
    console.print()


def _file_table(rows: list[EntryPoint | ApiFunction]) -> Table:
    table = Table(box=None, show_header=False, pad_edge=False, padding=(0, 1, 0, 0))
    table.add_column(justify="right", width=5)
    table.add_column(ratio=2, overflow="fold")
    table.add_column(width=10)
    table.add_column(ratio=3, overflow="fold")
    for row in rows:
        if row.verdict in _QUIET:
            continue
        note = f"; {row.note}" if isinstance(row, EntryPoint) and row.note else ""
        # Its own name opens every path, and stands in the row already.
        reason = row.reason.replace(f" {_name(row)} → ", " → ") + note
        table.add_row(str(row.line), _name(row), Text(row.verdict, style=_STYLES[row.verdict]), Text(reason))
    for verdict_name, group in _quiet_groups(rows):
        names = ", ".join(_name(row) for row in group)
        table.add_row(str(len(group)), Text(names, style="dim"), Text(verdict_name, style="dim"), group[0].reason)
    return table


def _quiet_groups(
    rows: Iterable[EntryPoint | ApiFunction],
) -> list[tuple[str, list[EntryPoint | ApiFunction]]]:
    groups: dict[str, list[EntryPoint | ApiFunction]] = {}
    for row in rows:
        if row.verdict in _QUIET:
            groups.setdefault(row.verdict, []).append(row)
    return list(groups.items())


def _name(row: EntryPoint | ApiFunction) -> str:
    return row.id.partition(":")[2]


def _print_findings(findings: Sequence[Finding], console: Console) -> None:
    if not findings:
        return
    console.print(Text("For a person to decide", style="bold"))
    for finding in findings:
        console.print(Padding(f"{finding.path}:{finding.line} {finding.reason}", (0, 0, 0, 2)), highlight=False)
    console.print()


def _print_summary(entries: Sequence[EntryPoint], functions: Sequence[ApiFunction], console: Console) -> None:
    table = Table(box=None, pad_edge=False, padding=(0, 3, 0, 0))
    table.add_column("")
    for heading in ("insecure", "secure", "not a tenant's"):
        table.add_column(heading, justify="right")
    sections = [(title, [entry.verdict for entry in entries if entry.kind in kinds]) for title, kinds in _SECTIONS]
    for title, verdicts in (*sections, (_API_SECTION, [function.verdict for function in functions])):
        bad, quiet = (sum(verdict in group for verdict in verdicts) for group in (_BAD, _QUIET))
        table.add_row(title, str(bad), str(len(verdicts) - bad - quiet), str(quiet))
    console.print(table)
    mended = [entry for entry in entries if entry.verdict == INSECURE and recipe_for(entry.kind) and not entry.by_hand]
    if mended:
        recipes = ", ".join(sorted({recipe_for(entry.kind) or "" for entry in mended}))
        console.print(f"\n'tenantize diff' shows how {recipes} mends {len(mended)} of them.", highlight=False)


def plan_summary(plan: Plan) -> str:
    """What a plan does, per recipe and file: two to a few lines."""
    if not plan.changes:
        return "Nothing to change."
    lines = []
    recipes = sorted({edit.recipe for change in plan.changes for edit in change.edits})
    for recipe in recipes:
        lines.append(recipe)
        for change in plan.changes:
            edits = [edit for edit in change.edits if edit.recipe == recipe]
            if edits:
                new = " (new file)" if change.before is None else ""
                lines.append(f"  {change.path}{new}: {_what(edits)}")
    return "\n".join(lines)


def _what(edits: Sequence[Any]) -> str:
    return edits[0].what.partition("=")[0] if len(edits) == 1 else f"{len(edits)} places"


def stat(changes: Sequence[Change]) -> str:
    """Lines added and removed a file, as `git diff --stat` counts them."""
    width = max((len(change.path) for change in changes), default=0)
    lines = []
    total_added = total_removed = 0
    for change in changes:
        added, removed = change.counts
        total_added, total_removed = total_added + added, total_removed + removed
        lines.append(f" {change.path:<{width}} | {added:>4} + {removed:>4} -")
    files = f"{len(changes)} file{'s' * (len(changes) != 1)} changed"
    return "\n".join([*lines, f" {files}, {total_added} lines added, {total_removed} removed"])
