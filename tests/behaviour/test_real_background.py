"""A real checkout's gateway, chat loops, chat manager and start-up, before and after.

Runs where real_setup.py says.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.behaviour.real_setup import only_real, real_copy, result, start

pytestmark = only_real

A, B, NOBODY = ["tenant-a", "bot"], ["tenant-b", "bot"], [None, None]
LOOPS = ("HeartFChatting", "BrainChatting", "ChatHistorySummarizer")
Seen = dict[str, Any]


@pytest.fixture(scope="module")
def before(tmp_path_factory: pytest.TempPathFactory) -> Seen:
    return _run(real_copy(tmp_path_factory.mktemp("before"), migrated=False))


@pytest.fixture(scope="module")
def now(tmp_path_factory: pytest.TempPathFactory) -> Seen:
    return _run(real_copy(tmp_path_factory.mktemp("after"), migrated=True))


def _run(tree: Path) -> Seen:
    found: Seen = result(start(tree, "real_background"))
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
