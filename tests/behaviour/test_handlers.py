"""The WebUI's handlers on the sample tree, unmigrated and migrated."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.behaviour.conftest import Observed
from tests.behaviour.handlers import READS, TENANTLESS

NO_CHAT_ID = "chat_id 生成需要有效的租户和代理上下文"
NO_DATABASE = "Tenant context missing for database access"
ADMIN, ACME = ["admin", "local"], ["acme", "bot"]

# Without a tenant these read what the whole process has; nothing fails, and nothing is right.
READS_OF_THE_PROCESS = {
    "/api/chat/info",
    "/api/room/stats",
    "/api/webui/emoji/stats/summary",
    "/api/webui/config/bot",
    "/api/webui/knowledge/moods",
}
STREAMS = {"/api/webui/export/messages.jsonl", "/api/webui/export/persons.jsonl"}
# The handler swallows the error and answers with nothing at all.
SILENT = {"/api/chat/history"}
NEED_THE_DATABASE = [path for path in READS if path not in READS_OF_THE_PROCESS | SILENT]


def person(tenant: str) -> dict[str, Any]:
    named = {"person_id": f"person-{tenant}", "user_id": f"user-{tenant}", "nickname": f"nick-{tenant}"}
    return {**named, "platform": "qq", "person_name": None, "know_times": 0}


def expected(path: str, tenant: str) -> Any:
    """What a reading handler answers to this tenant."""
    other, count, name, row = {"admin": ("acme", 2, "管家", 1), "acme": ("admin", 3, "艾克", 2)}[tenant]
    texts = [f"{tenant} says {number}" for number in range(count)]
    nobody = {"detail": f"未找到 ID 为 person-{other} 的人物信息"}
    expressions = [{"id": row, "situation": f"situation of {tenant}", "style": "calm", "chat_id": ""}]
    brief = {key: value for key, value in person(tenant).items() if key in ("person_id", "user_id", "nickname")}
    return {
        "/api/chat/persons": [200, {"success": True, "persons": [brief]}],
        "/api/room/stats": [200, {"online": 0}],
        "/api/webui/overview": [200, {"messages": count, "streams": count}],
        "/api/webui/statistics/summary": [
            200,
            {"total_requests": 1, "total_tokens": len(tenant), "total_messages": count},
        ],
        "/api/webui/statistics/models": [200, {"success": True, "models": {f"model-{tenant}": 1}}],
        "/api/webui/person/list": [200, {"success": True, "total": 1, "page": 1, "data": [person(tenant)]}],
        "/api/webui/person/person-{tenant}": [200, {"success": True, "data": person(tenant)}],
        "/api/webui/person/person-{other}": [404, nobody],
        "/api/webui/emoji/list": [
            200,
            {
                "success": True,
                "total": 1,
                "data": [{"emoji_hash": f"emoji-{tenant}", "description": f"smile of {tenant}", "usage_count": 0}],
            },
        ],
        "/api/webui/emoji/stats/summary": [200, {"success": True, "in_memory": 0}],
        "/api/webui/emoji/emoji-{tenant}/thumbnail": [200, f"picture of {tenant}"],
        "/api/webui/emoji/emoji-{other}/thumbnail": [404, {"detail": "表情包不存在"}],
        "/api/webui/expression/list": [200, expressions],
        "/api/webui/expression/all": [200, expressions],
        "/api/webui/jargon/list": [
            200,
            {"success": True, "data": [{"id": row, "content": "yyds", "meaning": f"meaning of {tenant}"}]},
        ],
        "/api/webui/knowledge/moods": [200, {"success": True, "moods": []}],
        "/api/webui/crlf/latest": [200, {"text": texts[-1]}],
        "/api/webui/bom/streams": [200, {"streams": [f"stream-{tenant}"]}],
        "/api/webui/gbk/persons/count": [200, {"标签": "认识的人数", "count": 1}],
        "/api/webui/export/messages.jsonl": [200, [{"text": text} for text in texts]],
        "/api/webui/export/persons.jsonl": [200, [{"user_id": f"user-{tenant}", "nickname": f"nick-{tenant}"}]],
        "/api/webui/export/messages/count": [200, {"success": True, "total": count}],
        "/api/webui/export/person/person-{tenant}": [
            200,
            {"success": True, "nickname": f"nick-{tenant}", "user_id": f"user-{tenant}"},
        ],
        "/api/webui/export/person/person-{other}": [404, {"detail": "人物不存在"}],
        "/api/chat/history": [200, texts],
        "/api/chat/info": [200, name],
        "/api/webui/config/bot": [200, name],
    }[path]


def shown(path: str, answer: list[Any]) -> list[Any]:
    """An answer in the form of `expected`: without times, and of configuration the bot's name only."""
    status, text, *escaped = answer
    if path in STREAMS:
        body: Any = [json.loads(line) for line in text.splitlines()]
    else:
        try:
            body = json.loads(text)
        except ValueError:
            body = text
    match path:
        case "/api/chat/history":
            body = [message["content"] for message in body["messages"]]
        case "/api/chat/info":
            body = body["bot_name"]
        case "/api/webui/config/bot":
            body = body["config"]["nickname"]
    return [status, body, *escaped]


@pytest.mark.parametrize("path", NEED_THE_DATABASE)
def test_before_a_handler_that_reads_the_database_fails(before: Observed, path: str) -> None:
    _, text, *escaped = before["reads"][path]
    assert NO_DATABASE in text or escaped == [NO_DATABASE]


@pytest.mark.parametrize("path", sorted(STREAMS))
def test_before_a_streaming_body_comes_empty(before: Observed, path: str) -> None:
    assert before["reads"][path] == [200, "", NO_DATABASE]


def test_before_the_history_is_empty_without_a_word(before: Observed) -> None:
    assert shown("/api/chat/history", before["reads"]["/api/chat/history"]) == [200, []]


@pytest.mark.parametrize("path", ["/api/chat/info", "/api/webui/config/bot"])
def test_before_configuration_is_the_processs_own(before: Observed, path: str) -> None:
    assert shown(path, before["reads"][path]) == [200, "小麦"]


@pytest.mark.parametrize("path", sorted(READS))
def test_after_a_handler_shows_the_admins_rows_and_no_others(after: Observed, path: str) -> None:
    assert shown(path, after["reads"][path]) == expected(path, "admin")


@pytest.mark.parametrize("path", sorted(READS))
def test_after_a_handler_shows_the_rows_of_the_tenant_that_was_chosen(after: Observed, path: str) -> None:
    assert shown(path, after["reads_of_acme"][path]) == expected(path, "acme")


@pytest.mark.parametrize("path", TENANTLESS)
def test_a_handler_without_tenant_data_answers_as_before(before: Observed, after: Observed, path: str) -> None:
    assert after["tenantless"][path] == before["tenantless"][path]
    assert after["tenantless"][path][0] == 200


def test_handlers_that_ask_for_a_token_still_do(before: Observed, after: Observed) -> None:
    assert set(after["without_token"].values()) == {401}
    assert after["without_token"] == before["without_token"]


def test_every_handler_that_runs_in_a_tenant_is_shown_here(before: Observed, after: Observed) -> None:
    """A handler that a later sample adds needs a row above."""
    assert before["handlers_in_a_tenant"] == []
    assert after["handlers_in_a_tenant"] == sorted(
        [
            "DELETE chat_routes /api/chat/history",
            "DELETE emoji_routes /emoji/{emoji_hash}",
            "DELETE expression_routes /expression/{expression_id}",
            "DELETE person_routes /person/{person_id}",
            "GET bom_routes /bom/streams",
            "GET chat_routes /api/chat/history",
            "GET chat_routes /api/chat/info",
            "GET chat_routes /api/chat/persons",
            "GET config_routes /config/bot",
            "GET crlf_routes /crlf/latest",
            "GET emoji_routes /emoji/list",
            "GET emoji_routes /emoji/stats/summary",
            "GET emoji_routes /emoji/{emoji_hash}/thumbnail",
            "GET export_routes /export/messages.jsonl",
            "GET export_routes /export/messages/count",
            "GET export_routes /export/persons.jsonl",
            "GET expression_routes /expression/all",
            "GET expression_routes /expression/list",
            "GET gbk_routes /gbk/persons/count",
            "GET jargon_routes /jargon/list",
            "GET knowledge_routes /knowledge/moods",
            "GET person_routes /person/list",
            "GET person_routes /person/{person_id}",
            "GET room_routes /api/room/stats",
            "GET statistics_routes /statistics/models",
            "GET statistics_routes /statistics/summary",
            "PATCH person_routes /person/{person_id}",
            "POST emoji_routes /emoji/upload",
            "POST export_routes /export/touch",
            "POST expression_routes /expression/",
            "POST expression_routes /expression/batch/delete",
            "POST jargon_routes /jargon/create",
            "WEBSOCKET chat_routes /api/chat/ws",
            "WEBSOCKET jargon_routes /jargon/ws",
            "WEBSOCKET logs_ws /ws/logs",
            "WEBSOCKET room_routes /api/room/ws",
        ]
    )


# --- websockets ---


def test_before_the_chat_answers_with_the_seeds_error(before: Observed) -> None:
    chat = before["chat_socket"]
    error = {"type": "error", "content": f"处理消息时出错: {NO_CHAT_ID}"}
    assert [each for each in chat["heard"] if each["type"] in ("error", "bot_message")] == [error]
    assert chat["texts"] == chat["streams"] == chat["heartflow"] == []


def test_after_the_bot_answers_in_the_chat(after: Observed) -> None:
    heard = [[each["type"], each.get("content")] for each in after["chat_socket"]["heard"]]
    assert heard == [["user_message", "早上好"], ["bot_message", "管家: 早上好"], ["pong", None]]


def test_after_the_heartflow_replies_as_the_admin(after: Observed) -> None:
    assert after["chat_socket"]["heard"][1]["tenant"] == "admin"


def test_after_the_chat_greets_with_the_admins_history(after: Observed) -> None:
    info, history = after["chat_socket"]["greeting"]
    assert info["bot_name"] == "管家"
    assert [each["content"] for each in history["messages"]] == ["admin says 0", "admin says 1"]


def test_after_what_was_said_is_stored_as_the_admins(after: Observed) -> None:
    assert after["chat_socket"]["texts"] == [[*ADMIN, "早上好"], [*ADMIN, "管家: 早上好"]]


@pytest.mark.parametrize("rows", ["persons", "usage", "streams"])
def test_after_what_a_chat_leaves_belongs_to_the_admin(after: Observed, rows: str) -> None:
    assert [row[:2] for row in after["chat_socket"][rows]] == [ADMIN]


def test_after_the_stream_and_its_heartflow_are_the_admins(after: Observed) -> None:
    chat = after["chat_socket"]
    assert chat["heartflow"] == [row[2] for row in chat["streams"]]
    assert chat["in memory"] == {"admin": chat["heartflow"], "acme": []}


def test_the_other_room_fails_before_and_talks_after(before: Observed, after: Observed) -> None:
    assert [each["content"] for each in before["room_socket"]["heard"]] == [NO_DATABASE, NO_DATABASE]
    assert after["room_socket"] == {
        "heard": [
            {"type": "recent", "messages": ["admin says 0", "admin says 1"]},
            {"type": "said", "content": "大家好"},
        ],
        "rows": [[*ADMIN, "大家好"]],
    }


def test_a_websocket_added_by_a_call_stays_in_its_tenant_to_the_end(before: Observed, after: Observed) -> None:
    assert before["jargon_socket"] == [{"content": "yyds", "error": NO_DATABASE}] * 3
    assert after["jargon_socket"] == [{"content": "yyds", "meaning": "meaning of admin"}] * 3


def test_websockets_without_tenant_data_work_as_before(before: Observed, after: Observed) -> None:
    assert after["plain_sockets"] == before["plain_sockets"] == [{"level": "INFO"}, {"stage": "idle", "progress": 0}]


def test_what_the_process_does_for_one_who_asks_is_shown_to_the_admins_pages(before: Observed, after: Observed) -> None:
    seen, was = after["progress_of_a_request"], before["progress_of_a_request"]
    assert (was["answer"], was["acme"]) == (200, [True, None])
    assert (seen["answer"], seen["acme"]) == (200, [False, 1008])
    assert [item["stage"] for item in seen["heard"]] == ["idle", "loading"]
    assert seen["heard"][1]["path"] == "a"


# --- writing ---


@pytest.mark.parametrize("action", ["create expression", "create jargon", "upload emoji", "rename own person"])
def test_writing_fails_before_and_succeeds_after(before: Observed, after: Observed, action: str) -> None:
    assert before["writes"][action][0] == 500
    assert after["writes"][action][0] == 200


@pytest.mark.parametrize("rows", ["expressions", "jargon", "emoji"])
def test_a_new_row_is_the_admins(before: Observed, after: Observed, rows: str) -> None:
    assert before["writes"][rows] == []
    assert [row[:2] for row in after["writes"][rows]] == [ADMIN]


def test_an_uploaded_file_lies_in_the_admins_folder(after: Observed) -> None:
    assert after["writes"]["emoji files"] == ["data/tenant_storage/admin/local/emoji_registed"]


def test_another_tenants_row_cannot_be_changed(after: Observed) -> None:
    assert after["writes"]["rename another's person"][0] == 404
    assert after["writes"]["persons"] == [[*ADMIN, "renamed"], [*ACME, None]]


def test_deleting_takes_the_admins_rows_and_no_others(after: Observed) -> None:
    seen = dict(after["deletes"])
    assert seen.pop("left") == {
        "PersonInfo": ["acme"],
        "Emoji": ["acme"],
        "Expression": ["acme"],
        "Messages": ["acme"] * 3,
    }
    assert seen == {
        "webui/person/person-acme": 404,
        "webui/person/person-admin": 200,
        "webui/emoji/emoji-acme": 404,
        "webui/emoji/emoji-admin": 200,
        "chat/history": 200,
        "expression of acme": 404,
        "batch of both": [200, {"success": True, "deleted": 1}],
    }


def test_before_nothing_could_be_deleted(before: Observed) -> None:
    assert before["deletes"]["left"]["Messages"] == ["admin"] * 2 + ["acme"] * 3
    assert before["deletes"]["webui/person/person-admin"] == 500


def test_background_tasks_write_the_admins_rows(before: Observed, after: Observed) -> None:
    seeded = [[*ADMIN, "reply"], [*ACME, "reply"]]
    assert before["background_tasks"] == {"statuses": [500, 200], "rows": seeded}
    assert after["background_tasks"]["statuses"] == [200, 200]
    assert after["background_tasks"]["rows"] == [*seeded, [*ADMIN, "count"], [*ADMIN, "touch"]]


# --- forms ---


def test_sync_handlers_stay_off_the_event_loop_and_run_in_the_tenant(before: Observed, after: Observed) -> None:
    """The last of the five is the async handler of the same module, for comparison."""
    on_the_loop = [False, False, False, False, True]
    assert before["sync_handlers"] == [[on_loop, None, None] for on_loop in on_the_loop]
    assert after["sync_handlers"] == [[on_loop, *ADMIN] for on_loop in on_the_loop]


def test_a_function_that_is_no_handler_speaks_as_the_admin(before: Observed, after: Observed) -> None:
    assert before["announcement"]["error"] == NO_CHAT_ID
    assert after["announcement"]["rows"][0] == [*ADMIN, "to nobody"]
    assert after["announcement"]["afterwards"] == [None, None]


def test_a_function_that_is_no_handler_keeps_the_tenant_of_its_caller(before: Observed, after: Observed) -> None:
    assert before["announcement"]["rows"] == [[*ACME, "to acme"]]
    assert after["announcement"]["rows"][1:] == [[*ACME, "to acme"]]
    assert after["announcement"]["afterwards inside"] == ACME


def test_a_handler_that_enters_a_tenant_by_hand_is_left_alone(before: Observed, after: Observed) -> None:
    assert after["entered_by_hand"] == before["entered_by_hand"]
    assert [each["messages"] for each in after["entered_by_hand"]] == [3, 3, 2]


def test_fastapi_validates_as_before(before: Observed, after: Observed) -> None:
    assert after["validation"] == before["validation"]
    assert {status for status, _ in after["validation"].values()} == {422}


def test_query_parameters_reach_their_handlers(after: Observed) -> None:
    assert after["filtered"] == [1, 0, 1]


def test_the_published_interface_is_the_same(before: Observed, after: Observed) -> None:
    assert after["openapi"] == before["openapi"]
    assert len(after["openapi"]["paths"]) > 40


def test_fastapi_sees_the_parameters_of_each_handler_as_before(before: Observed, after: Observed) -> None:
    assert after["parameters"] == before["parameters"]
    assert len(after["parameters"]) > 40
