"""The latency of a migrated tree: within a tenth of what the first migration took, which asked for less.

The first migration is made by this project as it was then, from its history; without that there is nothing to measure
against. Both trees answer in turns, and each call is judged by the median of its ratios, turn by turn, of the
processor's time: the clock's is everybody's on a machine. It is looked at over all calls.
"""

from __future__ import annotations

import json
import os
import shutil
import statistics
import subprocess
import sys
import tarfile
from collections import defaultdict
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest

from tests.behaviour.real_latency import ANSWER
from tests.behaviour.running import REPOSITORY, copied, only_real, real_tree, talk_to_real

FIRST = "579805b730dee23c6dbd9138c0806fff167b0237"
TURNS, BATCHES, LIMIT = 25, 3, 1.10


def _git(*arguments: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(["git", *arguments], cwd=REPOSITORY, capture_output=True, check=False)


only_with_history = pytest.mark.skipif(
    not shutil.which("git") or _git("cat-file", "-e", f"{FIRST}^{{commit}}").returncode != 0,
    reason="the first release is not in this checkout's history",
)


def _first_copy(folder: Path) -> Path:
    """A copy of the real checkout as the first release migrated it."""
    tree, tool = copied(folder, migrated=False, source=real_tree()), folder / "tool"
    with tarfile.open(fileobj=BytesIO(_git("archive", FIRST).stdout)) as archive:
        archive.extractall(tool, filter="data")
    command = [sys.executable, "-m", "codemods.cli", "apply", str(tree)]
    subprocess.run(command, cwd=tool, env={**os.environ, "PYTHONPATH": str(tool)}, check=True, capture_output=True)
    return tree


def _ask(process: subprocess.Popen[str]) -> dict[str, tuple[float, float]]:
    assert process.stdin is not None and process.stdout is not None
    process.stdin.write("\n")
    process.stdin.flush()
    for line in process.stdout:
        if line.startswith(ANSWER):
            answer: dict[str, tuple[float, float]] = json.loads(line.removeprefix(ANSWER))
            return answer
    raise AssertionError("it ended")


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[subprocess.Popen[str]]]:
    """The first migration and today's, started."""
    folder = tmp_path_factory.mktemp("latency")
    today = copied(folder / "today", migrated=True, source=real_tree())
    started = [talk_to_real(tree, "real_latency") for tree in (_first_copy(folder / "first"), today)]
    yield started
    for process in started:
        process.kill()
        process.wait()


@only_real
@only_with_history
def test_calls_take_what_they_took_after_the_first_migration(pair: list[subprocess.Popen[str]]) -> None:
    ratios: dict[str, list[tuple[float, float]]] = defaultdict(list)
    over: dict[str, float] = {}
    for _ in range(BATCHES):
        for turn in range(TURNS):
            order = pair if turn % 2 else pair[::-1]
            seen = {id(process): _ask(process) for process in order}
            first, today = (seen[id(process)] for process in pair)
            for name, (clock, processor) in today.items():
                ratios[name].append((clock / first[name][0], processor / first[name][1]))
        medians = {name: statistics.median(both[1] for both in found) for name, found in ratios.items()}
        over = {name: round(ratio, 2) for name, ratio in medians.items() if ratio > LIMIT}
        if not over:
            break
    print({name: round(ratio, 2) for name, ratio in medians.items()})  # shown by pytest -rP
    assert over == {}
    clocks = [statistics.median(both[0] for both in found) for found in ratios.values()]
    assert statistics.median(clocks) <= LIMIT
