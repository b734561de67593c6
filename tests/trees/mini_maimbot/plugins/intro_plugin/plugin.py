"""自我介绍：上线时告诉大家自己的名字"""

from typing import List, Optional, Tuple, Type

from src.plugin_system import chat_api, config_api, get_logger, send_api

from .compat import BaseEventHandler as Handler
from .compat import BasePlugin, ComponentInfo, MaiMessages, register_plugin
from .compat import EventType as ET

logger = get_logger("intro_plugin")

START = ET.ON_START


class IntroStart(Handler):
    """介绍自己"""

    event_type = START
    handler_name = "intro_start"
    handler_description = "介绍自己"

    async def execute(self, message: Optional[MaiMessages]):
        nickname = config_api.get_global_config("bot.nickname", "机器人")
        for stream in chat_api.get_group_streams():
            await send_api.text_to_stream(f"我叫{nickname}", stream.stream_id)
        logger.info(f"已介绍 {nickname}")
        return True, True, "已介绍自己", None, None


@register_plugin
class IntroPlugin(BasePlugin):
    """自我介绍"""

    plugin_name = "intro_plugin"
    enable_plugin = True

    def get_plugin_components(self) -> List[Tuple[ComponentInfo, Type[Handler]]]:
        return [(IntroStart.get_handler_info(), IntroStart)]
