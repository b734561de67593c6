"""plugin-api-scope over every form of plugin API function and holder. What must not change comes first."""

from __future__ import annotations

import ast
import re
from dataclasses import replace
from pathlib import Path
from textwrap import dedent

import pytest
from syrupy.assertion import SnapshotAssertion

from codemods.errors import TenantizeError
from codemods.knowledge.recipes import chosen_recipes
from codemods.knowledge.state import added_holders
from codemods.plan.make import Plan, make_plan
from codemods.survey.settings import require_holders
from codemods.survey.verdicts import SCOPED, UNRESOLVED, UNSCOPED
from codemods.tree import Checkout, open_checkout
from tests.conftest import SAMPLE, plan_of, survey_of
from tests.forms import APIS, RecipeSnapshots, after, form_tree, shown_plan

RECIPE = "plugin-api-scope"
FORM = "src/plugin_system/apis/form_api.py"
MOODS = "src/mood/mood_manager.py"
EMOJIS = "src/chat/emoji_system/emoji_manager.py"

# A manager whose moods are one mapping for all tenants, as the sample's, written as trees do.
MOOD_MANAGER = """
from typing import Dict


class ChatMood:
    def __init__(self, chat_id: str):
        self.chat_id = chat_id
        self.state = "calm"


class MoodManager:
    def __init__(self):
        self.mood_list: Dict[str, ChatMood] = {}

    def get_mood_by_chat_id(self, chat_id: str) -> ChatMood:
        if chat_id not in self.mood_list:
            self.mood_list[chat_id] = ChatMood(chat_id)
        return self.mood_list[chat_id]

    def known_mood(self, chat_id: str):
        return self.mood_list.get(chat_id)


mood_manager = MoodManager()
"""

UNCHANGED = {
    "a helper that looks at what it is given": """
        def stream_type(chat_stream) -> str:
            return "group" if chat_stream.group_info else "private"
    """,
    "a private helper": """
        from src.chat.message_receive.chat_stream import get_chat_manager


        def _all():
            return get_chat_manager().streams
    """,
    "already scoped": """
        from src.chat.message_receive.chat_stream import get_chat_manager
        from src.common.message.tenant_context import current_tenant_id


        def all_streams():
            \"\"\"所有聊天\"\"\"
            tenant_id = current_tenant_id()
            return list(get_chat_manager().streams.values()), tenant_id
    """,
    "already guarded": """
        from src.common.message.tenant_access import require_own_chat
        from src.common.message.tenant_context import current_tenant_id
        from src.mood.mood_manager import mood_manager


        def get_mood(chat_id: str) -> str:
            current_tenant_id()
            require_own_chat(chat_id)
            return mood_manager.get_mood_by_chat_id(chat_id).state
    """,
    "already filtered": """
        from src.common.message.tenant_access import enabled_for_tenant
        from src.common.message.tenant_context import current_tenant_id
        from src.plugin_system.core.plugin_manager import plugin_manager


        def plugins():
            current_tenant_id()
            return enabled_for_tenant(plugin_manager.list_loaded_plugins())
    """,
    "a body on one line": """
        from src.config.config import global_config


        def name(): return global_config.bot.nickname
    """,
    "the name of the read is taken": """
        from src.config.config import global_config

        current_tenant_id = "some tenant"


        def name():
            return global_config.bot.nickname + current_tenant_id
    """,
    "a method of the registry that no rule covers": """
        from src.plugin_system.core.component_registry import component_registry


        def stats():
            return component_registry.get_registry_stats()
    """,
    "an attribute of the plugin manager": """
        def plugins():
            from src.plugin_system.core.plugin_manager import plugin_manager

            return list(plugin_manager.loaded_plugins)
    """,
    "the registry is handed on": """
        from src.plugin_system.core.component_registry import component_registry


        def shown(show):
            return show(component_registry)
    """,
    "state that nobody named": """
        from src.topics import topics


        def all_topics():
            return topics.by_chat.values()
    """,
    "a model that is asked past its queries": """
        from typing import Type

        from peewee import Model


        def first(model_class: Type[Model], title: str):
            return model_class.get_or_none(model_class.title == title)
    """,
    "a cache over all tenants": """
        from functools import lru_cache

        from src.config.config import global_config


        @lru_cache(maxsize=1)
        def name() -> str:
            return global_config.bot.nickname
    """,
    "a tenant that the caller names": """
        from src.chat.message_receive.chat_stream import get_chat_manager
        from src.common.message.tenant_context import tenant_context


        def streams_of(tenant_id: str):
            with tenant_context(tenant_id, "bot"):
                return list(get_chat_manager().streams.values())
    """,
    "ways around a holder": """
        from src.chat.message_receive.chat_stream import get_chat_manager


        def put(chat_id: str, stream, tenant_id: str):
            get_chat_manager().streams.set_with_context(chat_id, stream, tenant_id)


        def all_streams():
            return get_chat_manager().streams._partitions
    """,
    "a manager is handed out": """
        from src.chat.message_receive.chat_stream import get_chat_manager


        def chats():
            manager = get_chat_manager()
            return manager
    """,
    "what a module keeps": """
        from src.topics import TOPICS

        _cache = {}
        _last = None
        _KINDS = {"a": 1}


        def remember(chat_id: str, text: str):
            _cache[chat_id] = text


        def recall(chat_id: str):
            return _cache.get(chat_id)


        def last():
            return _last


        def set_last(value):
            global _last
            _last = value


        def topics():
            return list(TOPICS)


        def kind(name: str):
            _cache = {"b": 2}
            return _KINDS[name] + _cache["b"]
    """,
    "a query that is widened by OR": """
        from typing import Type

        from peewee import Model


        def either(model_class: Type[Model], first, second):
            return list(model_class.select().where(first).orwhere(second))
    """,
    "a model by another name, and by itself": """
        from typing import Type

        from peewee import Model


        def renamed(model_class: Type[Model]):
            rows = model_class
            return list(rows.select())


        def itself(model_class: Type[Model]):
            return [row for row in model_class]
    """,
    "data of a model of the tree's": """
        from src.common.database.database_model import Messages


        def add(**data):
            return Messages.create(**data)
    """,
    "a decorator that runs while its module is imported": """
        from src.config.config import global_config


        def retrying(function):
            times = global_config.bot.retries
            return lambda: [function() for _ in range(times)]


        @retrying
        def _now():
            return 1
    """,
    "a holder that is handed to strangers": """
        import json

        from src.mood.mood_manager import mood_manager


        def known(chat_id: str):
            return mood_manager.known_mood(chat_id), json.dumps(mood_manager.mood_list)
    """,
}

CHANGED = {
    "sync": """
        from src.config.config import global_config


        def name() -> str:
            return global_config.bot.nickname
    """,
    "async, a docstring, and a text behind it": """
        from src.common.database.database_model import Messages


        async def count() -> int:
            \"\"\"有多少消息\"\"\"
            \"\"\"
            示例: await count()
            \"\"\"
            try:
                return Messages.select().count()
            except Exception:
                return 0
    """,
    "static methods, one of them defined twice": """
        from src.chat.message_receive.chat_stream import get_chat_manager


        class Chats:
            @staticmethod
            def all(platform: str = "qq"):
                \"\"\"占位\"\"\"

            @staticmethod
            def all(platform: str = "qq"):  # noqa: F811
                return [item for item in get_chat_manager().streams.values() if item.platform == platform]

            @classmethod
            def count(cls) -> int:
                return len(cls.all())


        def count() -> int:
            return Chats.count()
    """,
    "delegation inside of a try": """
        from src.plugin_system.apis.inner_api import inner


        async def outer():
            try:
                return await inner()
            except Exception:
                return None
    """,
    "imported in the function, aliased": """
        def name():
            from src.config.config import global_config as _config

            return _config.bot.nickname
    """,
    "imported relatively, as a module": """
        from ...config import config


        def name():
            return config.global_config.bot.nickname
    """,
    "behind the second of two stars": """
        from src.mood.mood_manager import *
        from src.config.config import *


        def name():
            return global_config.bot.nickname
    """,
    "re-exported": """
        from src.plugin_system.core import plugin_manager


        def plugins():
            return plugin_manager.list_registered_plugins()
    """,
    "a chat by position, by keyword, and renamed": """
        from src.mood.mood_manager import mood_manager


        def by_position(chat_id: str):
            return mood_manager.get_mood_by_chat_id(chat_id).state


        def by_keyword(*, chat: str):
            return mood_manager.get_mood_by_chat_id(chat_id=chat).state


        def renamed(chat):
            key = str(chat)
            return mood_manager.get_mood_by_chat_id(key).state
    """,
    "a chat or its stream": """
        from src.mood.mood_manager import mood_manager


        def get_mood(chat_stream=None, chat_id=None):
            if not chat_stream and not chat_id:
                raise ValueError("没有聊天")
            key = chat_id if chat_stream is None else chat_stream.stream_id
            return mood_manager.get_mood_by_chat_id(key)
    """,
    "an entry is changed": """
        from src.mood.mood_manager import mood_manager


        def set_mood(chat_id: str, state: str) -> bool:
            mood = mood_manager.mood_list.get(chat_id)
            if mood is None:
                return False
            mood.state = state
            return True
    """,
    "an entry is only read": """
        def get_mood(chat_id: str):
            from src.mood.mood_manager import mood_manager

            mood = mood_manager.mood_list.get(chat_id)
            return mood.state if mood else ""
    """,
    "a message is sent": """
        from src.chat.message_receive.chat_stream import get_chat_manager
        from src.chat.message_receive.uni_message_sender import UniversalMessageSender


        async def send(text: str, stream_id: str) -> bool:
            return await _send(text, stream_id=stream_id)


        async def _send(text: str, stream_id: str) -> bool:
            stream = get_chat_manager().get_stream(stream_id)
            if not stream:
                return False
            return await UniversalMessageSender().send_message(text)
    """,
    "match": """
        def set_mood(kind: str, chat_id: str):
            from src.mood.mood_manager import mood_manager

            match kind:
                case "calm":
                    mood_manager.mood_list.pop(chat_id, None)
                case _:
                    raise ValueError(kind)
    """,
    "for the whole process": """
        from src.plugin_system.core.plugin_manager import plugin_manager


        async def reload(name: str) -> bool:
            return await plugin_manager.reload_registered_plugin(name)
    """,
    "lists and lookups of plugins": """
        from src.plugin_system.core.component_registry import component_registry
        from src.plugin_system.core.plugin_manager import plugin_manager


        def path(name: str) -> str:
            if found := plugin_manager.get_plugin_path(name):
                return found
            raise ValueError(name)


        def tools():
            return [name for name, _ in component_registry.get_llm_available_tools().items()]


        def config(name: str):
            registry = component_registry
            return registry.get_plugin_config(name)
    """,
    "rows of any model": """
        from typing import Any, Dict, Optional, Type

        from peewee import Model


        async def query(model_class: Type[Model], data: Optional[Dict[str, Any]] = None, kind: str = "get"):
            try:
                if kind == "get":
                    return list(model_class.select().dicts())
                if kind == "update":
                    return model_class.update(**data).execute()
                return model_class.create(**data)
            except Exception:
                return None


        async def count(model_class: Type[Model]) -> int:
            return model_class.select().count()


        async def rename(data: dict, model: "Type[Model]"):
            row = model.select().first()
            for name, value in data.items():
                setattr(row, name, value)
            row.save()
    """,
    "several chats": """
        from src.mood.mood_manager import mood_manager


        def calm(chat_ids: list) -> None:
            for chat_id in chat_ids:
                mood_manager.mood_list[chat_id].state = "calm"


        def moods(chats) -> list:
            return [mood_manager.get_mood_by_chat_id(chat).state for chat in chats]
    """,
    "helpers of a module": """
        from src.plugin_system.core.plugin_manager import plugin_manager


        def _loaded():
            return sorted(plugin_manager.list_loaded_plugins())


        def plugins():
            try:
                return _loaded()
            except Exception:
                return []


        def _reload(name: str):
            return plugin_manager.load_registered_plugin_classes(name)


        def reload(name: str):
            try:
                return _reload(name)
            except Exception:
                return None
    """,
    "a file in the tenant's folder": """
        import os

        from src.common.utils.tenant_storage import ensure_storage_subdir


        async def add(picture: bytes, filename: str) -> None:
            if not filename.endswith(".png"):
                filename = f"{filename}.png"
            with open(os.path.join(ensure_storage_subdir("pictures"), filename), "wb") as file:
                file.write(picture)


        async def read(name: str) -> bytes:
            folder = ensure_storage_subdir("pictures")
            return (folder / name).read_bytes()
    """,
}


def files_of(text: str) -> dict[str, str]:
    """The files of a form: its own, and what it stands on besides the sample."""
    files = {FORM: dedent(text).lstrip("\n")}
    if "mood_manager" in text:
        files[MOODS] = MOOD_MANAGER.lstrip("\n")
    if "inner_api" in text:
        files["src/plugin_system/apis/inner_api.py"] = dedent(CHANGED["sync"].replace("name()", "inner()")).lstrip("\n")
    if "src.topics" in text:
        files["src/topics.py"] = (
            "TOPICS = []\n\n\ndef add(topic):\n    TOPICS.append(topic)\n\n\n"
            "class Topics:\n    def __init__(self):\n        self.by_chat = {}\n\n\ntopics = Topics()\n"
        )
    if "plugin_system.core import" in text:
        files["src/plugin_system/core/__init__.py"] = (
            "from src.plugin_system.core.plugin_manager import plugin_manager\n"
        )
    return files


def own_tree(files: dict[str, str]) -> Checkout:
    """The forms, without the sample's own plugin APIs: the recipe would edit them all, for every form."""
    return form_tree(files, without=APIS)


def migrated_from(files: dict[str, str]) -> tuple[Checkout, Plan]:
    """A tree of forms on the tenant-foundation, and what the recipe makes of it."""
    checkout = own_tree(files)
    checkout = after(checkout, plan_of(checkout, "tenant-foundation"))
    return checkout, plan_of(checkout, RECIPE)


@pytest.mark.parametrize("form", UNCHANGED)
def test_stays_as_it_is(form: str, snapshot: SnapshotAssertion) -> None:
    files = files_of(UNCHANGED[form])
    checkout, plan = migrated_from(files)
    assert FORM not in {change.path for change in plan.changes} or form == "a holder that is handed to strangers"
    shown = {FORM: files[FORM]}
    assert shown_plan(form, shown, checkout, _about(plan, FORM, MOODS)) == snapshot(extension_class=RecipeSnapshots)


@pytest.mark.parametrize("form", CHANGED)
def test_keeps_to_its_tenant(form: str, snapshot: SnapshotAssertion) -> None:
    files = files_of(CHANGED[form])
    checkout, plan = migrated_from(files)
    shown = {path: text for path, text in files.items() if path == FORM or path in {item.path for item in plan.changes}}
    assert shown_plan(form, shown, checkout, _about(plan, FORM, MOODS)) == snapshot(extension_class=RecipeSnapshots)
    verdicts = {item.verdict for item in survey_of(after(checkout, plan)).api_functions if item.path == FORM}
    assert verdicts <= {SCOPED, "stateless"}


@pytest.mark.parametrize("form", [*UNCHANGED, *CHANGED])
def test_a_second_run_changes_nothing(form: str) -> None:
    checkout, plan = migrated_from(files_of((UNCHANGED | CHANGED)[form]))
    migrated = after(checkout, plan)
    assert plan_of(migrated, RECIPE).changes == ()


def _about(plan: Plan, *paths: str) -> Plan:
    """What a plan leaves to a person, of these files only: the sample's own parts are not the form's."""
    return Plan(plan.changes, tuple(item for item in plan.findings if item.path in paths), plan.passed_over)


def test_a_name_that_is_worked_out_by_a_call_is_not_written_twice() -> None:
    checkout, plan = migrated_from(
        files_of("""
            from src.plugin_system.core.plugin_manager import plugin_manager


            def path(names):
                return plugin_manager.get_plugin_path(next(names))
        """)
    )
    assert b"get_plugin_path(next(names))\n" in after(checkout, plan).by_path[FORM].data
    assert [item.verdict for item in survey_of(after(checkout, plan)).api_functions if item.path == FORM] == [UNSCOPED]
    assert "filter it by hand" in " ".join(item.reason for item in plan.findings if item.path == FORM)


# What looks like a guard and is none

HALF_GUARDED = {
    "behind the use": "require_own_chat(other)\n    mood_manager.get_mood_by_chat_id(chat)\n    require_own_chat(chat)",
    "on a condition": "require_own_chat(other)\n    if other:\n        require_own_chat(chat)",
    "of what is made of it": "require_own_chat(chat.lower())",
}


@pytest.mark.parametrize("guard", HALF_GUARDED)
def test_a_guard_counts_for_what_it_is_handed_first(guard: str) -> None:
    form = f"""
from src.common.message.tenant_access import require_own_chat
from src.common.message.tenant_context import current_tenant_id
from src.mood.mood_manager import mood_manager


def get_mood(chat: str, other: str):
    current_tenant_id()
    {HALF_GUARDED[guard]}
    return mood_manager.get_mood_by_chat_id(chat)
"""
    checkout, plan = migrated_from(files_of(form))
    opened = after(checkout, plan).by_path[FORM].data.decode().partition("other: str):\n")[2]
    assert opened.startswith("    require_own_chat(chat)\n")
    assert [item.verdict for item in survey_of(checkout).api_functions if item.path == FORM] == [UNSCOPED]


@pytest.mark.parametrize(
    "besides",
    [
        "mood_manager.mood_list[chat] = mood_manager.mood_list[other]",
        "mood_manager.mood_list[chat] = 1; return list(mood_manager.mood_list.values())",
        "mood_manager.mood_list[chat] = mood_manager.get_mood_by_chat_id(other.chat_id)",
        "mood_manager.mood_list[chat] = list(map(mood_manager.get_mood_by_chat_id, other))",
    ],
)
def test_a_holder_that_is_used_besides_the_guarded_chat_is_parted(besides: str) -> None:
    """What a guard keeps is the entry of its chat: other entries of the same holder are still everybody's."""
    files = files_of(f"""
from src.mood.mood_manager import mood_manager


def change(chat: str, other):
    {besides}
""")
    checkout, plan = migrated_from(files)
    assert b"ContextAwareMap()" in after(checkout, plan).by_path[MOODS].data


# Holders that become one for each tenant

HOLDERS = {
    "a list and a count that maintenance overwrites": """
        from typing import List

        from src.common.database.database_model import Emoji


        class EmojiManager:
            \"\"\"表情包\"\"\"

            _instance = None

            def __new__(cls):
                if cls._instance is None:
                    cls._instance = super().__new__(cls)
                return cls._instance

            def __init__(self):
                self._task = None

                # 当前的表情包
                self.emoji_objects: List[Emoji] = []  # 全部
                self.emoji_num = 0

                self.started = True

            async def reload(self):
                self.emoji_objects = list(Emoji.select())
                self.emoji_num = len(self.emoji_objects)
    """,
    "nothing else in init": """
        class EmojiManager:
            def __init__(self):
                self.emoji_objects = []
                self.emoji_num = 0

            def reload(self):
                self.emoji_num += 1
    """,
    "first values in the class": """
        class EmojiManager:
            emoji_objects: list = []
            emoji_num = 0

            def reload(self):
                self.emoji_num += 1
    """,
    "a first value that is worked out": """
        class EmojiManager:
            def __init__(self, known):
                self.emoji_objects = list(known)
                self.emoji_num = len(known)
    """,
    "a text, a note, and a first value that two share": """
        class EmojiManager:
            \"\"\"表情包\"\"\"

            def __init__(self):
                # 当前的表情包
                self.emoji_objects = []
                self.emoji_num = self.known = 0
    """,
    "of the class itself": """
        class EmojiManager:
            emoji_objects = []
            emoji_num = 0

            @classmethod
            def reload(cls, found):
                cls.emoji_objects = found
                EmojiManager.emoji_num += 1
    """,
    "used while its object is made": """
        class EmojiManager:
            def __init__(self, known):
                self.emoji_objects = []
                self.emoji_objects.extend(known)
                self.emoji_num = 0
                print(self.emoji_num)
    """,
    "of a class with slots": """
        class EmojiManager:
            __slots__ = ("emoji_objects", "emoji_num")

            def __init__(self):
                self.emoji_objects = []
                self.emoji_num = 0
    """,
    "of a dataclass": """
        from dataclasses import dataclass


        @dataclass
        class EmojiManager:
            emoji_objects: tuple = None
            emoji_num: int = 0
    """,
    "first given a value elsewhere": """
        class EmojiManager:
            def load(self):
                self.emoji_objects = []
                self.emoji_num = 0
    """,
}
EMOJI_API = """
from src.chat.emoji_system.emoji_manager import EmojiManager

manager = EmojiManager()


def count() -> int:
    return manager.emoji_num


def all_emojis() -> list:
    return [emoji for emoji in manager.emoji_objects if not emoji.is_deleted]
"""


@pytest.mark.parametrize("form", HOLDERS)
def test_a_holder_becomes_one_for_each_tenant(form: str, snapshot: SnapshotAssertion) -> None:
    files = {EMOJIS: dedent(HOLDERS[form]).lstrip("\n"), FORM: EMOJI_API.lstrip("\n")}
    checkout, plan = migrated_from(files)
    shown = shown_plan(form, {EMOJIS: files[EMOJIS]}, checkout, _about(plan, EMOJIS))
    assert shown == snapshot(extension_class=RecipeSnapshots)
    verdicts = [item.verdict for item in survey_of(after(checkout, plan)).api_functions if item.path == FORM]
    made = after(checkout, plan).by_path[EMOJIS].data.decode()
    parted = [re.search(rf"\b{name}(: .*)? = TenantAttribute", made) for name in ("emoji_num", "emoji_objects")]
    assert verdicts == [SCOPED if found else UNSCOPED for found in parted]


def test_a_function_is_unresolved_by_what_no_rule_covers() -> None:
    survey = survey_of(own_tree(files_of(UNCHANGED["a method of the registry that no rule covers"])))
    (function,) = [item for item in survey.api_functions if item.path == FORM]
    assert function.verdict == UNRESOLVED
    assert function.reason == "line 5 touches component_registry.get_registry_stats, which no rule covers"
    assert function.reason in " ".join(finding.reason for finding in survey.findings("api-function"))


def test_calls_of_what_raises_without_a_tenant_are_found_where_there_is_none() -> None:
    calling = "from src.plugin_system.apis.form_api import name\n\nNAME = name()\n"
    survey = survey_of(own_tree({**files_of(CHANGED["sync"]), "src/greeting.py": calling}))
    (finding,) = [item for item in survey.findings("api-function") if item.path == "src/greeting.py"]
    reason = "calls name, which would raise here, where there is no tenant: it stays as it is"
    assert (finding.line, finding.reason) == (3, reason)


def test_a_model_without_a_tenant_column_is_found_where_it_is_handed_in() -> None:
    files = files_of(CHANGED["rows of any model"])
    files["plugins/words/plugin.py"] = dedent("""
        from peewee import Model, TextField

        from src.plugin_system.apis.form_api import count


        class Word(Model):
            word = TextField()


        class Note(Model):
            tenant_id = TextField()


        async def words():
            return await count(Word) + await count(Note)
    """).lstrip("\n")
    survey = survey_of(own_tree(files))
    found = [item for item in survey.findings("api-function") if item.path == "plugins/words/plugin.py"]
    assert [(item.line, item.reason) for item in found] == [
        (15, "the rows of Word know no tenant: give the model a column tenant_id")
    ]


# Holders that a fork adds

TOPICS = """
class Topics:
    def __init__(self):
        self.by_chat = {}
        self.all = []

    def add(self, chat_id, topic):
        self.by_chat[chat_id] = topic


topics = Topics()
"""
TOPIC_API = """
from src.topics import topics


def get_topic(chat_id: str):
    return topics.by_chat.get(chat_id)


def set_topic(chat_id: str, topic: str):
    topics.add(chat_id, topic)


def all_topics():
    return [topic.text for topic in topics.all]
"""
OWN = {"partition": "by_chat", "guard": "by_chat", "filter": "all", "require": "all", "admin": "all"}


def holder_file(path: Path, *entries: str) -> Path:
    path.write_text("\n".join(f"[[holder]]\n{entry}" for entry in entries), encoding="utf-8")
    return path


@pytest.mark.parametrize("scope", OWN)
def test_a_fork_adds_a_holder(scope: str, tmp_path: Path, snapshot: SnapshotAssertion) -> None:
    files = {"src/topics.py": TOPICS.lstrip("\n"), FORM: TOPIC_API.lstrip("\n")}
    other = OWN["filter" if OWN[scope] == "by_chat" else "guard"]
    key = {"by_chat": 'key = "chat"\n', "all": ""}
    entries = [
        f'name = "{name}"\nat = "src.topics:Topics.{name}"\n{key[name]}scope = "{own}"\n'
        for name, own in ((OWN[scope], scope), (other, "require"))
    ]
    holders = added_holders(holder_file(tmp_path / "holders.toml", *entries))
    checkout = own_tree(files)
    checkout = after(checkout, plan_of(checkout, "tenant-foundation"))
    survey = survey_of(checkout, holders=holders)
    require_holders(survey)
    plan = make_plan(checkout, survey, chosen_recipes([RECIPE]), named=True)
    shown = shown_plan(f"a fork's own holder, scope {scope}", files, checkout, _about(plan, *files))
    assert shown == snapshot(extension_class=RecipeSnapshots)
    verdicts = {
        item.verdict for item in survey_of(after(checkout, plan), holders=holders).api_functions if item.path == FORM
    }
    assert verdicts == {SCOPED}


@pytest.mark.parametrize(
    "use",
    [
        "(*chats): return [topics.by_chat[chat] for chat in chats]",
        "(message): return topics.by_chat.get(message.chat_id)",
        "(chat): return topics.by_chat[chat], list(topics.by_chat)",
        "(message): topics.add(message.chat_id, 1)",
    ],
)
def test_a_guarded_holder_that_no_guard_covers_is_unresolved(use: str, tmp_path: Path) -> None:
    entry = 'name = "by_chat"\nat = "src.topics:Topics.by_chat"\nkey = "chat"\nscope = "guard"\n'
    holders = added_holders(holder_file(tmp_path / "holders.toml", entry))
    form = f"from src.topics import topics\n\n\ndef get_topic{use}\n"
    survey = survey_of(own_tree({"src/topics.py": TOPICS.lstrip("\n"), FORM: form}), holders=holders)
    (function,) = [item for item in survey.api_functions if item.path == FORM]
    assert function.verdict == UNRESOLVED
    assert "by_chat by more than ids of chats" in function.reason


MISTAKES = {
    "an unknown scope": (
        'name = "t"\nat = "src.topics:topics"\nscope = "share"\n',
        "'share': choose from partition, guard",
    ),
    "an unknown key": ('name = "t"\nat = "src.topics:topics"\nscope = "guard"\nkey = "id"\n', "'id': write"),
    "no scope": ('name = "t"\nat = "src.topics:topics"\n', "needs name, at and scope"),
    "something else": ('name = "t"\nat = "src.topics:topics"\nscope = "guard"\nwhy = "?"\n', "and nothing else"),
    "a place that is none": ('name = "t"\nat = "src.topics.topics"\nscope = "guard"\n', "write module:name"),
    "no TOML": ("name = \n", "cannot be read as TOML"),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_holder_that_is_none_is_refused_in_a_sentence(mistake: str, tmp_path: Path) -> None:
    entry, sentence = MISTAKES[mistake]
    with pytest.raises(TenantizeError, match=sentence) as error:
        added_holders(holder_file(tmp_path / "holders.toml", entry))
    assert "holders.toml" in str(error.value)


@pytest.mark.parametrize(
    "at", ["src.nothing:topics", "src.topics:Topics.none", "src.topics:Other.all", "src.topics:none"]
)
def test_a_holder_that_is_not_in_the_tree_is_refused(at: str, tmp_path: Path) -> None:
    path = holder_file(tmp_path / "holders.toml", f'name = "t"\nat = "{at}"\nscope = "guard"\n')
    survey = survey_of(own_tree({"src/topics.py": TOPICS}), holders=added_holders(path))
    with pytest.raises(TenantizeError, match="which is not in this tree"):
        require_holders(survey)


# The audit is honest: for every function of the sample, a line of the migration that is taken out is missed

LINES = {
    "the read": r"^ +current_tenant_id\(\)\n",
    "the guard of chats": r"^ +require_own_chat\(.*\)\n",
    "the guard of files": r"^ +require_file_name\(.*\)\n",
    "the guard of the process": r"^ +require_admin_tenant\(\)\n",
    "the guard of tables": r"^ +require_tenant_table\(.*\)\n",
    "the look at data": r"^ +data = own_data\(.*\)\n",
}
CALLS = {
    "the filter of plugins": "enabled_for_tenant",
    "the filter of rows": "own_rows",
}


@pytest.fixture(scope="module")
def migrated() -> Checkout:
    checkout = open_checkout(SAMPLE)
    return after(checkout, plan_of(checkout))


@pytest.mark.parametrize("what", [*LINES, *CALLS])
def test_without_a_line_of_the_migration_no_function_that_had_it_is_scoped(what: str, migrated: Checkout) -> None:
    having: set[str] = set()
    files = []
    for file in migrated.files:
        text = file.data.decode(errors="surrogateescape")
        if file.path.startswith(APIS):
            having |= {f"{file.path}:{name}" for name in functions_with(text, what)}
            taken_out = (
                re.sub(LINES[what], "", text, flags=re.M) if what in LINES else text.replace(CALLS[what], "list")
            )
            file = replace(file, data=taken_out.encode(errors="surrogateescape"))
        files.append(file)
    assert having
    verdicts = {item.id: item.verdict for item in survey_of(replace(migrated, files=tuple(files))).api_functions}
    assert {name: verdicts[name] for name in having if verdicts.get(name) == SCOPED} == {}


def functions_with(text: str, what: str) -> set[str]:
    """The public functions of a module that have a line, by their names in it."""
    lines, found = text.splitlines(keepends=True), set()
    for outer in ast.parse(text).body:
        inner = outer.body if isinstance(outer, ast.ClassDef) else [outer]
        prefix = f"{outer.name}." if isinstance(outer, ast.ClassDef) else ""
        for node in inner:
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and not node.name.startswith("_"):
                body = "".join(lines[node.lineno - 1 : node.end_lineno])
                if re.search(LINES[what], body, re.M) if what in LINES else f"{CALLS[what]}(" in body:
                    found.add(prefix + node.name)
    return found
