"""Scenarios of two tenants at once on one event loop. After the migration only."""

from __future__ import annotations

import asyncio
import json
from typing import Any

from tests.behaviour.asgi import Request, Socket
from tests.behaviour.sample import ACME_QUERY, Sample, bearer, current_pair, inside, module, replaced, token

ROUNDS = 5


async def requests_at_once(sample: Sample) -> Any:
    """Requests of both tenants, all of them in the middle of their handler at the same time."""
    everyone = asyncio.Barrier(2 * ROUNDS)
    routes = module("webui.statistics_routes")
    count_usage = routes._count_usage

    async def count_together(since: float) -> Any:
        await asyncio.wait_for(everyone.wait(), 5)
        return await count_usage(since)

    with replaced(routes, "_count_usage", count_together):
        async with sample.api() as client:
            urls = ["/api/webui/statistics/summary", f"/api/webui/statistics/summary?{ACME_QUERY}"] * ROUNDS
            answers = await asyncio.gather(*(client.get(url) for url in urls))
    return [[answer.status_code, answer.json().get("total_messages")] for answer in answers]


async def sync_requests_at_once(sample: Sample) -> Any:
    """The same over the thread pool."""
    async with sample.api() as client:
        urls = ["/api/webui/emoji/list", f"/api/webui/emoji/list?{ACME_QUERY}"] * ROUNDS
        answers = await asyncio.gather(*(client.get(url) for url in urls))
    return [[item["emoji_hash"] for item in answer.json()["data"]] for answer in answers]


async def streams_at_once(sample: Sample) -> Any:
    """Two streaming bodies, each read in steps while the other waits."""
    export = f"/api/webui/export/messages.jsonl?token={token()}"
    requests = [Request(sample.app, url, bearer()) for url in (export, f"{export}&{ACME_QUERY}")]
    ends = [await request.end() for request in requests]
    texts = [[json.loads(line)["text"] for line in request.body.decode().splitlines()] for request in requests]
    return [ends, texts]


async def chats_at_once(sample: Sample) -> Any:
    """Two chat connections of the admin and one of acme, talking at the same time."""
    async with (
        Socket(sample.app, "/api/chat/ws?user_id=u1", bearer()) as admin,
        Socket(sample.app, "/api/chat/ws?user_id=u2", bearer()) as onlooker,
        Socket(sample.app, f"/api/chat/ws?user_id=u1&{ACME_QUERY}&token={token()}") as acme,
    ):
        everyone = {"admin": admin, "onlooker": onlooker, "acme": acme}
        greetings = {name: await socket.hear_until("history") for name, socket in everyone.items()}
        await asyncio.gather(
            admin.say({"type": "message", "content": "from admin"}),
            acme.say({"type": "message", "content": "from acme"}),
        )
        heard = {name: await socket.hear_until("bot_message") for name, socket in everyone.items()}
        async with sample.api() as client:
            sessions = [
                (await client.get("/api/chat/info")).json()["active_sessions"],
                (await client.get(f"/api/chat/info?{ACME_QUERY}", headers=bearer())).json()["active_sessions"],
            ]
        for name, socket in everyone.items():
            await socket.say({"type": "ping"})
            heard[name] += await socket.hear_until("pong")
        # The reply is stored after it was sent: leave the heartflow a few turns.
        await asyncio.sleep(0.05)
        rows = [row for row in sample.rows("Messages", "processed_plain_text") if " says " not in row[2]]
    return {
        "names": {name: messages[0]["bot_name"] for name, messages in greetings.items()},
        "histories": {name: [each["content"] for each in said[1]["messages"]] for name, said in greetings.items()},
        "heard": {name: [[each["type"], each.get("content")] for each in said] for name, said in heard.items()},
        "sessions": sessions,
        "rows": sorted(rows),
    }


async def bot_replies(sample: Sample) -> Any:
    """What is sent through get_webui_chat_broadcaster() goes to the tenant that sends it."""
    broadcaster = module("webui.chat_routes").get_webui_chat_broadcaster()
    async with (
        Socket(sample.app, "/api/chat/ws", bearer()) as admin,
        Socket(sample.app, f"/api/chat/ws?{ACME_QUERY}&token={token()}") as acme,
    ):
        heard = []
        for socket in (admin, acme):
            await socket.hear_until("history")
        with inside(("acme", "bot")):
            await broadcaster.broadcast({"type": "bot_message", "content": "to acme"})
        with inside(("admin", "local")):
            await broadcaster.broadcast({"type": "bot_message", "content": "to admin"})
        with inside(("acme", "another agent")):
            await broadcaster.broadcast({"type": "bot_message", "content": "to nobody here"})
        try:
            await broadcaster.broadcast({"type": "bot_message", "content": "to whom?"})
            refusal = None
        except RuntimeError as error:
            refusal = type(error).__name__
        for socket in (admin, acme):
            await socket.say({"type": "ping"})
            heard.append([each.get("content") for each in await socket.hear_until("pong")])
    return {"heard": heard, "without a tenant": refusal}


async def rooms_at_once(sample: Sample) -> Any:
    """The other room: who hears what, who counts whom, whose rows are shown."""
    acme_url = f"/api/room/ws?{ACME_QUERY}&token={token()}"
    async with Socket(sample.app, "/api/room/ws", bearer()) as admin, Socket(sample.app, acme_url) as acme:
        async with Socket(sample.app, "/api/room/ws", bearer()) as second:
            async with sample.api() as client:
                online = [
                    (await client.get("/api/room/stats")).json()["online"],
                    (await client.get(f"/api/room/stats?{ACME_QUERY}", headers=bearer())).json()["online"],
                    (await client.get("/api/room/stats?tenant_id=acme", headers=bearer())).json()["online"],
                ]
            await asyncio.gather(
                acme.say({"type": "say", "content": "from acme"}), admin.say({"type": "say", "content": "from admin"})
            )
            heard = {}
            for name, socket in {"admin": admin, "acme": acme, "second": second}.items():
                heard[name] = await socket.hear_until("said")
                await socket.say({"type": "recent"})
                heard[name] += await socket.hear_until("recent")
        async with sample.api() as client:
            online.append((await client.get("/api/room/stats")).json()["online"])
    return {"heard": heard, "online": online}


async def tenants_meet_in_sockets(sample: Sample) -> Any:
    """The context of each connection, asked for in turns."""
    seen: list[Any] = []
    jargon = module("webui.jargon_routes")

    def note(*_: object) -> None:
        seen.append(current_pair())

    with replaced(jargon.Jargon, "get_or_none", note):
        acme_url = f"/api/webui/jargon/ws?{ACME_QUERY}&token={token()}"
        async with Socket(sample.app, "/api/webui/jargon/ws", bearer()) as admin, Socket(sample.app, acme_url) as acme:
            for socket in (admin, acme, acme, admin):
                await socket.say("yyds")
                await socket.hear()
    return seen
