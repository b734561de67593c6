"""kill -9 at any step leaves each file old or new, and the next run finishes it."""

from __future__ import annotations

import json
import os
import pickle
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from codemods.journal import runs
from codemods.tree import open_checkout
from tests.conftest import SAMPLE, commit_all, plan_of
from tests.journal.trees import (
    CHANGES,
    OLD,
    each_file_is_old_or_new,
    fresh,
    git_status,
    prepared,
    refusal,
    state,
    trouble_after_recovery,
)


class Killer:
    """Runs the journal in processes that are killed at their n-th step."""

    def __init__(self, folder: Path) -> None:
        self.changes = folder / "changes"
        self.changes.write_bytes(pickle.dumps(CHANGES))
        home = Path(__file__).parent.parent.parent
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.journal.killing"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=home,
        )

    def kill(self, action: str, root: Path, at: int) -> bool:
        """Whether the run got as far as that step; otherwise it has ended well."""
        assert self.process.stdin and self.process.stdout
        self.process.stdin.write(json.dumps([action, str(root), str(self.changes), at]) + "\n")
        self.process.stdin.flush()
        killed = json.loads(self.process.stdout.readline())
        assert isinstance(killed, bool)
        return killed


@pytest.fixture
def tmp_path(tmp_path: Path) -> Iterator[Path]:
    """In memory where there is some to write to: quicker than a disk, and no different to a process that dies."""
    memory = Path("/dev/shm")
    with tempfile.TemporaryDirectory(dir=memory if os.access(memory, os.W_OK) else tmp_path) as folder:
        yield Path(folder)


@pytest.fixture(scope="module")
def killer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Killer]:
    killer = Killer(tmp_path_factory.mktemp("killer"))
    yield killer
    assert killer.process.stdin
    killer.process.stdin.close()
    assert killer.process.wait(10) == 0


@pytest.mark.parametrize("action", ["apply", "undo"])
def test_kill_9_at_any_step_leaves_each_file_old_or_new_and_the_next_run_finishes_it(
    action: str, killer: Killer, tmp_path: Path
) -> None:
    prototype, before, after = prepared(tmp_path, action)
    commit_all(prototype)
    repository = (prototype / ".git").rename(tmp_path / "repository")  # of every copy
    troubles = []
    for at in range(1, 500):
        root = fresh(prototype)
        killed = killer.kill(action, root, at)
        if not each_file_is_old_or_new(root, before, after):
            troubles.append(f"{at}: some file is neither old nor new")
        if ".tenantize" in git_status(root, f"--git-dir={repository}", f"--work-tree={root}"):
            troubles.append(f"{at}: git shows .tenantize")
        trouble = trouble_after_recovery(root, before, after)
        if trouble:
            troubles.append(f"{at}: {trouble}")
        if not killed:
            break
    assert at > 10
    assert not troubles, "\n".join(troubles)


@pytest.mark.parametrize("action", ["apply", "undo"])
def test_kill_9_of_the_recovery_is_recovered_from(action: str, killer: Killer, tmp_path: Path) -> None:
    prototype, before, after = prepared(tmp_path, action)
    finished = runs.Recovered.APPLY if action == "apply" else runs.Recovered.UNDO
    # The first step that leaves some files old and some new.
    for at in range(1, 500):
        root = fresh(prototype)
        assert killer.kill(action, root, at)
        if runs.is_interrupted(root) and state(root) not in (before, after):
            break
    half = root.rename(tmp_path / "half")
    assert runs.recover(fresh(half)) is finished
    troubles = []
    for at in range(1, 500):
        root = fresh(half)
        killed = killer.kill("recover", root, at)
        trouble = trouble_after_recovery(root, before, after)
        if trouble:
            troubles.append(f"{at}: {trouble}")
        if not killed:
            break
    assert at > 3
    assert not troubles, "\n".join(troubles)


def test_a_file_edited_after_a_kill_is_named_and_kept(killer: Killer, tmp_path: Path) -> None:
    prototype, before, after = prepared(tmp_path, "apply")
    for at in range(1, 500):
        root = fresh(prototype)
        assert killer.kill("apply", root, at)
        if state(root) not in (before, after):
            break
    (root / "src/gbk.py").write_bytes(b"mine\n")
    message = refusal(lambda: runs.recover(root))
    assert message.startswith("src/gbk.py was edited") and "\n" not in message
    assert (root / "src/gbk.py").read_bytes() == b"mine\n"
    # Put back to what it was, the run is finished.
    (root / "src/gbk.py").write_bytes(OLD["src/gbk.py"][0])
    runs.recover(root)
    (root / "src/gbk.py").chmod(OLD["src/gbk.py"][1])
    assert state(root) == after


def test_the_sample_survives_random_moments_too(tmp_path: Path) -> None:
    """A few of what `make kill` tries."""
    changes = tmp_path / "changes"
    changes.write_bytes(pickle.dumps(plan_of(open_checkout(SAMPLE)).changes))
    asked = ["--apply", "16", "--undo", "8", "--full", "8", "--changes", str(changes)]
    home = Path(__file__).parent.parent.parent
    command = [sys.executable, "-m", "tests.journal.random_moments", *asked]
    done = subprocess.run(command, capture_output=True, text=True, cwd=home, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "kill -9, apply: 16 moments" in done.stdout and "kill -9, undo: 8 moments" in done.stdout
