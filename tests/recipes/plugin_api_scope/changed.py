"""Plugin API functions that come to keep to their tenant."""

from __future__ import annotations

CHANGED = {
    "a body on one line": """
        from src.config.config import global_config


        def name(): return global_config.bot.nickname
    """,
    "the name of the read is a comprehension's": """
        from src.config.config import global_config


        def names():
            return global_config.bot.nickname, [current_tenant_id for current_tenant_id in range(3)]
    """,
    "methods of an object that is handed out": """
        from functools import singledispatch

        from src.config.config import global_config


        class Names:
            @property
            def nickname(self) -> str:
                return global_config.bot.nickname

            def of(self, platform: str) -> str:
                return f"{platform}:{global_config.bot.nickname}"


        @singledispatch
        def name(what):
            raise TypeError(what)


        @name.register
        def _(what: str):
            return global_config.bot.nickname, what
    """,
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
