"""The audit in a pipe: a line an item that begins with its place, then the counts."""

from __future__ import annotations

from collections.abc import Iterator

from codemods.deliver.reports.sections import Audit
from codemods.deliver.reports.words import word_of
from codemods.messages import phrase, told


def audit_lines(audit: Audit, below: str) -> Iterator[str]:
    """What grep finds and editors jump to: `path:line: verdict name: reason [at]`; `below` begins each path."""
    yield audit.tree
    yield audit.profile
    for row in (*(row for section in audit.sections for row in section.rows), *audit.findings, *audit.decided):
        name = f" {row.name}" if row.name else ""
        at = f" [{row.at}]" if row.at else ""
        yield f"{below}{row.path}:{row.line}: {word_of(row.verdict)}{name}: {told(row.reason)}{at}"
        yield from (f"    {told(detail)}" for detail in row.details)
    yield ""
    for section in audit.sections:
        yield phrase("{title}: {counts}", title=section.title, counts=section.counts)
    if audit.findings:
        yield phrase("For a person to decide: {number}", number=len(audit.findings))
    if audit.decided:
        yield phrase("Decided: {number}", number=len(audit.decided))
    if audit.advice:
        yield audit.advice
