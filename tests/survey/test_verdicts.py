"""The verdicts of the sample tree, before and after; and that a line taken back is found at once."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest

from codemods.survey.survey import Survey
from codemods.tree import Checkout, SourceFile, open_checkout
from tests.conftest import SAMPLE, plan_of, survey_of
from tests.forms import after


@pytest.fixture(scope="module")
def checkout() -> Checkout:
    return open_checkout(SAMPLE)


@pytest.fixture(scope="module")
def before(checkout: Checkout) -> Survey:
    return survey_of(checkout)


@pytest.fixture(scope="module")
def migrated(checkout: Checkout) -> Checkout:
    return after(checkout, plan_of(checkout))


def verdicts(survey: Survey, *kinds: str) -> dict[str, str]:
    return {entry.id.removeprefix("src/webui/"): entry.verdict for entry in survey.entry_points(*kinds)}


def test_every_route_of_the_sample_is_listed(before: Survey) -> None:
    decorators = 0
    for path in (SAMPLE / "src" / "webui").rglob("*.py"):
        text = path.read_bytes()
        routed = rb"^\s*@[\w.]*(?:router|app)\.\w+\("
        decorators += len(re.findall(routed, text, re.MULTILINE)) + len(re.findall(rb"\.add_api_\w*route\(", text))
    listed = verdicts(before, "webui-handler")
    # One function carries two route decorators; one dependency and one direct caller are no routes.
    assert len(listed) == decorators - 1 + 2


@pytest.mark.parametrize(
    ("handler", "verdict"),
    [
        ("routes.py:health_check", "global"),
        ("routes.py:verify_token", "global"),
        ("config_routes.py:get_bot_config_schema", "global"),
        ("webui_server.py:WebUIServer._setup_static_files.serve_spa", "global"),
        ("logs_ws.py:websocket_logs", "insecure"),
        ("tenant_routes.py:get_tenant_summary", "secure"),
        ("config_routes.py:get_bot_config", "insecure"),
        ("statistics_routes.py:get_summary", "insecure"),
        ("chat_routes.py:websocket_chat", "insecure"),
        ("knowledge_routes.py:get_moods", "insecure"),
        ("emoji_routes.py:get_emoji_list", "insecure"),
        ("export_routes.py:touch_export", "insecure"),
        ("export_routes.py:current_person", "insecure"),
        ("jargon_routes.py:list_jargon", "insecure"),
        ("room_routes.py:get_room_stats", "insecure"),
        ("announce.py:send_local_announcement", "insecure"),
        ("gbk_routes.py:get_person_count", "insecure"),
        ("webui_server.py:WebUIServer._register_overview.get_overview", "insecure"),
    ],
)
def test_handlers_today(before: Survey, handler: str, verdict: str) -> None:
    assert verdicts(before, "webui-handler")[handler] == verdict


def test_the_rest_of_the_seed_today(before: Survey) -> None:
    found = {(entry.kind, entry.qualname): entry.verdict for entry in before.entry_points()}
    assert found["gateway", "message_handler"] == "insecure"
    assert found["startup", "MainSystem._init_components"] == "insecure"
    assert found["chat-loop", "HeartFChatting._main_chat_loop"] == "insecure"
    assert found["chat-loop", "BrainChatting._main_chat_loop"] == "insecure"
    assert found["background-task", "ChatManager._auto_save_task"] == "insecure"
    assert found["background-task", "EmojiMaintenanceTask"] == "secure"
    assert found["event-handler", "HelloMessageHandler"] == "insecure"
    assert found["event-handler", "HelloStartHandler"] == "insecure"
    assert found["event-handler", "WebhookStart"] == "global"


def test_start_up_is_judged_statement_by_statement(before: Survey) -> None:
    (start,) = before.entry_points("startup")
    verdicts = [(item.verdict, item.reason) for item in start.statements]
    assert ("insecure", "ChatManager._initialize → self.streams") in verdicts
    assert verdicts[0] == ("global", "reaches no tenant data")
    assert not start.by_hand


def test_no_api_function_is_scoped_today(before: Survey) -> None:
    counts = Counter(function.verdict for function in before.api_functions)
    assert counts["scoped"] == 0
    assert counts["unresolved"] == 0
    states = {function.id.rpartition("/")[2]: function.state for function in before.api_functions}
    assert states["chat_api.py:get_all_streams"] == ("streams",)
    assert states["config_api.py:get_plugin_config"] == ()


def test_an_api_function_that_reads_its_tenant_first_is_scoped(checkout: Checkout, migrated: Checkout) -> None:
    path = "src/plugin_system/apis/config_api.py"
    text = migrated.by_path[path].data.decode()
    guarded = re.sub(
        r'(def get_global_config\(.*?\n    """.*?"""\n)', r"\1    current_tenant_id()\n", text, flags=re.DOTALL
    )
    guarded = "from src.common.message.tenant_context import current_tenant_id\n" + guarded
    found = {item.qualname: item.verdict for item in survey_of(replaced(migrated, path, guarded)).api_functions}
    assert found["get_global_config"] == "scoped"
    assert found["get_plugin_config"] == "stateless"


def test_every_handler_is_secure_or_global_once_migrated(migrated: Checkout) -> None:
    assert set(verdicts(survey_of(migrated), "webui-handler").values()) == {"secure", "global"}


def test_handlers_that_ask_nobody_are_noted_today(before: Survey) -> None:
    notes = {entry.qualname: entry.note for entry in before.entry_points("webui-handler")}
    assert notes["websocket_chat"] == "asks nobody for a token"
    assert notes["get_person_list"] is None


def test_a_token_that_is_asked_for_no_longer_is_found(migrated: Checkout) -> None:
    line = "@webui_token\n"
    path = next(file.path for file in migrated.files if line.encode() in file.data)
    text = migrated.by_path[path].data.decode()
    opened = survey_of(replaced(migrated, path, text.replace(line, "")))
    anonymous = [entry.path for entry in opened.entry_points("webui-handler") if entry.verdict == "anonymous"]
    assert anonymous == [path] * text.count(line)


def test_a_decorator_taken_out_by_hand_is_found(migrated: Checkout) -> None:
    """One edit at a time: without its line, the audit calls exactly that handler insecure again."""
    for file in migrated.files:
        lines = file.data.split(b"\n")
        for number, line in enumerate(lines):
            if line.strip() == b"@webui_tenant" and file.path.startswith("src/webui/statistics"):
                without = b"\n".join(lines[:number] + lines[number + 1 :])
                survey = survey_of(replaced(migrated, file.path, without))
                bad = [entry for entry in survey.entry_points("webui-handler") if entry.verdict == "insecure"]
                assert [(entry.path, entry.line) for entry in bad] == [(file.path, number + 1)]


def test_a_decorator_above_the_route_wraps_nothing(migrated: Checkout) -> None:
    path = "src/webui/statistics_routes.py"
    text = migrated.by_path[path].data.decode()
    turned = re.sub(r'(@router\.get\("/summary".*\))\n(@webui_tenant)', r"\2\n\1", text)
    assert turned != text
    assert (
        verdicts(survey_of(replaced(migrated, path, turned)), "webui-handler")[f"{path[10:]}:get_summary"] == "insecure"
    )


def replaced(checkout: Checkout, path: str, data: bytes | str) -> Checkout:
    """The checkout with one file's text changed."""
    raw = data.encode() if isinstance(data, str) else data
    files = tuple(SourceFile(f.path, f.module, raw if f.path == path else f.data) for f in checkout.files)
    return Checkout(Path(checkout.root), files)
