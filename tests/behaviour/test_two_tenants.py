"""Two tenants at once on one event loop."""

from __future__ import annotations

import pytest

from tests.behaviour.conftest import Observed
from tests.behaviour.together import ROUNDS


def test_requests_that_meet_in_a_handler_see_their_own_rows(after: Observed) -> None:
    assert after["requests_at_once"] == [[200, 2], [200, 3]] * ROUNDS


def test_requests_that_meet_in_the_thread_pool_see_their_own_rows(after: Observed) -> None:
    assert after["sync_requests_at_once"] == [["emoji-admin"], ["emoji-acme"]] * ROUNDS


def test_streams_that_alternate_read_their_own_rows(after: Observed) -> None:
    ends, texts = after["streams_at_once"]
    assert ends == ["returned", "returned"]
    assert texts == [[f"admin says {number}" for number in range(2)], [f"acme says {number}" for number in range(3)]]


@pytest.mark.parametrize(
    ("connection", "said"),
    [
        ("admin", [["user_message", "from admin"], ["bot_message", "管家: from admin"], ["pong", None]]),
        ("onlooker", [["user_message", "from admin"], ["bot_message", "管家: from admin"], ["pong", None]]),
        ("acme", [["user_message", "from acme"], ["bot_message", "艾克: from acme"], ["pong", None]]),
    ],
)
def test_the_chat_room_reaches_connections_of_the_same_tenant_only(
    after: Observed, connection: str, said: list[list[str]]
) -> None:
    assert after["chats_at_once"]["heard"][connection] == said


def test_each_connection_is_greeted_by_its_own_bot_and_history(after: Observed) -> None:
    chats = after["chats_at_once"]
    assert chats["names"] == {"admin": "管家", "onlooker": "管家", "acme": "艾克"}
    assert chats["histories"]["admin"] == ["admin says 0", "admin says 1"]
    assert chats["histories"]["acme"] == ["acme says 0", "acme says 1", "acme says 2"]


def test_what_two_tenants_say_at_once_is_stored_apart(after: Observed) -> None:
    assert after["chats_at_once"]["rows"] == [
        ["acme", "bot", "from acme"],
        ["acme", "bot", "艾克: from acme"],
        ["admin", "local", "from admin"],
        ["admin", "local", "管家: from admin"],
    ]


def test_the_chat_counts_the_tenants_own_connections(after: Observed) -> None:
    assert after["chats_at_once"]["sessions"] == [2, 1]


def test_bot_replies_reach_the_tenant_that_they_are_for(after: Observed) -> None:
    assert after["bot_replies"]["heard"] == [["to admin", None], ["to acme", None]]


def test_a_broadcast_without_a_tenant_reaches_nobody(after: Observed) -> None:
    assert after["bot_replies"]["without a tenant"] == "TenantContextError"


def test_the_other_room_reaches_connections_of_the_same_tenant_only(after: Observed) -> None:
    heard = after["rooms_at_once"]["heard"]
    assert [each["type"] for each in heard["admin"]] == ["joined", "said", "recent"]
    assert heard["admin"][1:] == heard["second"]
    assert heard["second"][0]["content"] == "from admin"
    assert heard["acme"] == [
        {"type": "said", "content": "from acme"},
        {"type": "recent", "messages": ["acme says 0", "acme says 1", "acme says 2", "from acme"]},
    ]


def test_the_other_room_counts_the_tenants_own_connections(after: Observed) -> None:
    """The admin's, acme's, those of acme's other agent, and the admin's after one has left."""
    assert after["rooms_at_once"]["online"] == [2, 1, 0, 1]
    assert after["rooms_at_once"]["heard"]["admin"][0] == {"type": "joined", "online": 2}


def test_connections_that_take_turns_keep_their_tenants(after: Observed) -> None:
    assert after["tenants_meet_in_sockets"] == [
        ["admin", "local"],
        ["acme", "bot"],
        ["acme", "bot"],
        ["admin", "local"],
    ]
