"""Nobody without a token acts at all: the sample, migrated. What stays open comes first."""

from __future__ import annotations

import pytest

from tests.behaviour.conftest import Observed

OPEN = {
    "GET /some/page",
    "GET /api/webui/health",
    "POST /api/webui/auth/logout",
    "GET /api/webui/auth/check",
    "GET /api/webui/config/schema/bot",
    "GET /api/webui/config/schema/section/{section_name}",
    "GET /api/webui/emoji/formats",
    "GET /api/webui/expression/help",
    "GET /api/webui/jargon/limits",
    "GET /api/webui/knowledge/kinds",
    "GET /api/webui/statistics/ranges",
    "GET /api/webui/system/status",
}
# A body that is missing is what they complain of: the login's, and of handlers that are asked first.
UNREAD = 422


def test_login_health_the_page_and_what_touches_nothing_stay_open(after: Observed) -> None:
    seen = after["without_a_token"]
    assert {name for name, answer in seen.items() if answer not in (401, 1008, UNREAD)} == OPEN
    assert seen["POST /api/webui/auth/verify"] == UNREAD


def test_every_socket_asks(after: Observed) -> None:
    codes = {name: answer for name, answer in after["without_a_token"].items() if name.startswith("socket")}
    assert set(codes.values()) == {1008}


@pytest.mark.parametrize(
    ("way", "status"),
    [
        ("cookie", 200),
        ("cookie, and the page's empty bearer", 200),
        ("cookie, deleting", 200),
        ("bearer", 200),
        ("query", 200),
        ("query, deleting", 401),
        ("wrong cookie", 401),
        ("wrong bearer", 401),
        ("wrong query", 401),
        ("query that is not ascii", 401),
        ("choosing with a query that is not ascii", 403),
        ("nothing", 401),
    ],
)
def test_how_the_token_is_shown(after: Observed, way: str, status: int) -> None:
    assert after["ways_to_show_it"][way] == status


def test_the_logs_socket_asks_as_well(after: Observed) -> None:
    seen = after["sockets_of_the_process"]
    assert seen == {"nothing": 1008, "wrong": 1008, "query": "accepted", "cookie": "accepted"}


def test_nothing_runs_for_who_is_refused(after: Observed) -> None:
    assert after["nothing_ran"] == [401, {"detail": "需要有效的 WebUI Token"}, 0, 0]


def test_a_token_is_asked_of_once_as_long_as_its_file_is_as_it_was(after: Observed) -> None:
    """A file that was changed a moment ago may be changed again, and look the same."""
    assert after["asked_again"] == {
        "had for a while": [[200, 200, 200], 1],
        "the old one": [[401, 401, 401], 3],
        "made anew": [[200, 200, 200], 3],
    }


def test_the_environment_opens_it_again_for_the_admin_alone(after: Observed) -> None:
    """Another tenant is still for who shows a token."""
    closed = [401, 403, False]
    assert after["opened_again"] == {"1": [200, 403, True], "0": closed, "": closed, "true": closed}


def test_that_it_is_open_is_said_at_each_start(after: Observed) -> None:
    opened, closed = after["said_at_each_start"]
    assert len(opened) == 1 and "MAIM_WEBUI_ANONYMOUS=1" in opened[0]
    assert closed == []
