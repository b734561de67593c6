"""登记插件"""

from src.plugin_system.core.plugin_manager import register_plugin

__all__ = ["register_plugin"]
