"""发送 API"""

from typing import TYPE_CHECKING, Dict, List, Optional, Tuple, Union

from src.chat.message_receive.chat_stream import get_chat_manager
from src.chat.message_receive.message import MessageRecv, MessageSending, Seg, UserInfo, plain_text
from src.chat.message_receive.uni_message_sender import UniversalMessageSender
from src.common.data_models.message_data_model import ReplyContentType
from src.common.logger import get_logger
from src.config.config import global_config

if TYPE_CHECKING:
    from src.common.data_models.database_data_model import DatabaseMessages
    from src.common.data_models.message_data_model import ReplyContent, ReplySetModel

logger = get_logger("send_api")


async def _send_to_target(
    message_segment: Seg,
    stream_id: str,
    display_message: str = "",
    typing: bool = False,
    set_reply: bool = False,
    reply_message: Optional["DatabaseMessages"] = None,
    storage_message: bool = True,
    show_log: bool = True,
    selected_expressions: Optional[List[int]] = None,
) -> bool:
    """全部发送函数的共同部分"""
    try:
        if set_reply and reply_message is None:
            logger.warning("[SendAPI] 引用回复需要 reply_message")
            return False
        stream = get_chat_manager().get_stream(stream_id)
        if not stream:
            logger.error(f"[SendAPI] 没有聊天流 {stream_id}")
            return False
        bot_user = UserInfo(stream.platform, global_config.bot.qq_account, global_config.bot.nickname)
        anchor = db_message_to_message_recv(reply_message) if reply_message else None
        text = display_message or plain_text(message_segment.to_dict())
        message = MessageSending(stream, text, bot_user, anchor)
        return await UniversalMessageSender().send_message(message, storage_message=storage_message)
    except Exception as e:
        logger.error(f"[SendAPI] 发送失败: {e}")
        return False


def db_message_to_message_recv(message_obj: "DatabaseMessages") -> MessageRecv:
    """由已存储的消息重建收到的消息"""
    user, group = message_obj.user_info, message_obj.chat_info.group_info
    info = {
        "platform": message_obj.chat_info.platform,
        "message_id": message_obj.message_id,
        "time": message_obj.time,
        "user_info": {"platform": user.platform, "user_id": user.user_id, "user_nickname": user.user_nickname},
        "group_info": {"platform": group.group_platform, "group_id": group.group_id} if group else None,
    }
    return MessageRecv.from_dict({"message_info": info, "raw_message": message_obj.processed_plain_text})


async def text_to_stream(
    text: str,
    stream_id: str,
    typing: bool = False,
    set_reply: bool = False,
    reply_message: Optional["DatabaseMessages"] = None,
    storage_message: bool = True,
    selected_expressions: Optional[List[int]] = None,
) -> bool:
    """
    发送文本

    Args:
        text: 内容
        stream_id: 聊天流 id
        typing: 是否模拟输入
        set_reply: 是否引用 reply_message
        reply_message: 被引用的消息
        storage_message: 是否存入数据库
    """
    return await _send_to_target(
        message_segment=Seg("text", text),
        stream_id=stream_id,
        typing=typing,
        set_reply=set_reply,
        reply_message=reply_message,
        storage_message=storage_message,
        selected_expressions=selected_expressions,
    )


async def emoji_to_stream(
    emoji_base64: str,
    stream_id: str,
    storage_message: bool = True,
    set_reply: bool = False,
    reply_message: Optional["DatabaseMessages"] = None,
) -> bool:
    """发送表情包"""
    return await _send_to_target(
        message_segment=Seg("emoji", emoji_base64),
        stream_id=stream_id,
        storage_message=storage_message,
        set_reply=set_reply,
        reply_message=reply_message,
    )


async def image_to_stream(
    image_base64: str,
    stream_id: str,
    storage_message: bool = True,
    set_reply: bool = False,
    reply_message: Optional["DatabaseMessages"] = None,
) -> bool:
    """发送图片"""
    return await _send_to_target(
        message_segment=Seg("image", image_base64),
        stream_id=stream_id,
        storage_message=storage_message,
        set_reply=set_reply,
        reply_message=reply_message,
    )


async def command_to_stream(
    command: Union[str, dict],
    stream_id: str,
    storage_message: bool = True,
    display_message: str = "",
) -> bool:
    """发送命令"""
    return await _send_to_target(
        message_segment=Seg("command", command),
        stream_id=stream_id,
        display_message=display_message,
        storage_message=storage_message,
    )


async def custom_to_stream(
    message_type: str,
    content: Union[str, Dict],
    stream_id: str,
    display_message: str = "",
    typing: bool = False,
    reply_message: Optional["DatabaseMessages"] = None,
    set_reply: bool = False,
    storage_message: bool = True,
    show_log: bool = True,
) -> bool:
    """发送自定义类型的消息"""
    return await _send_to_target(
        message_segment=Seg(message_type, content),
        stream_id=stream_id,
        display_message=display_message,
        typing=typing,
        set_reply=set_reply,
        reply_message=reply_message,
        storage_message=storage_message,
        show_log=show_log,
    )


async def custom_reply_set_to_stream(
    reply_set: "ReplySetModel",
    stream_id: str,
    display_message: str = "",
    typing: bool = False,
    reply_message: Optional["DatabaseMessages"] = None,
    set_reply: bool = False,
    storage_message: bool = True,
    show_log: bool = True,
) -> bool:
    """依次发送几项内容，全部成功时返回 True"""
    all_sent = True
    for content in reply_set.reply_data:
        message_segment, need_typing = _parse_content_to_seg(content)
        sent = await _send_to_target(
            message_segment=message_segment,
            stream_id=stream_id,
            display_message=display_message,
            typing=need_typing and typing,
            set_reply=set_reply,
            reply_message=reply_message,
            storage_message=storage_message,
            show_log=show_log,
        )
        if not sent:
            all_sent = False
            logger.error(f"[SendAPI] 没有发出 {content.content_type} 类型的内容")
    return all_sent


def _parse_content_to_seg(reply_content: "ReplyContent") -> Tuple[Seg, bool]:
    """返回 (消息段, 是否需要模拟输入)"""
    kind = reply_content.content_type
    if kind == ReplyContentType.HYBRID:
        parts = [_parse_content_to_seg(part)[0] for part in reply_content.content]
        return Seg("seglist", parts), True
    return Seg(str(kind), reply_content.content), kind == ReplyContentType.TEXT
