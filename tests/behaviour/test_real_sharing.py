"""What a real checkout keeps of one tenant's work is nobody else's once it is migrated, and its owner loses none of it.

Runs where test_real_tree.py does.
"""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.behaviour.conftest import REPOSITORY
from tests.behaviour.test_real_tree import pytestmark as pytestmark
from tests.conftest import copy_of, migrate

# What a second tenant finds of the first one's, and what the first one finds afterwards.
OF_MAPS = ("frequency", "repliers", "learners", "reflectors", "trackers", "miners", "dream tools", "connections")
BEFORE: dict[str, Any] = {
    **{name: [["a's", ["chat"]], "a's"] for name in OF_MAPS},
    "names": [["新甲", "阿甲"], ["新甲", "阿甲"]],
    "clients": ["a's", "a's", "a's"],
    "cleaning": [1, 0],
    "summaries": [True, True],
    "images": [True, True],
    "prompts": [["a's {x}", True, "a's {x}"], ["a's {x}", "a's own {x}"]],
    "overrides": ["a's {x}", "a's {x}"],
    "history": [[["a's result"], []], []],
    "forwarding": [[["甲的话"], 1], [["甲的话"], 1]],
    "start_values": [[], True],
}
AFTER: dict[str, Any] = {
    **{name: [[None, []], "a's"] for name in OF_MAPS},
    "names": [["阿乙"], ["新甲", "阿甲"]],
    "clients": ["b's", "a's", "nobody's"],
    "cleaning": [0, 0],
    "summaries": [False, True],
    "images": [False, True],
    "prompts": [["everybody's {x}", False, "everybody's {x}"], ["a's {x}", "a's own {x}"]],
    "overrides": ["none", "a's {x}"],
    "history": [[[], []], ["a's result"]],
    "forwarding": [[[], 0], [["甲的话"], 1]],
    "start_values": [[], True],
}


@pytest.fixture(scope="module")
def seen(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    found = {}
    for when in ("before", "after"):
        tree = copy_of(Path(os.environ["MAIMBOT_TREE"]), tmp_path_factory.mktemp(when) / "tree")
        if when == "after":
            migrate(tree)
        found[when] = _run(tree)
    return found


def _run(tree: Path) -> dict[str, Any]:
    output = tree.parent / "seen.json"
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("MAIM_")},
        "PYTHONPATH": os.pathsep.join([str(tree), os.environ["MAIM_DB_SRC"], str(REPOSITORY)]),
        "PYTHONDONTWRITEBYTECODE": "1",
        "DATABASE_URL": f"sqlite:///{tree.parent}/probe.db",
    }
    python = os.environ["MAIMBOT_PYTHON"]
    for arguments in (("-c", "import src.config.config"),) * 2 + (("-m", "tests.behaviour.real_sharing", str(output)),):
        # The tree writes its configuration when it is first imported, and ends.
        done = subprocess.run(
            [python, *arguments], cwd=tree, env=environment, capture_output=True, text=True, check=False
        )
    assert output.is_file(), done.stdout[-2000:] + done.stderr[-2000:]
    answers: dict[str, Any] = json.loads(output.read_text(encoding="utf-8"))
    return answers


@pytest.mark.parametrize("probe", AFTER)
def test_before_one_tenant_finds_what_another_left(seen: dict[str, dict[str, Any]], probe: str) -> None:
    assert seen["before"][probe] == BEFORE[probe]


@pytest.mark.parametrize("probe", AFTER)
def test_each_tenant_finds_its_own_and_no_other(seen: dict[str, dict[str, Any]], probe: str) -> None:
    assert seen["after"][probe] == AFTER[probe]
