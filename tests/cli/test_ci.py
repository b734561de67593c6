"""What CI runs: formats by name, a baseline, the hook and the action that travel with the project."""

from __future__ import annotations

import json
import shlex
import subprocess
import sys
from pathlib import Path

import yaml

from tests.cli.running import CHAT, HANDLERS, HOME, Tenantize, assert_one_sentence, environment


def test_every_format_is_printed_and_strict_fails(tenantize: Tenantize, tree: Path) -> None:
    begins = {"json": "{", "sarif": "{", "github": "::error file=", "junit": "<?xml"}
    for form, beginning in begins.items():
        answer = tenantize("audit", "--strict", "--format", form, tree)
        assert answer.status == 1 and answer.out.startswith(beginning)


def test_only_what_is_new_since_the_baseline_is_listed_and_fails(
    tenantize: Tenantize, tree: Path, tmp_path: Path
) -> None:
    baseline = tmp_path / "audit.json"
    baseline.write_text(tenantize("audit", "--format", "json", tree).out, encoding="utf-8")
    old = tenantize("audit", "--strict", "--baseline", baseline, tree)
    assert old.status == 0 and "insecure" not in old.out.replace("0 insecure", "")
    assert old.err == "2 are in the baseline.\n"
    more = '\n\n@router.get("/room")\nasync def get_room():\n    return get_current_tenant_id()\n'
    (tree / CHAT).write_text("\n" + HANDLERS.replace("{name}", "chat") + more, encoding="utf-8")
    new = tenantize("audit", "--strict", "--baseline", baseline, "--only", "insecure", tree)
    assert new.status == 1
    assert [line.split(":")[2].split()[1] for line in new.out.splitlines() if line.startswith("src/")] == ["get_room"]


def test_a_file_that_is_no_baseline_is_refused(tenantize: Tenantize, tree: Path, tmp_path: Path) -> None:
    assert_one_sentence(tenantize("audit", "--baseline", tmp_path / "none.json", tree), "none.json cannot be read")
    other = tmp_path / "other.json"
    other.write_text('{"tree": 1}')
    assert_one_sentence(tenantize("audit", "--baseline", other, tree), "other.json is no audit")


def test_the_hook_runs_a_command_that_there_is(tenantize: Tenantize, tree: Path) -> None:
    (hook,) = yaml.safe_load((HOME / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
    program, *arguments = shlex.split(hook["entry"])
    assert program == "tenantize" and hook["pass_filenames"] is False
    assert tenantize(*arguments, tree).status == 1


def test_the_action_annotates_writes_sarif_and_fails(tree: Path, tmp_path: Path) -> None:
    action = yaml.safe_load((HOME / "action.yml").read_text(encoding="utf-8"))
    step = action["runs"]["steps"][-1]
    assert set(step["env"]) == {"TREE", "BASELINE", "SARIF", "LC_ALL"}
    program = tmp_path / "bin/tenantize"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -m codemods.cli "$@"\n')
    program.chmod(0o755)
    more = {"TREE": str(tree), "BASELINE": "", "SARIF": str(tmp_path / "out.sarif"), "LC_ALL": "C.UTF-8"}
    path = f"{program.parent}:{environment()['PATH']}"
    done = subprocess.run(
        ["bash", "-e", "-o", "pipefail", "-c", step["run"]],
        env=environment(PATH=path, **more),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1, done.stderr
    assert done.stdout.startswith("::error file=src/webui/chat_routes.py,line=10,")
    assert json.loads((tmp_path / "out.sarif").read_text(encoding="utf-8"))["version"] == "2.1.0"


def test_the_report_is_written_where_it_is_asked_for(tenantize: Tenantize, tree: Path, tmp_path: Path) -> None:
    answer = tenantize("report", tree, "-o", tmp_path / "report.html")
    assert answer.status == 0 and answer.out.startswith(f"Wrote {tmp_path / 'report.html'} (")
    assert (tmp_path / "report.html").read_text(encoding="utf-8").startswith("<!doctype html>")
    assert tenantize("report", tree, "-o", tmp_path / "none" / "report.html").status == 2
