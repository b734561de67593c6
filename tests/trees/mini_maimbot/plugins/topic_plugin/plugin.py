"""每日话题：上线时发起话题，并提醒黑话"""

from typing import List, Optional, Tuple, Type

from src.common.database.database_model import Jargon
from src.plugin_system import (
    BaseEventHandler,
    BasePlugin,
    ComponentInfo,
    EventHandlerInfo,
    EventType,
    MaiMessages,
    chat_api,
    get_logger,
    register_plugin,
    send_api,
)

logger = get_logger("topic_plugin")

ENABLE_REMINDER = True


class TopicStart(BaseEventHandler):
    """发起话题"""

    event_type = "on_start"
    handler_name = "topic_start"
    handler_description = "发起话题"

    async def execute(self, message: Optional[MaiMessages]):
        topic = self.get_config("topic.text", "天气")
        for stream in chat_api.get_group_streams():
            await send_api.text_to_stream(f"话题: {topic}", stream.stream_id)
        return True, True, "话题已发起", None, None


class JargonReminder(BaseEventHandler):
    """提醒大家有哪些黑话，订阅的事件写在登记的地方"""

    handler_name = "jargon_reminder"

    async def execute(self, message: Optional[MaiMessages]):
        known = [row.content for row in Jargon.select()]
        for stream in chat_api.get_group_streams():
            await send_api.text_to_stream(f"黑话: {'、'.join(known)}", stream.stream_id)
        return True, True, "已提醒", None, None


@register_plugin
class TopicPlugin(BasePlugin):
    """每日话题"""

    plugin_name = "topic_plugin"
    enable_plugin = True
    config_schema = {"topic": {"enabled": True, "text": "天气"}}

    def get_plugin_components(self) -> List[Tuple[ComponentInfo, Type[BaseEventHandler]]]:
        components: List[Tuple[ComponentInfo, Type[BaseEventHandler]]] = []
        if self.get_config("topic.enabled", True):
            components.append((TopicStart.get_handler_info(), TopicStart))
        if ENABLE_REMINDER:
            reminder = EventHandlerInfo(name="jargon_reminder", event_type=EventType.ON_START)
            components.append((reminder, JargonReminder))
        return components
