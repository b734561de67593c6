"""The tenant ends with the handler, however that ends."""

from __future__ import annotations

from tests.behaviour.conftest import Observed

ADMIN, NOBODY = ["admin", "local"], [None, None]


def test_after_a_return(after: Observed) -> None:
    assert after["returned"] == ["returned", [ADMIN], NOBODY, NOBODY]


def test_after_an_error(after: Observed) -> None:
    answered, let_through = after["raised"]
    assert answered == ["returned", 418, [ADMIN], NOBODY]
    assert let_through == ["ValueError", 500, [ADMIN], NOBODY]


def test_after_an_error_of_a_sync_handler(after: Observed) -> None:
    assert after["sync_raised"] == ["returned", 418, [ADMIN], NOBODY]


def test_after_a_refusal(after: Observed) -> None:
    assert after["refused_request"] == ["returned", 403, NOBODY]


def test_after_a_cancellation_in_the_middle(after: Observed) -> None:
    """The handler cleans up in its tenant before that ends."""
    assert after["cancelled"] == ["cancelled", [ADMIN, ADMIN], NOBODY]


def test_after_a_stream_cancelled_while_it_reads(after: Observed) -> None:
    assert after["stream_cancelled_while_reading"] == ["cancelled", [ADMIN, ADMIN], NOBODY]


def test_a_stream_is_sent_outside_of_the_tenant(after: Observed) -> None:
    assert after["stream_cancelled_while_sending"] == ["cancelled", [NOBODY], NOBODY]


def test_after_a_client_that_left_in_the_middle_of_a_stream(after: Observed) -> None:
    end, bodies, closed, afterwards = after["stream_left_by_the_client"]
    assert (end, bodies) == ("ClientDisconnect", ["['admin', 'local']\n"])
    assert closed == [ADMIN]
    assert afterwards == NOBODY


def test_after_a_stream_that_was_closed_half_consumed(after: Observed) -> None:
    """Of an async and of a sync generator body: after the handler, an item, between, and after closing."""
    assert after["stream_half_consumed"] == [NOBODY, True, NOBODY, NOBODY] * 2


def test_after_a_websocket_that_its_client_left(after: Observed) -> None:
    farewell, plain = after["socket_left"]["seen"]
    assert farewell == [[ADMIN], True, NOBODY]
    assert plain == NOBODY
    assert after["socket_left"]["connections"] == 0
    assert after["socket_left"]["caller"] == NOBODY


def test_after_a_websocket_that_the_server_cancelled(after: Observed) -> None:
    """Its connection, listed while it lasted, was taken off the list before the tenant ended."""
    assert after["socket_cancelled"] == [True, NOBODY, 1, 0]
