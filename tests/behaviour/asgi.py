"""Requests and websocket connections to an ASGI app, made on the loop that the test itself runs on.

Starlette's TestClient has a loop of its own for each client; two tenants on one event loop need both ends on one.
"""

from __future__ import annotations

import asyncio
import contextvars
import json
from collections.abc import Awaitable, Callable, Mapping
from typing import Any
from urllib.parse import urlsplit

Message = dict[str, Any]
Send = Callable[[Message], Awaitable[None]]

# Nothing in the sample takes this long: a wait that reaches it is a failure.
PATIENCE = 5.0


def _scope(kind: str, url: str, headers: Mapping[str, str], **more: Any) -> Message:
    parts = urlsplit(url)
    return {
        "type": kind,
        # 2.4: a streaming body is sent by the task that called the handler, as uvicorn has it.
        "asgi": {"version": "3.0", "spec_version": "2.4"},
        "http_version": "1.1",
        "path": parts.path,
        "raw_path": parts.path.encode(),
        "root_path": "",
        "query_string": parts.query.encode(),
        "headers": [(name.lower().encode(), value.encode()) for name, value in headers.items()],
        "client": ("127.0.0.1", 1),
        "server": ("sample", 80),
        **more,
    }


class Request:
    """One GET, in a task whose context can be looked at when it has ended."""

    def __init__(self, app: Any, url: str, headers: Mapping[str, str], send: Send | None = None) -> None:
        self.sent: list[Message] = []
        self.context = contextvars.copy_context()
        scope = _scope("http", url, headers, method="GET", scheme="http")
        call = app(scope, self._receive, send or self._send)
        self.task: asyncio.Task[None] = asyncio.create_task(call, context=self.context)

    async def _receive(self) -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def _send(self, message: Message) -> None:
        self.sent.append(message)

    @property
    def body(self) -> bytes:
        return b"".join(message.get("body", b"") for message in self.sent)

    async def end(self) -> str:
        """Wait for the end of the request, and say how it ended."""
        try:
            await asyncio.wait_for(self.task, PATIENCE)
        except asyncio.CancelledError:
            return "cancelled"
        except Exception as error:
            return type(error).__name__
        return "returned"

    async def cancel(self) -> str:
        self.task.cancel()
        return await self.end()


class Socket:
    """One websocket connection; `async with` opens it and waits for the answer."""

    def __init__(self, app: Any, url: str, headers: Mapping[str, str] | None = None) -> None:
        self._to_app: asyncio.Queue[Message] = asyncio.Queue()
        self._from_app: asyncio.Queue[Message] = asyncio.Queue()
        self.accepted = False
        self.close_code: int | None = None
        self.context = contextvars.copy_context()
        scope = _scope("websocket", url, headers or {}, scheme="ws", subprotocols=[])
        call = app(scope, self._to_app.get, self._from_app.put)
        self._to_app.put_nowait({"type": "websocket.connect"})
        self.task: asyncio.Task[None] = asyncio.create_task(call, context=self.context)

    async def __aenter__(self) -> Socket:
        first = await asyncio.wait_for(self._from_app.get(), PATIENCE)
        self.accepted = first["type"] == "websocket.accept"
        if not self.accepted:
            self.close_code = first.get("code")
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.leave()

    async def leave(self) -> None:
        """The client goes away; wait until the handler has seen it."""
        self._to_app.put_nowait({"type": "websocket.disconnect", "code": 1001})
        await asyncio.wait_for(asyncio.wait([self.task]), PATIENCE)

    async def say(self, message: Any) -> None:
        text = message if isinstance(message, str) else json.dumps(message)
        await self._to_app.put({"type": "websocket.receive", "text": text})

    async def hear(self) -> Any:
        """The next message."""
        return json.loads(await self.hear_text())

    async def hear_text(self) -> str:
        """The same, as it was sent."""
        message = await asyncio.wait_for(self._from_app.get(), PATIENCE)
        if message["type"] == "websocket.close":
            raise ConnectionError(f"closed with {message.get('code')}")
        return str(message["text"])

    async def hear_until(self, *types: str) -> list[Any]:
        """All messages up to the first of one of these types."""
        heard = [await self.hear()]
        while heard[-1].get("type") not in types:
            heard.append(await self.hear())
        return heard
