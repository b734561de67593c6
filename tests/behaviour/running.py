"""The one set-up of all that runs in a tree: a copy, as it is or migrated, and a module of these tests inside it.

What one run of `tenantize prove` can show of a tree is asked of that, and needs no module here.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from codemods.prove.copies import copy_tree, write_changes
from codemods.prove.process import environment_of
from codemods.tree import open_checkout
from tests.conftest import SAMPLE, plan_of

REPOSITORY = Path(__file__).parents[2]
# A real checkout is run where these are set: it, maim_db's src folder, and an interpreter with the tree's requirements.
NEEDED = ("MAIMBOT_TREE", "MAIM_DB_SRC", "MAIMBOT_PYTHON")
MISSING = [name for name in NEEDED if not os.environ.get(name)]
NO_REAL = f"{', '.join(MISSING)}: not set, so no real tree can be run"
only_real = pytest.mark.skipif(bool(MISSING), reason=NO_REAL)


@dataclass(frozen=True)
class Running:
    """A module that runs inside a tree, and where it writes what it sees."""

    process: subprocess.Popen[bytes]
    output: Path

    def result(self) -> Any:
        """What it saw."""
        assert self.process.wait(timeout=900) == 0, self._errors()
        return json.loads(self.output.read_text(encoding="utf-8"))

    @contextmanager
    def serving(self) -> Iterator[Any]:
        """What it says first; it goes on for as long as that is needed."""
        try:
            ends = time.monotonic() + 300
            while not self.output.exists() and self.process.poll() is None and time.monotonic() < ends:
                time.sleep(0.1)
            assert self.output.exists(), self._errors()
            yield json.loads(self.output.read_text(encoding="utf-8"))
        finally:
            self.process.kill()
            self.process.wait()

    def _errors(self) -> str:
        return self.output.with_suffix(".err").read_text(encoding="utf-8", errors="replace")[-3000:]


def real_tree() -> Path:
    return Path(os.environ["MAIMBOT_TREE"])


def copied(folder: Path, *, migrated: bool, source: Path = SAMPLE) -> Path:
    """A copy of a checkout in a folder of its own."""
    checkout = open_checkout(source)
    folder.mkdir(parents=True, exist_ok=True)
    tree = folder / "tree"
    copy_tree(checkout.root, tree)
    if migrated:
        write_changes(tree, plan_of(checkout).changes)
    return tree


def start(tree: Path, module: str, python: str = sys.executable, *libraries: Path) -> Running:
    """Start a module of these tests inside a copy, with an empty database beside it and these libraries."""
    output = tree.parent / f"{module}.json"
    with output.with_suffix(".err").open("wb") as errors:
        command = [python, "-m", f"tests.behaviour.{module}", str(output)]
        settings = settings_of(tree, *libraries)
        process = subprocess.Popen(command, cwd=tree, env=settings, stdout=subprocess.DEVNULL, stderr=errors)
    return Running(process, output)


def start_real(tree: Path, module: str) -> Running:
    """The same inside a copy of the real checkout."""
    return start(tree, module, os.environ["MAIMBOT_PYTHON"], Path(os.environ["MAIM_DB_SRC"]))


def talk_to_real(tree: Path, module: str) -> subprocess.Popen[str]:
    """The same, where the module is told what to do line by line, and answers so."""
    command, talking = [os.environ["MAIMBOT_PYTHON"], "-m", f"tests.behaviour.{module}"], subprocess.PIPE
    with (tree.parent / f"{module}.err").open("wb") as errors:
        return subprocess.Popen(
            command,
            cwd=tree,
            env=real_settings_of(tree),
            stdin=talking,
            stdout=talking,
            stderr=errors,
            encoding="utf-8",
        )


def real_settings_of(tree: Path) -> dict[str, str]:
    """What a copy of the real checkout is run with; the sample has a database of its own."""
    return settings_of(tree, Path(os.environ["MAIM_DB_SRC"]))


def settings_of(tree: Path, *libraries: Path) -> dict[str, str]:
    """What a copy is run with."""
    return {**environment_of(tree.parent, [tree, *libraries, REPOSITORY]), "LOG_LEVEL": "CRITICAL"}
