"""工具 API"""

from typing import TYPE_CHECKING, Any, Dict, List, Optional, Tuple, Type

from src.common.logger import get_logger
from src.plugin_system.base.base_tool import BaseTool
from src.plugin_system.base.component_types import ComponentType

if TYPE_CHECKING:
    from src.chat.message_receive.chat_stream import ChatStream

logger = get_logger("tool_api")


def get_tool_instance(tool_name: str, chat_stream: Optional["ChatStream"] = None) -> Optional[BaseTool]:
    """一个工具的实例，没有这个工具时为 None"""
    from src.plugin_system.core import component_registry

    info = component_registry.get_component_info(tool_name, ComponentType.TOOL)
    if info is None:
        return None
    found: Type[BaseTool] = component_registry.get_component_class(tool_name, ComponentType.TOOL)
    return found(component_registry.get_plugin_config(info.plugin_name), chat_stream)


def get_llm_available_tool_definitions() -> List[Tuple[str, Dict[str, Any]]]:
    """模型可以使用的工具，[(名字, 定义)]"""
    from src.plugin_system.core import component_registry

    tools = component_registry.get_llm_available_tools()
    return [(name, tools[name].get_tool_definition()) for name in tools]
