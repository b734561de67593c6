"""The audit's JSON is what its schema says, and the schema in the package is what the code makes."""

from __future__ import annotations

import json
import tokenize
from collections.abc import Iterator
from typing import Any

import jsonschema
import pytest

from codemods.deliver.reports.audit import as_json, audit_document
from codemods.deliver.reports.document import SCHEMA, VERSION, schema
from codemods.tree import open_checkout
from tests.conftest import SAMPLE, survey_of


@pytest.fixture(scope="module")
def sample() -> dict[str, Any]:
    checkout = open_checkout(SAMPLE)
    document = json.loads(as_json(audit_document(checkout, survey_of(checkout), None), ascii_only=True))
    assert isinstance(document, dict)
    return document


@pytest.fixture(scope="module")
def valid() -> jsonschema.Draft202012Validator:
    said = json.loads(SCHEMA.read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(said)
    return jsonschema.Draft202012Validator(said)


def items(document: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for name in ("entry_points", "api_functions", "findings", "decided"):
        yield from document[name]


def test_the_schema_in_the_package_is_the_codes() -> None:
    assert json.loads(SCHEMA.read_text(encoding="utf-8")) == schema(), "make schema"


def test_the_sample_fits_the_schema(sample: dict[str, Any], valid: jsonschema.Draft202012Validator) -> None:
    valid.validate(sample)
    assert sample["schema"] == VERSION
    assert sample["tool"]["name"] == "tenantize"


def test_the_schema_refuses_what_is_another_shape(
    sample: dict[str, Any], valid: jsonschema.Draft202012Validator
) -> None:
    first, *others = sample["entry_points"]
    assert not valid.is_valid({**sample, "entry_points": [{**first, "line": "12"}, *others]})
    assert not valid.is_valid({key: value for key, value in sample.items() if key != "tool"})


def test_columns_are_where_the_code_begins(sample: dict[str, Any]) -> None:
    texts: dict[str, list[str]] = {}
    for item in items(sample):
        if item["path"] not in texts:
            with tokenize.open(SAMPLE / item["path"]) as file:
                texts[item["path"]] = file.read().splitlines()
        line = texts[item["path"]][item["line"] - 1]
        assert line[item["column"] - 1 :] == line.lstrip(), item


def test_a_way_leads_from_station_to_station(sample: dict[str, Any]) -> None:
    ways = [item for item in items(sample) if "call_path" in item]
    assert {item.get("kind", "finding") for item in ways} >= {"webui-handler", "gateway", "chat-loop", "shared-state"}
    for item in ways:
        *before, last = item["call_path"]
        assert not any("reached" in station for station in before)
        assert last.get("reached", "") in item["reason"], item


@pytest.mark.parametrize("kind", ["webui-handler", "api-function", "chat-manager", "startup"])
def test_a_reason_that_shows_a_way_has_it_as_a_list(sample: dict[str, Any], kind: str) -> None:
    judged = [item for item in items(sample) if item.get("kind") == kind]
    shown = [part for item in judged for part in (item, *item.get("statements", ())) if " → " in part["reason"]]
    assert shown
    assert [part["reason"] for part in shown if "call_path" not in part] == []
    for part in shown:
        first, last = part["call_path"][0], part["call_path"][-1]
        assert first["line"] >= part["line"]
        assert "reached" in last and last["name"] in part["reason"]


def test_what_is_open_in_a_plugin_on_its_own_is_in_it(valid: jsonschema.Draft202012Validator) -> None:
    checkout = open_checkout(SAMPLE / "plugins" / "legacy_plugin")
    document = json.loads(as_json(audit_document(checkout, survey_of(checkout), "plugins/legacy"), ascii_only=True))
    valid.validate(document)
    assert document["tree"]["path"] == "plugins/legacy"
    assert {"BackupStart", "TitleStart", "HookStart"} <= {
        item["id"].partition(":")[2] for item in items(document) if item["verdict"] == "insecure"
    }
