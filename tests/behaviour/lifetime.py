"""Scenarios of how a handler ends; its tenant must end with it. After the migration only.

Each asks twice: inside the handler, which must be the admin's, and in the very context that called the handler, which
must be empty again.
"""

from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import Any

from fastapi import HTTPException

from tests.behaviour.asgi import Message, Request, Socket
from tests.behaviour.sample import ADMIN, Sample, bearer, current_pair, inside, module, replaced

SUMMARY = "/api/webui/statistics/summary"
EXPORT = "/api/webui/export/messages.jsonl"


async def returned(sample: Sample) -> Any:
    inside: list[Any] = []

    async def count(since: float) -> Any:
        inside.append(current_pair())
        return {"requests": 1, "tokens": 1}

    with replaced(module("webui.statistics_routes"), "_count_usage", count):
        request = Request(sample.app, SUMMARY, bearer())
        end = await request.end()
    return [end, inside, request.context.run(current_pair), current_pair()]


async def raised(sample: Sample) -> Any:
    """An error that a handler answers with, and one that it lets through."""
    seen = []
    for error in (HTTPException(418, "teapot"), ValueError("broken")):
        inside: list[Any] = []

        def moods(error: Exception = error, inside: list[Any] = inside) -> None:
            inside.append(current_pair())
            raise error

        with replaced(module("webui.knowledge_routes"), "_collect_moods", moods):
            request = Request(sample.app, "/api/webui/knowledge/moods", bearer())
            end = await request.end()
        seen.append([end, request.sent[0]["status"], inside, request.context.run(current_pair)])
    return seen


async def sync_raised(sample: Sample) -> Any:
    inside: list[Any] = []

    def verify(*_: object) -> None:
        inside.append(current_pair())
        raise HTTPException(418, "teapot")

    with replaced(module("webui.emoji_routes"), "verify_auth_token", verify):
        request = Request(sample.app, "/api/webui/emoji/list", bearer())
        end = await request.end()
    return [end, request.sent[0]["status"], inside, request.context.run(current_pair)]


async def cancelled(sample: Sample) -> Any:
    """A request that is cancelled in the middle of a slow handler; cleaning up still happens in the tenant."""
    inside: list[Any] = []
    begun = asyncio.Event()

    async def count(since: float) -> None:
        try:
            inside.append(current_pair())
            begun.set()
            await asyncio.Event().wait()
        finally:
            inside.append(current_pair())

    with replaced(module("webui.statistics_routes"), "_count_usage", count):
        request = Request(sample.app, SUMMARY, bearer())
        await asyncio.wait_for(begun.wait(), 5)
        end = await request.cancel()
    return [end, inside, request.context.run(current_pair)]


async def stream_cancelled_while_reading(sample: Sample) -> Any:
    """Cancelled while the body waits for its next item."""
    inside: list[Any] = []
    begun = asyncio.Event()

    async def sleep(seconds: float) -> None:
        try:
            inside.append(current_pair())
            begun.set()
            await asyncio.Event().wait()
        finally:
            inside.append(current_pair())

    with replaced(module("webui.export_routes"), "asyncio", SimpleNamespace(sleep=sleep)):
        request = Request(sample.app, EXPORT, bearer())
        await asyncio.wait_for(begun.wait(), 5)
        end = await request.cancel()
    return [end, inside, request.context.run(current_pair)]


async def stream_cancelled_while_sending(sample: Sample) -> Any:
    """Cancelled while an item is on its way to a client that does not take it."""
    sending: list[Any] = []
    stuck = asyncio.Event()

    async def send(message: Message) -> None:
        if message.get("body"):
            sending.append(current_pair())
            stuck.set()
            await asyncio.Event().wait()

    request = Request(sample.app, EXPORT, bearer(), send)
    await asyncio.wait_for(stuck.wait(), 5)
    end = await request.cancel()
    return [end, sending, request.context.run(current_pair)]


async def stream_left_by_the_client(sample: Sample) -> Any:
    """The client goes away in the middle of the body; the body is closed in its tenant."""
    closed: list[Any] = []
    sent: list[Message] = []

    async def send(message: Message) -> None:
        if sent and sent[-1].get("body"):
            raise OSError("connection lost")
        sent.append(message)

    export = module("webui.export_routes")

    class Body:
        """Two rows, and a note of where it was closed."""

        def __init__(self) -> None:
            self.left = 2

        def __aiter__(self) -> Body:
            return self

        async def __anext__(self) -> str:
            self.left -= 1
            if self.left < 0:
                raise StopAsyncIteration
            return f"{current_pair()}\n"

        async def aclose(self) -> None:
            closed.append(current_pair())

    real = export.StreamingResponse
    with replaced(export, "StreamingResponse", lambda _, **kwargs: real(Body(), **kwargs)):
        request = Request(sample.app, EXPORT, bearer(), send)
        end = await request.end()
        # Nobody holds the body any more: the loop closes it in a task of its own.
        del request.task
        await asyncio.sleep(0.01)
    bodies = [message["body"].decode() for message in sent if message.get("body")]
    return [end, bodies, closed, request.context.run(current_pair)]


async def stream_half_consumed(sample: Sample) -> Any:
    """A body that its consumer closes after the first item."""
    seen: list[Any] = []
    export = module("webui.export_routes")
    for handler in (export.export_messages, export.export_persons):
        response = await handler()
        seen.append(current_pair())
        body = response.body_iterator
        seen.append(bool(await anext(body)))
        seen.append(current_pair())
        await body.aclose()
        seen.append(current_pair())
    return seen


async def socket_left(sample: Sample) -> Any:
    """A websocket that its client leaves; its farewell still happens in the tenant."""
    left: list[Any] = []
    seen: list[Any] = []
    chat = module("webui.chat_routes")
    disconnect = chat.chat_manager.disconnect

    def note(*args: Any) -> None:
        left.append(current_pair())
        disconnect(*args)

    with replaced(chat.chat_manager, "disconnect", note):
        async with Socket(sample.app, "/api/chat/ws", bearer()) as socket:
            await socket.hear_until("history")
        seen.append([left, socket.task.done(), socket.context.run(current_pair)])
    async with Socket(sample.app, "/api/webui/jargon/ws", bearer()) as socket:
        await socket.say("yyds")
        await socket.hear()
    seen.append(socket.context.run(current_pair))
    return {"seen": seen, "connections": len(chat.chat_manager.active_connections), "caller": current_pair()}


async def socket_cancelled(sample: Sample) -> Any:
    """The server stops in the middle of a connection, which is taken off its tenant's list."""

    def listed() -> int:
        with inside(ADMIN):
            return len(module("webui.room_routes").hub.connections)

    async with Socket(sample.app, "/api/room/ws", bearer()) as socket:
        await socket.say({"type": "recent"})
        await socket.hear()
        connected = listed()
        socket.task.cancel()
        await asyncio.wait([socket.task])
        return [socket.task.cancelled(), socket.context.run(current_pair), connected, listed()]


async def refused_request(sample: Sample) -> Any:
    request = Request(sample.app, "/api/chat/history?tenant_id=acme", {})
    end = await request.end()
    return [end, request.sent[0]["status"], request.context.run(current_pair)]
