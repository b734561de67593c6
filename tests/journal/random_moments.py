"""`make kill`: the sample is migrated and taken back, killed at random moments, and on a disk that is full at some.

After each, no file may be in between, the next run ends it or takes it back, and undo restores every byte.
"""

from __future__ import annotations

import argparse
import os
import pickle
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from codemods.changes import Change
from codemods.errors import TenantizeError
from codemods.journal import runs
from codemods.tree import open_checkout
from tests.conftest import SAMPLE, copy_of, plan_of
from tests.journal.trees import State, each_file_is_old_or_new, fresh, state, trouble_after_recovery

HALF_WAY = "half-way"


@dataclass(frozen=True)
class Prepared:
    """A tree that is ready for an action, its states before and after the changes, and what happened to its copies."""

    action: str
    prototype: Path
    changes: Sequence[Change]
    before: State
    after: State
    outcomes: Counter[str] = field(default_factory=Counter)
    troubles: list[str] = field(default_factory=list)

    def run(self, root: Path) -> None:
        if self.action == "apply":
            runs.apply_changes(root, self.changes)
        else:
            runs.undo(root)

    def outcome(self, root: Path) -> str:
        found = state(root)
        whole = "old" if found == self.before else "new" if found == self.after else HALF_WAY
        return HALF_WAY if runs.is_interrupted(root) else whole

    def check(self, root: Path) -> None:
        """Count how a run has left the tree, and have the next one mend it."""
        self.outcomes[self.outcome(root)] += 1
        if not each_file_is_old_or_new(root, self.before, self.after):
            self.troubles.append("some file is neither old nor new")
        if trouble := trouble_after_recovery(root, self.before, self.after):
            self.troubles.append(trouble)

    def report(self, what: str) -> None:
        counted = ", ".join(f"{count} {name}" for name, count in sorted(self.outcomes.items()))
        total = sum(self.outcomes.values())
        print(f"{what}, {self.action}: {total} moments ({counted}), {len(self.troubles)} troubles", flush=True)
        for trouble in self.troubles[:10]:
            print(f"  {trouble}")


def prepared(action: str, changes: Sequence[Change], folder: Path) -> Prepared:
    folder.mkdir()
    root = copy_of(SAMPLE, folder / "tree")
    before = state(root)
    runs.apply_changes(root, changes)
    after = state(root)
    if action == "apply":
        runs.undo(root)
        shutil.rmtree(root / ".tenantize")
    return Prepared(action, root.rename(folder / "prepared"), changes, before, after)


# kill -9


@dataclass(frozen=True)
class Times:
    """How long a run takes until it begins to write the tree, and until its end."""

    begun: float
    ended: float


def kill_at_random(work: Prepared, count: int) -> None:
    times = sorted((_run_to_the_end(work) for _ in range(5)), key=lambda times: times.ended)[2]
    for number in range(count):
        # Every other time, once the tree is being written: most of a run goes before that.
        if number % 2:
            _kill(work, random.uniform(0, times.ended - times.begun), begun=True)
        else:
            _kill(work, random.uniform(0, times.ended), begun=False)
    work.report("kill -9")


def _started(work: Prepared, root: Path) -> int:
    child = os.fork()
    if child == 0:
        work.run(root)
        os._exit(0)
    return child


def _wait_for_writing(root: Path, child: int) -> bool:
    """Wait until a run begins to write the tree; whether its child has not ended before."""
    places = [root / ".tenantize" / name for name in ("applying", "undoing")]
    while not any(place.exists() for place in places):
        if os.waitid(os.P_PID, child, os.WEXITED | os.WNOHANG | os.WNOWAIT):
            return False
    return True


def _run_to_the_end(work: Prepared) -> Times:
    root = fresh(work.prototype)
    start = time.monotonic()
    child = _started(work, root)
    _wait_for_writing(root, child)
    begun = time.monotonic() - start
    os.waitpid(child, 0)
    return Times(begun, time.monotonic() - start)


def _kill(work: Prepared, moment: float, *, begun: bool) -> None:
    """Run the action in a child, and kill it at a moment after its start, or after it has begun to write the tree."""
    root = fresh(work.prototype)
    child = _started(work, root)
    if not begun or _wait_for_writing(root, child):
        time.sleep(moment)
    os.kill(child, signal.SIGKILL)
    status = os.waitpid(child, 0)[1]
    if os.WIFEXITED(status) and os.WEXITSTATUS(status):
        work.troubles.append("the run failed by itself")
    work.check(root)


# A full disk


def fill_at_random(work: Prepared, count: int) -> None:
    root = fresh(work.prototype)
    free = _free(root)
    work.run(root)
    block = os.statvfs(root).f_frsize
    # Before a file is replaced, what it was is there twice.
    twice = sum(-(-len(change.before or b"") // block) for change in work.changes) if work.action == "apply" else 0
    needed = max(free - _free(root), 0) // block + twice
    for number in range(count):
        # Every other time, about as much as a run takes. (Full at each later step: test_stopped.py.)
        least = needed - 16 if number % 2 else 0
        _fill(work, random.randint(max(0, least), needed + 4) * block)
    work.report("full disk")


def _fill(work: Prepared, room: int) -> None:
    """Run the action where there is so much room left."""
    root = fresh(work.prototype)
    ballast = root.parent / "ballast"
    with ballast.open("wb") as stream:
        os.posix_fallocate(stream.fileno(), 0, max(1, _free(root) - room))
    start, said = work.outcome(root), ""
    try:
        work.run(root)
    except TenantizeError as error:
        said = str(error)
    except OSError as error:
        work.troubles.append(f"reaches the user as {error!r}")
    if said and ("No space left on device" not in said or "\n" in said):
        work.troubles.append(f"says {said}")
    if "nothing was changed" in said and work.outcome(root) != start:
        work.troubles.append("says that nothing was changed")
    ballast.unlink()
    work.check(root)


def _free(root: Path) -> int:
    disk = os.statvfs(root)
    return disk.f_bavail * disk.f_frsize


def on_small_disk(arguments: Sequence[str]) -> int | None:
    """Run this program on a disk of its own, of 64 MiB; None where this system gives none to its user."""
    with tempfile.TemporaryDirectory() as folder:
        alone = ["unshare", "--user", "--map-root-user", "--mount", "sh", "-c"]
        mount = 'mount -t tmpfs -o size=64m none "$0"'
        try:
            if subprocess.run([*alone, mount, folder], capture_output=True, check=False).returncode:
                return None
        except FileNotFoundError:
            return None
        again = [sys.executable, "-m", "tests.journal.random_moments", "--on", folder, *arguments]
        return subprocess.run([*alone, f'{mount} && exec "$@"', folder, *again], check=False).returncode


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--apply", type=int, default=1000, help="how often apply is killed")
    parser.add_argument("--undo", type=int, default=500, help="how often undo is killed")
    parser.add_argument("--full", type=int, default=250, help="how often the disk is full")
    parser.add_argument("--changes", type=Path, help="what the sample's migration changes, pickled: else it is planned")
    parser.add_argument("--on", type=Path, help="a small disk: fill that, kill nothing")
    options = parser.parse_args()
    memory = Path("/dev/shm")  # quicker than a disk, and no different to a process that dies
    with tempfile.TemporaryDirectory(dir=memory if os.access(memory, os.W_OK) else None) as scratch:
        os.environ["TENANTIZE_STATE_DIR"] = f"{scratch}/state"
        planned = options.changes or Path(scratch) / "changes"
        if not options.changes:
            planned.write_bytes(pickle.dumps(plan_of(open_checkout(SAMPLE)).changes))
        changes = pickle.loads(planned.read_bytes())
        folder = options.on or Path(scratch)
        works = [prepared(action, changes, folder / action) for action in ("apply", "undo")]
        for work in works:
            if options.on:
                fill_at_random(work, options.full)
            else:
                kill_at_random(work, options.apply if work.action == "apply" else options.undo)
        failed = any(work.troubles for work in works)
        if options.full and not options.on:
            status = on_small_disk(["--full", str(options.full), "--changes", str(planned)])
            if status is None:
                print("full disk: skipped, for this system gives its user no small disk (unshare and tmpfs)")
            failed = failed or bool(status)
    return 1 if failed else 0


if __name__ == "__main__":
    raise SystemExit(main())
