"""Scenarios of the plugins: what they do once for the process, and what for each tenant. Before and after.

One start of the system serves them all. Six tenants come to it in pairs, each pair at the same time: two through the
gateway, two through a background task, and the WebUI's admin beside a tenant that is chosen there. Then all of them
ask what the plugins have made ready for them, the system stops, and they ask once more.
"""

from __future__ import annotations

import asyncio
import contextlib
import functools
import json
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import httpx

from tests.behaviour.sample import ADMIN, BOT_NAMES, Pair, Sample, bearer, current_pair, inside, module, replaced

ENTRANCES: dict[str, tuple[Pair, Pair]] = {
    "gateway": (("gate-a", "bot"), ("gate-b", "bot")),
    "task": (("task-a", "bot"), ("task-b", "helper")),
    "webui": (ADMIN, ("chosen", "bot")),
}
PAIRS = [pair for pairs in ENTRANCES.values() for pair in pairs]
TENANTS = [tenant for tenant, _ in PAIRS]

# The second of each pair has settings, files and rows other than those of the first.
SECOND = {pairs[1][0] for pairs in ENTRANCES.values()}
PHONE = "13812345678"
ASKED = ["/关键词", "/风格", "/说 早", "/润色 苹果", "/采样", "/说 " + PHONE]


class _Run:
    """One start of the system, from the first tenant's coming to the end."""

    def __init__(self, sample: Sample) -> None:
        self.sample = sample
        self.streams: dict[str, str] = {}
        self.phase = "start"
        # [plugin, handler, tenant, agent] of every call that is no message's.
        self.calls: list[list[Any]] = []
        # [phase, tenant, where, text]
        self.sent: list[list[Any]] = []
        self.registered: list[str] = []
        self.responses: dict[str, Any] = {}
        self.subscribed: dict[str, list[str]] = {}
        self.samples: list[list[list[Any]]] = []
        self.rows: dict[str, list[list[Any]]] = {}
        self.added_tasks: list[str] = []
        self.wrapped = 0
        self._together = asyncio.Barrier(2)

    async def all_of_it(self) -> None:
        self._settle_tenants()
        with self._notes_taken():
            system = module("main").MainSystem()
            await system.initialize()
            await _handlers_done()
            self.subscribed = _subscriptions()
            for self.phase, pairs in ENTRANCES.items():
                await getattr(self, f"_come_through_{self.phase}")(*pairs)
            self.phase = "asked"
            for text in ASKED:
                await asyncio.gather(*(self._say(pair, text) for pair in PAIRS))
            await self._ask_the_routes()
            # Every sampler is due several times before this ends.
            await asyncio.sleep(0.1)
            await self._stop()
            self.wrapped = _depth(module("chat.message_receive.uni_message_sender").UniversalMessageSender.send_message)
        for model, column in {"Jargon": "content", "Expression": "style"}.items():
            self.rows[model] = self.sample.rows(model, column)

    # Who comes how

    async def _come_through_gateway(self, *pairs: Pair) -> None:
        await asyncio.gather(*(self._say(pair, "你好，苹果香蕉苹果") for pair in pairs))

    async def _come_through_task(self, *pairs: Pair) -> None:
        class Visit(module("manager.async_task_manager").AsyncTask):  # type: ignore[misc]
            async def run(self) -> None:
                assert current_pair() in [list(pair) for pair in pairs]

        await asyncio.gather(*(Visit().run_for(*pair) for pair in pairs))
        await asyncio.gather(*(self._say(pair, "你好，苹果香蕉") for pair in pairs))

    async def _come_through_webui(self, admin: Pair, chosen: Pair) -> None:
        tenant, agent = chosen
        async with self._client() as client:
            # One handler is a coroutine function, the other a plain one.
            answers = await asyncio.gather(
                client.get("/api/webui/statistics/summary"),
                client.get(f"/api/webui/emoji/list?tenant_id={tenant}&agent_id={agent}"),
            )
        self.responses["webui"] = [answer.status_code for answer in answers]
        await asyncio.gather(*(self._say(pair, "你好，香蕉") for pair in (admin, chosen)))

    async def _say(self, pair: Pair, text: str) -> None:
        message = {
            "message_info": {"platform": "qq", "user_info": _user(pair[0]), "group_info": _group(pair[0])},
            "raw_message": text,
        }
        await module("common.message.api").message_handler(message, {"api_key": f"key of {pair[0]}"})
        await _handlers_done()

    def _client(self) -> httpx.AsyncClient:
        app = module("webui.webui_server").get_webui_server().app
        transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
        return httpx.AsyncClient(transport=transport, base_url="http://sample", headers=bearer())

    async def _ask_the_routes(self) -> None:
        async with self._client() as client:
            for path, body in {
                "webhook/verify": {"challenge": "x"},
                "roster/normalize": {"nickname": " a  b "},
                "report/formats": {},
                "legacy/status": {},
            }.items():
                answer = await client.post(f"/plugins/{path}", json=body)
                self.responses[path] = [answer.status_code, answer.json()]

    async def _stop(self) -> None:
        self.phase = "stop"
        event = module("plugin_system.base.component_types").EventType.ON_STOP
        await module("plugin_system.core.events_manager").events_manager.handle_mai_events(event)
        await _handlers_done()
        for _ in range(2):
            self.samples.append(self._samples())
            await asyncio.sleep(0.05)
        self.phase = "stopped"
        await asyncio.gather(*(self._say(pair, "/采样") for pair in PAIRS))
        await module("manager.async_task_manager").async_task_manager.stop_and_wait_all_tasks()

    def _samples(self) -> list[list[Any]]:
        return [row for row in self.sample.rows("LLMUsage", "model_name") if row[2] == "sampler"]

    # What there is before the system starts

    def _settle_tenants(self) -> None:
        """The rows, files, chats and settings of six tenants."""
        for model in self.sample.database.MODELS:
            self.sample.database.db.execute_sql(f'DELETE FROM "{model._meta.table_name}"')
        module("chat.message_receive.chat_stream").get_chat_manager().streams = module(
            "common.structure.context_aware_map"
        ).ContextAwareMap()
        for pair in PAIRS:
            tenant, agent = pair
            self._configure(tenant)
            module("common.message.api").API_KEYS[f"key of {tenant}"] = {"tenant_id": tenant, "agent_id": agent}
            with inside(pair):
                self._fill(tenant, tenant in SECOND)

    def _configure(self, tenant: str) -> None:
        settings: dict[str, Any] = {"sampler_plugin": {"sampler": {"interval": 0.01}}}
        if tenant in SECOND:
            greeting = {"text": f"问候 {tenant}", "stream_id": self._add_stream(tenant, None)}
            settings |= {
                "greeting_plugin": {"greeting": greeting},
                "keyword_plugin": {"keywords": {"words": ["苹果", "香蕉"]}},
                "style_plugin": {"style": {"prefix": f"【{tenant}】", "excited": 3}},
                "roster_plugin": {"roster": {"unit": "位"}},
                "topic_plugin": {"topic": {"text": "水果"}},
                "digest_plugin": {"digest": {"enabled": False}},
                "legacy_plugin": {"hook": {"path": f"/plugins/legacy/{tenant}"}},
            }
        nickname = BOT_NAMES.get(tenant, f"机器人{tenant}")
        module("config.config").set_tenant_config(tenant, bot={"nickname": nickname}, plugins=settings)

    def _fill(self, tenant: str, second: bool) -> None:
        models = self.sample.database
        for number in range(2 + second):
            models.PersonInfo.create(person_id=f"{tenant}-{number}", user_id=f"{tenant}-{number}", nickname="某人")
            models.Messages.create(message_id=f"{tenant}-{number}", chat_id="old", processed_plain_text="旧消息")
        models.Jargon.create(content=f"黑话-{tenant}", meaning="有含义")
        models.Jargon.create(content=f"废话-{tenant}")
        self._add_stream(tenant, _group(tenant))
        if not second:
            self._add_stream(tenant, None)
        words = module("common.utils.tenant_storage").ensure_storage_subdir("wording") / "words.json"
        words.write_text(json.dumps({"苹果": f"{tenant}的苹果"}), encoding="utf-8")

    def _add_stream(self, tenant: str, group: dict[str, str] | None) -> str:
        """A chat in memory and in the database, as a tenant who was here yesterday has it."""
        chat, message = module("chat.message_receive.chat_stream"), module("chat.message_receive.message")
        pair = next(pair for pair in PAIRS if pair[0] == tenant)
        user = message.UserInfo.from_dict(_user(tenant))
        with inside(pair):
            manager = chat.get_chat_manager()
            info = group and message.GroupInfo.from_dict(group)
            stream_id = str(manager._generate_stream_id("qq", user, info))
            manager.streams[stream_id] = chat.ChatStream(stream_id, "qq", user, info)
            self.sample.database.ChatStreams.create(
                stream_id=stream_id, platform="qq", user_id=user.user_id, **(group or {})
            )
        self.streams[stream_id] = f"{tenant} {'group' if group else 'private'}"
        return stream_id

    # What is noted

    @contextlib.contextmanager
    def _notes_taken(self) -> Iterator[None]:
        """Notes of what is sent, called and registered; everything that plugins patch is put back at the end."""
        gateway = module("common.message.api").MessageGateway
        sender = module("chat.message_receive.uni_message_sender").UniversalMessageSender
        manager = module("plugin_system.core.plugin_manager").plugin_manager
        tasks = module("manager.async_task_manager").async_task_manager
        app = module("webui.webui_server").get_webui_server().app
        load, include, add_route, add_task = (
            manager.load_all_plugins,
            app.include_router,
            app.add_api_route,
            tasks.add_task,
        )

        def load_and_watch() -> int:
            count: int = load()
            self._watch_handlers()
            return count

        def note_router(router: Any) -> None:
            self.registered.append(router.prefix)
            include(router)

        def note_route(path: str, *args: Any, **options: Any) -> None:
            self.registered.append(path)
            add_route(path, *args, **options)

        async def note_task(task: Any) -> None:
            self.added_tasks.append(task.task_name)
            await add_task(task)

        async def note_sent(_: Any, message: Any) -> bool:
            place = self.streams[message.chat_stream.stream_id]
            self.sent.append([self.phase, current_pair()[0], place, message.text])
            # The other tenant's turn.
            await asyncio.sleep(0)
            return True

        with (
            replaced(gateway, "send_message", note_sent),
            replaced(sender, "send_message", sender.send_message),
            replaced(manager, "load_all_plugins", load_and_watch),
            replaced(tasks, "add_task", note_task),
            replaced(app, "include_router", note_router),
            replaced(app, "add_api_route", note_route),
        ):
            yield

    def _watch_handlers(self) -> None:
        for handlers in _subscribers().values():
            for handler in handlers:
                handler.execute = self._watched(handler, handler.execute)

    def _watched(self, handler: Any, execute: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(execute)
        async def watched(message: Any) -> Any:
            if message is not None:
                return await execute(message)
            self.calls.append([handler.plugin_name, _name(handler), *current_pair()])
            result = await execute(message)
            if handler.handler_name in ("greeting_on_start", "greeting_on_tenant_load") and current_pair()[0]:
                # Nobody's loading ends before the other's has come this far.
                await asyncio.wait_for(self._together.wait(), 5)
            return result

        return watched


def _user(tenant: str) -> dict[str, str]:
    return {"platform": "qq", "user_id": f"user of {tenant}", "user_nickname": "用户"}


def _group(tenant: str) -> dict[str, str]:
    return {"group_id": f"group of {tenant}", "group_name": f"{tenant}的群"}


def _subscribers() -> dict[Any, list[Any]]:
    found: dict[Any, list[Any]] = module("plugin_system.core.events_manager").events_manager._events_subscribers
    return found


def _subscriptions() -> dict[str, list[str]]:
    return {str(event): sorted(map(_name, handlers)) for event, handlers in _subscribers().items()}


def _name(handler: Any) -> str:
    return handler.handler_name or type(handler).__name__


async def _handlers_done() -> None:
    """Wait for the handlers that run in tasks of their own."""
    tasks = module("plugin_system.core.events_manager").events_manager._handler_tasks
    while running := [task for started in tasks.values() for task in started]:
        await asyncio.wait(running)


def _depth(function: Any) -> int:
    """How many wrappers a function has."""
    depth = 0
    while hasattr(function, "__wrapped__"):
        function, depth = function.__wrapped__, depth + 1
    return depth


_runs: list[_Run] = []


async def _run(sample: Sample) -> _Run:
    """The system starts once in a process: plugins are loaded once."""
    if not _runs:
        run = _Run(sample)
        await run.all_of_it()
        _runs.append(run)
    return _runs[0]


async def plugin_subscriptions(sample: Sample) -> Any:
    """The handlers of each event."""
    return (await _run(sample)).subscribed


async def plugin_calls(sample: Sample) -> Any:
    """How often each handler of a start, a load or a stop was called, and for whom."""
    calls = (await _run(sample)).calls
    return sorted([*json.loads(call), count] for call, count in Counter(map(json.dumps, calls)).items())


async def sent_at_start(sample: Sample) -> Any:
    """What plugins send before any tenant has come."""
    return sorted([tenant, place, text] for phase, tenant, place, text in (await _run(sample)).sent if phase == "start")


async def sent_on_load(sample: Sample) -> Any:
    """What plugins send when tenants come: each tenant's way in, and what is sent where."""
    seen: dict[str, list[Any]] = {tenant: [] for tenant in TENANTS}
    for phase, tenant, place, text in (await _run(sample)).sent:
        if phase in ENTRANCES and not text.startswith(_nickname(tenant)):
            seen[tenant].append([phase, place, text])
    return {tenant: sorted(each) for tenant, each in seen.items()}


async def plugin_answers(sample: Sample) -> Any:
    """What each tenant is answered to the commands; the chat's own replies left out."""
    seen: dict[str, list[str]] = {tenant: [] for tenant in TENANTS}
    for phase, tenant, place, text in (await _run(sample)).sent:
        if phase == "asked" and not text.startswith(_nickname(tenant)):
            assert place == f"{tenant} group"
            seen[tenant].append(text)
    return seen


async def plugin_samples(sample: Sample) -> Any:
    """The sampler's rows of each tenant when it was stopped and later, and what it says then."""
    run = await _run(sample)
    counts = [Counter(f"{tenant}/{agent}" for tenant, agent, _ in rows) for rows in run.samples]
    answers = {tenant: text for phase, tenant, _, text in run.sent if phase == "stopped" and text.startswith("采样")}
    return {"counts": counts, "answers": answers}


async def plugin_routes(sample: Sample) -> Any:
    """The routers and routes that plugins register, how they answer, and how the WebUI does."""
    run = await _run(sample)
    return {"registered": sorted(run.registered), "responses": run.responses}


async def done_for_the_process(sample: Sample) -> Any:
    """What is done once, whoever comes."""
    run = await _run(sample)
    cleanups = run.added_tasks.count("MessageCleanupTask")
    return {"wrappers": run.wrapped, "cleanup tasks": cleanups}


async def plugin_rows(sample: Sample) -> Any:
    """The jargon that is left, and the diaries that are written."""
    return (await _run(sample)).rows


def _nickname(tenant: str) -> str:
    return f"{BOT_NAMES.get(tenant, f'机器人{tenant}')}: "
