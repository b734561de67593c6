"""发送 API"""

from typing import Any, Optional

from src.common.logger import get_logger
from src.config.config import global_config

logger = get_logger("send_api")


async def _send_to_target(text: str, stream_id: str, storage_message: bool = True) -> bool:
    """全部发送函数的共同部分"""
    try:
        from src.chat.message_receive.chat_stream import get_chat_manager
        from src.chat.message_receive.message import MessageSending, UserInfo
        from src.chat.message_receive.uni_message_sender import UniversalMessageSender

        stream = get_chat_manager().get_stream(stream_id)
        if stream is None:
            logger.error(f"[SendAPI] 没有聊天流 {stream_id}")
            return False
        bot_user = UserInfo(stream.platform, global_config.bot.qq_account, global_config.bot.nickname)
        message = MessageSending(stream, text, bot_user)
        return await UniversalMessageSender().send_message(message, storage_message=storage_message)
    except Exception as e:
        logger.error(f"[SendAPI] 发送失败: {e}")
        return False


async def text_to_stream(text: str, stream_id: str, storage_message: bool = True) -> bool:
    """
    发送文本

    Args:
        text: 内容
        stream_id: 聊天流 id
        storage_message: 是否存入数据库
    """
    return await _send_to_target(text, stream_id, storage_message)


async def emoji_to_stream(emoji_base64: str, stream_id: str, storage_message: bool = True) -> bool:
    """发送表情包"""
    return await _send_to_target("[表情包]" if emoji_base64 else "", stream_id, storage_message)


async def custom_to_stream(
    message_type: str, content: Any, stream_id: str, display_message: Optional[str] = None
) -> bool:
    """发送自定义类型的消息"""
    return await _send_to_target(display_message or f"[{message_type}]{content}", stream_id)
