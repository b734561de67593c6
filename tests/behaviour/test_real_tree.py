"""A real checkout's WebUI, really running: what answers "Tenant context missing" today answers properly afterwards.

Runs where MAIMBOT_TREE, MAIM_DB_SRC (maim_db's src folder) and MAIMBOT_PYTHON (an interpreter with the tree's
requirements and httpx) are set.
"""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import copy_of, migrate

NEEDED = ("MAIMBOT_TREE", "MAIM_DB_SRC", "MAIMBOT_PYTHON")
MISSING = [name for name in NEEDED if not os.environ.get(name)]
pytestmark = pytest.mark.skipif(bool(MISSING), reason=f"{', '.join(MISSING)}: not set, so no real tree can be run")

Answers = dict[str, list[Any]]
NO_TENANT = "Tenant context missing"


def answers_of(tree: Path) -> Answers:
    """What the endpoints of a tree answer, on a fresh SQLite database."""
    output = tree.parent / "answers.json"
    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join([str(tree), os.environ["MAIM_DB_SRC"]]),
        "DATABASE_URL": f"sqlite:///{tree.parent / 'tree.db'}",
    }
    python = os.environ["MAIMBOT_PYTHON"]
    for _ in range(3):  # a fresh checkout writes its configuration files and stops, once for each of them
        subprocess.run([python, "-c", "import src.config.config"], cwd=tree, env=environment, capture_output=True)
    script = str(Path(__file__).with_name("real.py"))
    done = subprocess.run([python, script, str(output)], cwd=tree, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-2000:]
    answers: Answers = json.loads(output.read_text(encoding="utf-8"))
    return answers


@pytest.fixture(scope="module")
def before(tmp_path_factory: pytest.TempPathFactory) -> Answers:
    return answers_of(copy_of(Path(os.environ["MAIMBOT_TREE"]), tmp_path_factory.mktemp("before") / "tree"))


@pytest.fixture(scope="module")
def after(tmp_path_factory: pytest.TempPathFactory) -> Answers:
    tree = copy_of(Path(os.environ["MAIMBOT_TREE"]), tmp_path_factory.mktemp("after") / "tree")
    migrate(tree)
    return answers_of(tree)


def test_before_endpoints_miss_their_tenant(before: Answers) -> None:
    assert any(NO_TENANT in text for _, text in before.values())


def test_after_none_does(after: Answers) -> None:
    assert [path for path, (_, text) in after.items() if NO_TENANT in text or "租户上下文" in text] == []


def test_after_every_one_that_failed_answers_properly(before: Answers, after: Answers) -> None:
    failed = [path for path, (status, text) in before.items() if status >= 500 and NO_TENANT in text]
    assert {path: after[path][0] for path in failed} == dict.fromkeys(failed, 200)


def test_after_the_others_answer_as_before(before: Answers, after: Answers) -> None:
    others = [path for path, (_, text) in before.items() if NO_TENANT not in text]
    assert {path: after[path][0] for path in others} == {path: before[path][0] for path in others}
