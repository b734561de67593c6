"""`make bench`: whole processes side by side, in one run, against LibCST's own codemod runner doing nothing.

The peer is `python -m libcst.tool codemod` with `noop.NOOPCommand` over the same files. The limits are what the
project promises its users: as parts of another command's CPU in the same round, which a busy machine changes least, as
seconds of CPU, as MiB. They are those of commands that come again on the same tree, for which answers are kept. Beside
them it shows what the first of all takes, which finds nothing in the cache and fills it, and what comes after somebody
edited a file: the facts of all others are kept then, and no answers.
"""

from __future__ import annotations

import compileall
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import codemods
from codemods.survey.cache import PLACE as CACHE
from codemods.tree import open_checkout
from tests.conftest import SAMPLE, commit_all, copy_of

ROUNDS = 3
FILES = 200
MIB = 1024 * 1024
MEMORY_LIMIT = 120 * MIB
TENANTIZE = (sys.executable, "-m", "codemods.cli")
NOOP = ("codemod", "-x", "--no-format", "libcst.codemod.commands.noop.NOOPCommand")
COMPLETING = {"COMP_WORDS": "tenantize diff --recipe ", "COMP_CWORD": "3", "_TENANTIZE_COMPLETE": "bash_complete"}


@dataclass(frozen=True)
class Run:
    """One process: what it took, its children included."""

    seconds: float
    cpu: float
    peak_bytes: int


@dataclass(frozen=True)
class Measure:
    """A command, and its limit: as a part of another command's CPU, or, where there is none, in seconds of CPU."""

    name: str
    beside: str = ""
    limit: float | None = None

    def of(self, runs: Mapping[str, list[Run]]) -> float:
        """The median of all rounds."""
        if not self.beside:
            return statistics.median(run.cpu for run in runs[self.name])
        pairs = zip(runs[self.name], runs[self.beside], strict=True)
        return statistics.median(run.cpu / other.cpu for run, other in pairs)


PEER = "peer"
MEASURES = (
    Measure(PEER, PEER),
    Measure("audit, first", PEER),
    Measure("audit, edited", PEER),
    Measure("audit", PEER, 0.15),
    Measure("diff, edited", PEER),
    Measure("diff", PEER, 0.35),
    Measure("apply", PEER),
    Measure("diff, migrated", PEER, 0.15),
    Measure("pulls, edited", "diff, edited", 2.0),
    Measure("--help", limit=0.15),
    Measure("TAB behind --recipe", limit=0.15),
)


def main() -> int:
    compileall.compile_dir(Path(codemods.__file__).parent, quiet=1)  # as whoever installs it has it, and LibCST here
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
    os.environ[CACHE] = str(folder / "cache")
    migrated = shutil.copytree(tree, folder / "migrated")
    run(*TENANTIZE, "apply", str(migrated))
    for command, each in (("audit", tree), ("diff", tree), ("diff", migrated)):
        run(*TENANTIZE, command, str(each))
    runs: dict[str, list[Run]] = defaultdict(list)
    for number in range(ROUNDS):
        target, changed = shutil.copytree(tree, folder / "target"), shutil.copytree(tree, folder / "changed")
        runs[PEER].append(run(sys.executable, "-m", "libcst.tool", *NOOP, *files))
        runs["audit, first"].append(run(*TENANTIZE, "audit", str(tree), **{CACHE: str(folder / f"cache-{number}")}))
        runs["audit"].append(run(*TENANTIZE, "audit", str(tree)))
        runs["audit, edited"].append(run(*TENANTIZE, "audit", str(edited(changed, number))))
        runs["diff"].append(run(*TENANTIZE, "diff", str(tree)))
        runs["diff, edited"].append(run(*TENANTIZE, "diff", str(edited(changed, number))))
        runs["apply"].append(run(*TENANTIZE, "apply", str(target)))
        runs["diff, migrated"].append(run(*TENANTIZE, "diff", str(migrated)))
        commit_all(edited(changed, number))
        runs["pulls, edited"].append(run(*TENANTIZE, "pulls", str(changed)))
        runs["--help"].append(run(*TENANTIZE, "--help"))
        runs["TAB behind --recipe"].append(run(str(Path(sys.executable).with_name("tenantize")), **COMPLETING))
        shutil.rmtree(target)
        shutil.rmtree(changed)
    return runs


def edited(tree: Path, number: int) -> Path:
    """The tree, where somebody has just edited its largest file, and not as in another round."""
    file = max(open_checkout(tree).files, key=lambda file: len(file.data))
    with (tree / file.path).open("a") as stream:
        stream.write(f"\n# edited in round {number}\n")
    return tree


def run(*command: str, **environment: str) -> Run:
    """Run a process to its end. Raises SystemExit when it fails."""
    started = time.perf_counter()
    silent = subprocess.DEVNULL
    with subprocess.Popen(command, stdout=silent, stderr=silent, env=os.environ | environment) as process:
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    seconds = time.perf_counter() - started
    if process.returncode:
        sys.exit(f"{' '.join(command[:6])} … ended with status {process.returncode}")
    scale = 1 if sys.platform == "darwin" else 1024
    return Run(seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * scale)


def report(runs: Mapping[str, list[Run]]) -> int:
    """Print medians; 1 when a limit is passed."""
    failed = False
    print(f"{'':<20}{'seconds':>9}{'CPU s':>8}{'measure':>9}{'limit':>7}  {'':<12}{'peak MiB':>9}")
    for measure in MEASURES:
        measured = runs[measure.name]
        seconds = statistics.median(item.seconds for item in measured)
        cpu = statistics.median(item.cpu for item in measured)
        peak = max(item.peak_bytes for item in measured)
        value = measure.of(runs)
        is_slow = measure.limit is not None and value > measure.limit
        over = is_slow or (measure.name != PEER and peak > MEMORY_LIMIT)
        failed = failed or over
        limit = f"{measure.limit:.2f}" if measure.limit else ""
        unit = f"of {measure.beside}" if measure.beside else "s of CPU"
        mark = "  over the limit" if over else ""
        print(
            f"{measure.name:<20}{seconds:>9.2f}{cpu:>8.2f}{value:>9.2f}{limit:>7}  {unit:<12}{peak / MIB:>9.0f}{mark}"
        )
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
