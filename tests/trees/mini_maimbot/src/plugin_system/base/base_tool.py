"""工具的基类"""

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any, Dict, Optional

from src.plugin_system.base.component_types import ToolInfo

if TYPE_CHECKING:
    from src.chat.message_receive.chat_stream import ChatStream


class BaseTool(ABC):
    """插件的工具继承它，由模型决定何时使用"""

    name: str = ""
    description: str = ""
    # 参数名 -> 说明
    parameters: Dict[str, str] = {}
    available_for_llm: bool = False

    def __init__(
        self, plugin_config: Optional[Dict[str, Any]] = None, chat_stream: Optional["ChatStream"] = None
    ) -> None:
        self.plugin_config = plugin_config or {}
        self.chat_stream = chat_stream

    @abstractmethod
    async def execute(self, function_args: Dict[str, Any]) -> Dict[str, Any]:
        """返回 {"name": ..., "content": ...}"""
        raise NotImplementedError

    @classmethod
    def get_tool_definition(cls) -> Dict[str, Any]:
        """给模型看的定义"""
        return {"name": cls.name, "description": cls.description, "parameters": cls.parameters}

    @classmethod
    def get_tool_info(cls) -> ToolInfo:
        """由类属性得到组件信息"""
        return ToolInfo(name=cls.name, description=cls.description, tool_parameters=cls.parameters)
