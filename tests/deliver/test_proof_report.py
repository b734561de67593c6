"""A proof as text and as JSON."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path

import pytest
from rich.cells import cell_len

from codemods.deliver.reports.audit import as_json
from codemods.deliver.reports.proof import proof_lines, sentences_of
from codemods.deliver.reports.proof_file import proof_document, read_proof
from codemods.errors import TenantizeError
from codemods.messages import CHINESE, ENGLISH, speak, told
from codemods.prove.guest.shapes import APART, CHANGED, CROSSED, NOT_REACHED, SHOWN, Crossing, Logged
from codemods.prove.proof import Outcome, Proof, Way

SHOWS = Crossing(SHOWN, "zaq000001", "tenant A", "a message (text)", "the answer of get_all", "tenant B")
CHANGES = Crossing(CHANGED, "", "tenant A", "src.apis:put", "src.store:Store.items", "tenant B", is_holder=True)
PROOF = Proof(
    tree="MaiMBot",
    python="python3",
    seconds=12.34,
    ways=(
        Way("Plugin APIs", "src/apis.py", "get_all", Outcome(CROSSED, "", (SHOWS,)), Outcome(APART), "scoped"),
        Way("Plugin APIs", "src/apis.py", "put", Outcome(NOT_REACHED, "no value"), Outcome(NOT_REACHED, "no value")),
        Way(
            "Shared state",
            "src/store.py",
            "Store.items",
            Outcome(CROSSED, "", (CHANGES,)),
            Outcome(CROSSED, "", (CHANGES,)),
            audited="secure",
            is_fault=True,
        ),
    ),
    logged=(Logged("chat: it failed", 2, ["tenant A", "tenant B"]),),
)


def test_a_line_a_way_below_its_section_and_file() -> None:
    lines = list(proof_lines(PROOF))
    assert lines[:3] == ["Plugin APIs", "  src/apis.py", "    crossed → apart           get_all"]
    assert "    not reached → not reached put" in lines
    assert "        no value" in lines


def test_what_crossed_says_the_word_and_its_way() -> None:
    said = " ".join(line.strip() for line in proof_lines(PROOF))
    assert (
        "before: zaq000001 of tenant A, put in as a message (text), came out in the answer of get_all for tenant B"
        in said
    )
    assert "tenant B changed src.store:Store.items of tenant A, by src.apis:put" in said


def test_those_who_saw_it_have_names_in_either_language() -> None:
    (sentence,) = sentences_of(PROOF.ways[0])
    assert "tenant A" in told(sentence, ENGLISH)
    assert "租户 A" in told(sentence, CHINESE)
    assert "租户 B" in told(sentence, CHINESE)


def test_a_fault_of_the_audit_is_said_loudly_and_last() -> None:
    said = " ".join(line.strip() for line in proof_lines(PROOF))
    assert "THE AUDIT IS WRONG: it calls src/store.py:Store.items secure, and it crossed." in said


def test_errors_are_counted_and_named() -> None:
    lines = list(proof_lines(PROOF))
    assert lines[-2:] == ["2 errors were logged in work of tenants once migrated:", "2 × chat: it failed"]


def test_what_answers_without_a_tenant_though_the_audit_calls_it_scoped_is_a_fault() -> None:
    wrong = replace(PROOF.ways[0], is_fault=True)
    said = " ".join(line.strip() for line in proof_lines(replace(PROOF, ways=(wrong,))))
    assert "THE AUDIT IS WRONG: it calls src/apis.py:get_all scoped, and it answers without a tenant." in said


@pytest.mark.parametrize(
    ("section", "what"),
    [
        ("Plugin APIs", "shows its owner what is his today, and did not."),
        ("Stop and restart", "is kept over a restart today, and was gone."),
    ],
)
def test_what_owners_lose_is_said_loudly(section: str, what: str) -> None:
    lost = replace(PROOF.ways[0], section=section, is_lost=True)
    said = " ".join(line.strip() for line in proof_lines(replace(PROOF, ways=(lost,))))
    assert f"LOST BY THE MIGRATION: src/apis.py:get_all {what}" in said


def test_all_of_it_is_told_in_chinese_in_columns() -> None:
    speak(CHINESE)
    try:
        lines = list(proof_lines(PROOF))
    finally:
        speak(ENGLISH)
    assert lines[:3] == ["插件 API", "  src/apis.py", "    越界 → 隔开               get_all"]
    sums = [line for line in lines if re.search(r"\d → \d", line)]
    assert [line.split()[0] for line in sums] == ["插件", "共享状态", "合计"]
    assert {cell_len(line) for line in sums} == {80}


def test_lines_fit_on_a_screen_but_for_names() -> None:
    assert max(map(len, proof_lines(PROOF))) <= 80


def test_sums_before_and_after() -> None:
    (row,) = [line for line in proof_lines(PROOF) if line.startswith("Plugin APIs  ")]
    assert row.split() == ["Plugin", "APIs", "1", "→", "0", "0", "→", "1", "0", "→", "0", "1", "→", "1"]


def test_as_json_everything_has_its_name() -> None:
    document = json.loads(as_json(proof_document(PROOF), ascii_only=True))
    assert document["sums"]["all"]["after"] == {"crossed": 1, "apart": 1, "refused": 0, "not reached": 1}
    assert document["ways"][0]["before"]["crossings"][0]["put_in"] == "a message (text)"
    assert [way["fault_of_the_audit"] for way in document["ways"]] == [False, False, True]
    assert document["seconds"] == 12.3


def test_what_is_written_is_read_again(tmp_path: Path) -> None:
    file = tmp_path / "proof.json"
    file.write_text(as_json(proof_document(PROOF), ascii_only=True), encoding="utf-8")
    assert read_proof(file) == replace(PROOF, seconds=12.3)


@pytest.mark.parametrize("text", ["", "{}", '{"schema": 2}', '{"entry_points": []}'])
def test_what_is_no_proof_is_refused(tmp_path: Path, text: str) -> None:
    file = tmp_path / "proof.json"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(TenantizeError, match="is no proof"):
        read_proof(file)


def test_a_proof_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(TenantizeError, match="cannot be read"):
        read_proof(tmp_path / "none.json")
