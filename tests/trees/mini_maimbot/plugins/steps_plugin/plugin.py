"""启动步骤：让第三方库的日志安静些，并整理没有含义的黑话"""

import logging
from typing import List, Optional, Tuple, Type

from src.common.database.database_model import Jargon
from src.plugin_system import BaseEventHandler, BasePlugin, ComponentInfo, MaiMessages, register_plugin

from .base import StartStep

NOISY_LIBRARIES = ("httpx", "peewee")


class QuietLogs(StartStep):
    """第三方库只留警告"""

    handler_name = "quiet_logs"
    handler_description = "让第三方库的日志安静些"

    async def execute(self, message: Optional[MaiMessages]):
        for name in NOISY_LIBRARIES:
            logging.getLogger(name).setLevel(logging.WARNING)
        return self.done("日志已安静")


class TidyJargon(StartStep):
    """删除没有含义的黑话"""

    handler_name = "tidy_jargon"
    handler_description = "整理黑话"

    async def execute(self, message: Optional[MaiMessages]):
        deleted = Jargon.delete().where(Jargon.meaning.is_null()).execute()
        return self.done(f"删除了 {deleted} 条黑话")


@register_plugin
class StepsPlugin(BasePlugin):
    """启动步骤"""

    plugin_name = "steps_plugin"
    enable_plugin = True

    def get_plugin_components(self) -> List[Tuple[ComponentInfo, Type[BaseEventHandler]]]:
        return [(step.get_handler_info(), step) for step in (QuietLogs, TidyJargon)]
