"""Trees run with two tenants, as they are and migrated: the sample, and a real checkout where running.py says.

What a test asks that was shown by a drive of its own is one that a user can ask of the own tree, by `tenantize prove`.
"""

from __future__ import annotations

import re

import pytest

from codemods.prove.guest.shapes import APART, CROSSED, NOT_REACHED, REFUSED, SHOWN
from codemods.prove.guest.words import ADMIN, FIRST, NOBODY, SECOND
from codemods.prove.proof import Outcome, Proof, Way

APIS, HANDLERS, GATEWAY, STATE = "Plugin APIs", "WebUI handlers", "Gateway", "Shared state"
MANAGER, MINUTES, RESTART = "ChatManager", "Minutes of a moved clock", "Stop and restart"
NO_TENANT = "Tenant context missing"
# What a tenant's own work says where it has no tenant, meets another's, or cannot be stored.
TENANT_ERROR = re.compile(r"TenantContext|TenantAccess|[Tt]enant context|租户上下文|UNIQUE constraint|不属于租户")
# What is left to a person: sockets that send the process's log and what becomes of plugins, and a count by models.
STILL_CROSS = {"websocket_logs", "websocket_plugin_progress", "LLMRequest.model_usage"}
# They look at nothing but what they are given.
STATELESS = {
    *("ChatManager.get_stream_info", "ChatManager.get_stream_type", "get_stream_info", "get_stream_type"),
    *("get_plugin_config", "db_message_to_message_recv"),
}
# They change what every tenant uses.
OF_THE_PROCESS = {
    *("globally_enable_component", "globally_disable_component", "add_plugin_directory", "rescan_plugin_directory"),
    *("load_plugin", "reload_plugin", "remove_plugin"),
}
# They send, change or create by an id that is another tenant's.
ACTING = re.compile(r"\w+_to_stream|set_\w+|locally_\w+")
# Where tenants are mixed up today, by work or by what is put there by hand; of a real checkout, there as well.
MENDED = {
    *("AsyncTaskManager.tasks", "ChatManager.last_messages", "ChatConnectionManager.user_sessions"),
    *("EmojiManager.emoji_num", "EmojiManager.emoji_objects", "FrequencyControlManager.frequency_control_dict"),
    *(
        f"GlobalAnnouncementManager._user_disabled_{kind}"
        for kind in ("actions", "commands", "event_handlers", "tools")
    ),
    *("PromptManager._prompts", "ReplyerManager._repliers"),
}
MENDED_TOO = {
    *("ChatConnectionManager.active_connections", "ClientRegistry.client_instance_cache", "DreamToolRegistry.tools"),
    *("EventsManager._events_result_history", "ExpressionLearnerManager.expression_learners", "image_manager"),
    *("ExpressionReflectorManager.reflectors", "JargonMinerManager._miners", "PromptContext._context_prompts"),
    *("ReflectTrackerManager.trackers", "_dream_summary_model", "_last_not_found_cleanup_ts"),
    "_person_info_manager_instance",
}


@pytest.fixture(params=["sample", "real"])
def proof(request: pytest.FixtureRequest) -> Proof:
    found: Proof = request.getfixturevalue(request.param)
    return found


def ways(proof: Proof, *sections: str) -> list[Way]:
    found = [way for way in proof.ways if way.section in sections]
    assert found
    return found


def way(proof: Proof, section: str, name: str) -> Way:
    (found,) = [way for way in ways(proof, section) if way.name == name]
    return found


def errors(outcome: Outcome, by: str, ids: str) -> set[str]:
    """The kinds of errors that came where somebody asked with somebody's ids, "" where it was answered."""
    return {each.error for each in outcome.questions if (each.by, each.ids) == (by, ids)}


# As the trees are


def test_before_functions_show_a_stranger_everybodys_chats(proof: Proof) -> None:
    for name in ("get_all_streams", "get_stream_by_group_id", "get_locally_disabled_components"):
        found = way(proof, APIS, name)
        assert (found.before.verdict, found.after.verdict) == (CROSSED, APART)
        assert SHOWN in {crossing.how for crossing in found.before.crossings}


def test_before_functions_cross_and_answer_without_a_tenant(proof: Proof) -> None:
    assert sum(way.before.verdict == CROSSED for way in ways(proof, APIS)) > 5
    assert sum(way.before.answers_nobody for way in ways(proof, APIS)) > 90


def test_a_crossing_says_which_word_came_from_where(sample: Proof) -> None:
    found = way(sample, APIS, "get_locally_disabled_components").before.crossings
    (crossing, *_) = [item for item in found if item.seen_by == SECOND]
    assert crossing.owner == FIRST
    assert crossing.put_in == "locally_disable_component (component_name)"
    assert crossing.came_out == "the answer of get_locally_disabled_components"


# Migrated


def test_every_function_is_reached(proof: Proof) -> None:
    reached = [NOT_REACHED not in (way.before.verdict, way.after.verdict) for way in ways(proof, APIS)]
    assert all(reached)
    assert len(reached) > 95


@pytest.mark.parametrize("section", [GATEWAY, APIS, MANAGER])
def test_nothing_crosses_there(proof: Proof, section: str) -> None:
    assert [way.id for way in ways(proof, section) if way.after.verdict == CROSSED] == []


def test_no_function_answers_without_a_tenant_but_those_that_touch_no_state(proof: Proof) -> None:
    asked = {way.name: errors(way.after, NOBODY, FIRST) for way in ways(proof, APIS)}
    assert {name for name, kinds in asked.items() if kinds != {"TenantContextError"}} == STATELESS
    assert {way.name for way in ways(proof, APIS) if way.audited == "stateless"} >= STATELESS


def test_what_would_act_on_anothers_is_refused(proof: Proof) -> None:
    acting = [way for way in ways(proof, APIS) if ACTING.fullmatch(way.name)]
    assert len(acting) >= 10
    assert [way.id for way in acting if errors(way.after, SECOND, FIRST) != {"TenantAccessError"}] == []


def test_only_the_admin_changes_the_whole_process(proof: Proof) -> None:
    refused = {way.name for way in ways(proof, APIS) if errors(way.after, SECOND, SECOND) == {"TenantAccessError"}}
    assert refused == OF_THE_PROCESS
    for name in refused:
        found = way(proof, APIS, name)
        assert errors(found.after, ADMIN, ADMIN) == errors(found.before, ADMIN, ADMIN) == {""}


def test_the_chat_manager_is_closed_without_a_tenant(proof: Proof) -> None:
    asking = ("get_stream", "get_stream_name", "get_stream_by_info", "register_message")
    found = [way(proof, MANAGER, f"ChatManager.{name}") for name in asking]
    assert [errors(way.before, NOBODY, FIRST) for way in found[:2]] == [{""}] * 2
    assert [errors(way.after, NOBODY, FIRST) for way in found] == [{"TenantContextError"}] * 4


def test_owners_have_what_they_had(proof: Proof) -> None:
    assert [way.id for way in proof.lost] == []
    answered = [way for way in ways(proof, GATEWAY, APIS) if way.before.verdict == APART]
    assert [way.id for way in answered if way.after.verdict != APART] == []


def test_what_the_audit_calls_harmless_does_not_cross(real: Proof) -> None:
    assert [way.id for way in real.faults] == []


def test_what_is_put_where_tenants_were_mixed_is_kept_apart(proof: Proof) -> None:
    mended = {way.name for way in ways(proof, STATE) if (way.before.verdict, way.after.verdict) == (CROSSED, APART)}
    assert (MENDED if proof.tree == "mini_maimbot" else MENDED | MENDED_TOO) - mended == set()


def test_messages_of_tenants_at_once_are_answered(proof: Proof) -> None:
    assert way(proof, GATEWAY, "message_handler").after.verdict == APART


def test_no_work_of_a_tenants_misses_its_tenant(proof: Proof) -> None:
    assert [error.text for error in proof.logged if TENANT_ERROR.search(error.text)] == []


def test_sums_count_every_way(sample: Proof) -> None:
    *parts, whole = sample.sums
    assert sum(whole.after) == len(sample.ways) == sum(sum(part.after) for part in parts)


# What is asked of the real checkout alone, for it takes long


def test_handlers_that_missed_their_tenant_have_one(real: Proof) -> None:
    """Some still refuse ids that the proof has made up."""
    missed = [way for way in ways(real, HANDLERS) if NO_TENANT in way.before.why]
    assert [way.id for way in missed if NO_TENANT in way.after.why] == []
    assert sum(way.after.verdict == APART for way in missed) > len(missed) / 2


@pytest.mark.parametrize("section", [HANDLERS, MINUTES, RESTART, STATE])
def test_nothing_crosses_there_either(real: Proof, section: str) -> None:
    assert {way.name for way in ways(real, section) if way.after.verdict == CROSSED} <= STILL_CROSS


def test_after_a_restart_everybody_has_what_is_the_own(real: Proof) -> None:
    """As strangers had it before, too."""
    again = ways(real, RESTART)
    assert sum(way.before.verdict == CROSSED for way in again) > 3
    assert sum(way.after.verdict == APART for way in again) > 10


def test_in_some_minutes_tasks_and_loops_run_and_speak_for_both(real: Proof) -> None:
    assert sum(way.after.verdict == APART for way in ways(real, MINUTES)) > 4
    assert way(real, MINUTES, "(all)").after.verdict == APART
    assert way(real, STATE, "(all)").path == "prompts to language models"


def test_the_endpoints_by_which_a_tenant_is_chosen_are_reached_and_keep_tenants_apart(real: Proof) -> None:
    for name in ("list_tenants", "act_as", "whom_i_act_as"):
        assert way(real, HANDLERS, name).after.verdict in (APART, REFUSED)


def test_an_admin_chats_in_the_webui(real: Proof) -> None:
    assert way(real, HANDLERS, "websocket_chat").after.verdict == APART
