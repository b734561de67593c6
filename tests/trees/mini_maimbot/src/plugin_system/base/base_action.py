"""动作的基类"""

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any, Dict, Tuple

from src.plugin_system.base.component_types import ActionInfo

if TYPE_CHECKING:
    from src.chat.message_receive.chat_stream import ChatStream


class BaseAction(ABC):
    """插件的动作继承它"""

    action_name: str = ""
    action_description: str = ""

    def __init__(self, action_data: Dict[str, Any], chat_stream: "ChatStream") -> None:
        self.action_data = action_data
        self.chat_stream = chat_stream

    @abstractmethod
    async def execute(self) -> Tuple[bool, str]:
        """返回 (是否成功, 说明)"""
        raise NotImplementedError

    @classmethod
    def get_action_info(cls) -> ActionInfo:
        """由类属性得到组件信息"""
        return ActionInfo(name=cls.action_name, description=cls.action_description)
