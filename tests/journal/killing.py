"""Stops a run of the journal at its n-th step: by SIGKILL in a process of its own, or by an exception in this one.

As a program, it forks a child for each line on its input, which is killed there, and answers whether the child was.
"""

from __future__ import annotations

import json
import os
import pickle
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any
from unittest import mock

from codemods.journal import runs

# Whatever changes the disk: shutil and pathlib go through these as well.
STEPS = ("replace", "rename", "link", "unlink", "rmdir", "mkdir", "fchmod", "fchown", "setxattr", "fsync")
Hook = Callable[[int, str, tuple[Any, ...]], None]


def nothing(number: int, name: str, arguments: tuple[Any, ...]) -> None:
    """The hook that lets every step pass."""


@contextmanager
def watched(before: Hook = nothing, after: Hook = nothing) -> Iterator[list[str]]:
    """Call these around each step, which are numbered from 1; gives the names of the steps so far."""
    seen: list[str] = []

    def around(name: str, real: Callable[..., Any]) -> Callable[..., Any]:
        def step(*arguments: Any, **options: Any) -> Any:
            seen.append(name)
            number = len(seen)
            before(number, name, arguments)
            result = real(*arguments, **options)
            after(number, name, arguments)
            return result

        return step

    real_open, made = os.open, around("open", os.open)

    def opening(path: Any, flags: int, *arguments: Any, **options: Any) -> int:
        descriptor: int = (made if flags & os.O_CREAT else real_open)(path, flags, *arguments, **options)
        return descriptor

    with ExitStack() as patches:
        patches.enter_context(mock.patch.object(os, "open", opening))
        for name in STEPS:
            patches.enter_context(mock.patch.object(os, name, around(name, getattr(os, name))))
        yield seen


def run(action: str, root: Path, changes: Path) -> None:
    if action == "apply":
        runs.apply_changes(root, pickle.loads(changes.read_bytes()))
    elif action == "undo":
        runs.undo(root)
    else:
        runs.recover(root)


def _killed_at(at: int, action: str, root: Path, changes: Path) -> bool:
    child = os.fork()
    if child == 0:

        def kill(number: int, name: str, arguments: tuple[Any, ...]) -> None:
            if number == at:
                os.kill(os.getpid(), signal.SIGKILL)

        with watched(before=kill):
            run(action, root, changes)
        os._exit(0)
    status = os.waitpid(child, 0)[1]
    if os.WIFEXITED(status) and os.WEXITSTATUS(status):
        raise SystemExit(f"{action} failed by itself")
    return os.WIFSIGNALED(status)


if __name__ == "__main__":
    for line in sys.stdin:
        action, root, changes, at = json.loads(line)
        print(json.dumps(_killed_at(at, action, Path(root), Path(changes))), flush=True)
