"""消息 API"""

import time
from typing import Any, Dict, List

from src.common.message_repository import count_messages, find_messages


def get_messages_by_time_in_chat(
    chat_id: str, start_time: float, end_time: float, limit: int = 0
) -> List[Dict[str, Any]]:
    """一个聊天在一段时间内的消息"""
    if not isinstance(start_time, (int, float)) or not isinstance(end_time, (int, float)):
        raise ValueError("start_time 和 end_time 必须是数字")
    if limit < 0:
        raise ValueError("limit 不能为负数")
    return find_messages({"chat_id": chat_id, "time": {"$gt": start_time, "$lt": end_time}}, limit)


def get_recent_messages(chat_id: str, hours: float = 24.0, limit: int = 100) -> List[Dict[str, Any]]:
    """最近一段时间的消息"""
    now = time.time()
    return get_messages_by_time_in_chat(chat_id, now - hours * 3600, now + 1, limit)


def count_new_messages(chat_id: str, start_time: float = 0.0) -> int:
    """某时刻之后的消息数"""
    return count_messages({"chat_id": chat_id, "time": {"$gt": start_time}})


def build_readable_messages_to_str(messages: List[Dict[str, Any]]) -> str:
    """把消息变成可读的文本"""
    return "\n".join(f"{item['user_nickname']}: {item['processed_plain_text']}" for item in messages)
