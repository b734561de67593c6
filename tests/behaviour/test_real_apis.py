"""The three questions, asked of a real checkout's plugin API before and after: who answers without a tenant, what is
given or changed across tenants, and whether each owner is answered as if nobody else were there.

Runs where real_setup.py says.
"""

from __future__ import annotations

import fcntl
import json
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.behaviour.real_calls import EXEMPT
from tests.behaviour.real_setup import only_real, real_copy, result, start
from tests.behaviour.real_world import HOLDERS

pytestmark = only_real

Run = dict[str, Any]

# These look at nothing but what they are given.
STATELESS = {
    "chat_api.ChatManager.get_stream_info",
    "chat_api.ChatManager.get_stream_type",
    "chat_api.get_stream_info",
    "chat_api.get_stream_type",
    "config_api.get_plugin_config",
    "send_api.db_message_to_message_recv",
}
# They answer None in the reference tree, whoever asks: its queries have neither update nor delete.
BROKEN = re.compile(r"database_api\.db_query (plain )?(update|delete)")
# They send, change or create by an id that is another tenant's: to be refused loudly.
REFUSED = re.compile(
    r"send_api\.\w+_to_stream|frequency_api\.set_|auto_talk_api\.set_|component_manage_api\.locally_"
    r"|database_api\.\w+ (create|new) naming the tenant"
)
# They ask by a chat, which belongs to one agent.
OF_A_CHAT = re.compile(
    r"send_api\.\w+_to_stream|frequency_api\.|auto_talk_api\.|mood_api\.|generator_api\.(?!process)"
    r"|component_manage_api\.(locally_|get_locally_)|chat_api\.(?!.*stream_(info|type))"
)
# The order in which the tree finds plugins is that of the folder.
UNORDERED = re.compile(r"plugin_manage_api\.|tool_api\.|component_manage_api\.")


class Measured:
    """What one tree shows."""

    def __init__(self, found: dict[str, Any]) -> None:
        self.functions = set(found["apis"]["functions"])
        self.called = set(found["apis"]["called"])
        self.together = found["apis"]["together"]
        self.alone = {mode: found["apis"][f"{mode} alone"]["runs"] for mode in ("owner", "other")}
        self.whole_process = set(found["apis"]["whole process"])
        self.imports: dict[str, str | None] = found["imports"]

    def runs(self, *modes: str) -> Iterator[tuple[str, str, Run]]:
        """Call, mode and what was seen, of these modes."""
        for call, by_mode in self.together["runs"].items():
            for mode in modes:
                if mode in by_mode:
                    yield call, mode, by_mode[mode]

    def answering(self) -> set[str]:
        """The functions that answer without a tenant, in one way to call them at least."""
        return {_function(call) for call, _, run in self.runs("without a tenant") if "answer" in run}

    def leaking(self) -> dict[str, Any]:
        """What a tenant was given or changed that is not its own, by call and mode."""
        return {
            f"{call}, {mode}": run["foreign"]
            for call, mode, run in self.runs("stranger", "unknown ids", "owner", "other")
            if run["foreign"]
        }

    def mixed(self, before: Measured) -> dict[str, Any]:
        """Where a tenant is answered otherwise than it would be alone in the tree as it was."""
        found = {}
        for call, mode, run in self.runs("owner", "other"):
            alone = before.alone[mode][call][mode]
            # What crosses to another tenant even for one that is alone, such as a row that is given away, may not stay.
            if call not in self.whole_process and not alone["foreign"] and not BROKEN.match(call):
                expected, seen = _comparable(call, alone), _comparable(call, run)
                if seen != expected:
                    found[f"{call}, {mode}"] = [expected, seen]
        return found


def _function(call: str) -> str:
    return call.split(" ")[0]


def _comparable(call: str, run: Run) -> dict[str, Any]:
    """What came back and what was done, without what depends on the others that are there."""
    # Which number a new row has depends on who wrote before.
    done = sorted(
        {
            (re.sub(r"^(row \w+) .*", r"\1", where), what)
            for whose, where, what in run["changed"]
            if _is_own_view(whose, where)
        }
    )
    answer = run.get("answer")
    return {
        "answer": _sorted(answer) if UNORDERED.match(call) else answer,
        "raises": run.get("raises"),
        "done": done,
        "sent": run["sent"],
    }


def _is_own_view(whose: str, where: str) -> bool:
    """Whether it is a row, a file, or an entry as the tenant whose it is sees it."""
    viewed = re.search(r", as (\w+) sees it$", where)
    return not viewed or viewed[1] == whose


def _sorted(value: Any) -> Any:
    if isinstance(value, list):
        return sorted(map(_sorted, value), key=json.dumps)
    if isinstance(value, dict):
        return {key: _sorted(each) for key, each in sorted(value.items())}
    return value


@pytest.fixture(scope="module")
def measured(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Measured]:
    """Both trees, measured at the same time, and once also when several workers of pytest-xdist want them."""
    folder = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        folder = folder.parent
    results = folder / "real_apis.json"
    with (folder / "real_apis.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not results.exists():
            results.write_text(json.dumps(_measure_both(folder)), encoding="utf-8")
    return {name: Measured(found) for name, found in json.loads(results.read_text(encoding="utf-8")).items()}


def _measure_both(folder: Path) -> dict[str, Any]:
    trees = {"before": real_copy(folder / "apis_before", migrated=False)}
    started = {"before": start(trees["before"], "real_apis")}
    trees["after"] = real_copy(folder / "apis_after", migrated=True)
    started["after"] = start(trees["after"], "real_apis")
    found = {name: {"apis": result(process)} for name, process in started.items()}
    imports = {name: start(tree, "real_imports") for name, tree in trees.items()}
    for name, process in imports.items():
        found[name]["imports"] = result(process)
    return found


@pytest.fixture(scope="module")
def before(measured: dict[str, Measured]) -> Measured:
    return measured["before"]


@pytest.fixture(scope="module")
def after(measured: dict[str, Measured]) -> Measured:
    return measured["after"]


@pytest.mark.parametrize("tree", ["before", "after"])
def test_every_public_function_is_called(measured: dict[str, Measured], tree: str) -> None:
    assert measured[tree].functions - measured[tree].called <= EXEMPT
    assert measured[tree].called <= measured[tree].functions


@pytest.mark.parametrize("tree", ["before", "after"])
@pytest.mark.parametrize("tenant", ["acme", "beta"])
def test_every_holder_is_seen_with_what_was_seeded(measured: dict[str, Measured], tree: str, tenant: str) -> None:
    places = [place for place in measured[tree].together["places"] if place.endswith(f", as {tenant} sees it")]
    assert [holder for holder in HOLDERS if not any(f"{tenant}: {holder} " in place for place in places)] == []


@pytest.mark.parametrize("tree", ["before", "after"])
def test_nothing_wants_the_network(measured: dict[str, Measured], tree: str) -> None:
    assert measured[tree].together["network"] == []
    assert [call for call, _, run in measured[tree].runs("owner") if run["network"]] == []


def test_before_functions_answer_without_a_tenant(before: Measured) -> None:
    assert len(before.answering() - STATELESS) > 0


def test_before_tenants_are_mixed_up(before: Measured) -> None:
    assert len({_function(call) for call in before.leaking()}) > 0
    assert len(before.mixed(before)) > 0


def test_before_an_owner_is_refused_nothing(before: Measured) -> None:
    refused = [
        call for mode, runs in before.alone.items() for call, by_mode in runs.items() if "raises" in by_mode[mode]
    ]
    assert refused == []


def test_after_nobody_is_answered_without_a_tenant(after: Measured) -> None:
    answered = {
        call for call, _, run in after.runs("without a tenant") if "TenantContextError" not in run.get("bases", ())
    }
    assert {call for call in answered if _function(call) not in STATELESS} == set()


def test_after_nothing_is_done_without_a_tenant(after: Measured) -> None:
    done = {call: [run["changed"], run["sent"]] for call, _, run in after.runs("without a tenant")}
    assert {call: each for call, each in done.items() if each != [[], []]} == {}


def test_after_no_tenant_reaches_another(after: Measured) -> None:
    assert after.leaking() == {}


def test_after_every_tenant_is_answered_as_if_it_were_alone(before: Measured, after: Measured) -> None:
    assert after.mixed(before) == {}


def test_after_what_would_change_anothers_is_refused(after: Measured) -> None:
    strangers = {call: run for call, _, run in after.runs("stranger") if REFUSED.match(call)}
    assert {call: run for call, run in strangers.items() if "TenantAccessError" not in run.get("bases", ())} == {}
    assert len(strangers) > 10


def test_after_a_row_is_not_given_away(after: Measured) -> None:
    kept = {call: run for call, _, run in after.runs("owner") if call.startswith("database_api.db_save over, giving")}
    assert {call: run for call, run in kept.items() if "TenantAccessError" not in run.get("bases", ())} == {}


def test_after_only_the_admin_changes_the_whole_process(before: Measured, after: Measured) -> None:
    for call, mode, run in after.runs("stranger", "unknown ids", "owner", "other", "second agent"):
        if call in after.whole_process:
            assert "TenantAccessError" in run.get("bases", ()), f"{call}, {mode}: {run}"
    earlier = {call: _comparable(call, run) for call, _, run in before.runs("admin")}
    assert {call: _comparable(call, run) for call, _, run in after.runs("admin")} == earlier


def test_after_an_agent_has_no_part_in_the_chats_of_another_one(after: Measured) -> None:
    foreign = {call: run["foreign"] for call, _, run in after.runs("second agent") if OF_A_CHAT.match(call)}
    assert {call: each for call, each in foreign.items() if each} == {}


def test_after_no_module_fails_as_the_first_import(before: Measured, after: Measured) -> None:
    assert len(before.imports) >= 19
    worse = {name: error for name, error in after.imports.items() if error and not before.imports.get(name)}
    assert worse == {}
