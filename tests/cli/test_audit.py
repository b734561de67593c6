"""`tenantize audit`: its JSON, its lines in a pipe, its tables on a terminal, and what strict makes of them."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from rich.cells import cell_len

from codemods.analysis.facts import BrokenFile, FileFacts
from codemods.analysis.reading import read_facts
from tests import once
from tests.cli.running import (
    CHAT,
    Tenantize,
    on_a_terminal,
    process,
    python_files,
    small_tree,
)
from tests.conftest import SAMPLE


@pytest.fixture(scope="module")
def sample_audit() -> dict[str, Any]:
    done = process("audit", "--format", "json", SAMPLE)
    assert done.returncode == 0, done.stderr
    document = json.loads(done.stdout)
    assert isinstance(document, dict)
    return document


def test_the_json_has_the_keys_and_words_of_the_design(sample_audit: dict[str, Any]) -> None:
    assert {"tree", "entry_points", "api_functions", "summary"} <= set(sample_audit)
    assert set(sample_audit["tree"]) == {"files", "revision"}
    assert sample_audit["tree"]["files"] > 50
    entry_keys = {"id", "at", "path", "line", "column", "kind", "verdict", "reason", "recipe"}
    for entry in sample_audit["entry_points"]:
        assert entry_keys <= set(entry) <= entry_keys | {"note", "statements", "details", "call_path"}
        assert entry["verdict"] in {"secure", "insecure", "anonymous", "global"}
    assert {entry["kind"] for entry in sample_audit["entry_points"]} == {
        "gateway",
        "webui-handler",
        "startup",
        "event-handler",
        "background-task",
        "chat-loop",
        "shared-state",
        "thread",
        "chat-manager",
        "plugin-command",
        "plugin-action",
        "plugin-tool",
    }
    for function in sample_audit["api_functions"]:
        assert entry_keys | {"state"} <= set(function) <= entry_keys | {"state", "details", "call_path"}
        assert function["verdict"] in {"scoped", "unscoped", "stateless", "exempt", "unresolved"}
        assert all(isinstance(name, str) for name in function["state"])


def test_the_summary_counts_what_the_json_lists(sample_audit: dict[str, Any]) -> None:
    for part in ("entry_points", "api_functions"):
        verdicts = [item["verdict"] for item in sample_audit[part]]
        assert sample_audit["summary"][part] == {verdict: verdicts.count(verdict) for verdict in set(verdicts)}


def test_every_id_names_a_function_at_its_line_and_a_reason(sample_audit: dict[str, Any]) -> None:
    for item in sample_audit["entry_points"] + sample_audit["api_functions"]:
        path, _, name = item["id"].partition(":")
        line = (SAMPLE / path).read_bytes().splitlines()[item["line"] - 1].decode(errors="replace")
        # "#2" is the second function of that name.
        assert name.rpartition(".")[2].partition("#")[0] in line, item
        assert item["reason"]


def test_an_insecure_handler_names_the_recipe_that_mends_it(tenantize: Tenantize, tree: Path) -> None:
    document = json.loads(tenantize("audit", "--format", "json", tree).out)
    (entry,) = [entry for entry in document["entry_points"] if entry["id"] == f"{CHAT}:get_chat"]
    assert (entry["verdict"], entry["recipe"], entry["line"]) == ("insecure", "webui-admin-context", 10)
    (health,) = [entry for entry in document["entry_points"] if entry["id"] == f"{CHAT}:chat_health"]
    assert (health["verdict"], health["recipe"]) == ("global", None)


def test_the_json_of_a_plain_folder_has_no_revision(tenantize: Tenantize, tmp_path: Path) -> None:
    plain = small_tree(tmp_path / "plain", git=False)
    answer = tenantize("audit", "--format", "json", plain)
    assert json.loads(answer.out)["tree"] == {"files": python_files(plain), "revision": None}


def test_strict_is_exit_1_while_anything_is_insecure_and_0_after_apply(tenantize: Tenantize, tree: Path) -> None:
    assert tenantize("audit", tree).status == 0
    assert tenantize("audit", "--strict", tree).status == 1
    tenantize("apply", tree)
    assert tenantize("audit", "--strict", tree).status == 0


def test_the_audit_in_a_pipe_has_a_line_an_item_with_its_place_and_its_whole_name(
    sample_audit: dict[str, Any],
) -> None:
    done = process("audit", SAMPLE, COLUMNS="20")
    assert done.returncode == 0
    assert "\x1b" not in done.stdout and "\x1b" not in done.stderr
    lines = done.stdout.splitlines()
    for item in sample_audit["entry_points"] + sample_audit["api_functions"]:
        path, _, name = item["id"].partition(":")
        (line,) = [line for line in lines if line.startswith(f"{path}:{item['line']}: {item['verdict']} {name}: ")]
        assert item["reason"] in line
    for finding in sample_audit["findings"]:
        assert f"{finding['path']}:{finding['line']}: to decide: {finding['reason']} [{finding['at']}]" in lines


@pytest.mark.parametrize("columns", [40, 80, 120])
def test_a_terminal_of_any_width_shows_whole_names_and_no_count_for_a_line(
    columns: int, sample_audit: dict[str, Any]
) -> None:
    shown = on_a_terminal("audit", SAMPLE, COLUMNS=str(columns), NO_COLOR="1")
    # A slow machine shows progress first, on lines that are erased.
    plain = re.sub(r"[^\n]*\x1b\[2K|\x1b\[[?\d;]*[A-Za-z]", "", shown).replace("\r", "")
    assert [line for line in plain.splitlines() if cell_len(line) > columns] == []
    for item in sample_audit["entry_points"] + sample_audit["api_functions"]:
        name = item["id"].partition(":")[2]
        if cell_len(name) < columns - 20:
            assert name in plain
    lines = {str(item["line"]) for item in sample_audit["entry_points"] + sample_audit["api_functions"]}
    lines |= {str(each["line"]) for item in sample_audit["entry_points"] for each in item.get("statements", ())}
    assert {line.split()[0] for line in plain.splitlines() if re.match(r" +\d+  [a-z]", line)} <= lines
    assert ": → " not in plain


def test_the_last_line_counts_everything_that_is_open_and_names_all_that_mends_it(
    sample_audit: dict[str, Any],
) -> None:
    open_ones = [item for item in sample_audit["entry_points"] if item["verdict"] in ("insecure", "anonymous")]
    open_ones += [item for item in sample_audit["api_functions"] if item["verdict"] in ("unscoped", "unresolved")]
    mended = [item["recipe"] for item in open_ones if item["recipe"]]
    last = process("audit", SAMPLE).stdout.splitlines()[-1]
    assert f"about {len(mended)} of the {len(open_ones)} that are open." in last
    for name in {*mended, "tenant-foundation"}:
        assert name in last


def test_the_next_audit_reads_what_has_been_changed_since(
    tree: Path, tenantize: Tenantize, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TENANTIZE_CACHE_DIR", str(tmp_path / "cache"))
    read: list[str] = []

    def noted(path: str, *rest: Any) -> FileFacts | BrokenFile:
        read.append(path)
        return read_facts(path, *rest)

    monkeypatch.setattr(once.READ_FACTS, noted)
    first = tenantize("audit", tree)
    assert len(read) == python_files(tree)
    read.clear()
    assert tenantize("audit", tree) == first and not read
    (tree / CHAT).write_bytes((tree / CHAT).read_bytes() + b"\n# more\n")
    assert tenantize("audit", tree) == first
    assert read == [CHAT]
