"""说话风格：/风格 查看设置，/说 某句话 按设置改写"""

from typing import List, Optional, Tuple, Type

from src.plugin_system import (
    BaseEventHandler,
    BasePlugin,
    ComponentInfo,
    EventType,
    MaiMessages,
    register_plugin,
    send_api,
)

from .render import render
from .settings import settings


class StyleStart(BaseEventHandler):
    """由配置决定风格"""

    event_type = EventType.ON_START
    handler_name = "style_start"
    handler_description = "读取说话风格"

    async def execute(self, message: Optional[MaiMessages]):
        settings.configure(self.get_config("style.prefix", ""), self.get_config("style.excited", 0))
        return True, True, "风格已读取", None, None


class StyleMessage(BaseEventHandler):
    """查看风格，或按风格说话"""

    event_type = EventType.ON_MESSAGE
    handler_name = "style_message"
    handler_description = "回答 /风格 与 /说"

    async def execute(self, message: Optional[MaiMessages]):
        text = message.plain_text if message is not None else ""
        if text == "/风格":
            await send_api.text_to_stream(f"风格: {settings.prefix} {settings.excited}", message.stream_id)
        elif text.startswith("/说 "):
            await send_api.text_to_stream(render(text[3:]), message.stream_id)
        return True, True, None, None, None


@register_plugin
class StylePlugin(BasePlugin):
    """说话风格"""

    plugin_name = "style_plugin"
    enable_plugin = True
    config_schema = {"style": {"prefix": "【麦】", "excited": 1}}

    def get_plugin_components(self) -> List[Tuple[ComponentInfo, Type[BaseEventHandler]]]:
        return [(StyleStart.get_handler_info(), StyleStart), (StyleMessage.get_handler_info(), StyleMessage)]
