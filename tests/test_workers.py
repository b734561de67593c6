"""Workers: they do what they are asked, and do not outlive who asked."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import BrokenExecutor
from itertools import islice
from pathlib import Path

import pytest

from codemods.workers import apart, pool_of

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
    with workers.pool_of(2) as pool:
        print(*pool.map(abs, (-1, 2)), *workers.apart(tuple))
    print(*workers.apart("ab".split))
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


def _pids() -> Iterator[int]:
    yield from (os.getpid(), os.getpid())


def _failing() -> Iterator[int]:
    yield 1
    raise ValueError("two")


def _killed() -> Iterator[int]:
    yield 1
    os.kill(os.getpid(), signal.SIGKILL)


def test_work_apart_is_that_of_another_process_and_fails_here() -> None:
    first, second = apart(_pids)
    assert first == second != os.getpid()
    given = apart(_failing)
    assert next(given) == 1
    with pytest.raises(ValueError, match="two"):
        next(given)


def test_a_process_that_is_killed_is_told_and_one_that_nobody_asks_any_more_ends() -> None:
    given = apart(_killed)
    assert next(given) == 1
    with pytest.raises(BrokenExecutor):
        next(given)
    alone = apart(_pids)
    (pid,) = islice(alone, 1)
    alone.close()
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
