"""每个聊天的情绪"""

import time
from typing import Dict

from src.common.logger import get_logger
from src.config.config import global_config
from src.manager.async_task_manager import AsyncTask, async_task_manager

logger = get_logger("mood")


class ChatMood:
    """一个聊天的情绪"""

    def __init__(self, chat_id: str) -> None:
        self.chat_id = chat_id
        self.mood_state: str = global_config.mood.default_mood
        self.last_change_time: float = time.time()

    def update_mood_by_message(self, text: str) -> None:
        if not global_config.mood.enable_mood:
            return
        if "!" in text or "！" in text:
            self.mood_state = "激动"
        self.last_change_time = time.time()

    async def get_mood(self) -> str:
        """当前的情绪"""
        return self.mood_state

    def regress_mood(self) -> None:
        self.mood_state = global_config.mood.default_mood


class MoodRegressionTask(AsyncTask):
    """让情绪慢慢回到平静"""

    def __init__(self, manager: "MoodManager") -> None:
        super().__init__(task_name="MoodRegressionTask", wait_before_start=30, run_interval=30)
        self.manager = manager

    async def run(self) -> None:
        now = time.time()
        for mood in list(self.manager.mood_list.values()):
            if now - mood.last_change_time > 180:
                mood.regress_mood()


class MoodManager:
    """以聊天 id 为键"""

    def __init__(self) -> None:
        self.mood_list: Dict[str, ChatMood] = {}
        self.task_started = False

    async def start(self) -> None:
        if self.task_started:
            return
        await async_task_manager.add_task(MoodRegressionTask(self))
        self.task_started = True
        logger.info("情绪管理器已启动")

    def get_mood_by_chat_id(self, chat_id: str) -> ChatMood:
        """没有时新建"""
        mood = self.mood_list.get(chat_id)
        if mood is None:
            mood = self.mood_list[chat_id] = ChatMood(chat_id)
        return mood

    def reset_mood_by_chat_id(self, chat_id: str) -> None:
        self.mood_list[chat_id] = ChatMood(chat_id)


mood_manager = MoodManager()
