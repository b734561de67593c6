"""聊天概览：上线时说一说自己在哪些群里"""

from typing import List, Optional, Tuple, Type

from src.plugin_system import (
    BaseEventHandler,
    BasePlugin,
    ComponentInfo,
    EventType,
    MaiMessages,
    chat_api,
    register_plugin,
    send_api,
)

from . import helpers


class DigestStart(BaseEventHandler):
    """发送概览"""

    event_type = EventType.ON_START
    handler_name = "digest_start"
    handler_description = "发送聊天概览"

    async def execute(self, message: Optional[MaiMessages]):
        if not self.get_config("digest.enabled", True):
            return True, True, "没有启用概览", None, None
        await self._send(self._prepare())
        return True, True, "概览已发送", None, None

    def _prepare(self) -> str:
        return helpers.collect()

    @staticmethod
    async def _send(text: str) -> None:
        for stream in chat_api.get_private_streams():
            await send_api.text_to_stream(text, stream.stream_id)


@register_plugin
class DigestPlugin(BasePlugin):
    """聊天概览"""

    plugin_name = "digest_plugin"
    enable_plugin = True
    config_schema = {"digest": {"enabled": True}}

    def get_plugin_components(self) -> List[Tuple[ComponentInfo, Type[BaseEventHandler]]]:
        return [(DigestStart.get_handler_info(), DigestStart)]
