"""The audit as GitHub's workflow commands: annotations at the lines of a pull request."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from codemods.deliver.reports.document import AuditDocument
from codemods.deliver.reports.issues import open_issues, unseen
from codemods.terminal.text import printable


def annotated(documents: Sequence[AuditDocument]) -> Iterator[str]:
    """A line an issue, and one for what could not be read."""
    for document in documents:
        for issue in open_issues(document):
            level = "error" if issue.is_error else "warning"
            yield _line(level, issue.path, issue.item.line, issue.item.column, issue.rule, issue.text)
        for each in unseen(document):
            yield _line("warning", each.path, each.line, each.column, "not read", each.text)


def _line(level: str, path: str, line: int, column: int, rule: str, text: str) -> str:
    place = {"file": path, "line": str(line), "col": str(column), "title": f"tenantize: {rule}"}
    properties = ",".join(f"{key}={_property(value)}" for key, value in place.items())
    return f"::{level} {properties}::{_data(text)}"


def _data(text: str) -> str:
    return printable(text).replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
