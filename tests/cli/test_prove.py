"""`tenantize prove` on the command line: what it refuses, what it prints, and what is left when it is interrupted."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from codemods.cli.exits import FOUND, INTERRUPTED, UNUSABLE

COMMAND = [sys.executable, "-X", "faulthandler", "-m", "codemods.cli", "prove"]


def run(*arguments: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run([*COMMAND, *map(str, arguments)], capture_output=True, text=True, timeout=240)


def files_of(tree: Path) -> dict[str, bytes]:
    return {str(path.relative_to(tree)): path.read_bytes() for path in tree.rglob("*") if path.is_file()}


def test_it_runs_nothing_unless_an_interpreter_is_named(sample: Path) -> None:
    done = run(sample)
    assert done.returncode == UNUSABLE
    assert "--python" in done.stderr


def test_a_group_that_there_is_not(sample: Path) -> None:
    done = run(sample, "--python", sys.executable, "--only", "gatewey")
    assert done.returncode == UNUSABLE
    assert "did you mean `gateway`?" in done.stderr


def test_a_plugin_on_its_own_is_not_run(sample: Path) -> None:
    done = run(sample / "plugins" / "notebook_plugin", "--python", sys.executable)
    assert done.returncode == UNUSABLE
    assert done.stderr.count("\n") == 1


def test_an_interpreter_that_lacks_what_the_tree_needs(sample: Path, tmp_path: Path) -> None:
    bare = tmp_path / "bare"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", bare], check=True)
    done = run(sample, "--python", bare / "bin" / "python")
    assert done.returncode == UNUSABLE
    assert "Install the tree's requirements" in done.stderr.splitlines()[-1]


def test_one_group_as_json_and_the_checkout_as_it_was(sample: Path, tmp_path: Path) -> None:
    before = files_of(sample)
    keep = tmp_path / "kept"
    done = run(sample, "--python", sys.executable, "--only", "gateway", "--format", "json", "--keep", keep)
    document = json.loads(done.stdout)
    assert {way["section"] for way in document["ways"]} == {"Gateway", "Start-up and event handlers"}
    assert done.returncode == (FOUND if document["sums"]["all"]["after"]["crossed"] else 0)
    assert "the checkout is not touched" in done.stderr
    assert files_of(sample) == before
    assert (keep / "after" / "tree" / "src" / "webui" / "tenant.py").exists()
    assert not (keep / "before" / "tree" / "src" / "webui" / "tenant.py").exists()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_interrupted_nothing_runs_and_nothing_is_left(sample: Path, tmp_path: Path, number: signal.Signals) -> None:
    place = tmp_path / "scratch"
    place.mkdir()
    command = subprocess.Popen(
        [*COMMAND, str(sample), "--python", sys.executable],
        env={**os.environ, "TMPDIR": str(place)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    until = time.monotonic() + 90
    while not guests(place) and time.monotonic() < until:
        time.sleep(0.1)
    assert guests(place)
    command.send_signal(number)
    try:
        _, said = command.communicate(timeout=60)
    except subprocess.TimeoutExpired:
        command.send_signal(signal.SIGABRT)
        raise AssertionError(command.communicate()[1]) from None
    assert command.returncode == INTERRUPTED
    assert said.splitlines()[-1] == "Interrupted; the tree is whole."
    assert guests(place) == []
    assert list(place.iterdir()) == []


def guests(place: Path) -> list[str]:
    """The processes that run below a folder."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            where = (process / "cwd").readlink()
        except OSError:
            continue
        if where.is_relative_to(place):
            found.append(process.name)
    return found
