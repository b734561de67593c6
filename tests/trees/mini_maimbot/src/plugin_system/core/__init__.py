"""插件系统的核心"""

from src.plugin_system.core.component_registry import component_registry
from src.plugin_system.core.global_announcement_manager import global_announcement_manager

__all__ = ["component_registry", "global_announcement_manager"]
