"""Which tenants there are is what the tree itself knows, and a made-up one leaves nothing behind."""

from __future__ import annotations

from typing import Any

import pytest

from tests.behaviour.conftest import Observed

ADMIN = ["admin", "local"]


@pytest.mark.parametrize(
    ("source", "pairs"),
    [
        ("nothing", [ADMIN]),
        ("another admin", [["root", "desk"]]),
        ("rows", [ADMIN, ["acme", "bot"]]),
        ("loaded", [ADMIN, ["gate", "bot"]]),
        ("stored", [ADMIN, ["gate", "bot"], ["stored", "bot"]]),
        ("registered", [ADMIN, ["gate", "bot"], ["paired", "agent_1"], ["lonely", "local"]]),
    ],
)
def test_tenants_that_the_tree_knows(after: Observed, source: str, pairs: list[Any]) -> None:
    assert after["known_tenants"][source] == pairs


def test_a_tenant_is_known_by_itself_and_an_agent_where_it_is_the_tenants_or_the_admins(after: Observed) -> None:
    """The admin's agent is every tenant's, as where no agent is named."""
    assert after["known_tenants"]["of acme"] == [True, True, True, False]
    assert after["known_tenants"]["without an agent"] == [True, True, False]


def test_a_made_up_tenant_leaves_nothing_behind(after: Observed) -> None:
    seen = after["made_up_tenants"]
    assert seen["answers"] == [[404, "没有这个租户或 agent"]]
    assert (seen["agent"], seen["socket"], seen["left"], seen["rows"]) == (404, 1008, False, 2)


def test_who_uses_the_webui_is_active_as_who_sends_messages_is(after: Observed) -> None:
    seen = after["active_by_the_webui"]
    assert seen["before"] == []
    assert seen["ran"] == [["admin", "local"], ["acme", "bot"]]


def test_activity_is_reported_now_and_then_and_nothing_depends_on_it(after: Observed) -> None:
    seen = after["active_by_the_webui"]
    assert (seen["reports"], seen["without a database"]) == (3, 200)
