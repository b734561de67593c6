"""日记：上线时记一条表达方式，写明现在有多少聊天"""

from typing import List, Optional, Tuple, Type

from src.common.database.database_model import Expression
from src.plugin_system import (
    BaseEventHandler,
    BasePlugin,
    ComponentInfo,
    EventType,
    MaiMessages,
    chat_api,
    get_logger,
    register_plugin,
)

logger = get_logger("diary_plugin")


class DiaryStart(BaseEventHandler):
    """写日记"""

    init_subscribe: list = [EventType.ON_START]
    handler_name = "diary_start"
    handler_description = "写日记"

    async def execute(self, message: Optional[MaiMessages]):
        count = chat_api.get_streams_summary()["total_streams"]
        Expression.create(situation="日记", style=f"今天有 {count} 个聊天")
        logger.info("日记已写")
        return True, True, "日记已写", None, None


@register_plugin
class DiaryPlugin(BasePlugin):
    """日记"""

    plugin_name = "diary_plugin"
    enable_plugin = True

    def get_plugin_components(self) -> List[Tuple[ComponentInfo, Type[BaseEventHandler]]]:
        return [(DiaryStart.get_handler_info(), DiaryStart)]
