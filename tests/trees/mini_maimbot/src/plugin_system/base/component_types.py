"""插件系统用到的类型"""

from dataclasses import dataclass, field
from enum import Enum
from typing import Any, Dict, List, Optional, Union


class ComponentType(Enum):
    """组件类型"""

    ACTION = "action"
    COMMAND = "command"
    TOOL = "tool"
    EVENT_HANDLER = "event_handler"

    def __str__(self) -> str:
        return self.value


class EventType(Enum):
    """事件类型"""

    ON_START = "on_start"  # 启动事件
    ON_STOP = "on_stop"  # 停止事件
    ON_MESSAGE_PRE_PROCESS = "on_message_pre_process"
    ON_MESSAGE = "on_message"
    ON_PLAN = "on_plan"
    POST_SEND = "post_send"
    UNKNOWN = "unknown"  # 未知事件

    def __str__(self) -> str:
        return self.value


@dataclass
class ComponentInfo:
    """组件信息"""

    name: str
    description: str = ""
    component_type: ComponentType = ComponentType.EVENT_HANDLER
    enabled: bool = True
    plugin_name: str = ""


@dataclass
class ActionInfo(ComponentInfo):
    """动作信息"""

    component_type: ComponentType = ComponentType.ACTION


@dataclass
class CommandInfo(ComponentInfo):
    """命令信息"""

    component_type: ComponentType = ComponentType.COMMAND
    command_pattern: str = ""


@dataclass
class ToolInfo(ComponentInfo):
    """工具信息"""

    component_type: ComponentType = ComponentType.TOOL
    tool_parameters: Dict[str, str] = field(default_factory=dict)


@dataclass
class EventHandlerInfo(ComponentInfo):
    """事件处理器信息"""

    event_type: Union[EventType, str] = EventType.ON_MESSAGE
    intercept_message: bool = False
    weight: int = 0


@dataclass
class PluginInfo:
    """插件信息"""

    display_name: str
    name: str
    description: str = ""
    version: str = ""
    components: List[ComponentInfo] = field(default_factory=list)


@dataclass
class MaiMessages:
    """交给事件处理器的消息"""

    plain_text: str = ""
    stream_id: Optional[str] = None
    user_id: str = ""
    additional_data: Dict[str, Any] = field(default_factory=dict)


@dataclass
class CustomEventHandlerResult:
    """事件处理器的自定义结果"""

    message: str = ""
    data: Dict[str, Any] = field(default_factory=dict)
