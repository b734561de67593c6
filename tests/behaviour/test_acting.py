"""A page says whom it acts for: every handler, in every way to come. What goes on as it was comes first."""

from __future__ import annotations

import pytest

from tests.behaviour.acting import WAYS
from tests.behaviour.conftest import Observed

GOOD = (
    "the admin",
    "parameters",
    "headers",
    "a page as the admin",
    "a page as a tenant",
    "an image of it",
    "parameters before the page",
)
REFUSED = {
    "a page that says nothing": 409,
    "a page of a session before": 409,
    "a page whose browser has no mark": 409,
    "a page of a tenant that there is not": 409,
    "a page that is malformed": 400,
    "a page with an odd id": 400,
}
ACME = frozenset({"parameters", "headers", "a page as a tenant", "an image of it", "parameters before the page"})
NOBODY = ("nobody", "a page as a tenant, without a session")
# What changes what all tenants share, and is no tenant's.
COMMON = frozenset({"POST /api/webui/config/bot", "POST /api/webui/system/restart", "POST /api/webui/plugins/fetch"})


def test_every_way_is_looked_at() -> None:
    assert {*GOOD, *REFUSED, *NOBODY} == WAYS.keys()


def test_a_choice_changes_no_answer_of_a_handler_but_whose_it_is(after: Observed) -> None:
    """All that differs is what is common and is changed."""
    for name, answers in after["every_handler_in_every_way"].items():
        statuses = {answers[way][0] for way in GOOD}
        assert len(statuses) == (2 if name in COMMON else 1), name


def test_what_all_tenants_share_is_not_changed_by_a_page_that_acts_for_one(after: Observed) -> None:
    seen = after["every_handler_in_every_way"]
    for name in COMMON:
        for way in ("a page as a tenant", "an image of it", "a page that is malformed"):
            assert seen[name][way] == [403, "common"]
        # One that misses its body complains of that.
        assert seen[name]["a page as the admin"] in ([200, None], [422, None])


def test_a_choice_that_is_not_valid_is_refused_by_every_handler_of_a_tenants(after: Observed) -> None:
    """A handler that is no tenant's answers as ever; one that misses its body complains of that first."""
    seen = after["every_handler_in_every_way"]
    tenants = {name for name, answers in seen.items() if answers["a page that says nothing"][0] == 409}
    assert len(tenants) > 20
    for name in tenants:
        assert {way: seen[name][way] for way in REFUSED} == {way: [code, "choice"] for way, code in REFUSED.items()}


def test_nobody_without_a_session_acts_by_saying_so(after: Observed) -> None:
    for name, answers in after["every_handler_in_every_way"].items():
        assert answers[NOBODY[0]] == answers[NOBODY[1]], name


@pytest.mark.parametrize("way", GOOD)
def test_whose_rows_it_is_and_that_no_browser_keeps_them(after: Observed, way: str) -> None:
    assert after["whose_rows"][way] == [200, "acme" if way in ACME else "admin", "no-store"]


@pytest.mark.parametrize("way", WAYS)
def test_whose_socket_it_is(after: Observed, way: str) -> None:
    name = "艾克" if way in ACME else "管家"
    assert after["whose_socket"][way] == (name if way in GOOD else 1008)


def test_a_tenant_is_chosen_by_json_only_and_only_one_that_there_is(after: Observed) -> None:
    seen = after["switches"]
    assert seen["answers"] == {"acme": 200, "the admin": 200, "nobody": 404, "odd": 400, "a form": 422}
    assert {part.strip() for part in seen["cookie"].split(";")} == {"HttpOnly", "Path=/", "SameSite=lax"}


def test_each_switch_and_each_change_is_a_line_in_the_log(after: Observed) -> None:
    there, back, change, *_ = after["switches"]["told"]
    assert "管理员 → acme/bot" in there and "127.0.0.1" in there
    assert "acme/bot → 管理员" in back
    assert "acme/bot" in change and "DELETE /api/chat/history → 200" in change and "127.0.0.1" in change


def test_each_frame_that_a_page_of_a_tenants_sends_is_a_line_and_none_has_its_content(after: Observed) -> None:
    """One that says that the page is there is none, and neither is one of the admin's."""
    frames = after["switches"]["told"][3:]
    said = [line.partition(" → ")[2].partition("，")[0] for line in frames]
    assert said == ["已连接", "收到 message", "收到 文本", "收到 文本"]
    assert all("acme/bot" in line and "WebSocket /api/chat/ws" in line and "127.0.0.1" in line for line in frames)
    assert "secret" not in "".join(frames)


def test_the_tenants_are_listed_searched_and_paged(after: Observed) -> None:
    everything, part, words, none, second, wrong = after["listed"]
    assert everything[1] == "admin/local" and "acme/bot" in everything
    assert part == words == [1, "acme/bot"]
    assert none[0] < everything[0] and second == [everything[0], everything[2]] and wrong == 422


@pytest.mark.parametrize("path", ["/", "/chat/rooms", "/api/webui/acting/page"])
def test_the_page_carries_the_bar_and_is_not_kept(after: Observed, path: str) -> None:
    assert after["pages"][path] == [200, 1, "no-store", False, True]


@pytest.mark.parametrize("path", ["/assets/app.js", "/docs", "/api/webui/acting/bar.js"])
def test_nothing_else_does(after: Observed, path: str) -> None:
    status, bars, *_ = after["pages"][path]
    assert (status, bars) == (200, 0)
