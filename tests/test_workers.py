"""Workers: they do what they are asked, and do not outlive who asked."""

from __future__ import annotations

import signal
import subprocess
import sys

import pytest

from codemods.workers import pool_of

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


def test_they_answer_and_tell_what_failed() -> None:
    with pool_of(2) as pool:
        assert list(pool.map(abs, (-1, 2))) == [1, 2]
        with pytest.raises(ValueError):
            pool.submit(int, "a").result()


def test_none_is_left_where_who_asked_is_killed() -> None:
    command = [sys.executable, "-c", KILLED]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as asking:
        assert asking.stdout is not None and asking.stdout.read(2) == b".."
        # What they all write to ends when the last of them has.
        said, _ = asking.communicate(b"\n", timeout=60)
        assert said == b""
    assert asking.returncode == -signal.SIGKILL
