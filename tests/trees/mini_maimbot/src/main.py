"""系统启动"""

import asyncio
from typing import List, Optional

from src.chat.emoji_system.emoji_manager import EmojiMaintenanceTask, get_emoji_manager
from src.chat.message_receive.bot import chat_bot
from src.chat.message_receive.chat_stream import get_chat_manager
from src.chat.utils.statistic import StatisticOutputTask
from src.common.logger import get_logger, start_log_handlers
from src.common.message.api import get_global_api
from src.config.config import MMC_VERSION, global_config
from src.manager.async_task_manager import AsyncTask, async_task_manager
from src.mood.mood_manager import mood_manager
from src.plugin_system.base.component_types import EventType
from src.plugin_system.core.events_manager import events_manager
from src.plugin_system.core.plugin_manager import plugin_manager

logger = get_logger("main")


class OnlineTimeRecordTask(AsyncTask):
    """记录在线时间，与租户无关"""

    def __init__(self) -> None:
        super().__init__(task_name="OnlineTimeRecordTask", run_interval=60, per_tenant=False)
        self.minutes = 0

    async def run(self) -> None:
        self.minutes += 1


class MainSystem:
    """主系统"""

    def __init__(self) -> None:
        self.app = get_global_api()
        self.webui_server = None
        self._auto_save: Optional[asyncio.Task] = None

    def _setup_webui_server(self) -> None:
        """准备 WebUI 服务器"""
        from src.webui.webui_server import get_webui_server

        self.webui_server = get_webui_server()

    async def initialize(self) -> None:
        logger.info(f"正在唤醒 {global_config.bot.nickname}，版本 {MMC_VERSION}")
        self._setup_webui_server()
        await asyncio.gather(self._init_components())
        logger.info("全部组件启动完成")

    async def _init_components(self) -> None:
        """启动各个组件"""
        await async_task_manager.add_task(OnlineTimeRecordTask())
        await async_task_manager.add_task(EmojiMaintenanceTask())
        await async_task_manager.add_task(StatisticOutputTask())

        plugin_manager.load_all_plugins()

        get_emoji_manager().initialize()
        await mood_manager.start()

        await get_chat_manager()._initialize()
        self._auto_save = asyncio.create_task(get_chat_manager()._auto_save_task())

        self.app.register_custom_handler("custom_message_id_echo", chat_bot.echo_message_process)

        await events_manager.handle_mai_events(event_type=EventType.ON_START)
        logger.info("插件的启动事件已触发")

    async def schedule_tasks(self) -> None:
        """一直运行的任务"""
        tasks: List = []
        if self.webui_server:
            tasks.append(self.webui_server.start())
        await asyncio.gather(*tasks)


async def main() -> None:
    """启动并一直运行"""
    start_log_handlers(asyncio.get_running_loop())
    system = MainSystem()
    try:
        await system.initialize()
        await system.schedule_tasks()
    finally:
        await events_manager.handle_mai_events(event_type=EventType.ON_STOP)
        await async_task_manager.stop_and_wait_all_tasks()
