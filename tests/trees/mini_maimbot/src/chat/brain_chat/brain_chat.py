"""私聊循环"""

import asyncio
from collections import deque
from typing import Deque, Optional

from src.chat.message_receive.chat_stream import get_chat_manager
from src.chat.message_receive.message import MessageSending, UserInfo
from src.chat.message_receive.uni_message_sender import UniversalMessageSender
from src.common.logger import get_logger
from src.config.config import global_config

logger = get_logger("bc")


class BrainChatting:
    """一个私聊的循环"""

    def __init__(self, chat_id: str) -> None:
        self.stream_id = chat_id
        self.chat_stream = get_chat_manager().get_stream(chat_id)
        if self.chat_stream is None:
            raise ValueError(f"没有聊天流 {chat_id}")
        self.sender = UniversalMessageSender()
        self.running = False
        self._loop_task: Optional[asyncio.Task] = None
        self._pending: Deque[str] = deque()

    async def start(self) -> None:
        if self.running:
            return
        self.running = True
        self._loop_task = asyncio.create_task(self._main_chat_loop())
        logger.info(f"[{self.stream_id}] 私聊循环已启动")

    def add_message(self, text: str) -> None:
        self._pending.append(text)

    async def _main_chat_loop(self) -> None:
        try:
            while self.running:
                if self._pending:
                    await self._reply(self._pending.popleft())
                await asyncio.sleep(0.02)
        except asyncio.CancelledError:
            self.running = False
            raise
        except Exception as e:
            logger.error(f"[{self.stream_id}] 私聊循环出错，将重新启动: {e}")
            self._loop_task = asyncio.create_task(self._main_chat_loop())

    async def _reply(self, text: str) -> None:
        bot = global_config.bot
        sender_info = UserInfo(self.chat_stream.platform, bot.qq_account, bot.nickname)
        await self.sender.send_message(MessageSending(self.chat_stream, f"{bot.nickname}: {text}", sender_info))
