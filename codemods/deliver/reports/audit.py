"""The audit for programs: how much is open, and all of it as JSON."""

from __future__ import annotations

import json
import re
from collections import Counter
from dataclasses import asdict
from typing import Any

from codemods.knowledge.recipes import recipe_for
from codemods.survey.survey import Survey
from codemods.survey.verdicts import BAD, ApiFunction, EntryPoint, Finding, Judged
from codemods.tree import Checkout

# What JSON allows in a string, though a terminal would obey it, or no encoding has it.
_ODD = re.compile(r"[\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")


def open_items(survey: Survey) -> int:
    """How many entry points and API functions are not safe, and how much is left for a person to decide."""
    verdicts = [entry.verdict for entry in survey.entry_points()]
    verdicts += [function.verdict for function in survey.api_functions]
    return sum(verdict in BAD for verdict in verdicts) + len(survey.findings())


def audit_document(checkout: Checkout, survey: Survey, name: str | None) -> dict[str, Any]:
    """The audit as the design page defines it; `name` tells the tree from others, None when there are none."""
    entries, functions = survey.entry_points(), survey.api_functions
    return {
        "tree": {
            **({"path": name} if name else {}),
            "files": len(checkout.files),
            "revision": checkout.revision,
        },
        "profile": {"kind": survey.profile.kind.value, "evidence": list(survey.profile.evidence)},
        "entry_points": [_entry_point(entry) for entry in entries],
        "api_functions": [_api_function(function) for function in functions],
        "findings": [
            {
                "at": finding.at,
                "path": finding.path,
                "line": finding.line,
                "reason": finding.reason,
                **_decision(finding),
            }
            for finding in survey.findings()
        ],
        "decided": [
            {"at": item.at, "path": item.path, "line": item.line, "verdict": item.verdict, **_decision(item)}
            for item in survey.decided
        ],
        "unparsed": [
            {"path": file.path, "line": file.line, "column": file.column, "message": file.message}
            for file in survey.broken
        ],
        "unread": [asdict(item) for item in checkout.unread],
        "summary": {
            "entry_points": dict(Counter(entry.verdict for entry in entries)),
            "api_functions": dict(Counter(function.verdict for function in functions)),
            "findings": len(survey.findings()),
            "decided": dict(Counter(item.verdict for item in survey.decided)),
        },
    }


def _entry_point(entry: EntryPoint) -> dict[str, Any]:
    return {
        "id": entry.id,
        "at": entry.at,
        "line": entry.line,
        "kind": entry.kind,
        "verdict": entry.verdict,
        "reason": entry.reason,
        "recipe": recipe_for(entry.kind) if entry.verdict in BAD and not entry.by_hand else None,
        **({"note": entry.note} if entry.note else {}),
        **({"details": list(entry.details)} if entry.details else {}),
        **({"statements": [asdict(item) for item in entry.statements]} if entry.statements else {}),
        **_decision(entry),
    }


def _api_function(function: ApiFunction) -> dict[str, Any]:
    return {
        "id": function.id,
        "at": function.at,
        "line": function.line,
        "verdict": function.verdict,
        "reason": function.reason,
        "state": list(function.state),
        "recipe": recipe_for("api-function") if function.verdict in BAD else None,
        **_decision(function),
    }


def _decision(item: Judged | Finding) -> dict[str, Any]:
    if item.decision is None:
        return {}
    until = {"until": item.decision.until.isoformat()} if item.decision.until else {}
    return {"decision": {"is": item.decision.answer, "why": item.decision.why, **until}}


def as_json(documents: dict[str, Any] | list[dict[str, Any]], *, ascii_only: bool) -> str:
    """JSON that is valid UTF-8 whatever files are called, and that a terminal shows and does not obey."""
    text = json.dumps(documents, ensure_ascii=ascii_only, indent=2)
    return _ODD.sub(lambda odd: f"\\u{ord(odd[0]):04x}", text)
