"""群聊循环"""

import asyncio
from collections import deque
from typing import Deque, Optional

from src.chat.message_receive.chat_stream import get_chat_manager
from src.chat.message_receive.message import MessageSending, UserInfo
from src.chat.message_receive.uni_message_sender import UniversalMessageSender
from src.chat.planner_actions.action_manager import ActionManager
from src.common.database.database_model import LLMUsage
from src.common.logger import get_logger
from src.config.config import global_config, model_config
from src.hippo_memorizer.chat_history_summarizer import ChatHistorySummarizer
from src.mood.mood_manager import mood_manager

logger = get_logger("hfc")

LOOP_INTERVAL = 0.02


class HeartFChatting:
    """一个群的聊天循环，在启动它的那次调用里诞生，之后一直运行"""

    def __init__(self, chat_id: str) -> None:
        self.stream_id = chat_id
        self.chat_stream = get_chat_manager().get_stream(chat_id)
        if self.chat_stream is None:
            raise ValueError(f"没有聊天流 {chat_id}")
        self.log_prefix = f"[{get_chat_manager().get_stream_name(chat_id) or chat_id}]"
        self.chat_history_summarizer = ChatHistorySummarizer(chat_id)
        self.sender = UniversalMessageSender()
        self.action_manager = ActionManager()
        self.question_probability_multiplier = 1.0
        self.running = False
        self._loop_task: Optional[asyncio.Task] = None
        self._pending: Deque[str] = deque()

    async def start(self) -> None:
        """启动循环，已经在运行时什么都不做"""
        if self.running:
            return
        try:
            self.running = True
            self._loop_task = asyncio.create_task(self._main_chat_loop())
            self._loop_task.add_done_callback(self._handle_loop_completion)
            await self.chat_history_summarizer.start()
            logger.info(f"{self.log_prefix} 聊天循环已启动")
        except Exception as e:
            self.running = False
            self._loop_task = None
            logger.error(f"{self.log_prefix} 聊天循环启动失败: {e}")
            raise

    async def stop(self) -> None:
        self.running = False
        await self.chat_history_summarizer.stop()
        if self._loop_task is not None:
            self._loop_task.cancel()
            await asyncio.gather(self._loop_task, return_exceptions=True)

    def add_message(self, text: str) -> None:
        """交给循环一条新消息"""
        self._pending.append(text)

    def _handle_loop_completion(self, task: asyncio.Task) -> None:
        """循环结束时的回调，出错时重新启动"""
        if task.cancelled():
            logger.info(f"{self.log_prefix} 聊天循环被取消")
            return
        error = task.exception()
        if error is not None and self.running:
            logger.error(f"{self.log_prefix} 聊天循环出错，将重新启动: {error}")
            self._loop_task = asyncio.create_task(self._main_chat_loop())
            self._loop_task.add_done_callback(self._handle_loop_completion)

    async def _main_chat_loop(self) -> None:
        try:
            while self.running:
                await self._loopbody()
                await asyncio.sleep(LOOP_INTERVAL)
        except asyncio.CancelledError:
            self.running = False
            raise

    async def _loopbody(self) -> None:
        """一次循环：有消息就回复"""
        if not self._pending:
            return
        text = self._pending.popleft()
        mood_manager.get_mood_by_chat_id(self.stream_id).update_mood_by_message(text)
        await self._act(text)
        reply = f"{global_config.bot.nickname}: {text}"
        LLMUsage.create(model_name=model_config.default_model, request_type="group_reply", total_tokens=len(reply))
        sender_info = UserInfo(self.chat_stream.platform, global_config.bot.qq_account, global_config.bot.nickname)
        await self.sender.send_message(MessageSending(self.chat_stream, reply, sender_info))

    async def _act(self, text: str) -> None:
        """消息以一个动作的名字开头时，执行它"""
        self.action_manager.restore_actions()
        action_name, _, rest = text.partition(" ")
        if action_name in self.action_manager.get_using_actions():
            action_handler = self.action_manager.create_action(action_name, {"title": rest}, self.chat_stream)
            if action_handler is not None:
                await action_handler.execute()
