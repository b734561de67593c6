"""A cap on connections stays the process's: no edit makes it a tenant's, and what cannot be told is a finding."""

from __future__ import annotations

import pytest

from codemods.plan.make import Plan
from tests.conftest import plan_of
from tests.forms import FORM, form_tree

ROOM = """
    from fastapi import APIRouter, WebSocket

    from src.common.database.database_model import Messages

    router = APIRouter()
    MOST = 32


    class Room:
        def __init__(self):
            self.connections: dict[str, WebSocket] = {}

        def size(self) -> int:
            return len(self.connections)


    room = Room()


    @router.websocket("/ws")
    async def chat(websocket: WebSocket, key: str):
"""
AFTER = """
        room.connections[key] = websocket
        print(Messages.select().count())
"""


def planned(*lines: str) -> tuple[Plan, str]:
    """The plan of a room with these lines in its handler, and what becomes of its file."""
    text = ROOM + "".join(f"        {line}\n" for line in lines) + AFTER
    plan = plan_of(form_tree({FORM: text}), "tenant-foundation", "webui-admin-context")
    return plan, next(change.after.decode() for change in plan.changes if change.path == FORM)


def about_limits(plan: Plan) -> list[str]:
    return [finding.reason for finding in plan.findings if "limit" in finding.reason]


@pytest.mark.parametrize(
    "line",
    [
        "if len(room.connections) >= MOST: return",
        "if not len(room.connections) < 32: return",
        "if MOST <= len(room.connections): return",
        "if MOST - len(room.connections) <= key: return",
        "if len(list(room.connections.values())) > MOST: return",
    ],
)
def test_a_limit_stays_as_it_is(line: str) -> None:
    plan, after = planned(line)
    assert line in after and about_limits(plan) == []


@pytest.mark.parametrize("line", ["if len(room.connections) > 0: return", "print(len(room.connections))"])
def test_what_is_no_limit_is_the_tenants_own(line: str) -> None:
    plan, after = planned(line)
    assert line.replace("room.connections", "own_connections(room.connections)") in after and about_limits(plan) == []


def test_a_limit_beside_a_count_stays_as_it_is() -> None:
    _, after = planned("if len(room.connections) >= MOST: return", "print(len(room.connections))")
    assert "len(room.connections) >= MOST" in after and "print(len(own_connections(room.connections)))" in after


@pytest.mark.parametrize(
    ("lines", "kept"),
    [
        (("count = len(room.connections)", "if count >= MOST: return"), "count = len(room.connections)"),
        (("if room.size() >= MOST: return",), "return len(self.connections)"),
    ],
    ids=["by a name", "by a method"],
)
def test_a_count_that_is_compared_elsewhere_is_left_to_a_person(lines: tuple[str, ...], kept: str) -> None:
    plan, after = planned(*lines)
    assert kept in after
    (reason,) = about_limits(plan)
    assert f"{FORM}:" in reason and "compares with a limit" in reason


def test_no_other_recipe_makes_it_a_tenants_either() -> None:
    text = ROOM + "        if room.size() >= MOST: return\n" + AFTER
    plan = plan_of(form_tree({FORM: text}))
    after = next(change.after.decode() for change in plan.changes if change.path == FORM)
    assert "self.connections: dict[str, WebSocket] = {}" in after
    (reason,) = about_limits(plan)
    assert "compares with a limit" in reason
