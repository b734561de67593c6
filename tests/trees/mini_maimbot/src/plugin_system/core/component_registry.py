"""组件登记处"""

from typing import Any, Dict, Optional, Type

from src.common.logger import get_logger
from src.plugin_system.base.base_events_handler import BaseEventHandler
from src.plugin_system.base.component_types import ComponentInfo, ComponentType, EventHandlerInfo

logger = get_logger("component_registry")


class ComponentRegistry:
    """登记所有插件的组件"""

    def __init__(self) -> None:
        self._components: Dict[str, ComponentInfo] = {}
        self._classes: Dict[str, Type[BaseEventHandler]] = {}

    def register_component(
        self, info: ComponentInfo, component_class: Type[BaseEventHandler], plugin_config: Dict[str, Any]
    ) -> bool:
        key = f"{info.component_type}.{info.name}"
        if key in self._components:
            logger.warning(f"组件 {key} 已登记过，忽略")
            return False
        self._components[key] = info
        self._classes[key] = component_class
        if isinstance(info, EventHandlerInfo):
            from src.plugin_system.core.events_manager import events_manager

            events_manager.register_event_subscriber(info, component_class, plugin_config)
        return True

    def get_component_info(self, name: str, component_type: ComponentType) -> Optional[ComponentInfo]:
        return self._components.get(f"{component_type}.{name}")

    def get_components_by_type(self, component_type: ComponentType) -> Dict[str, ComponentInfo]:
        return {info.name: info for info in self._components.values() if info.component_type == component_type}

    def get_plugin_config(self, plugin_name: str) -> Optional[Dict[str, Any]]:
        """插件当前的配置，没有加载这个插件时为 None"""
        from src.plugin_system.core.plugin_manager import plugin_manager

        plugin = plugin_manager.loaded_plugins.get(plugin_name)
        return plugin.config if plugin is not None else None


component_registry = ComponentRegistry()
