"""A real checkout, migrated: two tenants and an admin at once for ten minutes of its clock, stopped and started again.

Runs where real_setup.py says.
"""

from __future__ import annotations

from typing import Any

import pytest

from tests.behaviour.real_setup import only_real, real_copy, result, start

pytestmark = only_real
Seen = dict[str, Any]


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> list[Seen]:
    """What is seen of the first start, and of the next one on what that left."""
    tree = real_copy(tmp_path_factory.mktemp("whole"), migrated=True)
    return [result(start(tree, "real_whole")) for _ in range(2)]


@pytest.mark.parametrize("run", [0, 1], ids=["started", "started again"])
def test_nothing_crosses_and_nothing_is_lost(runs: list[Seen], run: int) -> None:
    seen = runs[run]
    assert seen["crossed sends"] == seen["crossed frames"] == seen["crossed rows"] == []
    assert (seen["mixed prompts"], seen["tenant errors"], seen["lost"]) == (0, [], {})


@pytest.mark.parametrize("run", [0, 1], ids=["started", "started again"])
def test_all_three_are_answered_and_worked_for(runs: list[Seen], run: int) -> None:
    """Else nothing could have crossed."""
    seen = runs[run]
    for what in ("sent", "ran", "streams"):
        assert sorted(name for name, count in seen[what].items() if count) == ["a", "b", "d"], (what, seen)


def test_what_was_there_is_there_after_the_next_start(runs: list[Seen]) -> None:
    first, again = runs
    assert all(again["messages"][name] > count for name, count in first["messages"].items())
    assert all(again["streams"][name] >= count for name, count in first["streams"].items())
