"""每个聊天的回复器"""

from typing import Dict, Optional, Union

from src.chat.message_receive.chat_stream import ChatStream, get_chat_manager
from src.chat.replyer.group_generator import DefaultReplyer
from src.chat.replyer.private_generator import PrivateReplyer
from src.common.logger import get_logger

logger = get_logger("replyer_manager")


class ReplyerManager:
    """以聊天 id 为键，没有时由聊天流新建"""

    def __init__(self) -> None:
        self._repliers: Dict[str, Union[DefaultReplyer, PrivateReplyer]] = {}

    def get_replyer(
        self,
        chat_stream: Optional[ChatStream] = None,
        chat_id: Optional[str] = None,
        request_type: str = "replyer",
    ) -> Optional[Union[DefaultReplyer, PrivateReplyer]]:
        stream_id = chat_id if chat_stream is None else chat_stream.stream_id
        if stream_id in self._repliers:
            return self._repliers[stream_id]
        stream = chat_stream or get_chat_manager().get_stream(stream_id)
        if stream is None:
            logger.warning(f"没有聊天流 {stream_id}，不能新建回复器")
            return None
        replyer_class = DefaultReplyer if stream.group_info else PrivateReplyer
        self._repliers[stream_id] = replyer_class(stream, request_type)
        return self._repliers[stream_id]


replyer_manager = ReplyerManager()
