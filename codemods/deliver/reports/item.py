"""One item of the audit, with the way to it line by line."""

from __future__ import annotations

from collections.abc import Iterator

from codemods.deliver.reports.columns import lines_of
from codemods.deliver.reports.words import word_of
from codemods.messages import told
from codemods.survey.verdicts import Finding, Judged
from codemods.tree import Checkout


def item_lines(item: Judged | Finding, checkout: Checkout) -> Iterator[str]:
    """What the audit says of one item today, and the way to it, with each line as it stands in the tree."""
    name = f" {item.name}" if item.name else ""
    yield f"{item.path}:{item.line}: {word_of(item.verdict)}{name}: {told(item.reason)}"
    if isinstance(item, Judged):
        yield from (f"  {told(detail)}" for detail in item.details)
    for station in item.way:
        yield f"  {station.path}:{station.line}: {station.name}"
        yield f"      {_text_of(checkout, station.path, station.line)}"


def _text_of(checkout: Checkout, path: str, line: int) -> str:
    lines = lines_of(checkout, path)
    return lines[line - 1].strip() if line <= len(lines) else ""
