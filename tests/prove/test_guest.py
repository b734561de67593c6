"""Guests that do not go as they should: each ends in a sentence, and leaves nothing running."""

from __future__ import annotations

import re
import threading
import time
from pathlib import Path

import pytest

from codemods.errors import TenantizeError
from codemods.messages import CHINESE, told
from codemods.prove import process
from codemods.prove.guest.shapes import GROUPS, Task
from codemods.prove.names import names_of
from codemods.prove.process import Guest, scratch
from codemods.tree import open_checkout
from tests.conftest import SAMPLE, survey_of
from tests.prove.conftest import PYTHON


def a_task(folder: Path, config: str) -> Task:
    """The task to run a tree that is nothing but its configuration module, with this code."""
    home = folder / "tree" / "src" / "config"
    home.mkdir(parents=True)
    (home / "config.py").write_text(config, encoding="utf-8")
    names = names_of(survey_of(open_checkout(SAMPLE)))
    return Task(
        tree=str(folder / "tree"),
        database=str(folder / "tree.db"),
        groups=list(GROUPS),
        names=names,
        within=[],
        holders=[],
        call_seconds=5.0,
        cpu_seconds=20,
        memory=4 << 30,
    )


def sentence_of(folder: Path, config: str, python: Path = PYTHON) -> str:
    with pytest.raises(TenantizeError) as raised:
        Guest(python, folder, "the tree").run(a_task(folder, config))
    said = raised.value.sentence
    assert "\n" not in said
    assert re.search(r"[\u4e00-\u9fff]", told(said, CHINESE)), "it can be told in Chinese"
    return said


def is_running(pid_file: Path) -> bool:
    """Whether a process lives that wrote its number into a file; one that has ended and waits to be missed does not."""
    try:
        state = Path(f"/proc/{pid_file.read_text()}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"


def test_no_such_interpreter(tmp_path: Path) -> None:
    assert "cannot be run" in sentence_of(tmp_path, "", Path("/no/such/python"))


def test_a_requirement_that_is_missing(tmp_path: Path) -> None:
    said = sentence_of(tmp_path, "import no_such_library_anywhere")
    assert "No module named 'no_such_library_anywhere'" in said
    assert "Install the tree's requirements" in said


def test_its_database_library_that_is_missing(tmp_path: Path) -> None:
    said = sentence_of(tmp_path, "raise RuntimeError('maim_db is not installed')")
    assert "name its src folder in PYTHONPATH" in said


def test_a_tree_that_ends_the_process_at_once(tmp_path: Path) -> None:
    said = sentence_of(
        tmp_path, "import ctypes, sys\nprint('no room', file=sys.stderr, flush=True)\nctypes.CDLL(None)._exit(3)"
    )
    assert said == "the tree ended by itself in the import of the tree: no room"


def test_a_tree_that_would_leave_by_its_own_exit_says_so(tmp_path: Path) -> None:
    assert "it would end the process with 3" in sentence_of(tmp_path, "import os\nos._exit(3)")


def test_a_tree_that_always_exits(tmp_path: Path) -> None:
    assert "SystemExit: 0" in sentence_of(tmp_path, "import sys\nsys.exit(0)")


def test_a_tree_that_hangs_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process, "_SILENT", 1.0)
    code = "import os, time, pathlib\npathlib.Path('../pid').write_text(str(os.getpid()))\nwhile True: time.sleep(1)"
    assert "hangs in the import of the tree" in sentence_of(tmp_path, code)
    assert not is_running(tmp_path / "pid")


def test_a_tree_that_writes_lines_of_its_own_is_not_believed(tmp_path: Path) -> None:
    code = """
import os
for number in range(3, 20):
    try: os.write(number, b'{"done": "yes"}\\n')
    except OSError: pass
import time
time.sleep(20)
"""
    assert "no line of a proof" in sentence_of(tmp_path, code)


def test_a_guest_that_is_ended_from_outside_ends_with_what_it_started(tmp_path: Path) -> None:
    note = "pathlib.Path(f'../pid{os.getpid()}').write_text(str(os.getpid()))"
    code = f"import os, time, pathlib\nos.fork()\n{note}\ntime.sleep(60)"
    guest = Guest(PYTHON, tmp_path, "the tree")

    def end() -> None:
        while sum(bool(file.read_text()) for file in tmp_path.glob("pid*")) < 2:
            time.sleep(0.05)
        guest.end()

    threading.Thread(target=end).start()
    with pytest.raises(TenantizeError):
        guest.run(a_task(tmp_path, code))
    ends = time.monotonic() + 10  # what is killed takes a moment where the machine has other work
    while any(is_running(file) for file in tmp_path.glob("pid*")) and time.monotonic() < ends:
        time.sleep(0.05)
    assert not any(is_running(file) for file in tmp_path.glob("pid*"))


def test_nothing_of_a_scratch_folder_is_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", None)
    with pytest.raises(KeyboardInterrupt), scratch(None) as folder:
        (folder / "file").write_text("x")
        raise KeyboardInterrupt
    assert list(tmp_path.iterdir()) == []


def test_a_folder_to_keep_must_be_empty(tmp_path: Path) -> None:
    (tmp_path / "mine").write_text("x")
    with pytest.raises(TenantizeError, match="not an empty folder"), scratch(tmp_path):
        pass
