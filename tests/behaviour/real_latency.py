"""What calls of a real checkout's WebUI and plugin APIs cost. Runs inside the tree; measures when it is told to.

For each line that it is sent it answers one, with the seconds of each call: of the clock, and of the processor.
"""

from __future__ import annotations

import asyncio
import inspect
import json
import logging
import os
import sys
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from codemods.prove.guest.asgi import request
from codemods.prove.guest.services import Services
from tests.behaviour.real import CONFIGURATION, create_tables
from tests.behaviour.real_serving import TENANTS, add_rows
from tests.behaviour.sample import inside, module

# What an answer begins with: trees print other lines as well.
ANSWER = "measured "
URLS = (
    "/api/webui/auth/check",
    "/api/webui/emoji/list",
    "/api/webui/emoji/stats/summary",
    "/api/webui/expression/list",
    "/api/webui/jargon/list",
    "/api/webui/person/list",
    "/api/webui/person/stats/summary",
    "/api/webui/statistics/summary?hours=24",
    "/api/chat/history",
)
APIS: tuple[tuple[str, str, tuple[Any, ...]], ...] = (
    ("chat_api", "get_all_streams", ()),
    ("chat_api", "get_private_streams", ()),
    ("config_api", "get_global_config", ("bot.nickname",)),
    ("emoji_api", "get_all", ()),
    ("frequency_api", "get_current_talk_value", ("{chat}",)),
    ("llm_api", "get_available_models", ()),
    ("message_api", "count_new_messages", ("{chat}", 0.0)),
    ("person_api", "get_person_id", ("qq", "7")),
)
# A call of a WebUI takes a millisecond, one of an API some microseconds: so many make one measure.
_AGAIN = 20
_WARM = 10
Call = Callable[[], Awaitable[object]]


def main() -> None:
    Services().configure(Path.cwd(), CONFIGURATION)
    module("main")  # some of its modules cannot be imported first
    create_tables()
    with inside(TENANTS["admin"]):
        add_rows("admin", 1)
    logging.disable(logging.CRITICAL)
    asyncio.run(_serve())
    os._exit(0)  # nor wait for what the tree has started


async def _serve() -> None:
    calls = {**_web_calls(), **await _api_calls()}
    for call in calls.values():
        for _ in range(_WARM):
            await call()
    for _ in sys.stdin:
        print(ANSWER + json.dumps({name: await _timed(call) for name, call in calls.items()}), flush=True)


def _web_calls() -> dict[str, Call]:
    app = module("webui.webui_server").WebUIServer().app
    token = module("webui.token_manager").get_token_manager().get_token()
    headers = {"Authorization": f"Bearer {token}", "Cookie": f"maibot_session={token}"}

    def calling(url: str) -> Call:
        async def call() -> None:
            answer = await request(app, "GET", url, headers, b"", 30)
            assert answer.status == 200, (url, answer.status)

        return call

    return {url: calling(url) for url in URLS}


async def _api_calls() -> dict[str, Call]:
    user = sys.modules["maim_message"].UserInfo(platform="qq", user_id="7", user_nickname="seven")
    with inside(TENANTS["acme"]):
        manager = module("chat.message_receive.chat_stream").get_chat_manager()
        chat = (await manager.get_or_create_stream("qq", user, None)).stream_id

    def calling(api: str, name: str, given: tuple[Any, ...]) -> Call:
        function = getattr(module(f"plugin_system.apis.{api}"), name)
        values = [chat if value == "{chat}" else value for value in given]

        async def call() -> None:
            with inside(TENANTS["acme"]):
                for _ in range(_AGAIN):
                    answer = function(*values)
                    if inspect.isawaitable(answer):
                        await answer

        return call

    return {f"{api}.{name}": calling(api, name, given) for api, name, given in APIS}


async def _timed(call: Call) -> tuple[float, float]:
    """The least of a few calls: what else the machine does only adds to it."""
    found = []
    for _ in range(3):
        clock, processor = time.perf_counter(), time.process_time()
        await call()
        found.append((time.perf_counter() - clock, time.process_time() - processor))
    return min(clock for clock, _ in found), min(processor for _, processor in found)


if __name__ == "__main__":
    main()
