"""The WebUI's guard in the sample, migrated: what goes on as it was comes first."""

from __future__ import annotations

import pytest

from tests.behaviour.conftest import Observed
from tests.behaviour.guarding import SERVED, SPELLINGS

HTML = "<!doctype html>"


@pytest.mark.parametrize("path", SERVED)
def test_the_page_and_its_files_are_served(after: Observed, path: str) -> None:
    status, line = after["file_door"][path]
    assert (status, line.startswith("//" if path == "/assets/app.js" else HTML)) == (200, True)


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_no_spelling_leads_out_of_the_folder_of_the_page(after: Observed, spelling: str) -> None:
    status, has_token = after["file_door"][spelling]
    assert (status in (200, 404), has_token) == (True, False)


def test_paths_that_no_browser_sends_are_refused(after: Observed) -> None:
    assert after["raw_paths"] == [[404, False]] * 3


@pytest.mark.parametrize(
    "place",
    [
        "no browser",
        "its own page",
        "its own page, an older browser",
        "its own page, behind a proxy",
        "its own page, with a port",
        "another site that is named",
    ],
)
def test_its_own_page_and_who_is_no_browser_go_on(after: Observed, place: str) -> None:
    assert after["origins"][place] == [200, 200, True]


@pytest.mark.parametrize(
    "place",
    [
        "another port",
        "another port, an older browser",
        "another site",
        "another site, an older browser",
        "a site that begins alike",
        "no origin",
        "a file",
        "a port that is none",
        "the page's own server",
    ],
)
def test_other_sites_change_nothing_and_hear_nothing(after: Observed, place: str) -> None:
    """What they read they cannot see: browsers keep answers from other sites."""
    assert after["origins"][place] == [403, 200, False]


def test_each_place_is_told_once_in_the_log_with_what_to_do(after: Observed) -> None:
    told = after["refused_once"]
    assert ["https://a.example" in told[0], "https://b.example" in told[1], len(told)] == [True, True, 2]
    assert all("MAIM_WEBUI_ORIGINS" in text for text in told)


def test_nothing_can_be_framed(after: Observed) -> None:
    assert after["frames"] == [["DENY", "frame-ancestors 'none'"]] * 4


def test_a_session_that_ends_takes_its_own_sockets_with_it(after: Observed) -> None:
    seen = after["sessions_that_end"]
    ended = "closed with 1008"
    assert (seen["numbers differ"], seen["a new number"]) == (2, True)
    assert seen["logout"] == [ended, "pong", False]
    assert seen["a login"] == [ended, "pong"]
    assert seen["another token"] == ended
