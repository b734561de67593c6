"""Choosing another tenant than the admin's."""

from __future__ import annotations

from typing import Any

import pytest

from tests.behaviour.conftest import Observed
from tests.behaviour.selection import MALFORMED

WAYS = [
    "query, bearer",
    "query, lower-case bearer",
    "query, cookie",
    "query, token in the query",
    "headers, bearer",
    "headers, cookie",
    "headers, token in the query",
    "query and headers agree",
    "tenant in the query, agent in a header",
    "wrong cookie, right bearer",
]
WITHOUT_A_TOKEN = [
    "async, no token",
    "async, wrong bearer",
    "async, token as basic",
    "async, wrong cookie",
    "async, wrong token in the query",
    "async, empty token in the query",
    "headers, no token",
    "agent only, no token",
    "the admin's own ids, no token",
    "malformed, no token",
    "writing, no token",
    "sync, no token",
    "sync writing, no token",
]


@pytest.mark.parametrize("way", WAYS)
def test_a_caller_with_the_token_chooses_a_tenant(after: Observed, way: str) -> None:
    assert after["ways_to_choose"][way] == [200, ["acme"]]


@pytest.mark.parametrize("attempt", WITHOUT_A_TOKEN)
def test_a_caller_without_the_token_may_not_choose(after: Observed, attempt: str) -> None:
    assert after["refused"]["answers"][attempt] == [403, "选择租户需要有效的 WebUI Token"]


@pytest.mark.parametrize("attempt", ["stream, no token", "dependency, no token", "tasks, no token"])
def test_a_handler_that_asks_for_the_token_first_refuses_as_before(after: Observed, attempt: str) -> None:
    assert after["refused"]["answers"][attempt][0] == 401


def test_a_refused_caller_makes_nothing_run(after: Observed) -> None:
    assert after["refused"]["ran"] == 0
    assert after["refused"]["unchanged"]
    assert after["refused"]["answers"]["tasks, malformed"][0] == 400


@pytest.mark.parametrize("ids", MALFORMED)
def test_malformed_ids_are_refused(after: Observed, ids: str) -> None:
    """400, and 1008 before the websocket is accepted."""
    assert after["malformed"]["answers"][ids] == [400, False, 1008, 0]


def test_malformed_ids_make_nothing_run(after: Observed) -> None:
    assert after["malformed"]["ran"] == 0


def test_what_is_just_still_an_id_is_taken(after: Observed) -> None:
    assert after["longest_ids"] == [200] * 5


@pytest.mark.parametrize(
    ("attempt", "outcome"),
    [
        ("nothing named", "meaning of admin"),
        ("nothing named, no token", 1008),
        ("token in the query", "meaning of acme"),
        ("bearer", "meaning of acme"),
        ("cookie, headers", "meaning of acme"),
        ("no token", 1008),
        ("wrong token", 1008),
        ("headers, no token", 1008),
    ],
)
def test_a_websocket_chooses_its_tenant_with_the_token_only(after: Observed, attempt: str, outcome: object) -> None:
    assert after["sockets"][attempt] == outcome


def test_a_refused_websocket_never_enters_the_chat(after: Observed) -> None:
    accepted, code, connects = after["refused_chat_socket"]
    assert (accepted, code, connects) == (False, 1008, 0)


@pytest.mark.parametrize(
    ("query", "pair"),
    [
        ("tenant_id=acme", ["acme", "local"]),
        ("agent_id=bot", ["admin", "bot"]),
        ("tenant_id=acme&agent_id=bot", ["acme", "bot"]),
    ],
)
def test_the_id_that_is_not_named_is_the_admins(after: Observed, query: str, pair: list[str]) -> None:
    assert after["one_id_only"][query] == pair


@pytest.mark.parametrize(
    ("environment", "outcome"),
    [
        ("neither", ["admin", "local"]),
        ("tenant", ["acme", "local"]),
        ("agent", ["admin", "bot"]),
        ("both", ["acme", "bot"]),
        ("blank", ["admin", "local"]),
        ("completes a choice", ["third", "bot"]),
        ("rows", [200, ["acme"]]),
        ("socket", "meaning of acme"),
        ("announcement", [["acme", "bot", "to the configured tenant"]]),
    ],
)
def test_the_environment_says_who_the_admin_is(after: Observed, environment: str, outcome: Any) -> None:
    assert after["admin_from_environment"][environment] == outcome


def test_a_token_in_the_query_does_not_log_in(after: Observed) -> None:
    assert after["authenticated_by_query_only"] == 401
