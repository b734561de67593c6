"""清理用的定时任务"""

import time

from src.common.database.database_model import Messages
from src.common.logger import get_logger
from src.manager.async_task_manager import AsyncTask

logger = get_logger("cleanup_plugin")

KEEP_SECONDS = 30 * 24 * 3600


class MessageCleanupTask(AsyncTask):
    """删除过期的消息，每个租户各运行一次"""

    def __init__(self) -> None:
        super().__init__(task_name="MessageCleanupTask", wait_before_start=60, run_interval=3600)

    async def run(self) -> None:
        deleted = Messages.delete().where(Messages.time < time.time() - KEEP_SECONDS).execute()
        logger.info(f"已删除 {deleted} 条过期消息")
