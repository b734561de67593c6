"""组件管理 API"""

from typing import Dict, List, Optional, Union

from src.plugin_system.base.component_types import (
    ActionInfo,
    CommandInfo,
    ComponentType,
    EventHandlerInfo,
    PluginInfo,
    ToolInfo,
)

AnyComponentInfo = Union[ActionInfo, CommandInfo, EventHandlerInfo, ToolInfo]


# 查询


def get_all_plugin_info() -> Dict[str, PluginInfo]:
    """全部插件的信息，以插件名为键"""
    from src.plugin_system.core.component_registry import component_registry as registry

    return registry.get_all_plugins()


def get_plugin_info(plugin_name: str) -> Optional[PluginInfo]:
    """一个插件的信息"""
    from src.plugin_system.core.component_registry import component_registry as registry

    return registry.get_plugin_info(plugin_name)


def get_component_info(component_name: str, component_type: ComponentType) -> Optional[AnyComponentInfo]:
    """一个组件的信息"""
    from src.plugin_system.core.component_registry import component_registry as registry

    return registry.get_component_info(component_name, component_type)


def get_components_info_by_type(component_type: ComponentType) -> Dict[str, AnyComponentInfo]:
    """一种类型的全部组件，以组件名为键"""
    from src.plugin_system.core.component_registry import component_registry as registry

    return registry.get_components_by_type(component_type)


def get_enabled_components_info_by_type(component_type: ComponentType) -> Dict[str, AnyComponentInfo]:
    """一种类型已启用的组件，以组件名为键"""
    from src.plugin_system.core.component_registry import component_registry as registry

    return registry.get_enabled_components_by_type(component_type)


def get_registered_action_info(action_name: str) -> Optional[ActionInfo]:
    """一个动作的信息"""
    from src.plugin_system.core.component_registry import component_registry as registry

    return registry.get_registered_action_info(action_name)


def get_registered_command_info(command_name: str) -> Optional[CommandInfo]:
    """一个命令的信息"""
    from src.plugin_system.core.component_registry import component_registry as registry

    return registry.get_registered_command_info(command_name)


def get_registered_tool_info(tool_name: str) -> Optional[ToolInfo]:
    """一个工具的信息"""
    from src.plugin_system.core.component_registry import component_registry as registry

    return registry.get_registered_tool_info(tool_name)


def get_registered_event_handler_info(event_handler_name: str) -> Optional[EventHandlerInfo]:
    """一个事件处理器的信息"""
    from src.plugin_system.core.component_registry import component_registry as registry

    return registry.get_registered_event_handler_info(event_handler_name)


# 启用与停用


def globally_enable_component(component_name: str, component_type: ComponentType) -> bool:
    """在整个进程里启用一个组件"""
    from src.plugin_system.core.component_registry import component_registry as registry

    return registry.enable_component(component_name, component_type)


async def globally_disable_component(component_name: str, component_type: ComponentType) -> bool:
    """在整个进程里停用一个组件"""
    from src.plugin_system.core.component_registry import component_registry as registry

    return await registry.disable_component(component_name, component_type)


def locally_enable_component(component_name: str, component_type: ComponentType, stream_id: str) -> bool:
    """在一个聊天里重新启用一个组件"""
    from src.plugin_system.core.global_announcement_manager import global_announcement_manager as announcements

    match component_type:
        case ComponentType.ACTION:
            return announcements.enable_specific_chat_action(stream_id, component_name)
        case ComponentType.COMMAND:
            return announcements.enable_specific_chat_command(stream_id, component_name)
        case ComponentType.TOOL:
            return announcements.enable_specific_chat_tool(stream_id, component_name)
        case ComponentType.EVENT_HANDLER:
            return announcements.enable_specific_chat_event_handler(stream_id, component_name)
        case _:
            raise ValueError(f"未知的组件类型: {component_type}")


def locally_disable_component(component_name: str, component_type: ComponentType, stream_id: str) -> bool:
    """在一个聊天里停用一个组件"""
    from src.plugin_system.core.global_announcement_manager import global_announcement_manager as announcements

    match component_type:
        case ComponentType.ACTION:
            return announcements.disable_specific_chat_action(stream_id, component_name)
        case ComponentType.COMMAND:
            return announcements.disable_specific_chat_command(stream_id, component_name)
        case ComponentType.TOOL:
            return announcements.disable_specific_chat_tool(stream_id, component_name)
        case ComponentType.EVENT_HANDLER:
            return announcements.disable_specific_chat_event_handler(stream_id, component_name)
        case _:
            raise ValueError(f"未知的组件类型: {component_type}")


def get_locally_disabled_components(stream_id: str, component_type: ComponentType) -> List[str]:
    """在一个聊天里停用的组件"""
    from src.plugin_system.core.global_announcement_manager import global_announcement_manager as announcements

    match component_type:
        case ComponentType.ACTION:
            return announcements.get_disabled_chat_actions(stream_id)
        case ComponentType.COMMAND:
            return announcements.get_disabled_chat_commands(stream_id)
        case ComponentType.TOOL:
            return announcements.get_disabled_chat_tools(stream_id)
        case ComponentType.EVENT_HANDLER:
            return announcements.get_disabled_chat_event_handlers(stream_id)
        case _:
            raise ValueError(f"未知的组件类型: {component_type}")
