"""聊天记录概括"""

import asyncio
from typing import List, Optional

from src.common.database.database_model import Messages
from src.common.logger import get_logger

logger = get_logger("chat_history_summarizer")


class ChatHistorySummarizer:
    """定期把聊天记录概括成一句话"""

    def __init__(self, chat_id: str, check_interval: float = 60) -> None:
        self.chat_id = chat_id
        self.check_interval = check_interval
        self.summaries: List[str] = []
        self._running = False
        self._periodic_task: Optional[asyncio.Task] = None

    async def start(self) -> None:
        if self._running and self._periodic_task is not None and not self._periodic_task.done():
            return
        self._running = True
        self._periodic_task = asyncio.create_task(self._periodic_check_loop())

    async def stop(self) -> None:
        self._running = False
        if self._periodic_task is not None:
            self._periodic_task.cancel()
            await asyncio.gather(self._periodic_task, return_exceptions=True)

    async def process(self) -> None:
        """检查一次"""
        count = Messages.select().where(Messages.chat_id == self.chat_id).count()
        if count:
            self.summaries.append(f"共 {count} 条消息")

    async def _periodic_check_loop(self) -> None:
        while self._running:
            try:
                await self.process()
            except Exception as e:
                logger.error(f"概括 {self.chat_id} 失败: {e}")
            await asyncio.sleep(self.check_interval)
