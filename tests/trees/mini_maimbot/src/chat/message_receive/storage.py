"""消息入库"""

from typing import Optional, Union

from src.chat.message_receive.chat_stream import ChatStream
from src.chat.message_receive.message import MessageRecv, MessageSending
from src.common.database.database_model import Messages


class MessageStorage:
    """把消息写进 Messages 表"""

    @staticmethod
    async def store_message(message: Union[MessageRecv, MessageSending], chat_stream: ChatStream) -> None:
        group = chat_stream.group_info
        if isinstance(message, MessageSending):
            user, text, is_bot = message.sender_info, message.text, True
            message_id, sent_at = message.message_id, message.time
        else:
            user, text, is_bot = message.message_info.user_info, message.processed_plain_text, False
            message_id, sent_at = message.message_info.message_id, message.message_info.time
        Messages.create(
            message_id=message_id,
            time=sent_at,
            chat_id=chat_stream.stream_id,
            platform=chat_stream.platform,
            group_id=group.group_id if group else None,
            user_id=user.user_id,
            user_nickname=user.user_nickname,
            processed_plain_text=text,
            is_bot=is_bot,
        )

    @staticmethod
    def update_message(message_id: Optional[str], actual_id: Optional[str]) -> bool:
        """把平台给的 id 写回已存的消息，没有这条消息时返回 False"""
        return bool(Messages.update(message_id=actual_id).where(Messages.message_id == message_id).execute())
