"""情绪 API"""

import asyncio
from typing import Optional

from src.common.logger import get_logger
from src.mood.mood_manager import mood_manager

logger = get_logger("mood_api")


async def get_mood_by_chat_id(chat_id: str) -> Optional[float]:
    """一个聊天的情绪，返回的任务由调用者等待"""
    return asyncio.create_task(mood_manager.get_mood_by_chat_id(chat_id).get_mood())
