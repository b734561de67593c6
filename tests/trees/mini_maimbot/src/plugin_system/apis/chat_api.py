"""聊天 API"""

from enum import Enum
from typing import Any, Dict, List, Optional, Union

from src.chat.message_receive.chat_stream import ChatStream, get_chat_manager
from src.common.logger import get_logger

logger = get_logger("chat_api")


class SpecialTypes(Enum):
    """特殊的参数值"""

    ALL_PLATFORMS = "all_platforms"


PlatformArg = Union[Optional[str], SpecialTypes]


class ChatManager:
    """聊天流查询，全部是静态方法；已不推荐直接使用"""

    @staticmethod
    def get_all_streams(platform: PlatformArg = "qq") -> List[ChatStream]:
        """占位，实现在下面"""
        if not isinstance(platform, (str, SpecialTypes)):
            raise TypeError("platform 必须是字符串或 SpecialTypes")

    @staticmethod
    def get_all_streams(platform: PlatformArg = "qq") -> List[ChatStream]:  # noqa: F811
        """某个平台的全部聊天流"""
        if not isinstance(platform, (str, SpecialTypes)):
            raise TypeError("platform 必须是字符串或 SpecialTypes")
        streams = []
        try:
            for _, stream in get_chat_manager().streams.items():
                if platform in (SpecialTypes.ALL_PLATFORMS, stream.platform):
                    streams.append(stream)
        except Exception as e:
            logger.error(f"[ChatAPI] 列出聊天流时出错: {e}")
        return streams

    @staticmethod
    def get_group_streams(platform: PlatformArg = "qq") -> List[ChatStream]:
        """某个平台的群聊"""
        streams = []
        try:
            for _, stream in get_chat_manager().streams.items():
                if stream.group_info and platform in (SpecialTypes.ALL_PLATFORMS, stream.platform):
                    streams.append(stream)
        except Exception as e:
            logger.error(f"[ChatAPI] 获取群聊失败: {e}")
        return streams

    @staticmethod
    def get_private_streams(platform: PlatformArg = "qq") -> List[ChatStream]:
        """某个平台的私聊"""
        streams = []
        try:
            for stream in get_chat_manager().streams.values():
                wanted = platform == SpecialTypes.ALL_PLATFORMS or stream.platform == platform
                if wanted and not stream.group_info:
                    streams.append(stream)
        except Exception as e:
            logger.error(f"[ChatAPI] 获取私聊失败: {e}")
        return streams

    @staticmethod
    def get_group_stream_by_group_id(group_id: str, platform: PlatformArg = "qq") -> Optional[ChatStream]:
        """由群号查找聊天流"""
        if not isinstance(group_id, str):
            raise TypeError("group_id 必须是字符串")
        if not group_id:
            raise ValueError("group_id 不能为空")
        try:
            for _, stream in get_chat_manager().streams.items():
                if stream.group_info and stream.group_info.group_id == group_id and stream.platform == platform:
                    return stream
        except Exception as e:
            logger.error(f"[ChatAPI] 查找群聊失败: {e}")
        return None

    @staticmethod
    def get_private_stream_by_user_id(user_id: str, platform: PlatformArg = "qq") -> Optional[ChatStream]:
        """由用户查找私聊"""
        if not isinstance(user_id, str):
            raise TypeError("user_id 必须是字符串")
        if not user_id:
            raise ValueError("user_id 不能为空")
        try:
            found = (
                stream
                for stream in get_chat_manager().streams.values()
                if not stream.group_info and stream.user_info.user_id == user_id and stream.platform == platform
            )
            return next(found, None)
        except Exception as e:
            logger.error(f"[ChatAPI] 查找私聊失败: {e}")
            return None

    @staticmethod
    def get_stream_type(chat_stream: ChatStream) -> str:
        """group、private 或 unknown"""
        if not isinstance(chat_stream, ChatStream):
            raise TypeError("chat_stream 必须是 ChatStream")
        if hasattr(chat_stream, "group_info"):
            return "group" if chat_stream.group_info else "private"
        return "unknown"

    @staticmethod
    def get_stream_info(chat_stream: ChatStream) -> Dict[str, Any]:
        """聊天流的基本信息"""
        if not isinstance(chat_stream, ChatStream):
            raise TypeError("chat_stream 必须是 ChatStream")
        try:
            info: Dict[str, Any] = {
                "stream_id": chat_stream.stream_id,
                "platform": chat_stream.platform,
                "type": ChatManager.get_stream_type(chat_stream),
            }
            if group := chat_stream.group_info:
                info.update({"group_id": group.group_id, "group_name": group.group_name})
            if user := chat_stream.user_info:
                info.update({"user_id": user.user_id, "user_name": user.user_nickname})
            return info
        except Exception as e:
            logger.error(f"[ChatAPI] 读取聊天流时出错: {e}")
            return {}

    @staticmethod
    def get_streams_summary() -> Dict[str, int]:
        """各种聊天流的数量"""
        try:
            all_streams = ChatManager.get_all_streams(SpecialTypes.ALL_PLATFORMS)
            return {
                "total_streams": len(all_streams),
                "group_streams": len(ChatManager.get_group_streams(SpecialTypes.ALL_PLATFORMS)),
                "private_streams": len(ChatManager.get_private_streams(SpecialTypes.ALL_PLATFORMS)),
                "qq_streams": len([stream for stream in all_streams if stream.platform == "qq"]),
            }
        except Exception as e:
            logger.error(f"[ChatAPI] 统计聊天流失败: {e}")
            return {"total_streams": 0, "group_streams": 0, "private_streams": 0, "qq_streams": 0}


def get_all_streams(platform: PlatformArg = "qq") -> List[ChatStream]:
    """某个平台的全部聊天流"""
    return ChatManager.get_all_streams(platform)


def get_group_streams(platform: PlatformArg = "qq") -> List[ChatStream]:
    """某个平台的群聊"""
    return ChatManager.get_group_streams(platform)


def get_private_streams(platform: PlatformArg = "qq") -> List[ChatStream]:
    """某个平台的私聊"""
    return ChatManager.get_private_streams(platform)


def get_stream_by_group_id(group_id: str, platform: PlatformArg = "qq") -> Optional[ChatStream]:
    """由群号查找聊天流"""
    return ChatManager.get_group_stream_by_group_id(group_id, platform)


def get_stream_by_user_id(user_id: str, platform: PlatformArg = "qq") -> Optional[ChatStream]:
    """由用户查找私聊"""
    return ChatManager.get_private_stream_by_user_id(user_id, platform)


def get_stream_type(chat_stream: ChatStream) -> str:
    """聊天流的类型"""
    return ChatManager.get_stream_type(chat_stream)


def get_stream_info(chat_stream: ChatStream) -> Dict[str, Any]:
    """聊天流的基本信息"""
    return ChatManager.get_stream_info(chat_stream)


def get_streams_summary() -> Dict[str, int]:
    """各种聊天流的数量"""
    return ChatManager.get_streams_summary()
