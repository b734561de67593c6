"""关键词统计：统计聊天里的关键词，收到 /关键词 时汇报"""

from typing import List, Optional, Tuple, Type

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

from .worker import Worker

logger = get_logger("keyword_plugin")

_worker: Optional[Worker] = None


class KeywordStart(BaseEventHandler):
    """由配置的关键词准备统计"""

    event_type = EventType.ON_START
    handler_name = "keyword_start"
    handler_description = "准备关键词统计"

    async def execute(self, message: Optional[MaiMessages]):
        global _worker
        if _worker is None:
            _worker = Worker(self.get_config("keywords.words", []))
            logger.info("关键词统计已就绪")
        return True, True, "关键词统计已就绪", None, None


class KeywordMessage(BaseEventHandler):
    """统计每条消息，或汇报"""

    event_type = EventType.ON_MESSAGE
    handler_name = "keyword_message"
    handler_description = "统计关键词，回答 /关键词"

    async def execute(self, message: Optional[MaiMessages]):
        if message is None or _worker is None:
            return True, True, None, None, None
        if message.plain_text == "/关键词":
            await send_api.text_to_stream(_worker.report(), message.stream_id)
        else:
            _worker.note(message.plain_text)
        return True, True, None, None, None


@register_plugin
class KeywordPlugin(BasePlugin):
    """关键词统计"""

    plugin_name = "keyword_plugin"
    enable_plugin = True
    config_schema = {"keywords": {"words": ["你好", "谢谢"]}}

    def get_plugin_components(self) -> List[Tuple[ComponentInfo, Type[BaseEventHandler]]]:
        return [
            (KeywordStart.get_handler_info(), KeywordStart),
            (KeywordMessage.get_handler_info(), KeywordMessage),
        ]
