"""用词替换：词表是租户目录里的 wording/words.json，/润色 某句话 按它替换"""

import json
from typing import Dict, List, Optional, Tuple, Type

from src.common.utils.tenant_storage import tenant_storage_path
from src.plugin_system import (
    BaseEventHandler,
    BasePlugin,
    ComponentInfo,
    EventType,
    MaiMessages,
    get_logger,
    register_plugin,
    send_api,
)

logger = get_logger("wording_plugin")

# 原来的词 -> 换成的词
WORDS: Dict[str, str] = {}


class WordingStart(BaseEventHandler):
    """读取词表"""

    event_type = EventType.ON_START
    handler_name = "wording_start"
    handler_description = "读取词表"

    async def execute(self, message: Optional[MaiMessages]):
        path = tenant_storage_path("wording") / "words.json"
        if not path.exists():
            return True, True, "没有词表", None, None
        with open(path, encoding="utf-8") as f:
            WORDS.clear()
            WORDS.update(json.load(f))
        logger.info(f"词表里有 {len(WORDS)} 个词")
        return True, True, "词表已读取", None, None


class WordingMessage(BaseEventHandler):
    """按词表替换"""

    event_type = EventType.ON_MESSAGE
    handler_name = "wording_message"
    handler_description = "回答 /润色"

    async def execute(self, message: Optional[MaiMessages]):
        if message is not None and message.plain_text.startswith("/润色 "):
            text = message.plain_text[len("/润色 ") :]
            for word, better in WORDS.items():
                text = text.replace(word, better)
            await send_api.text_to_stream(f"润色: {text}", message.stream_id)
        return True, True, None, None, None


@register_plugin
class WordingPlugin(BasePlugin):
    """用词替换"""

    plugin_name = "wording_plugin"
    enable_plugin = True

    def get_plugin_components(self) -> List[Tuple[ComponentInfo, Type[BaseEventHandler]]]:
        return [(WordingStart.get_handler_info(), WordingStart), (WordingMessage.get_handler_info(), WordingMessage)]
