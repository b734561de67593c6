"""The audit as GitHub's workflow commands: annotations at the lines of a pull request."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from codemods.deliver.reports.document import AuditDocument
from codemods.deliver.reports.issues import open_issues
from codemods.terminal.text import printable


def annotated(documents: Sequence[AuditDocument]) -> Iterator[str]:
    """A line an issue."""
    for document in documents:
        for issue in open_issues(document):
            place = {
                "file": issue.path,
                "line": str(issue.item.line),
                "col": str(issue.item.column),
                "title": f"tenantize: {issue.rule}",
            }
            properties = ",".join(f"{key}={_property(value)}" for key, value in place.items())
            yield f"::{'error' if issue.is_error else 'warning'} {properties}::{_data(issue.text)}"


def _data(text: str) -> str:
    return printable(text).replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
