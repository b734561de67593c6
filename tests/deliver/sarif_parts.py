"""What SARIF 2.1.0 says of the parts that we write, in our own words: its own schema is not ours to copy."""

from __future__ import annotations

from typing import Any

from jsonschema import Draft202012Validator

TEXT = {"type": "string", "minLength": 1}
NUMBER = {"type": "integer", "minimum": 1}


def _object(required: dict[str, Any], optional: dict[str, Any] | None = None) -> dict[str, Any]:
    """An object of SARIF: it holds nothing that the standard does not name."""
    return {
        "type": "object",
        "properties": {**required, **(optional or {})},
        "required": list(required),
        "additionalProperties": False,
    }


def _array(items: dict[str, Any], *, at_least: int = 0) -> dict[str, Any]:
    return {"type": "array", "items": items, "minItems": at_least}


MESSAGE = _object({"text": TEXT}, {"markdown": TEXT})
REGION = _object({"startLine": NUMBER}, {"startColumn": NUMBER})
ARTIFACT = _object(
    {"uri": {"type": "string", "format": "uri-reference", "pattern": "^[^/ \\\\:][^ \\\\]*$"}, "uriBaseId": TEXT}
)
LOCATION = _object(
    {"physicalLocation": _object({"artifactLocation": ARTIFACT, "region": REGION})},
    {"logicalLocations": _array(_object({"fullyQualifiedName": TEXT})), "message": MESSAGE},
)
LEVEL = {"enum": ["none", "note", "warning", "error"]}
FLOW = _object(
    {"threadFlows": _array(_object({"locations": _array(_object({"location": LOCATION}), at_least=1)}), at_least=1)}
)
SUPPRESSION = _object(
    {"kind": {"enum": ["inSource", "external"]}},
    {"status": {"enum": ["accepted", "underReview", "rejected"]}, "justification": TEXT},
)
RESULT = _object(
    {"message": MESSAGE, "ruleId": TEXT, "ruleIndex": {"type": "integer", "minimum": 0}, "level": LEVEL},
    {
        "locations": _array(LOCATION),
        "partialFingerprints": {"type": "object", "additionalProperties": TEXT},
        "codeFlows": _array(FLOW),
        "suppressions": _array(SUPPRESSION),
        "properties": {"type": "object"},
    },
)
RULE = _object({"id": TEXT}, {"shortDescription": MESSAGE, "fullDescription": MESSAGE, "help": MESSAGE})
DRIVER = _object(
    {"name": TEXT}, {"version": TEXT, "language": {"pattern": "^[a-z]{2}-[A-Z]{2}$"}, "rules": _array(RULE)}
)
NOTIFICATION = _object({"message": MESSAGE}, {"level": LEVEL, "locations": _array(LOCATION)})
INVOCATION = _object({"executionSuccessful": {"type": "boolean"}}, {"toolExecutionNotifications": _array(NOTIFICATION)})
RUN = _object(
    {"tool": _object({"driver": DRIVER})},
    {
        "automationDetails": _object({"id": TEXT}),
        "invocations": _array(INVOCATION),
        "columnKind": {"enum": ["utf16CodeUnits", "unicodeCodePoints"]},
        "results": _array(RESULT),
    },
)
LOG = _object({"version": {"const": "2.1.0"}, "runs": _array(RUN)}, {"$schema": {"type": "string", "format": "uri"}})


def validate(log: dict[str, Any]) -> None:
    """Raises ValidationError for what is no SARIF, and fails where a result names a rule that is not there."""
    Draft202012Validator(LOG, format_checker=Draft202012Validator.FORMAT_CHECKER).validate(log)
    for run in log["runs"]:
        rules = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
        assert all(rules[result["ruleIndex"]] == result["ruleId"] for result in run["results"])
