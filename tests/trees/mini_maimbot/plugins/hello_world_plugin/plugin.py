"""演示插件：启动时读配置，收到消息时计数"""

from typing import List, Optional, Tuple, Type

from src.plugin_system import (
    BaseEventHandler,
    BasePlugin,
    ComponentInfo,
    EventHandlerInfo,
    EventType,
    MaiMessages,
    get_logger,
    register_plugin,
)

logger = get_logger("hello_world_plugin")

# 启动时由配置决定
GREETING = ""
SEEN_MESSAGES: List[Tuple[Optional[str], str]] = []


class HelloStartHandler(BaseEventHandler):
    """启动时读取问候语"""

    event_type = EventType.ON_START
    handler_name = "hello_start"
    handler_description = "读取问候语"

    async def execute(self, message: Optional[MaiMessages]):
        global GREETING
        GREETING = self.get_config("hello.greeting", "你好")
        logger.info(f"问候语: {GREETING}")
        return True, True, "问候语已读取", None, None


class HelloMessageHandler(BaseEventHandler):
    """记下收到的消息"""

    event_type = EventType.ON_MESSAGE
    handler_name = "hello_message"
    handler_description = "记录消息"

    async def execute(self, message: Optional[MaiMessages]):
        if message is not None:
            SEEN_MESSAGES.append((message.stream_id, message.plain_text))
        return True, True, None, None, None


@register_plugin
class HelloWorldPlugin(BasePlugin):
    """演示插件"""

    plugin_name = "hello_world_plugin"
    enable_plugin = True
    config_schema = {"hello": {"greeting": "你好，世界"}}

    def get_plugin_components(self) -> List[Tuple[ComponentInfo, Type[BaseEventHandler]]]:
        return [
            (HelloStartHandler.get_handler_info(), HelloStartHandler),
            (EventHandlerInfo(name="hello_message", event_type=EventType.ON_MESSAGE), HelloMessageHandler),
        ]
