"""Scenarios of the WebUI's guard: paths, origins, frames, sockets of sessions that end. After the migration only."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any
from unittest import mock
from urllib.parse import quote

from tests.behaviour.asgi import Request, Socket
from tests.behaviour.sample import Sample, bearer, module, replaced, token

LOGS = "/api/webui/ws/logs"
CLEAR = "/api/chat/history"
SECRET = "data/webui.json"

# Ways to spell a path that leads out of the folder of the page; {up} is the way to the tree's own folder.
SPELLINGS = (
    "/../../data/webui.json",
    "/..%2f..%2fdata%2fwebui.json",
    "/..%2F..%2Fdata/webui.json",
    "/%2e%2e/%2e%2e/data/webui.json",
    "/%2e%2e%2f%2e%2e%2fdata%2fwebui.json",
    "/assets/..%2f..%2f..%2fdata%2fwebui.json",
    "/assets/../../../data/webui.json",
    "/./..%2f./..%2fdata/webui.json",
    "//..%2f..%2fdata%2fwebui.json",
    "/..%2f..%2fdata%2f.%2fwebui.json",
    "/..%2f../data//webui.json",
    "/nowhere/..%2f..%2f..%2fdata%2fwebui.json",
    "/index.html/..%2f..%2f..%2fdata%2fwebui.json",
    "/{absolute}",
    "/%2f{absolute}",
    "//{absolute}",
    "/assets/%2f{absolute}",
    "/..%2f..%2fwebui%2f..%2fdata%2fwebui.json",
    "/..%2fdist%2f..%2f..%2fdata%2fwebui.json",
    "/..%2f..%2fdata%2fwebui.json%00.js",
    "/..%5c..%5cdata%5cwebui.json",
    "/%252e%252e%252f%252e%252e%252fdata%252fwebui.json",
)
SERVED = ("/", "/index.html", "/assets/app.js", "/assets/../index.html", "/chat/rooms", "/assets/none.js")


async def file_door(sample: Sample) -> Any:
    """What each spelling is answered: its status, and whether the token is in it."""
    root = module("config.config").PROJECT_ROOT
    absolute = quote(str(root / SECRET), safe="")
    secret = token()
    seen: dict[str, Any] = {}
    async with sample.client() as client:
        for spelling in SPELLINGS:
            answer = await client.get(f"http://sample{spelling.format(absolute=absolute)}")
            seen[spelling] = [answer.status_code, secret in answer.text]
        for path in SERVED:
            answer = await client.get(path)
            seen[path] = [answer.status_code, answer.text.splitlines()[0]]
    return seen


async def raw_paths(sample: Sample) -> Any:
    """Paths that no client would send: httpx puts dots in order before it sends them."""
    seen = []
    for path in ("/../../data/webui.json", "//etc/passwd", f"/{module('config.config').PROJECT_ROOT / SECRET}"):
        request = Request(sample.app, f"http://sample{path}", {})
        await request.end()
        seen.append([request.sent[0]["status"], token() in request.body.decode()])
    return seen


async def origins(sample: Sample) -> Any:
    """A changing call, a reading one and a socket, each from somewhere."""
    places: dict[str, dict[str, str]] = {
        "no browser": {},
        "its own page": {"Origin": "http://sample", "Sec-Fetch-Site": "same-origin"},
        "its own page, an older browser": {"Origin": "http://sample"},
        "its own page, behind a proxy": {"Origin": "https://bot.example.com", "Sec-Fetch-Site": "same-origin"},
        "its own page, with a port": {"Origin": "http://sample:80"},
        "another port": {"Origin": "http://sample:3000", "Sec-Fetch-Site": "same-site"},
        "another port, an older browser": {"Origin": "http://sample:3000"},
        "another site": {"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"},
        "another site, an older browser": {"Origin": "https://evil.example"},
        "a site that begins alike": {"Origin": "http://sample.evil.example"},
        "no origin": {"Sec-Fetch-Site": "cross-site"},
        "a file": {"Origin": "null"},
        "a port that is none": {"Origin": "http://sample:x"},
        "the page's own server": {"Origin": "http://localhost:5173", "Sec-Fetch-Site": "cross-site"},
    }
    seen = {name: await _tries(sample, headers) for name, headers in places.items()}
    with mock.patch.dict("os.environ", MAIM_WEBUI_ORIGINS="https://a.example, https://evil.example/"):
        seen["another site that is named"] = await _tries(sample, places["another site"])
    return seen


async def _tries(sample: Sample, headers: Mapping[str, str]) -> list[Any]:
    cookie = {"Cookie": f"maibot_session={token()}"}
    async with sample.client() as client:
        calls = [await client.request(method, CLEAR, headers={**headers, **cookie}) for method in ("DELETE", "GET")]
    async with Socket(sample.app, LOGS, {"Host": "sample", **headers, **cookie}) as socket:
        return [*(call.status_code for call in calls), socket.accepted]


async def refused_once(sample: Sample) -> Any:
    """What the log says of three calls from one place and one from another."""
    guard, logger = module("webui.tenant_guard"), mock.Mock()
    with replaced(guard, "logger", logger), replaced(guard, "_told", set()):
        async with sample.client(bearer()) as client:
            for origin in ("https://a.example", "https://a.example", "https://a.example", "https://b.example"):
                await client.delete(CLEAR, headers={"Origin": origin})
    return [call.args[0] for call in logger.warning.call_args_list]


async def frames(sample: Sample) -> Any:
    """What answers say of being framed."""
    async with sample.client(bearer()) as client:
        answers = [await client.get(path) for path in ("/", "/assets/app.js", CLEAR, "/api/none")]
    names = ("x-frame-options", "content-security-policy")
    return [[answer.headers.get(name) for name in names] for answer in answers]


async def sessions_that_end(sample: Sample) -> Any:
    """Two browsers with a log socket each: one logs out, one logs in anew, the token is made anew, and elsewhere."""
    seen: dict[str, Any] = {}
    manager, old = module("webui.token_manager").get_token_manager(), token()
    async with sample.client() as first, sample.client() as second:
        for client in (first, second):
            await client.post("/api/webui/auth/verify", json={"token": old})
        seen["numbers differ"] = len({client.cookies["maim_webui_browser"] for client in (first, second)})
        mine, others = [await _opened(sample, client.cookies) for client in (first, second)]
        number = first.cookies["maim_webui_browser"]
        await first.post("/api/webui/auth/logout")
        seen["logout"] = [await _code(mine), await _code(others), "maim_webui_browser" in first.cookies]
        await first.post("/api/webui/auth/verify", json={"token": old})
        mine = await _opened(sample, first.cookies)
        seen["a new number"] = number != first.cookies["maim_webui_browser"]
        await first.post("/api/webui/auth/verify", json={"token": old})
        seen["a login"] = [await _code(mine), await _code(others)]
        guard = module("webui.tenant_guard")
        manager.update_token("Another-token")
        with replaced(guard, "_CHECK_EVERY", -1.0):
            await others.say("ping")
            seen["another token"] = await _code(others)
        manager.update_token(old)
    return seen


async def _opened(sample: Sample, cookies: Mapping[str, str]) -> Socket:
    text = "; ".join(f"{name}={value}" for name, value in cookies.items())
    return await Socket(sample.app, LOGS, {"Cookie": text}).__aenter__()


async def _code(socket: Socket) -> Any:
    """The code with which a socket was closed, and that its handler has ended; or that it still answers."""
    await socket.say("ping")
    try:
        return await socket.hear_text()
    except ConnectionError as error:
        await asyncio.wait_for(asyncio.wait([socket.task]), 5)
        return str(error)
