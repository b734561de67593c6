"""`make bench`: whole processes side by side, in one run, against LibCST's own codemod runner doing nothing.

The peer is `python -m libcst.tool codemod` with `noop.NOOPCommand` over the same files. The limits are what the
project promises its users, as parts of the peer's time.
"""

from __future__ import annotations

import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

from codemods.tree import open_checkout
from tests.conftest import SAMPLE, copy_of

ROUNDS = 5
FILES = 200
MIB = 1024 * 1024
MEMORY_LIMIT = 200 * MIB


@dataclass(frozen=True)
class Run:
    """One process: what it took."""

    seconds: float
    peak_bytes: int


def main() -> int:
    with tempfile.TemporaryDirectory(prefix="tenantize-bench-") as folder:
        tree, name = bench_tree(Path(folder))
        files = [str(tree / file.path) for file in open_checkout(tree).files]
        size = sum(Path(file).stat().st_size for file in files)
        print(f"{name}: {len(files)} files, {size / MIB:.1f} MiB; {os.cpu_count()} processors; {ROUNDS} rounds")
        runs = measure(tree, files, Path(folder))
    return report(runs)


def bench_tree(folder: Path) -> tuple[Path, str]:
    """The tree to measure on: a copy of MAIMBOT_TREE, or the sample with its modules multiplied."""
    named = os.environ.get("MAIMBOT_TREE")
    tree = copy_of(Path(named) if named else SAMPLE, folder / "tree")
    if named:
        return tree, "MAIMBOT_TREE"
    modules = sorted((tree / "src").rglob("*.py"))
    for number in range(FILES - len(open_checkout(tree).files)):
        source = modules[number % len(modules)]
        shutil.copy(source, source.with_name(f"{source.stem.strip('_')}_{number}.py"))
    return tree, "the sample, multiplied"


def measure(tree: Path, files: list[str], folder: Path) -> dict[str, list[Run]]:
    tenantize = [sys.executable, "-m", "codemods.cli"]
    noop = ["codemod", "-x", "--no-format", "libcst.codemod.commands.noop.NOOPCommand"]
    migrated = shutil.copytree(tree, folder / "migrated")
    run([*tenantize, "apply", str(migrated)])
    runs: dict[str, list[Run]] = defaultdict(list)
    for _ in range(ROUNDS):
        target = shutil.copytree(tree, folder / "target")
        runs["peer"].append(run([sys.executable, "-m", "libcst.tool", *noop, *files]))
        runs["audit"].append(run([*tenantize, "audit", str(tree)]))
        runs["diff"].append(run([*tenantize, "diff", str(tree)]))
        runs["apply"].append(run([*tenantize, "apply", str(target)]))
        runs["diff, migrated"].append(run([*tenantize, "diff", str(migrated)]))
        shutil.rmtree(target)
    return runs


def run(command: list[str]) -> Run:
    """Run a process to its end. Raises SystemExit when it fails."""
    started = time.perf_counter()
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    seconds = time.perf_counter() - started
    if process.returncode:
        sys.exit(f"{' '.join(command[:6])} … ended with status {process.returncode}")
    scale = 1 if sys.platform == "darwin" else 1024
    return Run(seconds, usage.ru_maxrss * scale)


LIMITS = {"audit": 1 / 4, "diff": 1 / 2, "diff, migrated": 1 / 3}


def report(runs: dict[str, list[Run]]) -> int:
    """Print medians, each as a part of the peer's time in the same round; 1 when a limit is passed."""
    failed = False
    print(f"{'':<16}{'seconds':>9}{'of the peer':>13}{'limit':>8}{'peak MiB':>10}")
    for name, measured in runs.items():
        seconds = statistics.median(item.seconds for item in measured)
        pairs = zip(measured, runs["peer"], strict=True)
        part = statistics.median(item.seconds / peer.seconds for item, peer in pairs)
        peak = max(item.peak_bytes for item in measured)
        limit = LIMITS.get(name)
        over = limit is not None and (part > limit or peak > MEMORY_LIMIT)
        failed = failed or over
        shown = f"{limit:.2f}" if limit else ""
        mark = "  over the limit" if over else ""
        print(f"{name:<16}{seconds:>9.2f}{part:>13.2f}{shown:>8}{peak / MIB:>10.0f}{mark}")
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
