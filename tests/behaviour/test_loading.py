"""ON_TENANT_LOAD: once for each tenant and agent, in their context, before the first work for them."""

from __future__ import annotations

import pytest

from tests.behaviour.conftest import Observed

ADMIN, ACME, SECOND, NOBODY = ["admin", "local"], ["acme", "bot"], ["acme", "second bot"], [None, None]


# The event


def test_handlers_subscribe_to_it_as_to_any_event(after: Observed) -> None:
    """By the member, by its value, as one of several; one that does so twice over is called once."""
    event = after["load_event"]
    assert (event["value"], event["known"]) == ("on_tenant_load", True)
    names = ["member", "string", "both", "several", "message"]
    assert event["notes"] == [[name, *ACME] for name in names]


def test_nothing_happens_where_nobody_subscribes(after: Observed) -> None:
    assert after["load_without_handlers"] == [["message", *ACME]]


def test_heavier_handlers_come_first(after: Observed) -> None:
    assert after["load_by_weight"] == ["weight 30", "weight 20", "weight 1", "weight -5"]


# Who fires it


def test_the_first_message_of_each_agent_waits_for_its_load(after: Observed) -> None:
    notes, caller = after["first_messages"]
    assert notes == [
        ["load", *ACME],
        ["loaded", *ACME],
        ["message", *ACME],
        ["message", *ACME],
        ["load", *SECOND],
        ["loaded", *SECOND],
        ["message", *SECOND],
        ["load", *ADMIN],
        ["loaded", *ADMIN],
        ["message", *ADMIN],
        ["message", *ADMIN],
        ["message", *SECOND],
    ]
    assert caller == NOBODY


def test_fifty_first_messages_wait_for_one_load(after: Observed) -> None:
    fifty = after["fifty_first_messages"]
    assert fifty["waiting"] == 0
    assert fifty["first"] == ["loaded", *ACME]
    assert fifty["then"] == [["message", *ACME]] * 50


def test_other_tenants_do_not_wait_for_it(after: Observed) -> None:
    assert after["fifty_first_messages"]["meanwhile"] == [
        ["load", *ADMIN],
        ["message", *ADMIN],
        ["load", *SECOND],
        ["message", *SECOND],
    ]


def test_a_background_task_loads_its_tenant(after: Observed) -> None:
    assert after["task_runs"] == [
        ["load", *ACME],
        ["task", *ACME],
        ["load", *ADMIN],
        ["task", *ADMIN],
        ["task", *ACME],
    ]


@pytest.mark.parametrize("kind", ["async", "sync", "stream", "sync_stream", "socket", "bare", "sync_bare"])
def test_every_kind_of_webui_handler_loads_its_tenant(after: Observed, kind: str) -> None:
    """The admin's, and the one that the caller selects. Bare ones are Starlette's own routes."""
    assert after["web_ui"][kind] == [
        ["load", *ADMIN],
        ["work", *ADMIN],
        ["load", *ACME],
        ["work", *ACME],
        ["work", *ACME],
    ]


def test_the_samples_own_handlers_load_their_tenant(after: Observed) -> None:
    each = [200, ["load", *ADMIN], 200, ["load", *ACME]]
    assert after["web_ui_of_the_sample"]["answers"] == [403, 403, *each, *each]


def test_a_tenant_that_is_refused_is_not_loaded(after: Observed) -> None:
    assert after["web_ui_of_the_sample"]["refused"] == []


def test_more_requests_than_threads_wait_for_one_load(after: Observed) -> None:
    assert after["web_ui_at_once"] == {
        "waiting": 0,
        "answers": [200],
        "first": ["load", "loaded"],
        "work": 50,
        "loads": 1,
    }


def test_a_sync_handler_runs_where_no_loop_can_load(after: Observed) -> None:
    assert after["sync_handler_elsewhere"] == ADMIN


def test_firing_it_by_hand_needs_a_tenant_and_an_agent(after: Observed) -> None:
    assert after["fired_by_hand"]["refusals"] == ["TenantContextError"] * 2


def test_firing_it_by_hand_loads_once(after: Observed) -> None:
    fired = after["fired_by_hand"]
    assert fired["answers"] == [[True, None]] * 2
    assert fired["after"] == ACME
    assert fired["loads"] == [["load", *ACME], ["message", *ACME]]


def test_on_start_fires_as_before(after: Observed) -> None:
    """Without a tenant, and for its own subscribers only."""
    assert after["fired_by_hand"]["start"] == [["start", *NOBODY]]


# Handlers that fail


def test_a_handler_that_fails_stops_nothing_and_is_not_called_again(after: Observed) -> None:
    failing = after["failing_handlers"]
    names = ["breaks", "exits", "hangs", "refuses", "shortly", "nonsense", "sound", "message", "message"]
    assert failing["notes"] == [[name, *ACME] for name in names]


@pytest.mark.parametrize(
    ("handler", "said"),
    [("breaks", "broken"), ("exits", "取消"), ("hangs", "0.02 秒"), ("refuses", "no thanks"), ("shortly", "(False,)")],
)
def test_a_failure_is_logged_once_with_the_plugins_name(after: Observed, handler: str, said: str) -> None:
    (line,) = after["failing_handlers"]["log"][handler]
    assert said in line
    assert "('acme', 'bot')" in line
    assert after["failing_handlers"]["lines"] == 5


def test_a_handler_that_hangs_goes_on(after: Observed) -> None:
    assert after["failing_handlers"]["afterwards"] == [["after all", *ACME], ["message", *ACME]]


def test_how_it_fails_in_the_end_is_logged(after: Observed) -> None:
    logged, late = after["late_failure"]
    assert (logged, len(late)) == (1, 1)


def test_handlers_behind_one_that_hangs_have_their_own_time(after: Observed) -> None:
    names, blamed = after["hanging_interceptor"]
    assert names == ["hangs", "load", "loaded", "message"]
    assert blamed == ["hanging"]


def test_the_time_limit_is_thirty_seconds_or_what_the_environment_says(after: Observed) -> None:
    malformed = {text: [30, 1] for text in ("soon", "-1", "0", "nan", "10s")}
    assert after["time_limits"] == {"": [30, 0], "unset": [30, 0], " 7.5 ": [7.5, 0], **malformed}


# Loads that are cancelled


def test_after_the_only_caller_was_cancelled_the_next_one_loads(after: Observed) -> None:
    """It waits until the interrupted handler has cleaned up; the one that had finished is not called twice."""
    end, waiting, then, logged = after["cancelled_alone"]
    assert (end, waiting) == ("cancelled", ["quick", "slow"])
    assert then == [["cleaned", *ACME], ["slow", *ACME], ["message", *ACME]]
    assert logged == []


def test_after_the_first_caller_was_cancelled_another_loads(after: Observed) -> None:
    ends, names = after["cancelled_before_others"]
    assert ends == ["cancelled"] + ["returned"] * 9
    assert names == ["quick", "slow", "cleaned", "slow"] + ["message"] * 9


def test_a_waiter_that_is_cancelled_does_not_stop_the_load(after: Observed) -> None:
    assert after["cancelled_waiter"] == [["returned", "cancelled", "returned"], ["load", "message", "message"]]


def test_handlers_that_had_not_begun_when_it_was_cancelled_are_called(after: Observed) -> None:
    assert after["cancelled_interceptor"] == ["first", "second", "second", "third", "message"]


def test_a_handler_that_does_not_heed_being_cancelled_is_not_called_beside_itself(after: Observed) -> None:
    assert after["cancelled_in_vain"] == [["stubborn", "message", "after all"], [True]]


# Handlers that come later


@pytest.mark.parametrize("way", ["plain", "thread"])
def test_a_later_handler_is_called_in_every_tenant_without_a_message(after: Observed, way: str) -> None:
    assert after["registered_later"][way] == [[way, *ACME], [way, *SECOND]]


def test_a_handler_registered_inside_a_tenant_is_called_in_the_others(after: Observed) -> None:
    here, notes = after["registered_later"]["inside"]
    assert here == ADMIN
    assert notes == [["inside", *ACME], ["inside", *SECOND]]


def test_messages_afterwards_load_new_tenants_only(after: Observed) -> None:
    names = ["load", "plain", "inside", "thread", "message"]
    assert after["registered_later"]["messages"] == [["message", *ACME], *([name, *ADMIN] for name in names)]


def test_the_message_waits_for_a_handler_that_its_load_registers(after: Observed) -> None:
    assert after["registered_while_loading"] == [["load", "late"], ["load", "late", "late loaded", "message"]]


def test_the_next_message_waits_for_a_later_handler(after: Observed) -> None:
    assert after["next_message_waits"] == ["message", "late", "late loaded", "message"]


def test_a_plugin_that_is_reloaded_is_called_again(after: Observed) -> None:
    names, unloaded = after["reloaded"]
    assert names == ["load", "message", "load", "message", "load"]
    assert unloaded == "gone"


def test_registering_in_threads_beside_loads_calls_each_handler_once(after: Observed) -> None:
    assert after["registered_beside_a_load"] == [40 * 20, 40 * 20]


# Handlers that come back


def test_a_load_handler_may_enter_its_own_tenant_and_others(after: Observed) -> None:
    """acme enters itself, sends itself a message, and loads the admin, who enters acme, and acme's other agent."""
    notes, entered, logged = after["reentrant"]
    assert notes == [
        ["load", *ACME],
        ["message", *ACME],
        ["load", *ADMIN],
        ["load", *SECOND],
        ["message", *SECOND],
        ["message", *ACME],
        ["message", *ADMIN],
    ]
    assert entered == [ACME, ADMIN, ACME]
    assert logged == []


def test_a_task_that_a_load_handler_starts_goes_on_in_its_tenant(after: Observed) -> None:
    assert after["tasks_of_a_handler"] == [
        ["load", *ACME],
        ["begins", *ACME],
        ["message", *ACME],
        ["goes on", *ACME],
        ["load", *ADMIN],
        ["message", *ADMIN],
        ["ends", *ACME],
    ]


def test_tenants_whose_loads_wait_for_each_other_go_on_when_their_time_is_up(after: Observed) -> None:
    assert after["tenants_that_enter_each_other"] == ["after all"] * 2 + ["load"] * 2 + ["message"] * 2


def test_handlers_run_in_no_context_but_the_tenants(after: Observed) -> None:
    """Not in that of whoever came first, whose own stays as it was."""
    seen, own, *pairs = after["first_callers_context"]
    assert (seen, own) == (["nobody"], "a quiet one")
    assert pairs == [NOBODY, NOBODY]


def test_handlers_have_the_tenants_configuration_of_their_plugin(after: Observed) -> None:
    assert after["configured"] == [[*ACME, "艾克"], [*ADMIN, "管家"]]


def test_intercepting_handlers_end_before_the_next_begins(after: Observed) -> None:
    """What they say about going on with the message is not heeded: there is no message."""
    assert after["intercepting"] == ["first", "ended", "second", "ended", "third", "fourth", "message"]


# Event loops


def test_tenants_stay_loaded_from_one_loop_to_another(after: Observed) -> None:
    assert after["loops_one_after_another"]["before"] == [
        ["load", *ACME],
        ["message", *ACME],
        ["message", *ACME],
        ["load", *ADMIN],
        ["message", *ADMIN],
        ["message", *ADMIN],
        ["load", *SECOND],
        ["message", *SECOND],
    ]


def test_later_handlers_are_called_in_a_loop_that_still_runs(after: Observed) -> None:
    loops = after["loops_one_after_another"]
    assert loops["late"] == [["late", *ACME], ["late", *ADMIN], ["late", *SECOND]]
    assert loops["threads"] == [True] * 3


def test_two_loops_at_once_load_once(after: Observed) -> None:
    waiting, names = after["loops_at_once"]
    assert waiting == 0
    assert names == ["load", "loaded", "message", "message"]


def test_a_loop_that_blocks_another_one_blocks_it_no_longer_than_the_limit(after: Observed) -> None:
    assert after["loops_that_block_each_other"] == ["load", "message", "message"]


def test_what_a_loop_leaves_half_loaded_is_loaded_by_the_next(after: Observed) -> None:
    """Ended properly, where handlers that had finished count; and closed without further ado."""
    ended, closed = after["loop_ended_half_way"]
    assert ended == ["quick", "slow", "slow", "message"]
    assert closed == ["quick", "slow", "quick", "slow", "message"]


# What plugins use


def test_for_every_tenant_runs_in_each_loaded_tenant(after: Observed) -> None:
    stopped = [["stop", *pair] for pair in (ACME, SECOND, ADMIN)]
    every = after["for_every_tenant"]
    assert every["nobody"] == [[True, True, None, None, None], []]
    assert every["all"] == [[True, True, None, None, None], stopped, NOBODY]
    assert every["event"] == [stopped, ADMIN]
    assert every["doc"] == "Stop it."


def test_for_every_tenant_says_what_failed_after_all_have_run(after: Observed) -> None:
    every = after["for_every_tenant"]
    assert every["broken"] == [[False, True, "broken", None, None], 3]
    assert every["refused"] == [False, True, "refused", None, None]
    assert every["nothing"] is None


def test_a_tenant_local_has_a_value_for_each_tenant_and_agent(after: Observed) -> None:
    local = after["tenant_local"]
    assert local["bot"] == [None, 3, "bot", 6, ["bot"], None]
    assert local["second bot"] == [None, 3, "second bot", 13, ["second bot"], None]
    assert local["local"] == [None, 3, "local", 8, ["local"], None]


def test_a_tenant_local_has_none_without_a_tenant(after: Observed) -> None:
    assert after["tenant_local"]["refusals"] == ["TenantContextError"] * 6


def test_threads_of_a_tenant_share_its_value(after: Observed) -> None:
    assert after["tenant_local_of_threads"]


# Entering and leaving


@pytest.mark.parametrize("way", ["context", "scope"])
def test_errors_leave_a_tenant_as_they_were_raised(after: Observed, way: str) -> None:
    assert after["ways_out"][way] == [True] * 7


def test_values_are_returned_out_of_a_tenant(after: Observed) -> None:
    assert after["ways_out"]["returned"] == [7, 7]


def test_leaving_a_tenant_leads_back_to_the_one_before(after: Observed) -> None:
    assert after["ways_out"]["nested"] == [ACME, ADMIN]


def test_a_scope_needs_an_agent(after: Observed) -> None:
    assert after["ways_out"]["half"] == "TenantContextError"


def test_an_error_of_the_first_message_is_its_callers(after: Observed) -> None:
    error, caller, names = after["message_that_fails"]
    assert error == "ValueError('broken message')"
    assert caller == NOBODY
    assert names == ["load", "message"]
