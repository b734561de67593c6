"""所有聊天的心流"""

from typing import Dict, Union

from src.chat.brain_chat.brain_chat import BrainChatting
from src.chat.heart_flow.heartFC_chat import HeartFChatting
from src.chat.message_receive.chat_stream import get_chat_manager
from src.common.logger import get_logger

logger = get_logger("heartflow")


class Heartflow:
    """以聊天 id 为键的聊天循环"""

    def __init__(self) -> None:
        self.heartflow_chat_list: Dict[str, Union[HeartFChatting, BrainChatting]] = {}

    async def get_or_create_heartflow_chat(self, chat_id: str) -> Union[HeartFChatting, BrainChatting]:
        """取得聊天循环，没有时新建并启动"""
        chat = self.heartflow_chat_list.get(chat_id)
        if chat is None:
            stream = get_chat_manager().get_stream(chat_id)
            if stream is None:
                raise ValueError(f"没有聊天流 {chat_id}")
            chat = HeartFChatting(chat_id) if stream.group_info else BrainChatting(chat_id)
            self.heartflow_chat_list[chat_id] = chat
        await chat.start()
        return chat


heartflow = Heartflow()
