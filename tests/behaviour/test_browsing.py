"""An admin picks a tenant in a real browser, before the sample's page. It is started once, for all of these tests."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.behaviour.browsing import CHROMIUM, SCENARIOS, WIDTHS, Web, browse
from tests.behaviour.conftest import Observed
from tests.behaviour.running import copied, start
from tests.once import made_once

pytestmark = pytest.mark.skipif(
    not CHROMIUM.exists(), reason=f"skipped: there is no {CHROMIUM}: apt-get install chromium"
)
ADMIN = {"bar": "管理员", "persons": ["nick-admin"], "tabs": ["nick-admin"], "pictures": [1]}


def acting(tenant: str, width: int) -> dict[str, Any]:
    bar = f"正在以租户 {tenant} / agent bot 调试"
    return {"bar": bar, "persons": [f"nick-{tenant}"], "tabs": [f"nick-{tenant}"], "pictures": [width]}


@pytest.fixture(scope="session")
def browsed() -> Observed:
    """What the scenarios saw."""
    return Observed(made_once("browsed", _run))


def _run(folder: Path) -> Any:
    return browse(start(copied(folder, migrated=True), "serve"), Web, SCENARIOS)


def test_the_bar_is_there_after_a_login_without_a_reload_and_not_before(browsed: Observed) -> None:
    assert browsed["first_login"] == {"hidden before": True, "loads": 0, **ADMIN}


def test_one_tab_shows_one_tenant_after_another_and_nothing_of_the_last(browsed: Observed) -> None:
    assert browsed["one_tab_after_another_tenant"] == {
        "admin": ADMIN,
        "acme / bot": acting("acme", 2),
        "zeta / bot": acting("zeta", 3),
        "back": ADMIN,
    }


def test_two_tabs_and_another_browser_are_three_tenants_at_once(browsed: Observed) -> None:
    seen = browsed["two_tabs_and_two_browsers"]
    assert {name: (page["said"], page["pictures"]) for name, page in seen.items()} == {
        "admin": (["admin"], [1]),
        "acme": (["acme"], [2]),
        "zeta": (["zeta"], [3]),
    }
    for name, page in seen.items():
        assert {text for text in (*page["persons"], *page["tabs"]) if "nick" in text} == {f"nick-{name}"}


def test_a_call_that_says_nothing_is_refused_once_a_tab_has_chosen(browsed: Observed) -> None:
    seen = browsed["calls_that_say_nothing"]
    assert (seen["before"], seen["after"], seen["kept"]) == (200, 409, ["no-store"] * 3)


def test_a_logout_ends_the_choice_of_every_tab(browsed: Observed) -> None:
    seen = browsed["logged_out"]
    for page in seen.values():
        assert (page["bar"], page["pictures"], "nick-admin" in page["persons"]) == ("管理员", [1], True)


def test_a_tenant_that_vanishes_is_told_and_the_admin_is_back(browsed: Observed) -> None:
    notice, persons = browsed["a_tenant_that_vanishes"]
    assert notice == "租户 many-07/bot 已不存在，已回到管理员"
    assert "nick-admin" in persons


def test_after_another_token_the_next_login_is_the_admin(browsed: Observed) -> None:
    assert browsed["another_token"]["bar"] == "管理员"


def test_the_configuration_of_all_tenants_is_not_saved_by_a_page_that_acts_for_one(browsed: Observed) -> None:
    admin, acme = browsed["configuration_page"]
    assert admin == ["已保存", "管理员"]
    assert acme[0].startswith("这里改变的是全部租户共用的内容")
    assert "acme" in acme[1] and "只能查看" in acme[1]


def test_the_keyboard_alone_opens_pages_searches_and_closes(browsed: Observed) -> None:
    seen = browsed["search_and_pages"]
    assert seen["first"].startswith("1–20 / ")
    assert (seen["closed"], seen["focus is back"], seen["said"]) == (True, "who", "管理员，选择租户")


def test_a_page_of_another_origin_changes_nothing_hears_nothing_and_frames_nothing(browsed: Observed) -> None:
    assert browsed["strangers"] == {"socket": "closed", "framed": False, "saved": 0, "answers": [403]}


@pytest.mark.parametrize("width", WIDTHS)
def test_the_bar_covers_nothing_and_lies_below_dialogs(browsed: Observed, width: int) -> None:
    seen = {name: found for name, found in browsed["four_widths"].items() if name.startswith(f"{width} ")}
    assert seen.pop(f"{width} on top") == "shade"
    assert len(seen) == 6
    assert [found for found in seen.values() if found != {"covered": [], "inside": True, "visible": True}] == []
