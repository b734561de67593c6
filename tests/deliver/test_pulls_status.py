"""`tenantize pulls --status` says how branches stand, and makes and moves none."""

from __future__ import annotations

from pathlib import Path

from tests.deliver import test_pulls_branches as made
from tests.deliver.test_pulls_branches import FOUNDATION, PEOPLE, WEBUI, Pulls, branches, git

# Its fixtures.
tenantize, prototype, tree, pulls = made.tenantize, made.prototype, made.tree, made.pulls


def test_status_says_how_branches_stand_and_moves_none(pulls: Pulls, tree: Path) -> None:
    def standing() -> list[str]:
        return [" ".join(line.split()) for line in pulls("--status").out.splitlines()]

    assert standing() == [
        f"{FOUNDATION} not made yet; can be merged now",
        f"{WEBUI} not made yet; waits for foundation",
        f"{PEOPLE} not made yet; waits for webui",
    ]
    assert branches(tree) == {}
    pulls()
    made = branches(tree)
    assert standing()[0] == f"{FOUNDATION} up to date; can be merged now"
    git(tree, "merge", "--quiet", "--no-edit", FOUNDATION)
    assert {line.partition(" ")[2].partition(";")[0] for line in standing() if FOUNDATION in line} == {"merged"}
    assert f"{WEBUI} up to date; can be merged now" in standing()
    assert branches(tree) == made
