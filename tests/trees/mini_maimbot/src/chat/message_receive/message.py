"""消息的数据类"""

import time
import uuid
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Dict, Optional

if TYPE_CHECKING:
    from src.chat.message_receive.chat_stream import ChatStream


@dataclass
class UserInfo:
    """发送者"""

    platform: str = ""
    user_id: str = ""
    user_nickname: str = ""

    @classmethod
    def from_dict(cls, data: Dict[str, Any]) -> "UserInfo":
        return cls(data.get("platform", ""), str(data.get("user_id", "")), data.get("user_nickname", ""))


@dataclass
class GroupInfo:
    """群"""

    platform: str = ""
    group_id: str = ""
    group_name: str = ""

    @classmethod
    def from_dict(cls, data: Dict[str, Any]) -> "GroupInfo":
        return cls(data.get("platform", ""), str(data.get("group_id", "")), data.get("group_name", ""))


@dataclass
class BaseMessageInfo:
    """消息的来源"""

    platform: str
    message_id: str
    time: float
    user_info: UserInfo
    group_info: Optional[GroupInfo] = None


def plain_text(segment: Any) -> str:
    """把消息段拼成纯文本"""
    if not isinstance(segment, dict):
        return ""
    data = segment.get("data", "")
    if segment.get("type") == "seglist":
        return "".join(plain_text(part) for part in data)
    return str(data) if segment.get("type") == "text" else f"[{segment.get('type')}]"


@dataclass
class MessageRecv:
    """收到的消息"""

    message_info: BaseMessageInfo
    processed_plain_text: str = ""
    chat_stream: Optional["ChatStream"] = None

    @classmethod
    def from_dict(cls, message_dict: Dict[str, Any]) -> "MessageRecv":
        info = message_dict.get("message_info", {})
        group = info.get("group_info")
        return cls(
            message_info=BaseMessageInfo(
                platform=info.get("platform", ""),
                message_id=str(info.get("message_id") or uuid.uuid4().hex),
                time=float(info.get("time") or time.time()),
                user_info=UserInfo.from_dict(info.get("user_info") or {}),
                group_info=GroupInfo.from_dict(group) if group else None,
            ),
            processed_plain_text=message_dict.get("raw_message") or plain_text(message_dict.get("message_segment")),
        )

    def update_chat_stream(self, chat_stream: "ChatStream") -> None:
        self.chat_stream = chat_stream


@dataclass
class Seg:
    """消息段，类型为 seglist 时内容是一串消息段"""

    type: str
    data: Any

    def to_dict(self) -> Dict[str, Any]:
        data = [part.to_dict() for part in self.data] if self.type == "seglist" else self.data
        return {"type": self.type, "data": data}


@dataclass
class MessageSending:
    """要发出的消息"""

    chat_stream: "ChatStream"
    text: str
    sender_info: UserInfo
    reply: Optional[MessageRecv] = None
    message_id: str = field(default_factory=lambda: f"send_{uuid.uuid4().hex}")
    time: float = field(default_factory=time.time)
