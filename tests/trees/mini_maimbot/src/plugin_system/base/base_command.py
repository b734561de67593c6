"""命令的基类"""

from abc import ABC, abstractmethod
from typing import Optional, Tuple

from src.plugin_system.base.component_types import CommandInfo, MaiMessages


class BaseCommand(ABC):
    """插件的命令继承它"""

    command_name: str = ""
    command_description: str = ""
    command_pattern: str = ""

    def __init__(self, message: MaiMessages) -> None:
        self.message = message

    @abstractmethod
    async def execute(self) -> Tuple[bool, Optional[str], bool]:
        """返回 (是否成功, 说明, 是否拦截消息)"""
        raise NotImplementedError

    @classmethod
    def get_command_info(cls) -> CommandInfo:
        """由类属性得到组件信息"""
        return CommandInfo(
            name=cls.command_name, description=cls.command_description, command_pattern=cls.command_pattern
        )
