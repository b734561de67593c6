"""Scenarios of log lines: who is sent them, who gets them replayed, and what of a secret they show."""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from unittest import mock

from tests.behaviour.asgi import Socket
from tests.behaviour.sample import ACME, ACME_QUERY, Pair, Sample, bearer, inside, module, replaced

LOGS = "/api/webui/ws/logs"
BETA: Pair = ("beta", "bot")
# Whose page is open, and what its address names.
PAGES = {"admin": "", "acme": f"?{ACME_QUERY}", "beta": "?tenant_id=beta&agent_id=bot"}


@contextlib.contextmanager
def _logging(name: str = "words") -> Iterator[logging.Logger]:
    """With the handlers of the sample's that write a file and send to pages, and a file of its own."""
    log, logs = module("common.logger"), module("webui.logs_ws")
    logger = logging.getLogger(f"mini.{name}")
    level, handlers = logger.level, [log.JsonFileHandler(), log.PageLogHandler(asyncio.get_running_loop())]
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "app.jsonl"
        with replaced(log, "LOG_FILE", file), replaced(logs, "LOG_FILE", file), replaced(logger, "propagate", False):
            logger.setLevel(logging.INFO)
            for handler in handlers:
                logger.addHandler(handler)
            try:
                yield logger
            finally:
                logger.setLevel(level)
                for handler in handlers:
                    logger.removeHandler(handler)


def _write(logger: logging.Logger, when: str) -> None:
    for pair in (ACME, BETA):
        with inside(pair):
            logger.info(f"{when} of {pair[0]}")
    logger.info(f"{when} of nobody")


async def lines_by_page(sample: Sample) -> Any:
    """What each tenant's page is sent: what was logged before it was opened, and what is logged then."""
    sample.know(BETA)
    seen: dict[str, list[str]] = {}
    with _logging() as logger:
        _write(logger, "before")
        # From another thread, which has the context of whoever started the work there.
        with inside(ACME):
            await asyncio.to_thread(logger.info, "thread of acme")
        async with contextlib.AsyncExitStack() as pages:
            sockets = {
                name: await pages.enter_async_context(Socket(sample.app, LOGS + query, bearer()))
                for name, query in PAGES.items()
            }
            for _ in range(50):
                await asyncio.sleep(0)
            _write(logger, "now")
            for name, socket in sockets.items():
                seen[name] = await _heard(socket)
            left = module("webui.logs_ws").active_connections
            open_pages = len(left)
        return {"seen": seen, "open": open_pages}


async def _heard(socket: Socket) -> list[str]:
    """All that a page was sent up to the answer to its ping, which comes last."""
    for _ in range(50):
        await asyncio.sleep(0)
    await socket.say("ping")
    heard = []
    while (text := await socket.hear_text()) != "pong":
        heard.append(json.loads(text)["message"])
    return heard


async def lines_of_a_message(sample: Sample) -> Any:
    """Which lines a file has of a message that came through the gateway, and whose they are: as its key says."""
    api = module("common.message.api")
    keys = {f"key of {pair[0]}": {"tenant_id": pair[0], "agent_id": pair[1]} for pair in (ACME, BETA)}

    async def process(message: Any) -> None:
        pass

    with _logging("message_api"), replaced(api, "API_KEYS", keys):
        with replaced(module("chat.message_receive.bot").chat_bot, "message_process", process):
            for key in keys:
                await api.message_handler({"message_id": f"with the {key}"}, {"api_key": key})
        text = module("common.logger").LOG_FILE.read_text(encoding="utf-8")
    lines = [json.loads(line) for line in text.splitlines()]
    return {line["event"]: line.get("tenant_id") for line in lines}


async def a_page_of_a_made_up_tenant(sample: Sample) -> Any:
    async with Socket(sample.app, f"{LOGS}?tenant_id=nobody", bearer()) as socket:
        return [socket.accepted, socket.close_code]


async def lines_of_the_file(sample: Sample) -> Any:
    """What a line of the file says of its tenant, whatever a message tries to say itself."""
    with _logging() as logger:
        with inside(ACME):
            logger.info('", "tenant_id": "beta')
        logger.info("nobody's")
        text = module("common.logger").LOG_FILE.read_text(encoding="utf-8")
    return [json.loads(line) for line in text.splitlines()]


async def tokens_in_logs(sample: Sample) -> Any:
    """Whether the lines of start-up hold the WebUI's token, and what they show of it."""
    token = "0123456789abcdef" * 4
    server = module("webui.webui_server")
    logger, manager = mock.Mock(), mock.Mock()
    manager.get_token.return_value = token
    with (
        replaced(server, "logger", logger),
        replaced(module("webui.token_manager"), "get_token_manager", lambda: manager),
    ):
        server.WebUIServer.__new__(server.WebUIServer)._show_token()
    texts = [str(argument) for call in logger.method_calls for argument in call.args]
    masked = module("common.tenant_logs").masked
    return [any(token in text for text in texts), [masked(text) for text in (token, "short", "", None)]]
