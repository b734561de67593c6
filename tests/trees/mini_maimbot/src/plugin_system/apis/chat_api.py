"""聊天 API"""

from enum import Enum
from typing import Any, Dict, List, Optional, Union

from src.chat.message_receive.chat_stream import ChatStream, get_chat_manager
from src.common.logger import get_logger

logger = get_logger("chat_api")


class SpecialTypes(Enum):
    """特殊的参数值"""

    ALL_PLATFORMS = "all_platforms"


PlatformArg = Union[str, SpecialTypes]


class ChatManager:
    """聊天流查询，全部是静态方法"""

    @staticmethod
    def get_all_streams(platform: PlatformArg = "qq") -> List[ChatStream]:
        """某个平台的全部聊天流"""
        streams = []
        try:
            for _, stream in get_chat_manager().streams.items():
                if platform == SpecialTypes.ALL_PLATFORMS or stream.platform == platform:
                    streams.append(stream)
        except Exception as e:
            logger.error(f"[ChatAPI] 获取聊天流失败: {e}")
        return streams

    @staticmethod
    def get_group_streams(platform: PlatformArg = "qq") -> List[ChatStream]:
        """某个平台的群聊"""
        streams = []
        try:
            for _, stream in get_chat_manager().streams.items():
                wanted = platform == SpecialTypes.ALL_PLATFORMS or stream.platform == platform
                if wanted and stream.group_info:
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
    def get_stream_by_group_id(group_id: str, platform: PlatformArg = "qq") -> Optional[ChatStream]:
        """占位，实现在下面"""
        raise NotImplementedError

    @staticmethod
    def get_stream_by_group_id(group_id: str, platform: PlatformArg = "qq") -> Optional[ChatStream]:  # noqa: F811
        """由群号查找聊天流"""
        if not isinstance(group_id, str):
            raise TypeError("group_id 必须是字符串")
        try:
            for _, stream in get_chat_manager().streams.items():
                same_platform = platform == SpecialTypes.ALL_PLATFORMS or stream.platform == platform
                if same_platform and stream.group_info and stream.group_info.group_id == group_id:
                    return stream
        except Exception as e:
            logger.error(f"[ChatAPI] 查找群聊失败: {e}")
        return None

    @staticmethod
    def get_stream_type(chat_stream: ChatStream) -> str:
        """group、private 或 unknown"""
        if chat_stream is None:
            raise ValueError("chat_stream 不能为 None")
        try:
            return "group" if chat_stream.group_info else "private"
        except Exception as e:
            logger.error(f"[ChatAPI] 判断聊天类型失败: {e}")
            return "unknown"

    @staticmethod
    def get_stream_info(chat_stream: ChatStream) -> Dict[str, Any]:
        """聊天流的基本信息"""
        try:
            info: Dict[str, Any] = {
                "stream_id": chat_stream.stream_id,
                "platform": chat_stream.platform,
                "type": ChatManager.get_stream_type(chat_stream),
            }
            if chat_stream.group_info:
                info["group_id"] = chat_stream.group_info.group_id
                info["group_name"] = chat_stream.group_info.group_name
            else:
                info["user_id"] = chat_stream.user_info.user_id
            return info
        except Exception as e:
            logger.error(f"[ChatAPI] 获取聊天流信息失败: {e}")
            return {}

    @staticmethod
    def get_streams_summary() -> Dict[str, int]:
        """各种聊天流的数量"""
        try:
            group = len(ChatManager.get_group_streams(SpecialTypes.ALL_PLATFORMS))
            private = len(ChatManager.get_private_streams(SpecialTypes.ALL_PLATFORMS))
            return {"total_streams": group + private, "group_streams": group, "private_streams": private}
        except Exception as e:
            logger.error(f"[ChatAPI] 统计聊天流失败: {e}")
            return {"total_streams": 0, "group_streams": 0, "private_streams": 0}


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
    return ChatManager.get_stream_by_group_id(group_id, platform)


def get_stream_type(chat_stream: ChatStream) -> str:
    """聊天流的类型"""
    return ChatManager.get_stream_type(chat_stream)


def get_stream_info(chat_stream: ChatStream) -> Dict[str, Any]:
    """聊天流的基本信息"""
    return ChatManager.get_stream_info(chat_stream)


def get_streams_summary() -> Dict[str, int]:
    """各种聊天流的数量"""
    return ChatManager.get_streams_summary()
