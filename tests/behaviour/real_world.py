"""Two tenants and the admin in a real checkout: what each of them owns, and all that can be seen of it afterwards.

Everything of a tenant's names it ("acme-nick", "acme_tool"), and ids that do not are shown by a name that does, so
that whose an answer is can be read off it. Imported inside a copied tree only.
"""

from __future__ import annotations

import contextlib
import copy
import enum
import hashlib
import json
import re
import socket
import sqlite3
import time
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any
from unittest import mock

from tests.behaviour.real_seeding import (
    add_messages,
    announcements,
    configure,
    message_row,
    received,
    register_emoji,
    seed_managers,
    seed_plugins,
)
from tests.behaviour.real_tenants import (
    CALLERS,
    LATE,
    NEW,
    NOBODY,
    NUMBERS,
    PLATFORM,
    STORAGE,
    TENANTS,
    Owned,
    owner_of,
    picture,
    picture_text,
)
from tests.behaviour.sample import current_pair, inside, module

# The tree's maintenance of a shared list of emojis runs in this order.
MAINTENANCE = ("admin", "acme", "beta")


class Recorder:
    """Stands where the tree would talk to the world outside: the language models, the message sender, the network."""

    def __init__(self) -> None:
        self.sent: list[list[str | None]] = []
        self.prompts: list[str] = []
        self.network: list[str] = []
        # How a picture is spoken of.
        self.shown: Callable[[str], str] = str

    def put_in_place(self) -> None:
        requests = module("llm_models.utils_model").LLMRequest
        for name, answer in {
            "generate_response_async": self._answer,
            "generate_response_with_message_async": self._answer_messages,
            "generate_response_for_image": self._look,
            "generate_response_for_voice": self._listen,
            "get_embedding": self._embed,
        }.items():
            mock.patch.object(requests, name, answer).start()
        mock.patch.object(module("chat.message_receive.uni_message_sender"), "_send_message", self._send).start()
        mock.patch.object(module("plugin_system.utils.saas_utils"), "_fetch_settings_from_api", plugin_settings).start()
        mock.patch.object(socket.socket, "connect", self._connect).start()
        mock.patch.object(socket, "getaddrinfo", self._connect).start()

    async def _answer(self, prompt: str = "", *_: Any, **__: Any) -> Any:
        self.prompts.append(str(prompt))
        return f"{_speaker()}-reply", ("thought", "model", None)

    async def _answer_messages(self, *_: Any, **__: Any) -> Any:
        return f"{_speaker()}-reply", ("thought", "model", None)

    async def _look(self, prompt: str, image_base64: str, *_: Any, **__: Any) -> Any:
        self.prompts.append(str(prompt))
        return f"{_speaker()}-look-at-{self.shown(image_base64)}", ("thought", "model", None)

    async def _listen(self, *_: Any, **__: Any) -> Any:
        return f"{_speaker()}-voice"

    async def _embed(self, *_: Any, **__: Any) -> Any:
        return [0.5, 0.5], "model"

    async def _send(self, message: Any, **_: Any) -> bool:
        self.sent.append([*current_pair(), message.chat_stream.stream_id, str(message.processed_plain_text)])
        return True

    def _connect(self, *address: Any, **_: Any) -> Any:
        self.network.append(str(address))
        raise OSError("no network in this test")


def _speaker() -> str:
    """Whose context it is."""
    pair = tuple(current_pair())
    return next((name for name, each in CALLERS.items() if each == pair), "without-tenant")


def plugin_settings(tenant: str, agent: str) -> list[dict[str, Any]]:
    """As the tree's configuration service answers: a tenant has every plugin but the other tenants' own."""
    registered = module("plugin_system.core.plugin_manager").plugin_manager.list_registered_plugins()
    return [{"plugin_name": name, "enabled": owner_of(name) in (None, tenant), "config": {}} for name in registered]


class World:
    """The tenants that were seeded, and what can be seen of them."""

    def __init__(self, database: Path, recorder: Recorder) -> None:
        self.database = database
        self.recorder = recorder
        self.owned: dict[str, Owned] = {}
        self._names: dict[str, str] = {}
        # Kept, so that what comes anew is told from what has gone.
        self._registered: list[Any] = []
        recorder.shown = self.shown

    async def seed(self, tenants: Collection[str]) -> None:
        self.name(str(Path.cwd()), "<tree>")
        for name in (*TENANTS, NOBODY):
            for number in range(LATE + 1):
                self._name_picture(name, number, f"{name}-picture-{number}", f"{name}-emoji-{number}")
            # It is the same picture whoever registers it.
            self._name_picture(name, NEW, f"new-picture-of-{name}", f"new-emoji-of-{name}")
        self._name_picture(NOBODY, NEW + 1, "sent-picture", "sent-emoji")
        await seed_plugins(tenants)
        for name, pair in CALLERS.items():
            configure(pair, name)
        for name in tenants:
            with inside(TENANTS[name]):
                self.owned[name] = await self._seed_one(name)
        for name in MAINTENANCE:
            # What the tree's maintenance of each tenant does to a list that they share.
            if name in tenants:
                with inside(TENANTS[name]):
                    await module("chat.emoji_system.emoji_manager").get_emoji_manager().run_maintenance_cycle()
        if "acme" in tenants:
            # One that its owner adds to what the last maintenance has left.
            with inside(TENANTS["acme"]):
                late = await register_emoji("acme", LATE)
            self.owned["acme"] = replace(self.owned["acme"], emojis=(*self.owned["acme"].emojis, late))
        self.owned[NOBODY] = self._nobody()

    def name(self, raw: str, shown: str) -> None:
        """Show an id, which names nobody, by this name."""
        self._names[raw] = shown

    def _name_picture(self, name: str, number: int, shown: str, as_emoji: str) -> None:
        self.name(picture_text(name, number), shown)
        self.name(hashlib.md5(picture(name, number)).hexdigest(), as_emoji)

    async def _seed_one(self, name: str) -> Owned:
        group, private = await self._streams(name)
        rows = module("common.database.database_model")
        messages = add_messages(name, group, rows)
        for stream in (group, private):
            module("chat.message_receive.chat_stream").get_chat_manager().register_message(received(name, stream))
        stamp = time.time()
        rows.Images.create(
            image_id=f"{name}-image",
            emoji_hash=f"{name}-image-hash",
            description=f"{name}-image-description",
            path=f"{name}-image-path",
            timestamp=stamp,
            type="image",
        )
        rows.ActionRecords.create(
            action_id=f"{name}-action",
            time=stamp,
            action_name=f"{name}-action-name",
            action_data="{}",
            action_prompt_display=f"{name}-action-display",
            chat_id=group.stream_id,
            chat_info_stream_id=group.stream_id,
            chat_info_platform=PLATFORM,
        )
        people = module("person_info.person_info")
        people.Person.register_person(PLATFORM, f"{name}-user", f"{name}-nick")
        self.name(people.get_person_id(PLATFORM, f"{name}-user"), f"{name}-person")
        emojis = [await register_emoji(name, number) for number in range(NUMBERS[name] % 4 + 1)]
        await seed_managers(name, group, private)
        return Owned(name, group, private, tuple(messages), tuple(emojis))

    async def _streams(self, name: str) -> tuple[Any, Any]:
        from maim_message import GroupInfo, UserInfo  # type: ignore[import-not-found]

        manager = module("chat.message_receive.chat_stream").get_chat_manager()
        user = UserInfo(platform=PLATFORM, user_id=f"{name}-user", user_nickname=f"{name}-nick")
        room = GroupInfo(platform=PLATFORM, group_id=f"{name}-group", group_name=f"{name}-group-name")
        streams = [await manager.get_or_create_stream(PLATFORM, user, each) for each in (room, None)]
        for stream, kind in zip(streams, ("group", "private"), strict=True):
            self.name(stream.stream_id, f"{name}-{kind}-stream")
        return streams[0], streams[1]

    def _nobody(self) -> Owned:
        """Ids and objects of the same forms as acme's, of which the tree knows nothing."""
        from maim_message import GroupInfo, UserInfo

        known = self.owned["acme"] if "acme" in self.owned else self.owned["beta"]
        user = UserInfo(platform=PLATFORM, user_id=f"{NOBODY}-user", user_nickname=f"{NOBODY}-nick")
        room = GroupInfo(platform=PLATFORM, group_id=f"{NOBODY}-group", group_name=f"{NOBODY}-group-name")
        streams = []
        for kind, like, group in (("group", known.group, room), ("private", known.private, None)):
            stream = copy.copy(like)
            stream.stream_id, stream.user_info, stream.group_info = f"{NOBODY}-{kind}-stream", user, group
            stream.tenant_id = NOBODY
            streams.append(stream)
        self.name(module("person_info.person_info").get_person_id(PLATFORM, f"{NOBODY}-user"), f"{NOBODY}-person")
        rows = module("common.database.database_model")
        as_message = module("common.message_repository")._model_to_instance
        messages = [
            as_message(rows.Messages(id=number + 1, tenant_id=NOBODY, **message_row(NOBODY, streams[0], number)))
            for number in range(NUMBERS["acme"])
        ]
        return Owned(NOBODY, streams[0], streams[1], tuple(messages), ("0" * 32,))

    # What can be seen

    def shown(self, text: str) -> str:
        for raw, name in self._names.items():
            text = text.replace(raw, name)
        text = re.sub(r"\d{4}-\d\d-\d\d[ T]\d\d:\d\d(:\d\d(\.\d+)?)?", "<date>", text)
        text = re.sub(r"\d\d:\d\d:\d\d", "<time>", text)
        # A stranger is called by the first digits of a hash.
        text = re.sub(r"(?<=用户)[0-9a-f]{4}\b", "<id>", text)
        return re.sub(r"\d{6,}", "<digits>", text)

    def summary(self, value: Any, depth: int = 4) -> Any:
        """A value as JSON, with ids shown by names, and without what is another one each time."""
        if value is None or isinstance(value, bool):
            return value
        if isinstance(value, int | float):
            return "<time>" if abs(value) > 1e8 else round(value, 6)
        if isinstance(value, str | bytes | Path):
            return self.shown(value.decode(errors="replace") if isinstance(value, bytes) else str(value))
        if isinstance(value, enum.Enum):
            return self.summary(value.value, depth)
        if isinstance(value, type) or callable(value):
            return getattr(value, "__name__", type(value).__name__)
        if depth == 0:
            return type(value).__name__
        if isinstance(value, Mapping):
            return self._fields(value.items(), depth)
        if isinstance(value, list | tuple):
            return [self.summary(each, depth - 1) for each in value]
        if isinstance(value, set | frozenset):
            return sorted((self.summary(each, depth - 1) for each in value), key=str)
        fields = getattr(value, "__data__", None) or getattr(value, "__dict__", {})
        public = [(key, each) for key, each in fields.items() if not key.startswith("_")]
        return {"is": type(value).__name__, **self._fields(public, depth)}

    def _fields(self, items: Iterable[tuple[Any, Any]], depth: int) -> dict[str, Any]:
        """By name; which number a row has depends on what others have written before."""
        return {
            self.shown(str(key)): "<id>" if key == "id" and isinstance(each, int) else self.summary(each, depth - 1)
            for key, each in items
        }

    def state(self) -> dict[tuple[str, str], str]:
        """(whose, where) → what is there: in memory, in everybody's rows, in files, and in the process's registries."""
        return {**self._holders(), **self._rows(), **self._files(), **self._registries()}

    def _holders(self) -> dict[tuple[str, str], str]:
        seen = {}
        for viewer in self._tenants():
            with inside(TENANTS[viewer]):
                for holder, read in HOLDERS.items():
                    for key, value in entries(read()):
                        key = self.shown(str(key))
                        whose = owner_of(key) or viewer
                        seen[whose, f"{holder} {key}, as {viewer} sees it"] = json.dumps(self.summary(value, 1))
        return seen

    def _tenants(self) -> list[str]:
        return [name for name in TENANTS if name in self.owned]

    def _rows(self) -> dict[tuple[str, str], str]:
        seen = {}
        with contextlib.closing(sqlite3.connect(self.database)) as database:
            tables = [name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
            for table in tables:
                cursor = database.execute(f'SELECT * FROM "{table}"')
                columns = [column[0] for column in cursor.description]
                for number, values in enumerate(cursor):
                    row = dict(zip(columns, values, strict=True))
                    key = row.get("id", number)
                    seen[str(row.get("tenant_id")), f"row {table} {key}"] = json.dumps(row, default=str)
        return seen

    def _files(self) -> dict[tuple[str, str], str]:
        files = [path for path in STORAGE.rglob("*") if path.is_file()]
        return {
            (path.relative_to(STORAGE).parts[0], f"file {self.shown(str(path))}"): hashlib.md5(
                path.read_bytes()
            ).hexdigest()
            for path in files
        }

    def _registries(self) -> dict[tuple[str, str], str]:
        registry = module("plugin_system.core.component_registry").component_registry
        manager = module("plugin_system.core.plugin_manager").plugin_manager
        subscribers = module("plugin_system.core.events_manager").events_manager._events_subscribers
        objects = {
            **{f"class {name}": each for name, each in registry._components_classes.items()},
            **{f"subscriber {each.handler_name} {event}": each for event, all in subscribers.items() for each in all},
            **{f"plugin {name}": each for name, each in registry._plugins.items()},
            **{f"plugin class {name}": each for name, each in manager.plugin_classes.items()},
            **{f"loaded plugin {name}": each for name, each in manager.loaded_plugins.items()},
        }
        self._registered += objects.values()
        found: dict[str, Any] = {
            **{where: id(each) for where, each in objects.items()},
            **{f"component {name}": info.enabled for name, info in registry._components.items()},
            **{f"default action {name}": True for name in registry._default_actions},
            **{f"command pattern {name}": True for name in registry._command_patterns.values()},
            **{f"tool for models {name}": True for name in registry._llm_available_tools},
            **{f"plugin folder {name}": True for name in manager.plugin_directories},
        }
        return {("process", where): json.dumps(what) for where, what in found.items()}


def entries(holder: Any) -> list[tuple[Any, Any]]:
    """What a holder has for the tenant that asks, whether it is a dictionary, a map of maps, a list or one value."""
    if not isinstance(holder, Mapping) and hasattr(holder, "value"):
        holder = holder.value
    if isinstance(holder, Mapping):
        return list(holder.items())
    if isinstance(holder, list):
        return [(getattr(each, "hash", index), each) for index, each in enumerate(holder)]
    return [("", holder)]


HOLDERS: dict[str, Callable[[], Any]] = {
    "streams": lambda: module("chat.message_receive.chat_stream").get_chat_manager().streams,
    "moods": lambda: module("mood.mood_manager").mood_manager.mood_list,
    "heartflows": lambda: module("chat.heart_flow.heartflow").heartflow.heartflow_chat_list,
    "frequencies": lambda: (
        module("chat.frequency_control.frequency_control").frequency_control_manager.frequency_control_dict
    ),
    "replyers": lambda: module("chat.replyer.replyer_manager").replyer_manager._repliers,
    "emojis": lambda: module("chat.emoji_system.emoji_manager").get_emoji_manager().emoji_objects,
    "emoji number": lambda: module("chat.emoji_system.emoji_manager").get_emoji_manager().emoji_num,
    "actions off": lambda: announcements()._user_disabled_actions,
    "commands off": lambda: announcements()._user_disabled_commands,
    "tools off": lambda: announcements()._user_disabled_tools,
    "handlers off": lambda: announcements()._user_disabled_event_handlers,
}
