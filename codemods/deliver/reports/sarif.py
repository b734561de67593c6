"""The audit as SARIF 2.1.0, which code hosts and editors show: what is open, the way to it, and what was accepted."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from typing import Any
from urllib.parse import quote

from msgspec import UNSET

from codemods.deliver.reports.document import AuditDocument, DecisionOf, StationOf
from codemods.deliver.reports.issues import Issue, below, ended_issues, open_issues, unseen
from codemods.knowledge.explanations import Kind, kind_of
from codemods.messages import CHINESE, phrase, spoken, told

_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
# The name that fingerprints have in a run; it changes when what they are made of does.
_FINGERPRINT = "tenantize/v1"


def sarif(documents: Sequence[AuditDocument]) -> dict[str, Any]:
    """A run for each tree."""
    return {"$schema": _SCHEMA, "version": "2.1.0", "runs": [_run(document) for document in documents]}


def _run(document: AuditDocument) -> dict[str, Any]:
    ended = list(ended_issues(document))
    issues = [*open_issues(document), *ended]
    rules = sorted({issue.rule for issue in issues})
    name = "" if document.tree.path is UNSET else f"/{document.tree.path}"
    return {
        "tool": {
            "driver": {
                "name": document.tool.name,
                "version": document.tool.version,
                "language": "zh-CN" if spoken() == CHINESE else "en-US",
                "rules": [_rule(rule) for rule in rules],
            }
        },
        "automationDetails": {"id": f"{document.tool.name}{name}/"},
        "invocations": [{"executionSuccessful": True, "toolExecutionNotifications": _unseen(document)}],
        "columnKind": "unicodeCodePoints",
        "results": [
            _result(document, issue, rules.index(issue.rule), number >= len(issues) - len(ended))
            for number, issue in enumerate(issues)
        ],
    }


def _rule(name: str) -> dict[str, Any]:
    kind = kind_of(name)
    if kind is None:
        return {"id": name}
    words = kind.words(spoken())
    return {
        "id": name,
        "shortDescription": {"text": words.title},
        "fullDescription": {"text": _line(words.means)},
        "help": {"text": _plain(kind), "markdown": _markdown(kind)},
    }


def _plain(kind: Kind) -> str:
    words = kind.words(spoken())
    return "\n\n".join(_line(text) for text in (words.means, words.exploited, words.by_hand, words.accept))


def _markdown(kind: Kind) -> str:
    words = kind.words(spoken())
    parts = (
        ("", _line(words.means)),
        (phrase("For example:"), _line(words.exploited)),
        (phrase("Before:"), f"```python\n{kind.file.before.strip()}\n```"),
        (phrase("After:"), f"```python\n{kind.file.after.strip()}\n```"),
        (phrase("By hand:"), _line(words.by_hand)),
        (phrase("Accept it:"), _line(words.accept)),
    )
    return "\n\n".join(f"**{told(title)}**\n\n{text}" if title else text for title, text in parts)


def _line(text: str) -> str:
    return " ".join(text.split())


def _result(document: AuditDocument, issue: Issue, rule: int, is_ended: bool) -> dict[str, Any]:
    item = issue.item
    result: dict[str, Any] = {
        "ruleId": issue.rule,
        "ruleIndex": rule,
        "level": "error" if issue.is_error else "warning",
        "message": {"text": issue.text},
        "locations": [_location(issue.path, item.line, item.column, issue.name)],
        "partialFingerprints": {_FINGERPRINT: _fingerprint(issue)},
        "properties": {"verdict": item.verdict, "at": item.at},
    }
    if item.call_path is not UNSET:
        result["codeFlows"] = [_flow(item.call_path, below(document))]
    if is_ended and isinstance(item.decision, DecisionOf):
        why = f"{item.decision.answer}: {item.decision.why}"
        result["suppressions"] = [{"kind": "external", "status": "accepted", "justification": why}]
    return result


def _fingerprint(issue: Issue) -> str:
    """What stays the same while the finding does: neither lines nor the wording are in it."""
    return hashlib.sha256(f"{issue.path}\n{issue.item.at}".encode("utf-8", "surrogateescape")).hexdigest()


def _flow(stations: Iterable[StationOf], folder: str) -> dict[str, Any]:
    """The way, a step a station, and what the last one reaches."""
    steps = []
    for each in stations:
        says = each.name if each.reached is UNSET else f"{each.name} → {each.reached}"
        step = _location(folder + each.path, each.line, None, each.name) | {"message": {"text": says}}
        steps.append({"location": step})
    return {"threadFlows": [{"locations": steps}]}


def _location(path: str, line: int, column: int | None, name: str) -> dict[str, Any]:
    region = {"startLine": max(line, 1)} | ({"startColumn": column} if column else {})
    uri = quote(path.encode("utf-8", "surrogateescape"))
    location: dict[str, Any] = {
        "physicalLocation": {"artifactLocation": {"uri": uri, "uriBaseId": "%SRCROOT%"}, "region": region}
    }
    return location | ({"logicalLocations": [{"fullyQualifiedName": name}]} if name else {})


def _unseen(document: AuditDocument) -> list[dict[str, Any]]:
    """What could not be read, as the tool's own notes."""
    return [
        {
            "level": "error",
            "message": {"text": each.text},
            "locations": [_location(each.path, each.line, each.column, "")],
        }
        for each in unseen(document)
    ]
