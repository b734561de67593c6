"""Ctrl-C: exit 130, one line, and a tree that is whole."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.running import (
    HOME,
    command,
    environment,
)
from tests.journal.trees import state


def assert_interrupted(running: subprocess.Popen[str]) -> None:
    out, err = running.communicate(timeout=20)
    assert running.returncode == 130
    assert out == ""
    assert err.strip().splitlines() == ["Interrupted; the tree is whole."]


def started(*arguments: object, **more: str) -> subprocess.Popen[str]:
    """The command in a process group of its own, so that a signal to the group does not reach the tests."""
    pipe = subprocess.PIPE
    return subprocess.Popen(
        command(*arguments), stdout=pipe, stderr=pipe, text=True, env=environment(**more), start_new_session=True
    )


def wait_for(happened: Callable[[], bool]) -> None:
    until = time.monotonic() + 20
    while not happened() and time.monotonic() < until:
        time.sleep(0.02)


def test_ctrl_c_is_exit_130_one_line_and_an_unchanged_tree(tree: Path, tmp_path: Path) -> None:
    before = state(tree)
    # A git that takes its time, so that there is time for Ctrl-C.
    (tmp_path / "bin").mkdir()
    git = tmp_path / "bin" / "git"
    git.write_text(f"#!/bin/sh\ntouch {tmp_path}/asked\nexec sleep 30\n")
    git.chmod(0o755)
    running = started("apply", tree, PATH=f"{tmp_path / 'bin'}:{os.environ['PATH']}")
    wait_for((tmp_path / "asked").exists)
    running.send_signal(signal.SIGINT)
    assert_interrupted(running)
    assert state(tree) == before


def workers_of(pid: int) -> list[int]:
    """The processes of its kind that a process has started."""
    try:
        children = map(int, Path(f"/proc/{pid}/task/{pid}/children").read_text().split())
        return [child for child in children if b"codemods.cli" in Path(f"/proc/{child}/cmdline").read_bytes()]
    except FileNotFoundError:  # gone in the meantime
        return []


@pytest.mark.skipif(
    (os.cpu_count() or 1) < 2 or not Path(f"/proc/self/task/{os.getpid()}/children").exists(),
    reason="one processor has no workers, and only Linux tells of them",
)
@pytest.mark.parametrize("are_at_work", [False, True])
def test_ctrl_c_on_a_terminal_reaches_the_workers_and_none_prints_a_traceback(sample: Path, are_at_work: bool) -> None:
    before = state(sample)
    running = started("apply", sample)
    # The first waits until there is something to edit, and then starts the others.
    wait_for(lambda: any(workers_of(pid) or not are_at_work for pid in workers_of(running.pid)))
    time.sleep(0.1)  # into their work
    os.killpg(running.pid, signal.SIGINT)
    assert_interrupted(running)
    assert state(sample) == before


def test_ctrl_c_while_libcst_makes_its_dataclasses_is_exit_130_as_well(tmp_path: Path) -> None:
    (tmp_path / "stopped.py").write_text(
        "from codemods.cli import main as cli\n"
        "cli._run = lambda: exec('raise KeyboardInterrupt')  # dataclasses exec what they are made of\n"
        "cli.main()\n"
    )
    done = subprocess.run(
        [sys.executable, "-m", "stopped"],
        capture_output=True,
        text=True,
        env=environment(PYTHONPATH=f"{tmp_path}{os.pathsep}{HOME}"),
        check=False,
    )
    assert (done.returncode, done.stdout) == (130, "")
    assert done.stderr == "Interrupted; the tree is whole.\n"
