"""插件系统：插件只从这里导入"""

from src.plugin_system.base.base_events_handler import BaseEventHandler
from src.plugin_system.base.base_plugin import BasePlugin
from src.plugin_system.base.component_types import (
    ComponentInfo,
    ComponentType,
    CustomEventHandlerResult,
    EventHandlerInfo,
    EventType,
    MaiMessages,
)
from src.plugin_system.apis import (
    chat_api,
    config_api,
    emoji_api,
    get_logger,
    message_api,
    register_plugin,
    send_api,
)

__all__ = [
    "BaseEventHandler",
    "BasePlugin",
    "ComponentInfo",
    "ComponentType",
    "CustomEventHandlerResult",
    "EventHandlerInfo",
    "EventType",
    "MaiMessages",
    "chat_api",
    "config_api",
    "emoji_api",
    "get_logger",
    "message_api",
    "register_plugin",
    "send_api",
]
