"""A world of tenants for the plugin APIs: what each of them has, and everything that a call could have changed.

Imported inside a copied tree only, but for the names of the pairs.
"""

from __future__ import annotations

import base64
import contextlib
import dataclasses
import hashlib
import importlib
import inspect
import json
import random
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any
from unittest import mock

from tests.behaviour.sample import Pair, Sample, empty, inside, module

# The owner, somebody else, and another agent of the owner's tenant.
OWNER: Pair = ("acme", "bot")
STRANGER: Pair = ("beta", "bot")
SISTER: Pair = ("acme", "helper")
EVERYBODY = (OWNER, STRANGER, SISTER)

# Different numbers of everything, so that a count tells them apart.
COUNTS = {OWNER: 3, STRANGER: 2, SISTER: 1}
NICKNAMES = {"acme": "艾克", "beta": "贝塔"}
# What is_plugin_enabled says for those who have not all plugins.
ENABLED = {STRANGER: ["notebook_plugin"], SISTER: ["hello_world_plugin"]}

SPARE = Path("spare_plugins")
SPARE_PLUGIN = """
from src.plugin_system import BasePlugin, register_plugin


@register_plugin
class SparePlugin(BasePlugin):
    plugin_name = "spare_plugin"
    enable_plugin = True

    def get_plugin_components(self):
        return []
"""

START = time.time() - 3600
HERE = str(Path.cwd())
STORAGE = Path("data") / "tenant_storage"

Changes = dict[str, list[Any]]


@dataclasses.dataclass(frozen=True)
class Things:
    """What one pair has, by the ids that are handed to the API functions."""

    pair: Pair

    @property
    def tenant(self) -> str:
        return self.pair[0]

    @property
    def agent(self) -> str:
        return self.pair[1]

    def __getattr__(self, kind: str) -> str:
        """`its.group_id` is the id of this kind that only this pair has."""
        if kind.startswith("_"):
            raise AttributeError(kind)
        return f"{kind} of {self.tenant}-{self.agent}"

    @property
    def pictures(self) -> list[bytes]:
        return [f"picture {number} of {self.tenant}-{self.agent}".encode() for number in range(COUNTS[self.pair])]

    @property
    def emoji_hash(self) -> str:
        return hashlib.md5(self.pictures[0]).hexdigest()

    @property
    def picture(self) -> str:
        """The first picture, as the emoji API takes it."""
        return base64.b64encode(self.pictures[0]).decode()

    @property
    def person_id(self) -> str:
        return str(module("person_info.person_info").get_person_id("qq", self.user_id))

    def stream(self, kind: str = "group") -> Any:
        """A chat of this pair, as an object."""
        message = module("chat.message_receive.message")
        group = message.GroupInfo("qq", self.group_id, self.group_name) if kind == "group" else None
        user = message.UserInfo("qq", self.user_id, self.nickname)
        return module("chat.message_receive.chat_stream").ChatStream(getattr(self, kind), "qq", user, group)

    def messages(self) -> list[Any]:
        """Two stored messages, one a user's and one the bot's, as objects."""
        data = module("common.data_models.database_data_model")
        return [
            data.DatabaseMessages(
                f"{self.message_id} {user_id}",
                START,
                self.group,
                f"[picid:{self.picture_id}] {user_id}",
                data.DatabaseUserInfo("qq", user_id, self.nickname),
                data.DatabaseChatInfo(self.group, "qq", data.DatabaseGroupInfo("qq", self.group_id)),
            )
            for user_id in (self.user_id, "10000")
        ]

    def reply_set(self) -> Any:
        data = module("common.data_models.message_data_model")
        text, picture = data.ReplyContent(data.ReplyContentType.TEXT, "一"), data.ReplyContent("image", "x")
        return data.ReplySetModel([text, data.ReplyContent(data.ReplyContentType.HYBRID, [text, picture])])

    def row_id(self, model: Any, field: str, value: str) -> int | None:
        """The primary key of a row, whoever asks."""
        table = model._meta.table_name
        found = model._meta.database.execute_sql(f'SELECT id FROM "{table}" WHERE "{field}" = ?', (value,)).fetchone()
        return found[0] if found else None


def component(name: str) -> Any:
    return getattr(module("plugin_system.base.component_types").ComponentType, name)


def model(name: str) -> Any:
    """A model of the app, or one of the tables that the notebook plugin keeps for itself."""
    if name in ("Note", "Word"):
        return getattr(importlib.import_module("plugins.notebook_plugin.tables"), name)
    return getattr(module("common.database.database_model"), name)


def task_config() -> Any:
    return module("config.api_ada_configs").TaskConfig(["a-model"])


class World:
    """The tenants that there are, and what they have."""

    def __init__(self, sample: Sample) -> None:
        self.sample = sample
        self.pairs: tuple[Pair, ...] = ()
        self.plugins = module("plugin_system.core.plugin_manager").plugin_manager
        self.registry = module("plugin_system.core.component_registry").component_registry
        self.announcements = module("plugin_system.core.global_announcement_manager").global_announcement_manager
        self._before: dict[str, Any] = {}
        # Known only between a look at what a call has changed and the next call.
        self._untouched = False
        self._configure_tenants()
        self._load_plugins()

    def forget(self) -> None:
        """Somebody else has settled there in the meantime."""
        self._untouched = False

    @staticmethod
    def _configure_tenants() -> None:
        for tenant, nickname in NICKNAMES.items():
            module("config.config").set_tenant_config(
                tenant,
                bot={"nickname": nickname},
                chat={"talk_value": len(tenant) / 10},
                model={"default_model": tenant},
            )
        for pair, names in ENABLED.items():
            module("plugin_system.utils.saas_utils").set_enabled_plugins(*pair, names)

    def _load_plugins(self) -> None:
        """All of the sample's; one more lies where nobody has looked yet."""
        self.plugins.load_all_plugins()
        self._directories, self._classes = list(self.plugins.plugin_directories), set(self.plugins.plugin_classes)
        manifest = json.dumps({"name": "备用", "description": "备用", "version": "1.0.0"})
        (SPARE / "spare_plugin").mkdir(parents=True, exist_ok=True)
        (SPARE / "spare_plugin" / "plugin.py").write_text(SPARE_PLUGIN, encoding="utf-8")
        (SPARE / "spare_plugin" / "_manifest.json").write_text(manifest, encoding="utf-8")

    # The tenants' things

    async def settle(self, *pairs: Pair, prepare: Callable[[World], Any] | None = None) -> None:
        """These pairs have their things, and nobody else has anything."""
        if pairs == self.pairs and prepare is None and self._untouched:
            self._untouched = False
            return
        with self.sample.database.db.atomic():
            self._clear()
            await self._restore_plugins()
            for pair in pairs:
                with inside(pair):
                    self._fill(Things(pair))
                    await self._register_emojis(Things(pair))
        if prepare is not None and inspect.isawaitable(prepared := prepare(self)):
            await prepared
        self.pairs = pairs if prepare is None else ()
        self._before, self._untouched = self._everything(), False

    def _clear(self) -> None:
        self.sample.start_afresh()
        for each in self._models():
            self.sample.database.db.execute_sql(f'DELETE FROM "{each._meta.table_name}"')
        chats = module("chat.message_receive.chat_stream").get_chat_manager()
        chats.streams = module("common.structure.context_aware_map").ContextAwareMap()
        module("chat.emoji_system.emoji_manager").emoji_manager = None
        for holder in (*self._by_chat().values(), *self._switches().values()):
            empty(holder)
        module("common.message.api").get_global_api().sent.clear()
        for file in self._files():
            file.unlink()

    async def _restore_plugins(self) -> None:
        self.plugins.plugin_directories[:] = self._directories
        for name in set(self.plugins.plugin_classes) - self._classes:
            await self.plugins.remove_registered_plugin(name)
            del self.plugins.plugin_classes[name], self.plugins.plugin_paths[name]
        sys.modules.pop("plugins.spare_plugin.plugin", None)
        for name in self._classes:
            self.plugins.load_registered_plugin_classes(name)
        for info in self.registry._components.values():
            if not info.enabled:
                self.registry.enable_component(info.name, info.component_type)

    def _fill(self, its: Things) -> None:
        self._add_chats(its)
        create = {"user_id": its.user_id, "user_nickname": its.nickname}
        for number in range(COUNTS[its.pair]):
            for chat in ("group", "private"):
                model("Messages").create(
                    message_id=f"{its.message_id} {chat} {number}",
                    time=START + number,
                    chat_id=getattr(its, chat),
                    platform="qq",
                    processed_plain_text=f"{its.text} {number}",
                    **(create if number else create | {"user_id": "10000", "is_bot": True}),
                )
            model("ActionRecords").create(action_id=f"{its.action_id}{number or ''}", action_name="wave", time=START)
            owner = {"tenant_id": its.tenant, "agent_id": its.agent}
            model("Note").create(title=f"{its.title}{number or ''}", content="old", **owner)
        model("PersonInfo").create(
            person_id=its.person_id,
            platform="qq",
            user_id=its.user_id,
            nickname=its.nickname,
            person_name=its.person_name,
        )
        model("Images").create(image_id=its.picture_id, description=its.picture_description)
        model("Word").get_or_create(word="shared")

    def _add_chats(self, its: Things) -> None:
        """A group and a private chat, with everything that managers keep for the group."""
        streams = module("chat.message_receive.chat_stream").get_chat_manager().streams
        for kind in ("group", "private"):
            streams[getattr(its, kind)] = its.stream(kind)
            model("ChatStreams").create(stream_id=getattr(its, kind), platform="qq")
        module("mood.mood_manager").mood_manager.get_mood_by_chat_id(its.group).mood_state = its.mood
        frequency = module("chat.frequency_control.frequency_control").frequency_control_manager
        frequency.get_or_create_frequency_control(its.group).talk_frequency_adjust = COUNTS[its.pair]
        module("chat.replyer.replyer_manager").replyer_manager.get_replyer(chat_id=its.group)
        loop = module("chat.heart_flow.heartFC_chat").HeartFChatting(its.group)
        loop.question_probability_multiplier = COUNTS[its.pair]
        module("chat.heart_flow.heartflow").heartflow.heartflow_chat_list[its.group] = loop
        for kind in ("action", "command", "event_handler", "tool"):
            getattr(self.announcements, f"disable_specific_chat_{kind}")(its.group, "look_up_note")

    async def _register_emojis(self, its: Things) -> None:
        emojis = module("chat.emoji_system.emoji_manager")

        async def describe(_: Any) -> Any:
            return its.emoji_description, [its.emotion]

        with mock.patch.object(emojis.EmojiManager, "build_emoji_description", lambda _, emoji: describe(emoji)):
            for number, picture in enumerate(its.pictures):
                (Path(emojis.get_emoji_storage_dir()) / f"{number}.png").write_bytes(picture)
                assert await emojis.get_emoji_manager().register_emoji_by_filename(f"{number}.png")

    # What a call has changed

    def changes(self) -> Changes:
        """[before, now] of everything that is not as it was, by what and whose it is."""
        now = self._everything()
        places = sorted(self._before.keys() | now.keys())
        found = {
            place: [self._before.get(place), now.get(place)]
            for place in places
            if self._before.get(place) != now.get(place)
        }
        self._untouched = not found
        return {place: _loaded(change) if place.startswith("loaded") else change for place, change in found.items()}

    def _everything(self) -> dict[str, Any]:
        found = dict(self._rows())
        found |= {f"file {file.relative_to(STORAGE)}": file.read_bytes().decode() for file in self._files()}
        chats = module("chat.message_receive.chat_stream").get_chat_manager()
        found |= {f"streams {'/'.join(pair)}": sorted(own) for pair, own in chats.streams._partitions.items()}
        for kind, holder in (self._by_chat() | self._switches()).items():
            found |= {f"{kind} {place}": _state(kept) for place, kept in _kept(holder)}
        for pair in self.pairs or EVERYBODY:
            found[f"emojis {'/'.join(pair)}"] = self._emojis(pair)
        found |= {f"component {key}": info.enabled for key, info in self.registry._components.items()}
        found |= {f"loaded {name}": plugin for name, plugin in self.plugins.loaded_plugins.items()}
        found["classes"] = sorted(self.plugins.plugin_classes)
        found["directories"] = [path.name for path in map(Path, self.plugins.plugin_directories)]
        for sent in module("common.message.api").get_global_api().sent:
            found.setdefault(f"sent {sent['tenant']}", []).append(sent["content"])
        return found

    @staticmethod
    def _models() -> list[Any]:
        return [*module("common.database.database_model").MODELS, model("Note"), model("Word")]

    def _rows(self) -> Iterator[tuple[str, Any]]:
        """The rows of every tenant, read past the models."""
        for each in self._models():
            cursor = self.sample.database.db.execute_sql(f'SELECT * FROM "{each._meta.table_name}"')
            names = [column[0] for column in cursor.description]
            tables: dict[str, list[dict[str, Any]]] = {}
            for values in cursor.fetchall():
                row = dict(zip(names, values, strict=True))
                whose = f"{row.pop('tenant_id', '')}/{row.pop('agent_id', '')}"
                tables.setdefault(f"rows {each.__name__} {whose}", []).append(_plain_row(row))
            for place, rows in tables.items():
                yield place, sorted(rows, key=json.dumps)

    @staticmethod
    def _files() -> list[Path]:
        return sorted(file for file in STORAGE.rglob("*") if file.is_file())

    @staticmethod
    def _by_chat() -> dict[str, Any]:
        return {
            "mood": module("mood.mood_manager").mood_manager.mood_list,
            "frequency": module(
                "chat.frequency_control.frequency_control"
            ).frequency_control_manager.frequency_control_dict,
            "replyer": module("chat.replyer.replyer_manager").replyer_manager._repliers,
            "loop": module("chat.heart_flow.heartflow").heartflow.heartflow_chat_list,
        }

    def _switches(self) -> dict[str, Any]:
        kinds = ("actions", "commands", "event_handlers", "tools")
        return {f"disabled {kind}": getattr(self.announcements, f"_user_disabled_{kind}") for kind in kinds}

    @staticmethod
    def _emojis(pair: Pair) -> list[str]:
        """The hashes in memory of the emojis whose files are this pair's."""
        with inside(pair):
            kept = module("chat.emoji_system.emoji_manager").get_emoji_manager().emoji_objects
            emojis = list(kept.values() if isinstance(kept, Mapping) else kept)
        return sorted(emoji.hash for emoji in emojis if f"/{pair[0]}/{pair[1]}/" in emoji.full_path)


def _loaded(change: list[Any]) -> list[Any]:
    """Of an object that is not the same, whether there was one before and whether there is now."""
    return [each is not None for each in change]


def _kept(holder: Any) -> Iterator[tuple[str, Any]]:
    """What a manager keeps, by chat; and for whom, if that is somebody whose chat it is not."""
    if not hasattr(holder, "_partitions"):
        yield from holder.items()
        return
    for pair, own in holder._partitions.items():
        for chat, kept in own.items():
            yield chat if belongs(chat, pair) else f"{chat} for {'/'.join(pair)}", kept


def _state(kept: Any) -> Any:
    """What a manager keeps for a chat, as far as API functions show or change it."""
    if isinstance(kept, list):
        return list(kept)
    names = ("mood_state", "talk_frequency_adjust", "question_probability_multiplier")
    return next((getattr(kept, name) for name in names if hasattr(kept, name)), type(kept).__name__)


def _plain_row(row: dict[str, Any]) -> dict[str, Any]:
    """A row without what differs from run to run: keys, times, ids that are made of them."""
    return {name: _plain(value) for name, value in row.items() if name != "id"}


def _plain(value: Any) -> Any:
    if isinstance(value, float) and value > START - 100 * 24 * 3600:
        return "a time"
    if isinstance(value, str):
        if value.startswith("send_"):
            return "a message id"
        return value.replace(HERE, ".")
    return value


def belongs(place: str, pair: Pair) -> bool:
    """Whether something that has changed is this pair's."""
    tenant, agent = pair
    return f"{tenant}/{agent}" in place or f"{tenant}-{agent}" in place


# How calls are made, and their answers shown


async def answer_of(call: Callable[[], Any]) -> Any:
    """What a call answers, as JSON that is the same in every run; or which error it raises."""
    random.seed(0)
    try:
        answer = call()
        while inspect.isawaitable(answer):
            answer = await answer
    except Exception as error:
        return {"raises": type(error).__name__}
    return {"answers": shown(answer)}


def shown(value: Any) -> Any:
    """An answer as JSON."""
    kinds: list[tuple[str, Callable[[Any], Any]]] = [
        ("DatabaseMessages", lambda message: message.message_id),
        ("MessageRecv", lambda message: [message.message_info.message_id, message.processed_plain_text]),
        ("ChatStream", lambda stream: stream.stream_id),
        ("DefaultReplyer", lambda replyer: ["group", replyer.chat_stream.stream_id]),
        ("PrivateReplyer", lambda replyer: ["private", replyer.chat_stream.stream_id]),
        ("PluginInfo", lambda info: [info.name, [component.name for component in info.components]]),
        ("LookUpNote", lambda tool: [tool.plugin_config, shown(tool.chat_stream)]),
    ]
    for name, show in kinds:
        if type(value).__name__ == name:
            return show(value)
    if hasattr(value, "component_type"):
        return f"{value.component_type} {value.name} of {value.plugin_name}"
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: shown(getattr(value, field.name)) for field in dataclasses.fields(value)}
    if isinstance(value, Mapping):
        return {str(key): shown(each) for key, each in value.items() if key not in ("id", "time")}
    if isinstance(value, Iterable) and not isinstance(value, str):
        return [shown(each) for each in value]
    plain = _plain(value)
    return plain if plain is None or isinstance(plain, str | int | float | bool) else str(plain)


@contextlib.contextmanager
def perhaps_inside(pair: Pair | None) -> Iterator[None]:
    with contextlib.nullcontext() if pair is None else inside(pair):
        yield
