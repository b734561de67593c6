"""组件登记处"""

from typing import Any, Dict, Optional, Type, Union

from src.common.logger import get_logger
from src.plugin_system.base.base_action import BaseAction
from src.plugin_system.base.base_command import BaseCommand
from src.plugin_system.base.base_events_handler import BaseEventHandler
from src.plugin_system.base.base_tool import BaseTool
from src.plugin_system.base.component_types import (
    ActionInfo,
    CommandInfo,
    ComponentInfo,
    ComponentType,
    EventHandlerInfo,
    PluginInfo,
    ToolInfo,
)

logger = get_logger("component_registry")

ComponentClass = Type[Union[BaseAction, BaseCommand, BaseEventHandler, BaseTool]]


class ComponentRegistry:
    """登记所有插件与它们的组件，整个进程共用"""

    def __init__(self) -> None:
        self._components: Dict[str, ComponentInfo] = {}
        self._classes: Dict[str, ComponentClass] = {}
        self._plugins: Dict[str, PluginInfo] = {}

    # 登记与移除

    def register_plugin(self, plugin_info: PluginInfo) -> bool:
        if plugin_info.name in self._plugins:
            logger.warning(f"插件 {plugin_info.name} 已登记过，忽略")
            return False
        self._plugins[plugin_info.name] = plugin_info
        return True

    def register_component(
        self, info: ComponentInfo, component_class: ComponentClass, plugin_config: Dict[str, Any]
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

    async def remove_plugin_registry(self, plugin_name: str) -> bool:
        """移除一个插件和它的全部组件"""
        plugin_info = self._plugins.pop(plugin_name, None)
        if plugin_info is None:
            return False
        for info in plugin_info.components:
            await self._unsubscribe(info)
            self._components.pop(f"{info.component_type}.{info.name}")
            self._classes.pop(f"{info.component_type}.{info.name}")
        return True

    # 启用与停用

    def enable_component(self, component_name: str, component_type: ComponentType) -> bool:
        info = self.get_component_info(component_name, component_type)
        if info is None:
            logger.warning(f"没有组件 {component_type}.{component_name}")
            return False
        info.enabled = True
        if isinstance(info, EventHandlerInfo):
            from src.plugin_system.core.events_manager import events_manager

            handler_class = self._classes[f"{component_type}.{component_name}"]
            events_manager.register_event_subscriber(
                info, handler_class, self.get_plugin_config(info.plugin_name) or {}
            )
        return True

    async def disable_component(self, component_name: str, component_type: ComponentType) -> bool:
        info = self.get_component_info(component_name, component_type)
        if info is None:
            logger.warning(f"没有组件 {component_type}.{component_name}")
            return False
        info.enabled = False
        await self._unsubscribe(info)
        return True

    @staticmethod
    async def _unsubscribe(info: ComponentInfo) -> None:
        if isinstance(info, EventHandlerInfo):
            from src.plugin_system.core.events_manager import events_manager

            await events_manager.unregister_event_subscriber(info.name)

    # 查询

    def get_component_info(self, name: str, component_type: ComponentType) -> Optional[ComponentInfo]:
        return self._components.get(f"{component_type}.{name}")

    def get_component_class(self, name: str, component_type: ComponentType) -> Optional[ComponentClass]:
        return self._classes.get(f"{component_type}.{name}")

    def get_components_by_type(self, component_type: ComponentType) -> Dict[str, ComponentInfo]:
        return {info.name: info for info in self._components.values() if info.component_type == component_type}

    def get_enabled_components_by_type(self, component_type: ComponentType) -> Dict[str, ComponentInfo]:
        return {name: info for name, info in self.get_components_by_type(component_type).items() if info.enabled}

    def get_default_actions(self) -> Dict[str, ActionInfo]:
        """没有停用的动作"""
        return self.get_enabled_components_by_type(ComponentType.ACTION)

    def get_registered_action_info(self, action_name: str) -> Optional[ActionInfo]:
        return self.get_component_info(action_name, ComponentType.ACTION)

    def get_registered_command_info(self, command_name: str) -> Optional[CommandInfo]:
        return self.get_component_info(command_name, ComponentType.COMMAND)

    def get_registered_tool_info(self, tool_name: str) -> Optional[ToolInfo]:
        return self.get_component_info(tool_name, ComponentType.TOOL)

    def get_registered_event_handler_info(self, handler_name: str) -> Optional[EventHandlerInfo]:
        return self.get_component_info(handler_name, ComponentType.EVENT_HANDLER)

    def get_llm_available_tools(self) -> Dict[str, Type[BaseTool]]:
        """交给模型使用的工具"""
        names = self.get_enabled_components_by_type(ComponentType.TOOL)
        classes = {name: self._classes[f"{ComponentType.TOOL}.{name}"] for name in names}
        return {name: tool_class for name, tool_class in classes.items() if tool_class.available_for_llm}

    def get_plugin_info(self, plugin_name: str) -> Optional[PluginInfo]:
        return self._plugins.get(plugin_name)

    def get_all_plugins(self) -> Dict[str, PluginInfo]:
        return self._plugins.copy()

    def get_plugin_config(self, plugin_name: str) -> Optional[Dict[str, Any]]:
        """插件当前的配置，没有加载这个插件时为 None"""
        from src.plugin_system.core.plugin_manager import plugin_manager

        plugin = plugin_manager.loaded_plugins.get(plugin_name)
        return plugin.config if plugin is not None else None


component_registry = ComponentRegistry()
