"""Scenarios of the WebUI's token: who is asked for it, how it is shown, and who opens the door again."""

from __future__ import annotations

import importlib
import os
import re
import time
from typing import Any
from unittest import mock

from tests.behaviour.asgi import Socket
from tests.behaviour.sample import ACME_QUERY, Sample, bearer, module, replaced, token

HISTORY = "/api/chat/history"
LOGS = "/api/webui/ws/logs"
WRONG = "not-the-token"


SOCKETS = ("/api/chat/ws", "/api/room/ws", "/api/webui/jargon/ws", LOGS, "/api/webui/ws/plugin-progress")


async def without_a_token(sample: Sample) -> Any:
    """What every handler answers to nobody in particular."""
    seen: dict[str, Any] = {}
    async with sample.client() as client:
        for path, operations in {**sample.openapi()["paths"], "/some/page": {"get": {}}}.items():
            for method in operations:
                answer = await client.request(method, re.sub(r"\{\w+\}", "1", path))
                seen[f"{method.upper()} {path}"] = answer.status_code
    for path in SOCKETS:
        async with Socket(sample.app, path) as socket:
            seen[f"socket {path}"] = "accepted" if socket.accepted else socket.close_code
    return seen


async def ways_to_show_it(sample: Sample) -> Any:
    """Each way of showing the token, for a handler of a tenant's."""
    cookie = f"maibot_session={token()}"
    async with sample.client() as client:
        tries: dict[str, tuple[str, str, dict[str, str]]] = {
            "cookie": ("GET", HISTORY, {"Cookie": cookie}),
            "cookie, and the page's empty bearer": ("GET", HISTORY, {"Cookie": cookie, "Authorization": "Bearer null"}),
            "cookie, deleting": ("DELETE", HISTORY, {"Cookie": cookie}),
            "bearer": ("GET", HISTORY, bearer()),
            "query": ("GET", f"{HISTORY}?token={token()}", {}),
            "query, deleting": ("DELETE", f"{HISTORY}?token={token()}", {}),
            "wrong cookie": ("GET", HISTORY, {"Cookie": f"maibot_session={WRONG}"}),
            "wrong bearer": ("GET", HISTORY, {"Authorization": f"Bearer {WRONG}"}),
            "wrong query": ("GET", f"{HISTORY}?token={WRONG}", {}),
            "query that is not ascii": ("GET", f"{HISTORY}?token=%C3%A9", {}),
            "choosing with a query that is not ascii": ("GET", f"{HISTORY}?{ACME_QUERY}&token=%C3%A9", {}),
            "nothing": ("GET", HISTORY, {}),
        }
        return {
            name: (await client.request(method, url, headers=headers)).status_code
            for name, (method, url, headers) in tries.items()
        }


async def sockets_of_the_process(sample: Sample) -> Any:
    """The log's socket, which is no tenant's."""
    tries = {
        "nothing": (LOGS, {}),
        "wrong": (f"{LOGS}?token={WRONG}", {}),
        "query": (f"{LOGS}?token={token()}", {}),
        "cookie": (LOGS, {"Cookie": f"maibot_session={token()}"}),
    }
    seen: dict[str, Any] = {}
    for name, (url, headers) in tries.items():
        async with Socket(sample.app, url, headers) as socket:
            seen[name] = "accepted" if socket.accepted else socket.close_code
    return seen


async def nothing_ran(sample: Sample) -> Any:
    """Refused is refused before anything runs: no row goes, no connection is kept."""
    ran = mock.Mock(return_value=0)
    with replaced(module("webui.chat_routes").chat_history, "clear_history", ran):
        async with sample.client() as client:
            answer = await client.delete(HISTORY)
    async with Socket(sample.app, LOGS):
        kept = len(module("webui.logs_ws").active_connections)
    return [answer.status_code, answer.json(), ran.call_count, kept]


async def asked_again(sample: Sample) -> Any:
    """How often the tree is asked of a token, three times shown: one that it has had for a while, and one made anew."""
    manager = module("webui.token_manager").get_token_manager()
    verify, whole, asked, seen = manager.verify_token, manager.config_path.read_bytes(), [], {}

    def noting(shown: str) -> bool:
        asked.append(shown)
        return bool(verify(shown))

    async def show(name: str, shown: dict[str, str]) -> None:
        asked.clear()
        async with sample.api() as client:
            answers = [await client.get(HISTORY, headers=shown) for _ in range(3)]
        seen[name] = [[answer.status_code for answer in answers], len(asked)]

    old = bearer()
    long_ago = time.time() - 60
    os.utime(manager.config_path, (long_ago, long_ago))
    try:
        with replaced(manager, "verify_token", noting):
            await show("had for a while", old)
            manager.update_token("0" * 64)
            await show("the old one", old)
            await show("made anew", bearer())
    finally:
        manager.config_path.write_bytes(whole)
    return seen


async def opened_again(sample: Sample) -> Any:
    """MAIM_WEBUI_ANONYMOUS=1, and values that say nothing of the kind."""
    seen: dict[str, Any] = {}
    for value in ("1", "0", "", "true"):
        with mock.patch.dict("os.environ", MAIM_WEBUI_ANONYMOUS=value):
            async with sample.client() as client, Socket(sample.app, LOGS) as socket:
                answers = [await client.get(HISTORY), await client.get(f"{HISTORY}?{ACME_QUERY}")]
                seen[value] = [*(answer.status_code for answer in answers), socket.accepted]
    return seen


async def said_at_each_start(sample: Sample) -> Any:
    """What the log says as the module is imported."""
    logger = mock.Mock()
    seen = []
    for value in ("1", "0"):
        with (
            mock.patch.dict("os.environ", MAIM_WEBUI_ANONYMOUS=value),
            replaced(module("common.logger"), "get_logger", lambda name: logger),
        ):
            importlib.reload(module("webui.tenant"))
            seen.append([call.args[0] for call in logger.warning.call_args_list])
            logger.reset_mock()
    return seen
