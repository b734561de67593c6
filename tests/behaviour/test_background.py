"""The sample's gateway, chat loops, threads, chat manager and start-up, before and after."""

from __future__ import annotations

from typing import Any

import pytest

from tests.behaviour.background import _WAYS
from tests.behaviour.conftest import Observed
from tests.behaviour.sample import ACME, ADMIN

LOOPS = ("HeartFChatting", "BrainChatting", "ChatHistorySummarizer")
NOBODY = [None, None]


def test_before_a_message_without_a_tenant_is_processed(before: Observed) -> None:
    assert before["unknown_key"]["processed"] == 3


def test_a_time_out_is_told_as_such_and_not_as_a_key_without_a_tenant(after: Observed) -> None:
    late, unknown = after["unchecked_key"]
    assert late == {"success": False, "error": "暂时无法验证 API Key，请稍后重试，消息未被处理"}
    assert unknown == {"success": False, "error": "API Key 没有对应的租户，消息未被处理"}


def test_a_message_without_a_tenant_is_refused_with_an_answer_and_no_key_in_the_log(after: Observed) -> None:
    seen = after["unknown_key"]
    assert (seen["processed"], seen["logged"], seen["leaks"]) == (0, 3, [])
    assert seen["answers"] == [["custom_message_refused", "connection-1"]]


def test_before_the_server_cannot_even_call_the_registered_handler(before: Observed) -> None:
    assert before["echoed_ids"]["outcomes"] == ["TypeError"] * 3


def test_a_registered_handler_runs_in_its_senders_tenant(after: Observed) -> None:
    seen = after["echoed_ids"]
    assert seen["outcomes"] == ["answers"] * 3
    assert seen["new"] == [[*ACME, "new-0"]]
    assert seen["refused"] == 1


@pytest.mark.parametrize("loop", LOOPS)
def test_before_a_loop_runs_for_whoever_starts_it(before: Observed, loop: str) -> None:
    seen = before["loops_by_starter"]
    for starter, pair in (("nobody", NOBODY), ("its own", list(ACME)), ("another", list(ADMIN))):
        assert seen[f"{loop} by {starter}"][:2] == ["answers", pair]


@pytest.mark.parametrize("loop", LOOPS)
@pytest.mark.parametrize("starter", ["nobody", "its own"])
def test_a_loop_runs_in_its_own_tenant_and_ends_when_stopped(after: Observed, loop: str, starter: str) -> None:
    assert after["loops_by_starter"][f"{loop} by {starter}"] == ["answers", list(ACME), True]


@pytest.mark.parametrize("loop", LOOPS)
def test_another_tenant_cannot_start_a_loop(after: Observed, loop: str) -> None:
    assert after["loops_by_starter"][f"{loop} by another"] == ["TenantAccessError", False]


@pytest.mark.parametrize("loop", LOOPS[:2])
def test_a_loop_that_starts_again_after_an_error_stays_in_its_tenant(
    before: Observed, after: Observed, loop: str
) -> None:
    assert before["loops_after_an_error"][loop] == [NOBODY, NOBODY]
    assert after["loops_after_an_error"][loop] == [list(ACME), list(ACME)]


def test_a_summarizer_is_its_chats_tenants_or_nobodys(after: Observed) -> None:
    assert after["loops_of_strangers"] == {
        "another's chat": "TenantAccessError",
        "made and started by nobody": "TenantContextError",
        "made by nobody, started in its tenant": "answers",
    }


COUNTS: dict[str, dict[str, Any]] = {
    "admin": {"map": [5, 0], "submit": 0},
    "acme": {"map": [0, 4], "submit": 4},
}


@pytest.mark.parametrize("tenant", ["admin", "acme"])
@pytest.mark.parametrize("way", sorted(_WAYS))
def test_what_a_thread_runs_counts_its_tenants_rows(before: Observed, after: Observed, way: str, tenant: str) -> None:
    expected = COUNTS[tenant].get(way, ["共 1 次调用"])
    assert before["threads"][tenant][way] != expected
    assert after["threads"][tenant][way] == expected


def test_statistics_in_a_pool_are_the_tenants(before: Observed, after: Observed) -> None:
    assert before["statistics_in_a_pool"]["acme"][0] == "RuntimeError"
    assert after["statistics_in_a_pool"] == {"admin": ["answers", 2, True], "acme": ["answers", 3, True]}


def test_before_the_chat_manager_answers_to_anybody(before: Observed) -> None:
    seen = before["closed_manager"]["nobody"]
    assert {name for name, outcome in seen.items() if outcome == "answers"} >= {
        "get_stream",
        "list",
        "len",
        "write for",
    }


def test_the_chat_manager_is_closed_without_a_tenant(after: Observed) -> None:
    assert set(after["closed_manager"]["nobody"].values()) == {"TenantContextError"}


def test_the_chat_manager_shows_a_tenant_its_own(after: Observed) -> None:
    assert after["closed_manager"]["another"] == [None, None, False, 0, "TenantAccessError"]
    assert after["closed_manager"]["its own"] == [True, 1]


def test_two_tenants_may_use_one_key(after: Observed) -> None:
    assert after["same_key_of_two_tenants"] == {
        "gone": [None, ["more"]],
        "left": ["acme", ["k", "more"], ["acme", "more"], [["k", "acme"], ["more", "more"]], 2],
        "known": [False, True, True, False],
    }


def test_each_stream_is_saved_in_its_own_tenant_and_one_that_fails_keeps_no_other_back(
    before: Observed, after: Observed
) -> None:
    assert before["periodic_save"]["saved"][0].endswith("None, None]")
    seen = after["periodic_save"]
    assert seen["saved"] == ["['acme', 'acme', 'bot']", "['admin', 'admin', 'local']", "['admin', 'admin', 'local']"]
    assert (seen["outcome"], seen["own"]) == ("OSError", "answers")


@pytest.mark.parametrize("tenant", ["admin", "acme"])
def test_start_up_gets_ready_and_loads_each_tenants_streams(after: Observed, tenant: str) -> None:
    seen = after["start_up"]
    assert seen["found"][tenant] == ["answers", [tenant], 2]
    assert (seen["errors"], seen["saving"]) == ([], True)


def test_the_door_is_for_the_system_alone(after: Observed) -> None:
    seen = after["the_door"]
    assert seen["all"] == seen["in a thread"] == seen["expected"]
    assert seen["in a tenant"] == 3
    assert seen["write"] == seen["closed"] == seen["a task that it left behind"] == "TenantContextError"
    assert seen["opened by a tenant"] == seen["tenants"] == "TenantAccessError"


def test_before_a_task_of_one_name_replaces_another_tenants(before: Observed) -> None:
    seen = before["tasks_of_one_name"]
    assert seen["running"] == [False, False, True]


def test_a_tenants_task_replaces_its_own_and_runs_for_it_alone(after: Observed) -> None:
    """The process's own runs for all, a tenant sees one, and the stop ends all three."""
    acme, admin = ACME[0], ADMIN[0]
    assert after["tasks_of_one_name"] == {
        "ran": sorted([["process", acme], ["process", admin], [acme, acme], [admin, admin]]),
        "seen": 1,
        "running": [True, True, True],
        "left": [False, False, False],
    }
