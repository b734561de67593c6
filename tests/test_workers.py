"""Workers: they do what they are asked, and do not outlive who asked."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import BrokenExecutor
from pathlib import Path

import pytest

from codemods.workers import Beside, pool_of

# Two workers say that they are there, and work on while the process that asked is killed.
KILLED = """
import os, signal, time
from codemods.workers import pool_of

def work():
    os.write(1, b".")
    time.sleep(600)

with pool_of(2) as pool:
    pool.submit(work), pool.submit(work)
    input()
    os.kill(os.getpid(), signal.SIGKILL)
"""


# What runs where processes are not forked, in a folder that has a library of its own.
STARTED = """
from multiprocessing import get_context

from codemods import workers

workers._PROCESSES = get_context("spawn")

if __name__ == "__main__":
    with workers.pool_of(2) as pool, workers.Beside(str.split) as beside:
        print(*pool.map(abs, (-1, 2)))
        beside.ask("ab")
        print(*beside.answers())
"""


def test_they_run_nothing_of_the_current_folder(tmp_path: Path) -> None:
    tree, script = tmp_path / "tree", tmp_path / "script.py"
    for name in ("multiprocessing", "encodings", "codemods"):
        (tree / name).mkdir(parents=True)
        (tree / name / "__init__.py").write_text("open('run', 'w').close()\nraise SystemExit(3)\n")
    script.write_text(STARTED)
    root = str(Path(__file__).parents[1])
    done = subprocess.run(
        [sys.executable, str(script)], cwd=tree, env={**os.environ, "PYTHONPATH": root}, capture_output=True, timeout=60
    )
    assert (done.returncode, done.stdout.split(), done.stderr) == (0, [b"1", b"2", b"ab"], b"")
    assert not (tree / "run").exists()


def test_they_answer_and_tell_what_failed() -> None:
    with pool_of(2) as pool:
        assert list(pool.map(abs, (-1, 2))) == [1, 2]
        with pytest.raises(ValueError):
            pool.submit(int, "a").result()


def _pids(times: int) -> Iterator[int]:
    yield from (os.getpid() for _ in range(times))


def _failing(text: str) -> Iterator[str]:
    yield text
    raise ValueError(text)


def _killed(times: int) -> Iterator[int]:
    yield from range(times)
    os.kill(os.getpid(), signal.SIGKILL)


def test_a_process_beside_answers_whatever_it_is_asked_and_fails_here() -> None:
    with Beside(_pids) as beside:
        assert list(beside.answers()) == []
        beside.ask(2)
        first, second = beside.answers()
        assert first == second != os.getpid()
        beside.ask(1)
        assert list(beside.answers()) == [first]
    with Beside(_failing) as failing:
        for text in ("one", "two"):
            failing.ask(text)
            given = failing.answers()
            assert next(given) == text
            with pytest.raises(ValueError, match=text):
                next(given)


def test_what_is_there_already_is_not_waited_for() -> None:
    with Beside(_slowly) as beside:
        beside.ask(0.0)
        assert list(beside.answers()) == [0.0]
        beside.ask(60.0)
        assert list(beside.answers(is_waiting=False)) == []


def _slowly(seconds: float) -> Iterator[float]:
    time.sleep(seconds)
    yield seconds


def test_a_process_that_is_killed_is_told_and_one_that_nobody_asks_any_more_ends() -> None:
    with Beside(_killed) as beside:
        beside.ask(1)
        given = beside.answers()
        assert next(given) == 0
        with pytest.raises(BrokenExecutor):
            next(given)
        with pytest.raises(BrokenExecutor):
            beside.ask(1)
    with Beside(_pids) as beside:
        beside.ask(1)
        (pid,) = beside.answers()
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


def test_none_is_left_where_who_asked_is_killed() -> None:
    command = [sys.executable, "-c", KILLED]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as asking:
        assert asking.stdout is not None and asking.stdout.read(2) == b".."
        # What they all write to ends when the last of them has.
        said, _ = asking.communicate(b"\n", timeout=60)
        assert said == b""
    assert asking.returncode == -signal.SIGKILL
