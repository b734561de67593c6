"""Work that goes on by itself in a real checkout, migrated or not, with its gateway and start-up. Runs inside it."""

from __future__ import annotations

import asyncio
import json
import logging
import os
import sys
from collections.abc import Awaitable, Callable
from contextlib import ExitStack, nullcontext
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest import mock

from tests.behaviour.real import create_tables
from tests.behaviour.real_loading import a_message
from tests.behaviour.sample import current_pair, inside, module

A, B = ("tenant-a", "bot"), ("tenant-b", "bot")
KEY = "mk_a_key_that_nobody_may_read_in_a_log"
# What the message server needs, and the reference tree keeps out of its repository.
SERVER = """
[maimconfig]
url = "http://127.0.0.1:1"
timeout = 1
retry_count = 1
[api_server]
host = "127.0.0.1"
port = 18095
path = "/ws"
[logging]
log_level = "CRITICAL"
enable_connection_log = false
enable_message_log = false
"""


class Notes(logging.Handler):
    """What the tree logs."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.texts: list[tuple[int, str]] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.texts.append((record.levelno, str(record.msg)))

    @property
    def errors(self) -> list[str]:
        return [text for level, text in self.texts if level >= logging.ERROR]


def main(output: str) -> None:
    Path("src/common/message/config.toml").write_text(SERVER, encoding="utf-8")
    seen = asyncio.run(asyncio.wait_for(observe(), 120))
    Path(output).write_text(json.dumps(seen, ensure_ascii=False), encoding="utf-8")
    # The tree's background threads need not be waited for.
    os._exit(0)


async def observe() -> dict[str, Any]:
    create_tables()
    logging.disable(logging.NOTSET)  # what the other scenarios turn off
    notes = Notes()
    logging.getLogger().addHandler(notes)
    acts: list[Callable[[Notes], Awaitable[Any]]] = [gateway, closed, loops, saving, loading, start_up]
    seen: dict[str, Any] = {}
    for act in acts:
        notes.texts.clear()
        try:
            seen[act.__name__] = await act(notes)
        except Exception as error:
            seen[act.__name__] = f"stopped: {type(error).__name__}: {error}"
    return seen


def _manager() -> Any:
    return module("chat.message_receive.chat_stream").get_chat_manager()


async def _raises(call: Callable[[], Any]) -> str:
    """The error of a call, or "answers"."""
    try:
        answer = call()
        if asyncio.iscoroutine(answer):
            await answer
    except Exception as error:
        return type(error).__name__
    return "answers"


async def _stream(pair: tuple[str, str], group: str | None) -> Any:
    from maim_message import GroupInfo, UserInfo  # type: ignore[import-not-found]

    user = UserInfo(platform="qq", user_id="7", user_nickname="someone", user_cardname="")
    info = GroupInfo(platform="qq", group_id=group, group_name=f"{pair[0]}'s") if group else None
    with inside(pair):
        return await _manager().get_or_create_stream("qq", user, info)


async def gateway(notes: Notes) -> Any:
    """A message whose key nobody knows: how often it is processed, what its sender hears, whether a log has the key."""
    processed, answers = [], []
    api = module("common.message.api")

    async def unknown(key: str) -> None:
        return None

    async def process(message: Any) -> None:
        processed.append(current_pair())

    async def send(kind: str, payload: Any, **more: Any) -> None:
        answers.append([kind, payload.get("success"), more.get("connection_uuid")])

    with (
        mock.patch.object(api, "parse_api_key", unknown),
        mock.patch.object(
            module("chat.message_receive.bot"), "get_message_handler", lambda: SimpleNamespace(message_process=process)
        ),
        mock.patch.object(api.get_global_api(), "send_custom_message", send),
    ):
        await api.message_handler(a_message(KEY), {"api_key": KEY, "uuid": "connection-1"})
    leaks = [text for _, text in notes.texts if KEY in text]
    return {"processed": len(processed), "answers": answers, "leaks": leaks, "logged": len(notes.texts)}


async def closed(notes: Notes) -> Any:
    """What the chat manager answers to whom has no tenant."""
    stream = await _stream(A, "closed")
    manager, key = _manager(), stream.stream_id
    calls: dict[str, Callable[[], Any]] = {
        "get_stream": lambda: manager.get_stream(key),
        "get_stream_name": lambda: manager.get_stream_name(key),
        "get_stream_by_info": lambda: manager.get_stream_by_info("qq", stream.user_info, stream.group_info),
        "register_message": lambda: manager.register_message(SimpleNamespace(message_info=stream)),
        "list": lambda: list(manager.streams),
        "values": lambda: manager.streams.values(),
        "items": lambda: manager.streams.items(),
        "len": lambda: len(manager.streams),
        "in": lambda: key in manager.streams,
        "item": lambda: manager.streams[key],
        "write": lambda: manager.streams.set_with_context(key, stream, *A),
        "last_messages": lambda: len(manager.last_messages),
        "clear": lambda: manager.streams.clear(),
    }
    return {name: await _raises(call) for name, call in calls.items()}


async def loops(notes: Notes) -> Any:
    """In whose name each chat loop runs, by who starts it: nobody, its own tenant, another one."""
    places = {
        "HeartFChatting": ("chat.heart_flow.heartFC_chat", "_loopbody", "group"),
        "BrainChatting": ("chat.brain_chat.brain_chat", "_loopbody", None),
        "ChatHistorySummarizer": ("hippo_memorizer.chat_history_summarizer", "process", "group"),
    }
    found: dict[str, Any] = {}
    for name, (home, body, group) in places.items():
        stream = await _stream(A, group)
        for starter, pair in (("nobody", None), ("its own", A), ("another", B)):
            found[f"{name} by {starter}"] = await _started(getattr(module(home), name), body, stream.stream_id, pair)
    return found


async def _started(cls: Any, body: str, stream_id: str, pair: tuple[str, str] | None) -> list[Any]:
    """What starting a loop of tenant A ends in, and in whose name it then runs, once each."""
    ran: list[Any] = []

    async def note(*_: Any) -> bool:
        ran.append(tuple(current_pair()))
        return False

    with inside(A):
        loop = cls(stream_id)
    if hasattr(loop, "chat_history_summarizer"):  # which has a turn of its own
        loop.chat_history_summarizer = SimpleNamespace(start=_nothing)
    with ExitStack() as replaced:
        replaced.enter_context(mock.patch.object(cls, body, note))
        for name, stand_in in (("_load_topic_cache_from_db", lambda *_: None), ("_load_batch_from_db", note)):
            if hasattr(cls, name):  # the tables that it reads cannot be made on SQLite
                replaced.enter_context(mock.patch.object(cls, name, stand_in))
        with inside(pair) if pair else nullcontext():
            outcome = await _raises(loop.start)
        for _ in range(30):
            await asyncio.sleep(0.01)
    task = getattr(loop, "_periodic_task", None) or getattr(loop, "_loop_task", None)
    if task is not None:
        task.cancel()
    return [outcome, *dict.fromkeys(ran)]


async def _nothing() -> None:
    return None


async def saving(notes: Notes) -> Any:
    """The periodic save of two tenants' streams: in whose name each is saved."""
    manager, saved = _manager(), []
    streams = {pair: await _stream(pair, "saving") for pair in (A, B)}
    for pair in streams:
        with inside(pair):
            for stream in manager.streams.values():
                stream.update_active_time()
    original = type(manager)._save_stream

    async def note(stream: Any) -> None:
        if not stream.saved:
            saved.append([stream.tenant_id, *current_pair()])
        await original(stream)

    with mock.patch.object(type(manager), "_save_stream", staticmethod(note)):
        outcome = await _raises(manager._save_all_streams)
    return {"outcome": outcome, "saved": sorted(map(str, {tuple(each) for each in saved}))}


async def loading(notes: Notes) -> Any:
    """A chat manager that starts anew: what each tenant finds in it."""
    home = module("chat.message_receive.chat_stream")
    home.ChatManager._instance, home.ChatManager._initialized, home.chat_manager = None, False, None
    outcome = await _raises(_manager()._initialize)
    found = {}
    for pair in (A, B):
        with inside(pair):
            found[pair[0]] = sorted({stream.tenant_id for stream in _manager().streams.values()})
    return {
        "outcome": outcome,
        "found": found,
        "errors": [text for level, text in notes.texts if level >= logging.ERROR],
    }


async def start_up(notes: Notes) -> Any:
    """The whole system's start, until it says that it is ready."""
    system = module("main").MainSystem()
    outcome = await _raises(system.initialize)
    saves = any("_auto_save_task" in repr(task) for task in asyncio.all_tasks())
    return {"outcome": outcome, "errors": notes.errors, "saves": saves}


if __name__ == "__main__":
    main(sys.argv[1])
