"""Plugin API functions that stay as they are."""

from __future__ import annotations

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
    "the name of the read is a parameter's": """
        from src.config.config import global_config


        def name(current_tenant_id=None):
            return global_config.bot.nickname, current_tenant_id
    """,
    "the name of the read is a walrus'": """
        from src.config.config import global_config


        def name():
            if current_tenant_id := global_config.bot.nickname:
                return current_tenant_id
            return ""
    """,
    "the name of the read is captured": """
        from src.config.config import global_config


        def name(chat):
            match chat:
                case {"tenant": current_tenant_id}:
                    return current_tenant_id
            return global_config.bot.nickname
    """,
    "the name of the read is made global": """
        from src.config.config import global_config


        def remember(tenant):
            global current_tenant_id
            current_tenant_id = tenant


        def name():
            return global_config.bot.nickname
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
