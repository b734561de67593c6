"""An admin picks a tenant in a real browser, before the page that a real checkout was built with, and chats.

Runs where running.py says, and where there is a Chromium.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from tests.behaviour.browsing import CHROMIUM, WIDTHS, browse
from tests.behaviour.conftest import Observed
from tests.behaviour.real_browsing import CLOSED, SCENARIOS, Real
from tests.behaviour.running import copied, only_real, real_tree, start_real
from tests.once import made_once

pytestmark = [
    only_real,
    pytest.mark.skipif(not CHROMIUM.exists(), reason=f"skipped: there is no {CHROMIUM}: apt-get install chromium"),
]
# Of the tenants' pictures, by which a page shows whose it has.
PICTURES = {"admin": 1, "acme": 2, "zeta": 3}


def things(name: str) -> dict[str, Any]:
    return {"bar": name, "persons": [name], "expressions": [name], "emojis": [PICTURES[name]]}


@pytest.fixture(scope="session")
def browsed() -> Observed:
    """What the scenarios saw."""
    return Observed(made_once("real_browsed", _run))


def _run(folder: Path) -> Any:
    tree = copied(folder, migrated=True, source=real_tree())
    return browse(start_real(tree, "real_serving"), Real, SCENARIOS)


def test_one_tab_shows_and_chats_as_one_tenant_after_another(browsed: Observed) -> None:
    seen = browsed["one_tab_after_another_tenant"]
    assert seen.pop("failed") == []
    own = {name: [f"heard-{name}", f"word-of-{name}"] for name in ("admin", "acme")}
    assert seen == {
        "admin": [things("admin"), own["admin"]],
        "acme": [things("acme"), own["acme"]],
        "zeta": [things("zeta"), []],
        "back": [things("admin"), own["admin"]],
    }


@pytest.mark.parametrize("name", PICTURES)
def test_two_tabs_and_another_browser_are_three_tenants_at_once(browsed: Observed, name: str) -> None:
    heard, kept, shown = browsed["two_tabs_and_two_browsers"][name]
    assert heard == [name]
    assert f"word-of-{name}2" in kept
    assert {other for other in PICTURES if other in " ".join(kept)} == {name}
    assert shown == things(name)


def test_a_logout_ends_the_choice_of_every_tab_and_the_next_login_is_the_admin(browsed: Observed) -> None:
    assert browsed["logged_out"] == [True, things("admin"), things("admin")]


def test_a_tab_whose_session_ends_meanwhile_is_sent_to_the_login_and_is_the_admins_after_it(browsed: Observed) -> None:
    assert browsed["a_session_that_ends"] == "admin"


def test_a_tenant_that_vanishes_is_told_and_the_admin_is_back(browsed: Observed) -> None:
    notice, shown = browsed["a_tenant_that_vanishes"]
    assert re.fullmatch(r"租户 gone/\w+ 已不存在，已回到管理员", notice)
    assert shown == things("admin")


def test_nobody_is_answered_without_a_token(browsed: Observed) -> None:
    seen = browsed["nobody"]
    assert seen == {"answers": dict.fromkeys(CLOSED, 401), "doors": [], "sockets": ["closed", "closed"]}


def test_a_page_of_another_origin_changes_nothing_hears_nothing_and_frames_nothing(browsed: Observed) -> None:
    assert browsed["strangers"] == {"socket": "closed", "framed": False, "answers": [403]}


@pytest.mark.parametrize("width", WIDTHS)
def test_the_bar_covers_nothing(browsed: Observed, width: int) -> None:
    seen = {name: found for name, found in browsed["four_widths"].items() if name.startswith(f"{width} ")}
    assert len(seen) == 4
    assert [found for found in seen.values() if found != {"covered": [], "inside": True, "visible": True}] == []
