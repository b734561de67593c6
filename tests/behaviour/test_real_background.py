"""A real checkout's gateway, chat loops, chat manager and start-up, before and after.

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

A, B, NOBODY = ["tenant-a", "bot"], ["tenant-b", "bot"], [None, None]
LOOPS = ("HeartFChatting", "BrainChatting", "ChatHistorySummarizer")
Seen = dict[str, Any]


@pytest.fixture(scope="module")
def before(tmp_path_factory: pytest.TempPathFactory) -> Seen:
    return _run(copy_of(Path(os.environ["MAIMBOT_TREE"]), tmp_path_factory.mktemp("before") / "tree"))


@pytest.fixture(scope="module")
def now(tmp_path_factory: pytest.TempPathFactory) -> Seen:
    tree = copy_of(Path(os.environ["MAIMBOT_TREE"]), tmp_path_factory.mktemp("after") / "tree")
    migrate(tree)
    return _run(tree)


def _run(tree: Path) -> Seen:
    output = tree.parent / "seen.json"
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("MAIM_TENANT")},
        "PYTHONPATH": os.pathsep.join([str(tree), os.environ["MAIM_DB_SRC"], str(REPOSITORY)]),
        "PYTHONDONTWRITEBYTECODE": "1",
        "DATABASE_URL": f"sqlite:///{tree.parent / 'tree.db'}",
    }
    python = os.environ["MAIMBOT_PYTHON"]
    for _ in range(3):  # a fresh checkout writes its configuration files and stops, once for each of them
        subprocess.run([python, "-c", "import src.config.config"], cwd=tree, env=environment, capture_output=True)
    command = [python, "-m", "tests.behaviour.real_background", str(output)]
    done = subprocess.run(command, cwd=tree, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-2000:]
    found: Seen = json.loads(output.read_text(encoding="utf-8"))
    return found


def test_a_message_whose_key_nobody_knows(before: Seen, now: Seen) -> None:
    assert before["gateway"]["processed"] == 1
    assert now["gateway"] == {
        "processed": 0,
        "answers": [["custom_message_refused", False, "connection-1"]],
        "leaks": [],
        "logged": 1,
    }


def test_the_chat_manager_without_a_tenant(before: Seen, now: Seen) -> None:
    assert list(before["closed"].values()).count("answers") == 11
    assert set(now["closed"].values()) == {"TenantContextError"}


@pytest.mark.parametrize("loop", LOOPS)
@pytest.mark.parametrize(
    ("starter", "was", "expected"),
    [
        ("nobody", ["answers", NOBODY], ["answers", A]),
        ("its own", ["answers", A], ["answers", A]),
        ("another", ["answers", B], ["TenantAccessError"]),
    ],
)
def test_a_chat_loop(before: Seen, now: Seen, loop: str, starter: str, was: list[Any], expected: list[Any]) -> None:
    assert before["loops"][f"{loop} by {starter}"] == was
    assert now["loops"][f"{loop} by {starter}"] == expected


def test_the_periodic_save_of_two_tenants(before: Seen, now: Seen) -> None:
    assert before["saving"]["saved"] == ["('tenant-a', None, None)", "('tenant-b', None, None)"]
    assert now["saving"] == {
        "outcome": "answers",
        "saved": ["('tenant-a', 'tenant-a', 'bot')", "('tenant-b', 'tenant-b', 'bot')"],
    }


def test_start_up_gets_ready_and_finds_the_streams_again(before: Seen, now: Seen) -> None:
    for seen in (before, now):
        assert seen["loading"]["found"] == {"tenant-a": ["tenant-a"], "tenant-b": ["tenant-b"]}
        assert seen["start_up"]["outcome"] == "answers"
        assert seen["start_up"]["saves"]
    assert now["loading"]["errors"] == before["loading"]["errors"] == []
    assert now["start_up"]["errors"] == before["start_up"]["errors"]
