"""Work that goes on by itself in the sample, migrated or not: the gateway, chat loops, threads, saving, start-up."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import nullcontext
from functools import partial
from typing import Any
from unittest import mock

from tests.behaviour.sample import ACME, ADMIN, MESSAGES, Pair, Sample, current_pair, inside, migrated, module, replaced

KEY = "mk_nobody_may_read_this_in_a_log"
CONNECTION = {"api_key": KEY, "uuid": "connection-1"}


async def _outcome(call: Callable[[], Any]) -> str:
    """The error of a call, or "answers"."""
    try:
        answer = call()
        if asyncio.iscoroutine(answer):
            await answer
    except Exception as error:
        return type(error).__name__
    return "answers"


async def _until(condition: Callable[[], Any]) -> None:
    for _ in range(200):
        if condition():
            return
        await asyncio.sleep(0.01)
    raise TimeoutError("it did not happen")


def _manager() -> Any:
    return module("chat.message_receive.chat_stream").get_chat_manager()


async def _stream(pair: Pair, group: str | None = "g") -> Any:
    message = module("chat.message_receive.message")
    info = message.GroupInfo("qq", group, f"group of {pair[0]}") if group else None
    with inside(pair):
        return await _manager().get_or_create_stream("qq", message.UserInfo("qq", "7", "someone"), info)


# The gateway


async def unknown_key(sample: Sample) -> Any:
    """A message whose key gives no tenant: how often it is processed, what its sender hears, what is logged."""
    api, logged, processed = module("common.message.api"), [], []
    api.get_global_api().answers.clear()

    async def process(message: Any) -> None:
        processed.append(current_pair())

    class Logger:
        def warning(self, text: str) -> None:
            logged.append(text)

        def info(self, text: str) -> None:
            """What the gateway says of every message that it has processed."""

    with replaced(module("chat.message_receive.bot").chat_bot, "message_process", process):
        logging = module("common.message.tenant_background") if migrated() else api
        with replaced(logging, "logger", Logger()):
            await api.message_handler({}, CONNECTION)
            await api.message_handler({}, {"api_key": KEY})
            api.API_KEYS["half a key"] = {"tenant_id": "acme", "agent_id": None}
            await api.message_handler({}, {"api_key": "half a key"})
    answers = [[answer["type"], answer["connection"]] for answer in api.get_global_api().answers]
    leaks = [text for text in logged if KEY in text]
    return {"processed": len(processed), "answers": answers, "logged": len(logged), "leaks": leaks}


async def unchecked_key(sample: Sample) -> Any:
    """What a sender hears whose key could not be checked, and what the next one hears whose key is nobody's."""
    api = module("common.message.api")
    api.get_global_api().answers.clear()

    async def silent(key: str) -> None:
        raise TimeoutError

    with replaced(api, "_ask_key_service", silent):
        await api.message_handler({}, {"api_key": KEY, "uuid": "connection-1"})
    await api.message_handler({}, {"api_key": KEY, "uuid": "connection-1"})
    return [answer["payload"] for answer in api.get_global_api().answers]


async def echoed_ids(sample: Sample) -> Any:
    """What the server's own call of a registered handler does to the rows of the key's tenant, and of others."""
    api, bot = module("common.message.api"), module("chat.message_receive.bot").chat_bot
    server = api.get_global_api()
    server.answers.clear()
    server.register_custom_handler("custom_message_id_echo", bot.echo_message_process)
    api.API_KEYS["acme's key"] = {"tenant_id": ACME[0], "agent_id": ACME[1]}
    outcomes = []
    for key, old, new in (("acme's key", "acme-0", "new-0"), ("acme's key", "admin-0", "new-1"), (KEY, "acme-1", "x")):
        data = {"content": {"type": "echo", "echo": old, "actual_id": new}}
        metadata = {"api_key": key, "uuid": "connection-1"}
        outcomes.append(await _outcome(partial(server.receive_custom, "custom_message_id_echo", data, metadata)))
    return {
        "outcomes": outcomes,
        "new": [row for row in sample.rows("Messages", "message_id") if row[2].startswith(("new", "x"))],
        "refused": len(server.answers),
    }


# Chat loops


async def loops_by_starter(sample: Sample) -> Any:
    """In whose name each chat loop runs, by who starts it; and what stops it."""
    found: dict[str, Any] = {}
    homes = {
        "HeartFChatting": ("chat.heart_flow.heartFC_chat", "_loopbody"),
        "BrainChatting": ("chat.brain_chat.brain_chat", "_reply"),
        "ChatHistorySummarizer": ("hippo_memorizer.chat_history_summarizer", "process"),
    }
    for name, (home, body) in homes.items():
        stream = await _stream(ACME)
        for starter, pair in (("nobody", None), ("its own", ACME), ("another", ADMIN)):
            with inside(ACME):
                loop = getattr(module(home), name)(stream.stream_id)
            found[f"{name} by {starter}"] = await _run(loop, body, pair)
    return found


async def _run(loop: Any, body: str, pair: Pair | None) -> Any:
    ran: list[Any] = []

    async def note(*_: Any) -> None:
        ran.append(tuple(current_pair()))

    with replaced(type(loop), body, note):
        with inside(pair) if pair else nullcontext():
            outcome = await _outcome(loop.start)
        if hasattr(loop, "add_message"):
            loop.add_message("hello")
        if outcome == "answers":
            await _until(lambda: ran)
        task = getattr(loop, "_loop_task", None) or getattr(loop, "_periodic_task", None)
        await _end(loop, task)
    # One that wakes up just then sees that it is to end, and is not cancelled any more.
    has_ended = task is not None and task.done() and (task.cancelled() or task.exception() is None)
    return [outcome, *dict.fromkeys(ran), has_ended]


async def _end(loop: Any, task: Any) -> None:
    """Stop a loop, as its own tenant's code or nobody's does."""
    if hasattr(loop, "stop"):
        await loop.stop()
    elif task is not None:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def loops_after_an_error(sample: Sample) -> Any:
    """In whose name a loop runs that starts again after an error, first started by nobody."""
    found = {}
    for name, home, body in (
        ("HeartFChatting", "chat.heart_flow.heartFC_chat", "_loopbody"),
        ("BrainChatting", "chat.brain_chat.brain_chat", "_reply"),
    ):
        stream = await _stream(ACME)
        ran: list[Any] = []
        with inside(ACME):
            loop = getattr(module(home), name)(stream.stream_id)

        async def fail_once(*_: Any, ran: list[Any] = ran) -> None:
            ran.append(current_pair())
            if len(ran) == 1:
                raise ValueError("once")

        with replaced(type(loop), body, fail_once):
            await loop.start()
            loop.add_message("one")
            await _until(partial(bool, ran))
            loop.add_message("two")
            await _until(partial(ran.__getitem__, slice(1, None)))
            await _end(loop, loop._loop_task)
        found[name] = ran[:2]
    return found


async def loops_of_strangers(sample: Sample) -> Any:
    """A summarizer of another tenant's chat, and one that is made where there is no tenant."""
    stream = await _stream(ACME)
    cls = module("hippo_memorizer.chat_history_summarizer").ChatHistorySummarizer
    with inside(ADMIN):
        of_another = cls(stream.stream_id)
        found = {"another's chat": await _outcome(of_another.start)}
    of_nobody = cls(stream.stream_id)
    found["made and started by nobody"] = await _outcome(of_nobody.start)
    with inside(ACME):
        found["made by nobody, started in its tenant"] = await _outcome(of_nobody.start)
    for loop in (of_another, of_nobody):
        await loop.stop()
    return found


# Threads


async def threads(sample: Sample) -> Any:
    """What threads, pools, timers and callbacks count of the tenant that starts them."""
    found: dict[str, Any] = {}
    for pair in (ADMIN, ACME):
        with inside(pair):
            found[pair[0]] = {name: await _counted(way) for name, way in _WAYS.items()}
    return found


async def _counted(way: Callable[[Any], Any]) -> Any:
    report = module("chat.utils.statistic").UsageReport()
    try:
        answer = way(report)
        if asyncio.iscoroutine(answer):
            answer = await answer
        if answer is None or not isinstance(answer, (int, list)):
            await asyncio.to_thread(report.ready.wait, 0.5)
            answer = report.lines
    except Exception as error:
        answer = f"{type(error).__name__}"
    return answer


_WAYS: dict[str, Callable[[Any], Any]] = {
    "thread": lambda report: report.in_thread(),
    "timer": lambda report: report.after(0.01),
    "map": lambda report: report.of_models(["model-admin", "model-acme"]),
    "submit": lambda report: report.of_model("model-acme"),
    "callback": lambda report: report.when_done(),
    "loop from thread": lambda report: report.from_thread(),
}


async def statistics_in_a_pool(sample: Sample) -> Any:
    found = {}
    for pair in (ADMIN, ACME):
        task = module("chat.utils.statistic").StatisticOutputTask()
        outcome = await _outcome(partial(task.run_for, *pair))
        with inside(pair):
            found[pair[0]] = [outcome, task.output.get("messages"), bool(task.output.get("machine"))]
    return found


# The chat manager


async def closed_manager(sample: Sample) -> Any:
    """What the chat manager answers to whom has no tenant, call by call, and to a tenant that asks for another's."""
    stream, manager = await _stream(ACME), _manager()
    key = stream.stream_id
    message = module("chat.message_receive.message").MessageRecv.from_dict(_message())
    with inside(ADMIN):
        count = len(manager.last_messages)
    with inside(ACME):
        own_count = len(manager.last_messages)
        manager.register_message(message)
    calls: dict[str, Callable[[], Any]] = {
        "get_stream": lambda: manager.get_stream(key),
        "get_stream_name": lambda: manager.get_stream_name(key),
        "get_stream_by_info": lambda: manager.get_stream_by_info("qq", stream.user_info, stream.group_info),
        "register_message": lambda: manager.register_message(message),
        "list": lambda: list(manager.streams),
        "keys": lambda: manager.streams.keys(),
        "values": lambda: manager.streams.values(),
        "items": lambda: manager.streams.items(),
        "len": lambda: len(manager.streams),
        "bool": lambda: bool(manager.streams),
        "in": lambda: key in manager.streams,
        "item": lambda: manager.streams[key],
        "get": lambda: manager.streams.get(key),
        "pop": lambda: manager.streams.pop(key, None),
        "delete": lambda: manager.streams.__delitem__(key),
        "write": lambda: manager.streams.__setitem__(key, stream),
        "write for": lambda: manager.streams.set_with_context(key, stream, *ACME),
        "clear": lambda: manager.streams.clear(),
        "last_messages": lambda: len(manager.last_messages),
    }
    nobody = {name: await _outcome(call) for name, call in calls.items()}
    with inside(ADMIN):
        found = [manager.get_stream(key), manager.get_stream_name(key), key in manager.streams]
        found.append(len(manager.last_messages) - count)
        wrote = await _outcome(lambda: manager.streams.set_with_context(key, stream, *ACME))
    with inside(ACME):
        own = [manager.get_stream(key) is stream, len(manager.last_messages) - own_count]
    return {"nobody": nobody, "another": [*found, wrote], "its own": own}


def _message() -> dict[str, Any]:
    user = {"platform": "qq", "user_id": "7", "user_nickname": "someone"}
    info = {"platform": "qq", "message_id": "1", "time": 1.0, "user_info": user, "group_info": None}
    return {"message_info": info, "message_segment": {"type": "text", "data": "hello"}}


async def same_key_of_two_tenants(sample: Sample) -> Any:
    """Two tenants use one key: each keeps its own, through writing, deleting and clearing; loops may change it."""
    parted = module("common.structure.context_aware_map").ContextAwareMap()
    for pair in (ADMIN, ACME):
        with inside(pair):
            parted["k"] = pair[0]
            parted["more"] = "more"
    with inside(ADMIN):
        del parted["k"]
        gone = [parted.get("k"), sorted(parted)]
        for key in parted:
            parted[f"{key} again"] = key
        parted.clear()
        known = ["k" in parted]
    with inside(ACME):
        known.append("k" in parted)
        left = [parted["k"], sorted(parted.keys()), sorted(parted.values()), sorted(parted.items()), len(parted)]
    with module("common.message.tenant_door").open_door():
        known += ["k" in parted, "another" in parted]
    return {"gone": gone, "left": left, "known": known}


async def periodic_save(sample: Sample) -> Any:
    """The streams of two tenants, one of which fails: in whose name each is saved."""
    manager, saved = _manager(), []
    for pair in (ADMIN, ACME):
        stream = await _stream(pair, f"saving {pair[0]}")
        stream.update_active_time()

    async def note(stream: Any) -> None:
        if hasattr(stream, "tenant_id") and not stream.saved:
            saved.append([stream.tenant_id, *current_pair()])
            if stream.tenant_id == ACME[0]:
                raise OSError("the disk is full")

    with replaced(manager, "_save_stream", note):
        outcome = await _outcome(manager._save_all_streams)
        with inside(ADMIN):
            own = await _outcome(manager._save_all_streams)
    return {"outcome": outcome, "saved": sorted(map(str, saved)), "own": own}


async def start_up(sample: Sample) -> Any:
    """The system's start, until it says that it is ready: what it loads, for whom, and what it logs as an error."""
    for pair in (ADMIN, ACME):
        await _stream(pair, f"loading {pair[0]}")
    home, errors = module("chat.message_receive.chat_stream"), []
    _manager().streams = module("common.structure.context_aware_map").ContextAwareMap()

    class Logger:
        def error(self, text: str) -> None:
            errors.append(text)

        def info(self, text: str) -> None: ...

        warning = debug = info

    system = module("main").MainSystem()
    plugins = module("plugin_system.core.plugin_manager").plugin_manager
    # The plugins have scenarios of their own, and stay once they are loaded.
    with replaced(home, "logger", Logger()), replaced(plugins, "load_all_plugins", lambda: None):
        outcome = await _outcome(system.initialize)
    found = {}
    for pair in (ADMIN, ACME):
        with inside(pair):
            tenants = {stream.tenant_id for stream in _manager().streams.values()}
            found[pair[0]] = [outcome, sorted(tenants), len(_manager().streams)]
    saving = system._auto_save is not None and not system._auto_save.done()
    if system._auto_save is not None:
        system._auto_save.cancel()
    await module("manager.async_task_manager").async_task_manager.stop_and_wait_all_tasks()
    return {"found": found, "errors": errors, "saving": saving}


async def the_door(sample: Sample) -> Any:
    """Who may pass: nobody in a tenant, nobody after it has closed, and inside it a tenant sees its own only."""
    if not migrated():
        return None
    door, manager = module("common.message.tenant_door"), _manager()
    counted: dict[str, Any] = {}
    release = asyncio.Event()

    async def later() -> str:
        await release.wait()
        return await _outcome(lambda: len(manager.streams))

    with door.open_door():
        task = asyncio.create_task(later())
        counted["all"] = len(manager.streams)
        counted["in a thread"] = await asyncio.to_thread(lambda: len(manager.streams))
        with inside(ACME):
            counted["in a tenant"] = len(manager.streams)
        counted["write"] = await _outcome(lambda: manager.streams.__setitem__("k", 1))
    release.set()
    counted["a task that it left behind"] = await task
    counted["closed"] = await _outcome(lambda: len(manager.streams))
    with inside(ACME):
        counted["opened by a tenant"] = await _outcome(lambda: door.open_door().__enter__())
        counted["tenants"] = await _outcome(manager.streams.tenants)
    return {**counted, "expected": sum(MESSAGES.values())}


# Tasks by name


async def tasks_of_one_name(sample: Sample) -> Any:
    """Two tenants and the process each add a task of one name: for whom each runs, who sees it, what a stop leaves."""
    home, active = module("manager.async_task_manager"), module("manager.active_tenants")
    manager, ran = home.AsyncTaskManager(), set[tuple[str, str]]()

    class Digest(home.AsyncTask):  # type: ignore[misc,name-defined]
        def __init__(self, adder: str) -> None:
            super().__init__("digest", run_interval=0.01)
            self.adder = adder

        async def run(self) -> None:
            ran.add((self.adder, str(current_pair()[0])))

    with mock.patch.dict(active._active, {ACME: None, ADMIN: None}, clear=True):
        await manager.add_task(Digest("process"))
        started = [manager.tasks["digest"]]
        for pair in (ACME, ADMIN):
            with inside(pair):
                await manager.add_task(Digest(pair[0]))
                started.append(manager.tasks["digest"])
                seen = len(manager.tasks)
        await asyncio.sleep(0.05)
        running = [not task.done() for task in started]
        await manager.stop_and_wait_all_tasks()
    return {"ran": sorted(ran), "seen": seen, "running": running, "left": [not task.done() for task in started]}
