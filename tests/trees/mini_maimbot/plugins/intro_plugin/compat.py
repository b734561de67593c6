"""各个版本的插件系统，名字都从这里拿"""

from src.plugin_system import BaseEventHandler, BasePlugin, ComponentInfo, EventType, MaiMessages, register_plugin

__all__ = ["BaseEventHandler", "BasePlugin", "ComponentInfo", "EventType", "MaiMessages", "register_plugin"]
