"""上线问候：在配置的聊天里问候，没有配置时选第一个聊天"""

from typing import List, Optional, Tuple, Type

from src.plugin_system import (
    BaseEventHandler,
    BasePlugin,
    ComponentInfo,
    EventType,
    MaiMessages,
    chat_api,
    get_logger,
    register_plugin,
    send_api,
)

logger = get_logger("greeting_plugin")


class OnStartGreeting(BaseEventHandler):
    """订阅 ON_START，在聊天里发送问候"""

    event_type = EventType.ON_START
    handler_name = "greeting_on_start"
    handler_description = "ON_START 时在聊天里发送问候"

    async def execute(self, message: Optional[MaiMessages]):
        text = self.get_config("greeting.text", "我上线了")
        stream_id = self.get_config("greeting.stream_id", "") or self._first_stream_id()
        if not stream_id:
            return True, True, "没有可以问候的聊天", None, None
        if not await send_api.text_to_stream(text, stream_id):
            return False, True, "问候没有发出", None, None
        logger.info(f"已问候 {stream_id}")
        return True, True, "已问候", None, None

    @staticmethod
    def _first_stream_id() -> Optional[str]:
        streams = chat_api.get_all_streams()
        return streams[0].stream_id if streams else None


@register_plugin
class GreetingPlugin(BasePlugin):
    """上线问候"""

    plugin_name = "greeting_plugin"
    enable_plugin = True
    config_schema = {"greeting": {"text": "我上线了", "stream_id": ""}}

    def get_plugin_components(self) -> List[Tuple[ComponentInfo, Type[BaseEventHandler]]]:
        return [(OnStartGreeting.get_handler_info(), OnStartGreeting)]
