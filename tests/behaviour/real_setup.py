"""The one set-up of all that runs in a real checkout: a copy as it is or migrated, and a scenario that runs inside it.

It is there where MAIMBOT_TREE, MAIM_DB_SRC (maim_db's src folder) and MAIMBOT_PYTHON (an interpreter with the tree's
requirements and httpx) are set.
"""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

from codemods.prove.copies import copy_tree, write_changes
from codemods.tree import open_checkout
from tests.behaviour.conftest import REPOSITORY
from tests.conftest import plan_of

NEEDED = ("MAIMBOT_TREE", "MAIM_DB_SRC", "MAIMBOT_PYTHON")
MISSING = [name for name in NEEDED if not os.environ.get(name)]
only_real = pytest.mark.skipif(bool(MISSING), reason=f"{', '.join(MISSING)}: not set, so no real tree can be run")

# What tells a tree which tenant is whose is the tests' own.
_SETTINGS = ("MAIM_TENANT", "MAIM_WEBUI")


def real_copy(folder: Path, *, migrated: bool) -> Path:
    """A copy of the real checkout in a folder of its own."""
    checkout = open_checkout(Path(os.environ["MAIMBOT_TREE"]))
    folder.mkdir(parents=True, exist_ok=True)
    tree = folder / "tree"
    copy_tree(checkout.root, tree)
    if migrated:
        write_changes(tree, plan_of(checkout).changes)
    return tree


def start(tree: Path, scenario: str) -> subprocess.Popen[bytes]:
    """Start a module of these tests inside a copy, with an empty database beside it."""
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith(_SETTINGS)},
        "PYTHONPATH": os.pathsep.join([str(tree), os.environ["MAIM_DB_SRC"], str(REPOSITORY)]),
        "PYTHONDONTWRITEBYTECODE": "1",
        "DATABASE_URL": f"sqlite:///{tree.parent / 'tree.db'}",
    }
    python = os.environ["MAIMBOT_PYTHON"]
    for _ in range(3):  # a fresh checkout writes its configuration files and stops, once for each of them
        subprocess.run([python, "-c", "import src.config.config"], cwd=tree, env=environment, capture_output=True)
    output = tree.parent / f"{scenario}.json"
    with output.with_suffix(".err").open("wb") as errors:
        command = [python, "-m", f"tests.behaviour.{scenario}", str(output)]
        return subprocess.Popen(command, cwd=tree, env=environment, stdout=subprocess.DEVNULL, stderr=errors)


def result(process: subprocess.Popen[bytes]) -> Any:
    """What a scenario saw."""
    output = Path(str(process.args[-1]))  # type: ignore[index]
    code = process.wait(timeout=900)
    assert code == 0, output.with_suffix(".err").read_text(encoding="utf-8", errors="replace")[-3000:]
    return json.loads(output.read_text(encoding="utf-8"))
