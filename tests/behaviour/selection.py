"""Scenarios of choosing a tenant: who may, how it is said, and what is refused. After the migration only."""

from __future__ import annotations

import asyncio
from typing import Any
from unittest import mock

import httpx

from tests.behaviour.asgi import Socket
from tests.behaviour.sample import ACME_QUERY, Sample, bearer, current_pair, module, replaced, token

HISTORY = "/api/chat/history"
WRONG = "not-the-token"

# Each a query string and headers; all of them come with a valid token.
MALFORMED: dict[str, tuple[str, dict[str, str]]] = {
    "path upwards": ("?tenant_id=../x", {}),
    "space": ("?tenant_id=a%20b", {}),
    "two dots": ("?tenant_id=..", {}),
    "hidden": ("?tenant_id=.hidden", {}),
    "empty": ("?tenant_id=", {}),
    "empty agent": ("?tenant_id=acme&agent_id=", {}),
    "too long": (f"?tenant_id={'a' * 129}", {}),
    "newline at the end": ("?tenant_id=acme%0A", {}),
    "null byte": ("?tenant_id=a%00b", {}),
    "slash": ("?agent_id=a/b", {}),
    "not ascii": ("?tenant_id=%E7%A7%9F%E6%88%B7", {}),
    "two values": ("?tenant_id=acme&tenant_id=admin", {}),
    "query against header": ("?tenant_id=acme", {"X-Tenant-Id": "admin"}),
    "malformed header": ("", {"X-Tenant-Id": "../x"}),
    "empty header": ("", {"X-Agent-Id": ""}),
    "list in a header": ("", {"X-Tenant-Id": "acme, admin"}),
}


def _texts(answer: httpx.Response) -> list[Any]:
    found = [message["content"] for message in answer.json().get("messages", [])]
    return [answer.status_code, sorted({text.split(" says ")[0] for text in found})]


async def ways_to_choose(sample: Sample) -> Any:
    """Every way of naming the tenant and of showing the token."""
    named = {"X-Tenant-Id": "acme", "X-Agent-Id": "bot"}
    cookie = {"Cookie": f"maibot_session={token()}"}
    async with sample.client() as client:
        answers = {
            "query, bearer": await client.get(f"{HISTORY}?{ACME_QUERY}", headers=bearer()),
            "query, lower-case bearer": await client.get(
                f"{HISTORY}?{ACME_QUERY}", headers={"Authorization": f"bearer {token()}"}
            ),
            "query, cookie": await client.get(f"{HISTORY}?{ACME_QUERY}", headers=cookie),
            "query, token in the query": await client.get(f"{HISTORY}?{ACME_QUERY}&token={token()}"),
            "headers, bearer": await client.get(HISTORY, headers={**named, **bearer()}),
            "headers, cookie": await client.get(HISTORY, headers={**named, **cookie}),
            "headers, token in the query": await client.get(f"{HISTORY}?token={token()}", headers=named),
            "query and headers agree": await client.get(f"{HISTORY}?{ACME_QUERY}", headers={**named, **bearer()}),
            "tenant in the query, agent in a header": await client.get(
                f"{HISTORY}?tenant_id=acme", headers={"X-Agent-Id": "bot", **bearer()}
            ),
            "wrong cookie, right bearer": await client.get(
                f"{HISTORY}?{ACME_QUERY}", headers={"Cookie": f"maibot_session={WRONG}", **bearer()}
            ),
        }
    return {name: _texts(answer) for name, answer in answers.items()}


async def refused(sample: Sample) -> Any:
    """Naming a tenant without a valid token: what is answered, what has run, what has changed."""
    chat, emoji, export = (module(f"webui.{name}") for name in ("chat_routes", "emoji_routes", "export_routes"))
    ran = mock.Mock(return_value=[])
    before = {model: sample.rows(model, "id") for model in ("Messages", "Emoji", "LLMUsage", "Jargon")}
    seen: dict[str, Any] = {}
    async with sample.client() as client:

        async def note(name: str, method: str, path: str, **content: Any) -> None:
            answer = await client.request(method, path, **content)
            seen[name] = [answer.status_code, answer.json().get("detail")]

        with (
            replaced(chat.chat_history, "get_history", ran),
            replaced(chat.chat_history, "clear_history", ran),
            replaced(emoji, "verify_auth_token", ran),
            replaced(emoji, "get_emoji_manager", ran),
        ):
            await note("async, no token", "GET", f"{HISTORY}?{ACME_QUERY}")
            await note("async, wrong bearer", "GET", f"{HISTORY}?{ACME_QUERY}", headers={"Authorization": "Bearer x"})
            await note(
                "async, token as basic", "GET", f"{HISTORY}?{ACME_QUERY}", headers={"Authorization": f"Basic {token()}"}
            )
            await note(
                "async, wrong cookie", "GET", f"{HISTORY}?{ACME_QUERY}", headers={"Cookie": f"maibot_session={WRONG}"}
            )
            await note("async, wrong token in the query", "GET", f"{HISTORY}?{ACME_QUERY}&token={WRONG}")
            await note("async, empty token in the query", "GET", f"{HISTORY}?{ACME_QUERY}&token=")
            await note("headers, no token", "GET", HISTORY, headers={"X-Tenant-Id": "acme"})
            await note("agent only, no token", "GET", f"{HISTORY}?agent_id=bot")
            await note("the admin's own ids, no token", "GET", f"{HISTORY}?tenant_id=admin&agent_id=local")
            await note("malformed, no token", "GET", f"{HISTORY}?tenant_id=../x")
            await note("writing, no token", "DELETE", f"{HISTORY}?{ACME_QUERY}")
            await note("sync, no token", "GET", f"/api/webui/emoji/list?{ACME_QUERY}")
            await note("sync writing, no token", "DELETE", f"/api/webui/emoji/emoji-acme?{ACME_QUERY}")
        # These ask for the token in a dependency, which comes first and answers 401.
        for name, path in [("stream", "messages.jsonl"), ("dependency", "person/person-acme"), ("tasks", "touch")]:
            method = "POST" if name == "tasks" else "GET"
            await note(f"{name}, no token", method, f"/api/webui/export/{path}?{ACME_QUERY}")
    with replaced(export, "_record_export", ran):
        async with sample.api() as client:
            answer = await client.post("/api/webui/export/touch?tenant_id=../x")
            seen["tasks, malformed"] = [answer.status_code, None]
    after = {model: sample.rows(model, "id") for model in before}
    return {"answers": seen, "ran": ran.call_count, "unchanged": before == after}


async def malformed(sample: Sample) -> Any:
    """Ids that are no ids, from a caller who may choose: over HTTP and over a websocket."""
    ran = mock.Mock(return_value=[])
    seen: dict[str, Any] = {}
    manager = module("webui.chat_routes").chat_manager
    with replaced(module("webui.chat_routes").chat_history, "get_history", ran):
        async with sample.api() as client:
            for name, (query, headers) in MALFORMED.items():
                answer = await client.get(HISTORY + query, headers=headers)
                async with Socket(sample.app, f"/api/chat/ws{query}", {**bearer(), **headers}) as socket:
                    connections = len(manager.active_connections)
                    seen[name] = [answer.status_code, socket.accepted, socket.close_code, connections]
    return {"answers": seen, "ran": ran.call_count}


async def longest_ids(sample: Sample) -> Any:
    """What is just still an id."""
    async with sample.api() as client:
        ids = ["a" * 128, "a.b-c_d", "0", "-", "_x"]
        sample.know(*((each, each) for each in ids))
        return [(await client.get(f"{HISTORY}?tenant_id={each}&agent_id={each}")).status_code for each in ids]


async def sockets(sample: Sample) -> Any:
    """Choosing a tenant for a websocket connection."""
    named = {"X-Tenant-Id": "acme", "X-Agent-Id": "bot"}
    attempts = {
        "nothing named": ("", bearer()),
        "nothing named, no token": ("", {}),
        "token in the query": (f"?{ACME_QUERY}&token={token()}", {}),
        "bearer": (f"?{ACME_QUERY}", bearer()),
        "cookie, headers": ("", {**named, "Cookie": f"maibot_session={token()}"}),
        "no token": (f"?{ACME_QUERY}", {}),
        "wrong token": (f"?{ACME_QUERY}&token={WRONG}", {}),
        "headers, no token": ("", named),
    }
    seen: dict[str, Any] = {}
    for name, (query, headers) in attempts.items():
        async with Socket(sample.app, f"/api/webui/jargon/ws{query}", headers) as socket:
            if socket.accepted:
                await socket.say("yyds")
                seen[name] = (await socket.hear())["meaning"]
            else:
                seen[name] = socket.close_code
    return seen


async def refused_chat_socket(sample: Sample) -> Any:
    """A refused connection never reaches the chat room."""
    chat = module("webui.chat_routes")
    connect = mock.AsyncMock()
    with replaced(chat.chat_manager, "connect", connect):
        async with Socket(sample.app, f"/api/chat/ws?{ACME_QUERY}") as socket:
            return [socket.accepted, socket.close_code, connect.await_count]


async def one_id_only(sample: Sample) -> Any:
    """The id that is not named is the admin's."""
    seen: dict[str, Any] = {}

    async def count(since: float) -> dict[str, int]:
        pairs.append(current_pair())
        return {"requests": 0, "tokens": 0}

    pairs: list[Any] = []
    sample.know(("admin", "bot"))
    with replaced(module("webui.statistics_routes"), "_count_usage", count):
        async with sample.api() as client:
            for query in ("tenant_id=acme", "agent_id=bot", ACME_QUERY):
                await client.get(f"/api/webui/statistics/summary?{query}")
                seen[query] = pairs.pop()
    return seen


async def admin_from_environment(sample: Sample) -> Any:
    """Who the implicit tenant is."""
    seen: dict[str, Any] = {}
    pairs: list[Any] = []

    async def count(since: float) -> dict[str, int]:
        pairs.append(current_pair())
        return {"requests": 0, "tokens": 0}

    async def ask(name: str, query: str = "", **environment: str) -> None:
        with mock.patch.dict("os.environ", environment):
            await client.get(f"/api/webui/statistics/summary{query}")
            seen[name] = pairs.pop()

    sample.know(("third", "other"))
    with replaced(module("webui.statistics_routes"), "_count_usage", count):
        async with sample.api() as client:
            await ask("neither")
            await ask("tenant", MAIM_WEBUI_TENANT_ID="acme")
            await ask("agent", MAIM_WEBUI_AGENT_ID="bot")
            await ask("both", MAIM_WEBUI_TENANT_ID="acme", MAIM_WEBUI_AGENT_ID="bot")
            await ask("blank", MAIM_WEBUI_TENANT_ID=" ", MAIM_WEBUI_AGENT_ID="")
            await ask("completes a choice", "?tenant_id=third", MAIM_WEBUI_TENANT_ID="acme", MAIM_WEBUI_AGENT_ID="bot")
    with mock.patch.dict("os.environ", MAIM_WEBUI_TENANT_ID="acme", MAIM_WEBUI_AGENT_ID="bot"):
        async with sample.api() as client, Socket(sample.app, "/api/webui/jargon/ws", bearer()) as socket:
            seen["rows"] = _texts(await client.get(HISTORY))
            await socket.say("yyds")
            seen["socket"] = (await socket.hear())["meaning"]
            await module("webui.announce").send_local_announcement("to the configured tenant")
            await asyncio.sleep(0)
    seen["announcement"] = [row for row in sample.rows("Messages", "processed_plain_text") if row[2].startswith("to ")]
    return seen


async def authenticated_by_query_only(sample: Sample) -> Any:
    """?token= lets a caller choose; it does not log in where the handler itself asks for a token."""
    async with sample.client() as client:
        answer = await client.get(f"/api/webui/person/list?{ACME_QUERY}&token={token()}")
    return answer.status_code
