"""Scenarios that run before and after: every handler that reaches tenant data, and those that do not."""

from __future__ import annotations

import asyncio
import threading
from pathlib import Path
from typing import Any

from fastapi.routing import APIRoute, APIWebSocketRoute

from tests.behaviour.asgi import Socket
from tests.behaviour.sample import ACME, ACME_QUERY, Sample, bearer, current_pair, inside, migrated, module, replaced

# {tenant} stands for the tenant that asks, {other} for the one that must stay out of sight.
READS = [
    "/api/chat/history",
    "/api/chat/persons",
    "/api/chat/info",
    "/api/room/stats",
    "/api/webui/overview",
    "/api/webui/statistics/summary",
    "/api/webui/statistics/models",
    "/api/webui/person/list",
    "/api/webui/person/person-{tenant}",
    "/api/webui/person/person-{other}",
    "/api/webui/emoji/list",
    "/api/webui/emoji/stats/summary",
    "/api/webui/emoji/emoji-{tenant}/thumbnail",
    "/api/webui/emoji/emoji-{other}/thumbnail",
    "/api/webui/expression/list",
    "/api/webui/expression/all",
    "/api/webui/jargon/list",
    "/api/webui/config/bot",
    "/api/webui/knowledge/moods",
    "/api/webui/crlf/latest",
    "/api/webui/bom/streams",
    "/api/webui/gbk/persons/count",
    "/api/webui/export/messages.jsonl",
    "/api/webui/export/persons.jsonl",
    "/api/webui/export/messages/count",
    "/api/webui/export/person/person-{tenant}",
    "/api/webui/export/person/person-{other}",
]

TENANTLESS = [
    "/api/webui/health",
    "/api/webui/auth/check",
    "/api/webui/setup/status",
    "/api/webui/statistics/ranges",
    "/api/webui/emoji/formats",
    "/api/webui/expression/help",
    "/api/webui/export/formats",
    "/api/webui/jargon/limits",
    "/api/webui/config/schema/bot",
    "/api/webui/knowledge/kinds",
]


async def _read_all(sample: Sample, tenant: str, other: str, query: str) -> dict[str, list[Any]]:
    seen = {}
    async with sample.api() as client:
        for path in READS:
            sample.escaped.clear()
            answer = await client.get(path.format(tenant=tenant, other=other) + query)
            seen[path] = [answer.status_code, answer.text, *sample.escaped]
    return seen


async def reads(sample: Sample) -> Any:
    """What every reading handler answers to a caller who names no tenant."""
    return await _read_all(sample, "admin", "acme", "")


async def reads_of_acme(sample: Sample) -> Any:
    """The same, asked for another tenant."""
    return await _read_all(sample, "acme", "admin", f"?{ACME_QUERY}")


async def tenantless(sample: Sample) -> Any:
    """Handlers that need no tenant: nothing about them changes."""
    async with sample.api() as client:
        answers = {path: await client.get(path) for path in TENANTLESS}
    return {path: [answer.status_code, answer.json()] for path, answer in answers.items()}


async def without_token(sample: Sample) -> Any:
    """Handlers that ask for the WebUI's token, called without one."""
    paths = ["person/list", "export/messages.jsonl", "emoji/list", "overview", "jargon/list"]
    async with sample.client() as client:
        return {path: (await client.get(f"/api/webui/{path}")).status_code for path in paths}


async def chat_socket(sample: Sample) -> Any:
    """One message in the chat room, up to the bot's reply or the error."""
    streams = module("chat.message_receive.chat_stream").get_chat_manager().streams
    loops = module("chat.heart_flow.heartflow").heartflow.heartflow_chat_list
    async with Socket(sample.app, "/api/chat/ws?user_id=u1", bearer()) as socket:
        greeting = await socket.hear_until("history")
        await socket.say({"type": "message", "content": "早上好"})
        heard = await socket.hear_until("bot_message", "error")
        await socket.say({"type": "ping"})
        heard += await socket.hear_until("pong")
        # The reply is stored after it was sent: leave the heartflow a few turns.
        await asyncio.sleep(0.05)
    partitions = {pair: set(streams._partitions.get(pair, {})) for pair in (("admin", "local"), ACME)}
    # Where its map is parted, every tenant's loops; else all there are.
    chats = {chat for own in loops._partitions.values() for chat in own} if migrated() else set(loops)
    return {
        "greeting": greeting,
        "heard": heard,
        "messages": sample.new_rows("Messages", "message_id"),
        "texts": [row for row in sample.rows("Messages", "processed_plain_text") if " says " not in row[2]],
        "persons": sample.new_rows("PersonInfo", "person_id"),
        "usage": sample.new_rows("LLMUsage", "model_name"),
        "streams": sample.new_rows("ChatStreams", "stream_id"),
        "heartflow": sorted(chats),
        "in memory": {pair[0]: sorted(partitions[pair] & chats) for pair in partitions},
    }


async def room_socket(sample: Sample) -> Any:
    async with Socket(sample.app, "/api/room/ws", bearer()) as socket:
        await socket.say({"type": "recent"})
        heard = [await socket.hear()]
        await socket.say({"type": "say", "content": "大家好"})
        heard.append(await socket.hear())
    return {
        "heard": heard,
        "rows": [row for row in sample.rows("Messages", "processed_plain_text") if row[2] == "大家好"],
    }


async def jargon_socket(sample: Sample) -> Any:
    """A connection stays in its tenant from the first question to the last."""
    async with Socket(sample.app, "/api/webui/jargon/ws", bearer()) as socket:
        heard = []
        for _ in range(3):
            await socket.say("yyds")
            heard.append(await socket.hear())
    return heard


async def plain_sockets(sample: Sample) -> Any:
    """Websockets that need no tenant."""
    async with (
        Socket(sample.app, "/api/webui/ws/logs", bearer()) as logs,
        Socket(sample.app, "/api/webui/ws/plugin-progress", bearer()) as progress,
    ):
        await module("webui.logs_ws").broadcast_log({"level": "INFO"})
        return [await logs.hear(), await progress.hear()]


async def progress_of_a_request(sample: Sample) -> Any:
    """What pages hear of what the process does for one who asks it: an admin's, and one that acts for a tenant."""
    url = "/api/webui/ws/plugin-progress"
    async with Socket(sample.app, url, bearer()) as admin, Socket(sample.app, f"{url}?{ACME_QUERY}", bearer()) as acme:
        heard = [await admin.hear()]
        async with sample.api() as client:
            answer = await client.post("/api/webui/plugins/fetch?path=a")
        heard.append(await admin.hear())
        progress = module("webui.plugin_progress_ws").current_progress
        progress.pop("path")
        progress["stage"] = "idle"
        return {"answer": answer.status_code, "heard": heard, "acme": [acme.accepted, acme.close_code]}


async def writes(sample: Sample) -> Any:
    """What the writing handlers answer, and whose rows come of it."""
    seen: dict[str, Any] = {}
    async with sample.api() as client:

        async def note(name: str, method: str, path: str, **content: Any) -> None:
            answer = await client.request(method, f"/api/webui/{path}", **content)
            seen[name] = [answer.status_code, answer.text]

        await note("create expression", "POST", "expression/", json={"situation": "new", "style": "lively"})
        seen["expressions"] = sample.new_rows("Expression", "situation")
        await note("create jargon", "POST", "jargon/create", json={"content": "xswl", "meaning": "new"})
        seen["jargon"] = sample.new_rows("Jargon", "meaning")
        await note("upload emoji", "POST", "emoji/upload", files={"file": ("a.png", b"new picture")})
        seen["emoji"] = sample.new_rows("Emoji", "emoji_hash")
        stored = [Path(row[2]) for row in sample.rows("Emoji", "full_path")]
        seen["emoji files"] = [str(path.parent.relative_to(Path.cwd())) for path in stored if path.is_absolute()]
        await note("rename own person", "PATCH", "person/person-admin", json={"person_name": "renamed"})
        await note("rename another's person", "PATCH", "person/person-acme", json={"person_name": "renamed"})
        seen["persons"] = sample.rows("PersonInfo", "person_name")
    return seen


async def deletes(sample: Sample) -> Any:
    """Deleting one's own rows, and trying to delete another tenant's."""
    models = sample.database
    with inside(ACME):
        expression_of_acme = models.Expression.get().id
    with inside(("admin", "local")):
        expression_of_admin = models.Expression.get().id
    seen: dict[str, Any] = {}
    async with sample.api() as client:
        for method, path, content in [
            ("DELETE", "webui/person/person-acme", None),
            ("DELETE", "webui/person/person-admin", None),
            ("DELETE", "webui/emoji/emoji-acme", None),
            ("DELETE", "webui/emoji/emoji-admin", None),
            ("DELETE", "chat/history", None),
        ]:
            answer = await client.request(method, f"/api/{path}", json=content)
            seen[path] = answer.status_code
        answer = await client.delete(f"/api/webui/expression/{expression_of_acme}")
        seen["expression of acme"] = answer.status_code
        batch = {"ids": [expression_of_acme, expression_of_admin]}
        answer = await client.post("/api/webui/expression/batch/delete", json=batch)
        seen["batch of both"] = [answer.status_code, answer.json() if answer.status_code == 200 else None]
    columns = {"PersonInfo": "person_id", "Emoji": "emoji_hash", "Expression": "situation", "Messages": "message_id"}
    seen["left"] = {model: [row[0] for row in sample.rows(model, column)] for model, column in columns.items()}
    return seen


async def background_tasks(sample: Sample) -> Any:
    """What runs after the answer: an injected BackgroundTasks, and a response's own task."""
    async with sample.api() as client:
        counted = await client.get("/api/webui/export/messages/count")
        touched = await client.post("/api/webui/export/touch")
    return {"statuses": [counted.status_code, touched.status_code], "rows": sample.rows("LLMUsage", "request_type")}


async def sync_handlers(sample: Sample) -> Any:
    """Where the sync handlers run, and in which tenant."""
    seen = []

    def verify(*_: object) -> bool:
        seen.append([threading.get_ident() == loop_thread, *current_pair()])
        return True

    loop_thread = threading.get_ident()
    routes = module("webui.emoji_routes")
    with replaced(routes, "verify_auth_token", verify):
        async with sample.api() as client:
            await client.get("/api/webui/emoji/list")
            await client.get("/api/webui/emoji/stats/summary")
            await client.post("/api/webui/emoji/upload", files={"file": ("a.png", b"picture")})
            await client.delete("/api/webui/emoji/emoji-admin")
            await client.get("/api/webui/emoji/emoji-admin/thumbnail")
    return seen


async def announcement(sample: Sample) -> Any:
    """A function that is no handler, called with no context and from inside a tenant."""
    announce = module("webui.announce").send_local_announcement
    seen: dict[str, Any] = {}
    try:
        await announce("to nobody")
    except RuntimeError as error:
        seen["error"] = str(error)
    seen["afterwards"] = current_pair()
    with inside(ACME):
        await announce("to acme")
        seen["afterwards inside"] = current_pair()
    seen["rows"] = [row for row in sample.rows("Messages", "processed_plain_text") if row[2].startswith("to ")]
    return seen


async def entered_by_hand(sample: Sample) -> Any:
    """The handler that names its tenant in the path."""
    async with sample.api() as client:
        return [
            (await client.get("/api/webui/tenants/acme/bot/summary")).json(),
            (await client.get("/api/webui/tenants/acme/bot/summary?tenant_id=admin")).json(),
            (await client.get("/api/webui/tenants/admin/local/summary")).json(),
        ]


async def validation(sample: Sample) -> Any:
    """What FastAPI checks before a handler runs."""
    async with sample.api() as client:
        answers = {
            "query too large": await client.get("/api/webui/expression/list?limit=501"),
            "query no number": await client.get("/api/webui/expression/list?limit=many"),
            "path no number": await client.delete("/api/webui/expression/abc"),
            "body incomplete": await client.post("/api/webui/expression/", json={"situation": "x"}),
            "body too short": await client.post("/api/webui/expression/", json={"situation": "", "style": "y"}),
            "body of another shape": await client.post("/api/webui/expression/batch/delete", json={"ids": "x"}),
            "body absent": await client.post("/api/webui/jargon/create"),
            "query of a chat": await client.get("/api/chat/history?limit=0"),
            "file absent": await client.post("/api/webui/emoji/upload"),
        }
    return {name: [answer.status_code, answer.json()] for name, answer in answers.items()}


async def filtered(sample: Sample) -> Any:
    """Query parameters of the handlers still arrive."""
    async with sample.api() as client:
        return [
            (await client.get("/api/chat/history?limit=1")).json().get("total"),
            (await client.get("/api/webui/person/list?search=nobody")).json().get("total"),
            (await client.get("/api/webui/person/list?search=nick&page_size=5")).json().get("total"),
        ]


async def openapi(sample: Sample) -> Any:
    return sample.openapi()


async def parameters(sample: Sample) -> Any:
    """The parameters that FastAPI found in each handler, besides the connection that the migration adds."""
    packages = ["chat_routes", "room_routes", "emoji_routes", "export_routes", "expression_routes", "jargon_routes"]
    packages += ["person_routes", "statistics_routes", "config_routes", "knowledge_routes", "crlf_routes", "bom_routes"]
    seen: dict[str, Any] = {}
    for package in [*packages, "gbk_routes", "tenant_routes", "routes"]:
        for route in module(f"webui.{package}").router.routes:
            if not isinstance(route, APIRoute | APIWebSocketRoute):
                continue
            found = route.dependant
            methods = sorted(getattr(route, "methods", ["WEBSOCKET"]))
            seen[f"{package} {methods} {route.path}"] = {
                "name": route.endpoint.__name__,
                "module": route.endpoint.__module__,
                "doc": route.endpoint.__doc__,
                "path": [field.alias for field in found.path_params],
                "query": [field.alias for field in found.query_params],
                "header": [field.alias for field in found.header_params],
                "cookie": [field.alias for field in found.cookie_params],
                "body": [field.alias for field in found.body_params],
                "dependencies": [sub.call.__name__ for sub in found.dependencies if sub.call],
                "websocket": found.websocket_param_name,
                "background": (found.background_tasks_param_name or "").replace("tenant_tasks", "") or None,
            }
    return seen


async def handlers_in_a_tenant(sample: Sample) -> Any:
    """The paths whose handler takes the connection for a tenant, which is what the migration adds."""
    found = set()
    brought = {"__init__", "tenant_page", "tenant_selection"}  # those that the tree gets are not its own
    for name in sorted(path.stem for path in Path("src/webui").glob("*.py") if path.stem not in brought):
        router = getattr(module(f"webui.{name}"), "router", None)
        for route in getattr(router, "routes", []):
            if (
                isinstance(route, APIRoute | APIWebSocketRoute)
                and route.dependant.http_connection_param_name == "tenant_connection"
            ):
                methods = getattr(route, "methods", {"WEBSOCKET"})
                found |= {f"{method} {name} {route.path}" for method in methods}
    return sorted(found)
