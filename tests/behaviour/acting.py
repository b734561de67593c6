"""Scenarios of a page that says whom it acts for: every handler in every way, and what is refused. Migrated only."""

from __future__ import annotations

import re
from typing import Any
from unittest import mock

import httpx

from tests.behaviour.asgi import Socket
from tests.behaviour.sample import ACME_QUERY, Sample, module, replaced, token

# What a page sends: only what says that it is there changes nothing.
FRAMES = ({"type": "message", "content": "a secret"}, {"type": "odd\nline"}, {"more": "a secret"}, {"type": "ping"})
HISTORY = "/api/chat/history"
ACTING = "/api/webui/acting"
NUMBER = "the-number"
MINE = f"acme/bot/{NUMBER}"
SOCKETS = ("/api/chat/ws", "/api/webui/jargon/ws")

# Ways to come: whether with a session, with the browser's mark, and with which headers and query.
WAYS: dict[str, tuple[bool, bool, dict[str, str], str]] = {
    "nobody": (False, False, {}, ""),
    "the admin": (True, False, {}, ""),
    "parameters": (True, False, {}, ACME_QUERY),
    "headers": (True, False, {"X-Tenant-Id": "acme", "X-Agent-Id": "bot"}, ""),
    "a page as the admin": (True, True, {"X-Maim-Acting": "admin"}, ""),
    "a page as a tenant": (True, True, {"X-Maim-Acting": MINE}, ""),
    "an image of it": (True, True, {}, f"maim_acting={MINE}"),
    "a page that says nothing": (True, True, {}, ""),
    "a page of a session before": (True, True, {"X-Maim-Acting": "acme/bot/another"}, ""),
    "a page whose browser has no mark": (True, False, {"X-Maim-Acting": MINE}, ""),
    "a page of a tenant that there is not": (True, True, {"X-Maim-Acting": f"nobody/bot/{NUMBER}"}, ""),
    "a page that is malformed": (True, True, {"X-Maim-Acting": "acme"}, ""),
    "a page with an odd id": (True, True, {"X-Maim-Acting": f"../bot/{NUMBER}"}, ""),
    "a page as a tenant, without a session": (False, True, {"X-Maim-Acting": MINE}, ""),
    "parameters before the page": (True, True, {"X-Maim-Acting": "admin"}, ACME_QUERY),
}


def _came(way: str) -> tuple[dict[str, str], str]:
    has_session, has_mark, headers, query = WAYS[way]
    cookies = [f"maibot_session={token()}"] * has_session + [f"maim_webui_acting={NUMBER}"] * has_mark
    return {**headers, **({"Cookie": "; ".join(cookies)} if cookies else {})}, query


async def every_handler_in_every_way(sample: Sample) -> Any:
    """The status of each handler, by the way that somebody comes; nothing is changed, for bodies are missing."""
    seen: dict[str, Any] = {}
    async with sample.client() as client:
        for path, operations in sample.openapi()["paths"].items():
            for method in operations:
                if "/auth/" in path:
                    continue
                name = f"{method.upper()} {path}"
                seen[name] = {}
                for way in WAYS:
                    headers, query = _came(way)
                    url = f"{re.sub(r'{[^}]+}', 'none', path)}?{query}"
                    answer = await client.request(method, url, headers=headers)
                    seen[name][way] = [answer.status_code, answer.headers.get("x-maim-refused")]
        sample.start_afresh()
    return seen


async def whose_rows(sample: Sample) -> Any:
    """Whose history each way shows."""
    seen: dict[str, Any] = {}
    async with sample.client() as client:
        for way in WAYS:
            headers, query = _came(way)
            answer = await client.get(f"{HISTORY}?{query}", headers=headers)
            texts = {message["content"].split(" ")[0] for message in answer.json().get("messages", [])}
            seen[way] = [answer.status_code, *sorted(texts), answer.headers.get("cache-control")]
    return seen


async def whose_socket(sample: Sample) -> Any:
    """Whose name the chat's socket says in each way, or the code that closes it."""
    seen: dict[str, Any] = {}
    for way in WAYS:
        headers, query = _came(way)
        async with Socket(sample.app, f"{SOCKETS[0]}?{query}", headers) as socket:
            seen[way] = (await socket.hear())["bot_name"] if socket.accepted else socket.close_code
    return seen


async def switches(sample: Sample) -> Any:
    """Acting as one, as the admin again, and what is refused; and what the log says of it and of a change."""
    logger = mock.Mock()
    pages = [module("webui.tenant_selection"), module("webui.tenant_page")]
    with replaced(pages[0], "logger", logger), replaced(pages[1], "logger", logger):
        async with sample.client({"Cookie": f"maibot_session={token()}"}) as client:
            tries: dict[str, dict[str, Any]] = {
                "acme": {"json": {"tenant_id": "acme", "agent_id": "bot"}},
                "the admin": {"json": {"before": MINE}},
                "nobody": {"json": {"tenant_id": "nobody", "agent_id": "bot"}},
                "odd": {"json": {"tenant_id": "../x", "agent_id": "bot"}},
                "a form": {"data": {"tenant_id": "acme", "agent_id": "bot"}},
            }
            seen = {name: await client.post(ACTING, **options) for name, options in tries.items()}
            stamp = {"X-Maim-Acting": seen["acme"].json()["acting"]}
            cookie = {"Cookie": f"maibot_session={token()}; {seen['acme'].headers['set-cookie'].partition(';')[0]}"}
            await client.delete(HISTORY, headers={**stamp, **cookie})
            await client.get(HISTORY, headers={**stamp, **cookie})
        for headers in ({**stamp, **cookie}, {**cookie, "X-Maim-Acting": "admin"}):
            async with Socket(sample.app, SOCKETS[0], headers) as socket:
                for said in FRAMES:
                    await socket.say(said)
                while (await socket.hear())["type"] != "pong":
                    """The last frame's answer ends it."""
    told = [call.args[0] for call in logger.info.call_args_list]
    answers = {name: answer.status_code for name, answer in seen.items()}
    return {"answers": answers, "told": told, "cookie": seen["acme"].headers["set-cookie"].partition(";")[2]}


async def listed(sample: Sample) -> Any:
    """The tenants and agents that there are, searched and by pages."""
    async with sample.api() as client:
        queries = ("", "?search=ACM", "?search=acme%20bot", "?search=none", "?page_size=1&page=2", "?page=0")
        answers = [await client.get(f"{ACTING}/tenants{query}") for query in queries]
    return [_pairs(answer) for answer in answers]


def _pairs(answer: httpx.Response) -> Any:
    if answer.status_code != 200:
        return answer.status_code
    found = answer.json()
    return [found["total"], *("/".join((item["tenant_id"], item["agent_id"])) for item in found["items"])]


async def pages(sample: Sample) -> Any:
    """What carries the bar, and what does not."""
    seen: dict[str, Any] = {}
    async with sample.client() as client:
        for path in ("/", "/chat/rooms", "/assets/app.js", "/docs", f"{ACTING}/page", f"{ACTING}/bar.js"):
            answer = await client.get(path, headers={"Accept": "text/html", "If-None-Match": '"x"'})
            seen[path] = [
                answer.status_code,
                answer.text.count("/bar.js"),
                answer.headers.get("cache-control"),
                answer.headers.get("etag") is not None,
                len(answer.content) == int(answer.headers["content-length"]),
            ]
    return seen
