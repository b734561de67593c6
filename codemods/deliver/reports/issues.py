"""What of an audit other programs show: what is open, and what a decision has ended, each under the rule it breaks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from msgspec import UNSET

from codemods.deliver.reports.document import AuditDocument, Item
from codemods.knowledge.explanations import kind_of
from codemods.messages import told
from codemods.survey.verdicts import BAD, UNSETTLED


@dataclass(frozen=True, slots=True)
class Issue:
    """One thing to show: the item, the rule that it breaks, and its file from where the audit was run."""

    item: Item
    rule: str
    path: str
    is_error: bool

    @property
    def name(self) -> str:
        """The function, class or holder that it is about; "" outside of all."""
        return self.item.at.rpartition("#")[0].partition(":")[2]

    @property
    def text(self) -> str:
        """What is to be said of it, in the language that is spoken."""
        return f"{self.name}: {told(self.item.reason)}" if self.name else told(self.item.reason)


@dataclass(frozen=True, slots=True)
class Unseen:
    """Something that could not be read, so that nothing in it is judged: its place from where the audit was run."""

    path: str
    line: int
    column: int
    text: str


def unseen(document: AuditDocument) -> Iterator[Unseen]:
    """What could not be read."""
    for file in document.unparsed:
        yield Unseen(below(document) + file.path, max(file.line, 1), max(file.column, 1), told(file.message))
    for part in document.unread:
        yield Unseen(below(document) + part.path, 1, 1, told(part.reason))


def open_issues(document: AuditDocument) -> Iterator[Issue]:
    """What is open, in order of place."""
    judged = [item for item in (*document.entry_points, *document.api_functions) if item.verdict in UNSETTLED]
    found = [*(_issue(document, item, is_error=item.verdict in BAD) for item in judged)]
    found += [_issue(document, item, is_error=False) for item in document.findings]
    yield from sorted(found, key=lambda issue: (issue.path, issue.item.line, issue.item.at))


def ended_issues(document: AuditDocument) -> Iterator[Issue]:
    """What a decision has ended."""
    yield from (_issue(document, item, is_error=False) for item in document.decided)


def _issue(document: AuditDocument, item: Item, *, is_error: bool) -> Issue:
    return Issue(item, rule_of(item), below(document) + item.path, is_error)


def below(document: AuditDocument) -> str:
    """What begins each path where several trees are read."""
    return "" if document.tree.path is UNSET else f"{document.tree.path.rstrip('/')}/"


def rule_of(item: Item) -> str:
    """The kind that explains an item."""
    word = item.at.rpartition("#")[2].partition(" ")[0]
    kind = kind_of(word)
    return kind.name if kind else word
