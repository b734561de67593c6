"""要发送的回复"""

from dataclasses import dataclass, field
from enum import Enum
from typing import Any, List, Union


class ReplyContentType(Enum):
    """内容的类型"""

    TEXT = "text"
    IMAGE = "image"
    EMOJI = "emoji"
    COMMAND = "command"
    HYBRID = "hybrid"  # 一串内容

    def __str__(self) -> str:
        return self.value


@dataclass
class ReplyContent:
    """一项内容"""

    content_type: Union[ReplyContentType, str]
    content: Any


@dataclass
class ReplySetModel:
    """依次发送的几项内容"""

    reply_data: List[ReplyContent] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.reply_data)

    def add_text_content(self, text: str) -> None:
        self.reply_data.append(ReplyContent(ReplyContentType.TEXT, text))
