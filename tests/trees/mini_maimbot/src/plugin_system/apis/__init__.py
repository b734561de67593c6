"""插件 API"""

from src.plugin_system.apis import (
    chat_api,
    config_api,
    emoji_api,
    message_api,
    plugin_register_api,
    send_api,
)
from .logging_api import get_logger
from .plugin_register_api import register_plugin

__all__ = [
    "chat_api",
    "config_api",
    "emoji_api",
    "get_logger",
    "message_api",
    "plugin_register_api",
    "register_plugin",
    "send_api",
]
