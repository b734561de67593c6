"""插件 API"""

from src.plugin_system.apis import (
    auto_talk_api,
    chat_api,
    component_manage_api,
    config_api,
    database_api,
    emoji_api,
    frequency_api,
    generator_api,
    llm_api,
    message_api,
    mood_api,
    person_api,
    plugin_manage_api,
    send_api,
    tool_api,
)
from .logging_api import get_logger
from .plugin_register_api import register_plugin

__all__ = [
    "auto_talk_api",
    "chat_api",
    "component_manage_api",
    "config_api",
    "database_api",
    "emoji_api",
    "frequency_api",
    "generator_api",
    "get_logger",
    "llm_api",
    "message_api",
    "mood_api",
    "person_api",
    "plugin_manage_api",
    "register_plugin",
    "send_api",
    "tool_api",
]
