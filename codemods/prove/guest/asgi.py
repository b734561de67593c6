"""Requests and connections to a web application in this process, without a network."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from .texts import phrase, said_by

_HOST = (b"host", b"127.0.0.1:8001")
Application = Callable[..., Awaitable[None]]


@dataclass
class Response:
    """What was answered, as far as it came."""

    status: int = 0
    body: bytes = b""
    headers: list[Any] = field(default_factory=list)

    @property
    def text(self) -> str:
        return self.body.decode(errors="replace")


def _scope(kind: str, url: str, headers: Mapping[str, str]) -> dict[str, Any]:
    parts = urlsplit(url)
    return {
        "type": kind,
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": "1.1",
        "scheme": "http" if kind == "http" else "ws",
        "path": parts.path,
        "raw_path": parts.path.encode(),
        "query_string": parts.query.encode(),
        "root_path": "",
        "headers": [_HOST, *((name.lower().encode(), value.encode()) for name, value in headers.items())],
        "client": ("127.0.0.1", 50000),
        "server": ("127.0.0.1", 8001),
        "state": {},
    }


async def request(
    app: Application, method: str, url: str, headers: Mapping[str, str], body: bytes, seconds: float
) -> Response:
    """Ask once. An answer that does not end is taken as far as it has come."""
    response = Response()
    sent = asyncio.Event()
    messages = [{"type": "http.request", "body": body, "more_body": False}]

    async def receive() -> dict[str, Any]:
        if messages:
            return messages.pop()
        await sent.wait()
        return {"type": "http.disconnect"}

    async def send(message: Mapping[str, Any]) -> None:
        if message["type"] == "http.response.start":
            response.status, response.headers = message["status"], list(message.get("headers", ()))
        elif message["type"] == "http.response.body":
            response.body += message.get("body", b"")

    scope = {**_scope("http", url, headers), "method": method}
    try:
        await asyncio.wait_for(app(scope, receive, send), seconds)
    except TimeoutError:
        if not response.status:
            raise
    finally:
        sent.set()
    return response


class Socket:
    """One connection: what it hears is kept."""

    def __init__(self, app: Application, url: str, headers: Mapping[str, str]) -> None:
        self.frames: list[str] = []
        self.is_open = False
        self.refusal = ""
        self._inbox: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self._inbox.put_nowait({"type": "websocket.connect"})
        self._scope = {**_scope("websocket", url, headers), "subprotocols": []}
        self._task = asyncio.ensure_future(self._run(app))

    async def _run(self, app: Application) -> None:
        try:
            await app(self._scope, self._inbox.get, self._take)
        except Exception as error:
            self.refusal = self.refusal or said_by(error)

    async def _take(self, message: Mapping[str, Any]) -> None:
        kind = message["type"]
        if kind == "websocket.accept":
            self.is_open = True
        elif kind == "websocket.send":
            text = message.get("text")
            self.frames.append(text if text is not None else (message.get("bytes") or b"").decode(errors="replace"))
        elif kind in ("websocket.close", "websocket.http.response.start"):
            self.refusal = self.refusal or phrase(
                "closed with {code}", code=message.get("code", message.get("status", ""))
            )
            self.is_open = False

    def say(self, data: Any) -> None:
        text = data if isinstance(data, str) else json.dumps(data, ensure_ascii=False)
        self._inbox.put_nowait({"type": "websocket.receive", "text": text})

    async def close(self) -> None:
        self._inbox.put_nowait({"type": "websocket.disconnect", "code": 1000})
        await asyncio.wait([self._task], timeout=2)
        self._task.cancel()
