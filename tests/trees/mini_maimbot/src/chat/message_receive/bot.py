"""消息处理的入口"""

import hashlib
import time
from typing import Any, Dict

from src.chat.heart_flow.heartflow import heartflow
from src.chat.message_receive.chat_stream import get_chat_manager
from src.chat.message_receive.message import MessageRecv, UserInfo
from src.chat.message_receive.storage import MessageStorage
from src.common.database.database_model import PersonInfo
from src.common.logger import get_logger
from src.plugin_system.base.component_types import EventType
from src.plugin_system.core.events_manager import events_manager

logger = get_logger("chat")


class ChatBot:
    """收到的消息都经过这里"""

    def __init__(self) -> None:
        self.storage = MessageStorage()

    def _remember_person(self, platform: str, user: UserInfo) -> None:
        person_id = hashlib.md5(f"{platform}_{user.user_id}".encode()).hexdigest()
        person = PersonInfo.get_or_none(PersonInfo.person_id == person_id)
        if person is None:
            PersonInfo.create(
                person_id=person_id, platform=platform, user_id=user.user_id, nickname=user.user_nickname, know_times=1
            )
            return
        person.know_times += 1
        person.last_know = time.time()
        person.save()

    async def echo_message_process(self, raw_data: Dict[str, Any]) -> None:
        """平台回送的消息 id，写回已存的消息"""
        content = raw_data.get("content", {})
        if content.get("type") != "echo":
            return
        if not self.storage.update_message(content.get("echo"), content.get("actual_id")):
            logger.warning("没有可以更新的消息")

    async def message_process(self, message_data: Dict[str, Any]) -> None:
        """处理一条消息，错误交给调用者"""
        message = MessageRecv.from_dict(message_data)
        info = message.message_info

        get_chat_manager().register_message(message)
        stream = await get_chat_manager().get_or_create_stream(info.platform, info.user_info, info.group_info)
        message.update_chat_stream(stream)
        await self.storage.store_message(message, stream)
        self._remember_person(info.platform, info.user_info)

        continue_flag, _ = await events_manager.handle_mai_events(EventType.ON_MESSAGE, message)
        if not continue_flag:
            logger.info("消息被插件拦截")
            return
        chat = await heartflow.get_or_create_heartflow_chat(stream.stream_id)
        chat.add_message(message.processed_plain_text)


chat_bot = ChatBot()


def get_message_handler() -> ChatBot:
    return chat_bot
