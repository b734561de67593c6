"""消息 API"""

import time
from typing import Any, Dict, List, Optional, Tuple

from src.chat.utils.chat_message_builder import (
    build_readable_messages,
    build_readable_messages_with_list,
    get_person_id_list,
    get_raw_msg_before_timestamp,
    get_raw_msg_before_timestamp_with_chat,
    get_raw_msg_before_timestamp_with_users,
    get_raw_msg_by_timestamp,
    get_raw_msg_by_timestamp_random,
    get_raw_msg_by_timestamp_with_chat,
    get_raw_msg_by_timestamp_with_chat_inclusive,
    get_raw_msg_by_timestamp_with_chat_users,
    get_raw_msg_by_timestamp_with_users,
    num_new_messages_since,
    num_new_messages_since_with_users,
)
from src.common.data_models.database_data_model import DatabaseMessages
from src.common.database.database_model import Images
from src.config.config import global_config


def _check(chat_id: Any, *numbers: Any, limit: int = 0) -> None:
    """参数不合法时报错"""
    if not all(isinstance(number, (int, float)) for number in numbers):
        raise ValueError("时间必须是数字")
    if limit < 0:
        raise ValueError("limit 应当大于或等于 0")
    if not isinstance(chat_id, str) or not chat_id:
        raise ValueError("chat_id 必须是非空的字符串")


# 查找


def get_messages_by_time(
    start_time: float, end_time: float, limit: int = 0, limit_mode: str = "latest", filter_mai: bool = False
) -> List[DatabaseMessages]:
    """一段时间内所有聊天的消息"""
    if limit < 0:
        raise ValueError("limit 应当大于或等于 0")
    found = get_raw_msg_by_timestamp(start_time, end_time, limit, limit_mode)
    return filter_mai_messages(found) if filter_mai else found


def get_messages_by_time_in_chat(
    chat_id: str,
    start_time: float,
    end_time: float,
    limit: int = 0,
    limit_mode: str = "latest",
    filter_mai: bool = False,
    filter_command: bool = False,
    filter_intercept_message_level: Optional[int] = None,
) -> List[DatabaseMessages]:
    """一个聊天在一段时间内的消息，不含两端"""
    _check(chat_id, start_time, end_time, limit=limit)
    options = (limit, limit_mode, filter_mai, filter_command, filter_intercept_message_level)
    return get_raw_msg_by_timestamp_with_chat(chat_id, start_time, end_time, *options)


def get_messages_by_time_in_chat_inclusive(
    chat_id: str,
    start_time: float,
    end_time: float,
    limit: int = 0,
    limit_mode: str = "latest",
    filter_mai: bool = False,
    filter_command: bool = False,
    filter_intercept_message_level: Optional[int] = None,
) -> List[DatabaseMessages]:
    """一个聊天在一段时间内的消息，包含两端"""
    _check(chat_id, start_time, end_time, limit=limit)
    options = (limit, limit_mode, filter_mai, filter_command, filter_intercept_message_level)
    return get_raw_msg_by_timestamp_with_chat_inclusive(chat_id, start_time, end_time, *options)


def get_messages_by_time_in_chat_for_users(
    chat_id: str,
    start_time: float,
    end_time: float,
    person_ids: List[str],
    limit: int = 0,
    limit_mode: str = "latest",
) -> List[DatabaseMessages]:
    """一个聊天里某些用户的消息"""
    _check(chat_id, start_time, end_time, limit=limit)
    return get_raw_msg_by_timestamp_with_chat_users(chat_id, start_time, end_time, person_ids, limit, limit_mode)


def get_random_chat_messages(
    start_time: float, end_time: float, limit: int = 0, limit_mode: str = "latest", filter_mai: bool = False
) -> List[DatabaseMessages]:
    """随机一个聊天的消息"""
    if limit < 0:
        raise ValueError("limit 应当大于或等于 0")
    found = get_raw_msg_by_timestamp_random(start_time, end_time, limit, limit_mode)
    return filter_mai_messages(found) if filter_mai else found


def get_messages_by_time_for_users(
    start_time: float, end_time: float, person_ids: List[str], limit: int = 0, limit_mode: str = "latest"
) -> List[DatabaseMessages]:
    """某些用户在所有聊天里的消息"""
    if limit < 0:
        raise ValueError("limit 应当大于或等于 0")
    return get_raw_msg_by_timestamp_with_users(start_time, end_time, person_ids, limit, limit_mode)


def get_messages_before_time(timestamp: float, limit: int = 0, filter_mai: bool = False) -> List[DatabaseMessages]:
    """某时刻之前的消息"""
    if limit < 0:
        raise ValueError("limit 应当大于或等于 0")
    found = get_raw_msg_before_timestamp(timestamp, limit)
    return filter_mai_messages(found) if filter_mai else found


def get_messages_before_time_in_chat(
    chat_id: str,
    timestamp: float,
    limit: int = 0,
    filter_mai: bool = False,
    filter_intercept_message_level: Optional[int] = None,
) -> List[DatabaseMessages]:
    """一个聊天在某时刻之前的消息"""
    _check(chat_id, timestamp, limit=limit)
    found = get_raw_msg_before_timestamp_with_chat(chat_id, timestamp, limit, filter_intercept_message_level)
    return filter_mai_messages(found) if filter_mai else found


def get_messages_before_time_for_users(
    timestamp: float, person_ids: List[str], limit: int = 0
) -> List[DatabaseMessages]:
    """某些用户在某时刻之前的消息"""
    if limit < 0:
        raise ValueError("limit 应当大于或等于 0")
    return get_raw_msg_before_timestamp_with_users(timestamp, person_ids, limit)


def get_recent_messages(
    chat_id: str, hours: float = 24.0, limit: int = 100, limit_mode: str = "latest", filter_mai: bool = False
) -> List[DatabaseMessages]:
    """一个聊天最近一段时间的消息"""
    _check(chat_id, hours, limit=limit)
    end = time.time()
    found = get_raw_msg_by_timestamp_with_chat(chat_id, end - hours * 3600, end, limit, limit_mode)
    return filter_mai_messages(found) if filter_mai else found


# 计数


def count_new_messages(chat_id: str, start_time: float = 0.0, end_time: Optional[float] = None) -> int:
    """一个聊天在一段时间内的消息数"""
    _check(chat_id, start_time)
    return num_new_messages_since(chat_id, start_time, end_time)


def count_new_messages_for_users(chat_id: str, start_time: float, end_time: float, person_ids: List[str]) -> int:
    """一个聊天里某些用户的消息数"""
    _check(chat_id, start_time, end_time)
    return num_new_messages_since_with_users(chat_id, start_time, end_time, person_ids)


# 整理


def build_readable_messages_to_str(
    messages: List[DatabaseMessages],
    replace_bot_name: bool = True,
    timestamp_mode: str = "relative",
    read_mark: float = 0.0,
    truncate: bool = False,
    show_actions: bool = False,
) -> str:
    """把消息变成可读的文本"""
    return build_readable_messages(messages, replace_bot_name, timestamp_mode, read_mark, truncate, show_actions)


async def build_readable_messages_with_details(
    messages: List[DatabaseMessages],
    replace_bot_name: bool = True,
    timestamp_mode: str = "relative",
    truncate: bool = False,
) -> Tuple[str, List[Tuple[float, str, str]]]:
    """同上，并给出每条消息的 (时间, 称呼, 内容)"""
    return await build_readable_messages_with_list(messages, replace_bot_name, timestamp_mode, truncate)


async def get_person_ids_from_messages(messages: List[Dict[str, Any]]) -> List[str]:
    """消息的发送者，不重复"""
    return await get_person_id_list(messages)


def filter_mai_messages(messages: List[DatabaseMessages]) -> List[DatabaseMessages]:
    """去掉机器人自己的消息"""
    return [message for message in messages if message.user_info.user_id != global_config.bot.qq_account]


def translate_pid_to_description(pid: str) -> str:
    """一张图片的描述"""
    row = Images.get_or_none(Images.image_id == pid)
    return row.description.strip() if row and row.description else "[图片]"
