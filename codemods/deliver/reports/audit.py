"""The audit for programs, as JSON."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Sequence
from typing import Any

import msgspec
from msgspec import UNSET, UnsetType

from codemods.deliver.reports.columns import Columns
from codemods.deliver.reports.document import (
    ApiFunctionOf,
    AuditDocument,
    DecisionOf,
    EntryPointOf,
    FindingOf,
    Item,
    ProfileOf,
    StatementOf,
    StationOf,
    Summary,
    Tool,
    Tree,
    UnparsedFile,
    UnreadPart,
)
from codemods.knowledge.recipes import recipe_for
from codemods.survey.survey import Survey
from codemods.survey.verdicts import BAD, ApiFunction, EntryPoint, Finding, Judged, Station
from codemods.tree import Checkout
from codemods.version import tool_version

# What JSON allows in a string, though a terminal would obey it, or no encoding has it.
_ODD = re.compile(r"[\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")


def audit_document(checkout: Checkout, survey: Survey, name: str | None) -> AuditDocument:
    """The audit of a tree; `name` tells it from others, None when there are none."""
    entries, functions, columns = survey.entry_points(), survey.api_functions, Columns(checkout)
    return AuditDocument(
        tool=Tool(name="tenantize", version=tool_version()),
        tree=Tree(path=name or UNSET, files=len(checkout.files), revision=checkout.revision),
        profile=ProfileOf(kind=survey.profile.kind.value, evidence=list(survey.profile.evidence)),
        entry_points=[_entry_point(entry, columns) for entry in entries],
        api_functions=[
            ApiFunctionOf(**_item(item, columns), **_judged(item), state=list(item.state)) for item in functions
        ],
        findings=[FindingOf(**_item(finding, columns), what=finding.what) for finding in survey.findings()],
        decided=[Item(**_item(item, columns)) for item in survey.decided],
        unparsed=[
            UnparsedFile(path=file.path, line=file.line, column=file.column, message=file.message)
            for file in survey.broken
        ],
        unread=[UnreadPart(path=item.path, reason=item.reason) for item in checkout.unread],
        summary=Summary(
            entry_points=Counter(entry.verdict for entry in entries),
            api_functions=Counter(function.verdict for function in functions),
            findings=len(survey.findings()),
            decided=Counter(item.verdict for item in survey.decided),
        ),
    )


def _entry_point(entry: EntryPoint, columns: Columns) -> EntryPointOf:
    statements = [
        StatementOf(
            line=each.line,
            verdict=each.verdict,
            reason=each.reason,
            details=list(each.details) or UNSET,
            call_path=_call_path(each.way),
        )
        for each in entry.statements
    ]
    return EntryPointOf(
        **_item(entry, columns), **_judged(entry), note=entry.note or UNSET, statements=statements or UNSET
    )


def _judged(item: EntryPoint | ApiFunction) -> dict[str, Any]:
    mends = item.verdict in BAD and not (isinstance(item, EntryPoint) and item.by_hand)
    return {"id": item.id, "kind": item.kind, "recipe": recipe_for(item.kind) if mends else None}


def _item(item: Judged | Finding, columns: Columns) -> dict[str, Any]:
    return {
        "at": item.at,
        "path": item.path,
        "line": item.line,
        "column": columns.of(item.path, item.line),
        "verdict": item.verdict,
        "reason": item.reason,
        "details": list(item.details) or UNSET,
        "call_path": _call_path(item.way),
        "decision": _decision(item),
    }


def _call_path(way: Sequence[Station]) -> list[StationOf] | UnsetType:
    found = [StationOf(path=each.path, line=each.line, name=each.name, reached=each.reached or UNSET) for each in way]
    return found or UNSET


def _decision(item: Judged | Finding) -> DecisionOf | UnsetType:
    if item.decision is None:
        return UNSET
    return DecisionOf(answer=item.decision.answer, why=item.decision.why, until=item.decision.until or UNSET)  # type: ignore[arg-type]


def as_json(document: Any, *, ascii_only: bool) -> str:
    """JSON that is valid UTF-8 whatever files are called, and that a terminal shows and does not obey."""
    text = json.dumps(msgspec.to_builtins(document, enc_hook=str), ensure_ascii=ascii_only, indent=2)
    return _ODD.sub(lambda odd: f"\\u{ord(odd[0]):04x}", text)
