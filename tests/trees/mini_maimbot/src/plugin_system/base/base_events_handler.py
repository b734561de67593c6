"""事件处理器的基类"""

from abc import ABC, abstractmethod
from typing import Any, Dict, List, Optional, Tuple, Union

from src.common.logger import get_logger
from src.plugin_system.base.component_types import (
    CustomEventHandlerResult,
    EventHandlerInfo,
    EventType,
    MaiMessages,
)

logger = get_logger("base_event_handler")

ExecuteResult = Tuple[bool, bool, Optional[str], Optional[CustomEventHandlerResult], Optional[MaiMessages]]


class BaseEventHandler(ABC):
    """插件的事件处理器继承它"""

    event_type: Union[EventType, str] = EventType.UNKNOWN
    # 不为空时代替 event_type，可以订阅多个事件
    init_subscribe: List[Union[EventType, str]] = []
    handler_name: str = ""
    handler_description: str = ""
    weight: int = 0
    intercept_message: bool = False

    def __init__(self) -> None:
        self.plugin_name = ""
        self.plugin_config: Dict[str, Any] = {}

    @abstractmethod
    async def execute(self, message: Optional[MaiMessages]) -> ExecuteResult:
        """返回 (是否成功, 是否继续, 说明, 自定义结果, 修改后的消息)"""
        raise NotImplementedError

    def set_plugin_name(self, plugin_name: str) -> None:
        self.plugin_name = plugin_name

    def set_plugin_config(self, plugin_config: Dict[str, Any]) -> None:
        self.plugin_config = plugin_config

    def get_config(self, key: str, default: Any = None) -> Any:
        """读取插件配置，支持用点分隔的名字"""
        current: Any = self.plugin_config
        for part in key.split("."):
            if not isinstance(current, dict) or part not in current:
                return default
            current = current[part]
        return current

    @classmethod
    def get_handler_info(cls) -> EventHandlerInfo:
        """由类属性得到组件信息"""
        return EventHandlerInfo(
            name=cls.handler_name or cls.__name__.lower(),
            description=cls.handler_description,
            event_type=cls.event_type,
            intercept_message=cls.intercept_message,
            weight=cls.weight,
        )
