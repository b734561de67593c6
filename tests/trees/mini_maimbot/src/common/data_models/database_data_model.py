"""数据库记录的数据类"""

from dataclasses import dataclass, field
from typing import Optional

from src.common.database.database_model import Messages


@dataclass
class DatabaseUserInfo:
    """发送者"""

    platform: str = ""
    user_id: str = ""
    user_nickname: str = ""


@dataclass
class DatabaseGroupInfo:
    """群"""

    group_platform: str = ""
    group_id: str = ""
    group_name: str = ""


@dataclass
class DatabaseChatInfo:
    """消息所在的聊天"""

    stream_id: str = ""
    platform: str = ""
    group_info: Optional[DatabaseGroupInfo] = None


@dataclass
class DatabaseMessages:
    """一条已存储的消息"""

    message_id: str
    time: float
    chat_id: str
    processed_plain_text: str = ""
    user_info: DatabaseUserInfo = field(default_factory=DatabaseUserInfo)
    chat_info: DatabaseChatInfo = field(default_factory=DatabaseChatInfo)

    @classmethod
    def from_row(cls, row: Messages) -> "DatabaseMessages":
        group = DatabaseGroupInfo(row.platform, row.group_id) if row.group_id else None
        return cls(
            row.message_id,
            row.time,
            row.chat_id,
            row.processed_plain_text,
            DatabaseUserInfo(row.platform, row.user_id, row.user_nickname),
            DatabaseChatInfo(row.chat_id, row.platform, group),
        )
