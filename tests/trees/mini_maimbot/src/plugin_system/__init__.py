"""插件系统：插件只从这里导入"""

from src.plugin_system.base.base_action import BaseAction
from src.plugin_system.base.base_command import BaseCommand
from src.plugin_system.base.base_events_handler import BaseEventHandler
from src.plugin_system.base.base_plugin import BasePlugin
from src.plugin_system.base.base_tool import BaseTool
from src.plugin_system.base.component_types import (
    ActionInfo,
    CommandInfo,
    ComponentInfo,
    ComponentType,
    CustomEventHandlerResult,
    EventHandlerInfo,
    EventType,
    MaiMessages,
    PluginInfo,
    ToolInfo,
)
from src.plugin_system.apis import (
    auto_talk_api,
    chat_api,
    component_manage_api,
    config_api,
    database_api,
    emoji_api,
    frequency_api,
    generator_api,
    get_logger,
    llm_api,
    message_api,
    mood_api,
    person_api,
    plugin_manage_api,
    register_plugin,
    send_api,
    tool_api,
)

__all__ = [
    "ActionInfo",
    "BaseAction",
    "BaseCommand",
    "BaseEventHandler",
    "BasePlugin",
    "BaseTool",
    "CommandInfo",
    "ComponentInfo",
    "ComponentType",
    "CustomEventHandlerResult",
    "EventHandlerInfo",
    "EventType",
    "MaiMessages",
    "PluginInfo",
    "ToolInfo",
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
