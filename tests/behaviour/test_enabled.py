"""A plugin that is enabled for one tenant hears, loads, stops and acts for that tenant only."""

from __future__ import annotations

import pytest

from tests.behaviour.conftest import Observed


def test_events_reach_handlers_of_enabled_plugins_only(after: Observed) -> None:
    seen = after["events_of_enabled_plugins"]
    assert (seen["acme"], seen["beta"]) == (["hears", "intercepts", "load"], [])


def test_the_process_starts_all_handlers(after: Observed) -> None:
    assert after["events_of_enabled_plugins"]["process"] == ["starts"]


def test_a_plugin_that_is_enabled_later_is_loaded_before_the_next_work(after: Observed) -> None:
    assert after["events_of_enabled_plugins"]["enabled later"] == ["load"]


def test_what_a_plugin_began_is_stopped_where_it_is_enabled(after: Observed) -> None:
    assert after["stopping_where_enabled"] == [["acme", "bot"]]


def test_actions_are_offered_and_made_where_their_plugin_is_enabled(after: Observed) -> None:
    assert after["actions_where_enabled"] == {"acme": [True, True], "beta": [False, False], "nobody": True}


ANSWERED = [True, False]


@pytest.mark.parametrize(
    ("setting", "enabled"), [("default", True), ("all", True), ("none", False), ("nonsense", False)]
)
def test_without_the_plugin_service_a_setting_says_what_is_enabled_and_the_log_says_so_once(
    after: Observed, setting: str, enabled: bool
) -> None:
    found, lines = after["without_the_service"][setting]
    assert found == {"down": [enabled] * 2, "refuses": [enabled] * 2, "answers": ANSWERED}
    assert lines == 1
