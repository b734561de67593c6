"""按时间、聊天与用户查找消息，并整理成文本"""

import random
import re
import time
from typing import Any, Dict, List, Optional, Tuple

from src.common.data_models.database_data_model import DatabaseMessages
from src.common.database.database_model import Images
from src.common.message_repository import count_messages, find_messages
from src.config.config import global_config
from src.person_info.person_info import Person

PICTURE = re.compile(r"\[picid:([^\]]+)\]")


def get_raw_msg_by_timestamp(
    timestamp_start: float, timestamp_end: float, limit: int = 0, limit_mode: str = "latest"
) -> List[DatabaseMessages]:
    """一段时间内所有聊天的消息"""
    return find_messages({"time": {"$gt": timestamp_start, "$lt": timestamp_end}}, limit, limit_mode)


def get_raw_msg_by_timestamp_with_chat(
    chat_id: str,
    timestamp_start: float,
    timestamp_end: float,
    limit: int = 0,
    limit_mode: str = "latest",
    filter_bot: bool = False,
    filter_command: bool = False,
    filter_intercept_message_level: Optional[int] = None,
) -> List[DatabaseMessages]:
    """一个聊天在一段时间内的消息，不含两端"""
    return find_messages(
        {"chat_id": chat_id, "time": {"$gt": timestamp_start, "$lt": timestamp_end}},
        limit,
        limit_mode,
        filter_bot,
        filter_command,
        filter_intercept_message_level,
    )


def get_raw_msg_by_timestamp_with_chat_inclusive(
    chat_id: str,
    timestamp_start: float,
    timestamp_end: float,
    limit: int = 0,
    limit_mode: str = "latest",
    filter_bot: bool = False,
    filter_command: bool = False,
    filter_intercept_message_level: Optional[int] = None,
) -> List[DatabaseMessages]:
    """一个聊天在一段时间内的消息，包含两端"""
    return find_messages(
        {"chat_id": chat_id, "time": {"$gte": timestamp_start, "$lte": timestamp_end}},
        limit,
        limit_mode,
        filter_bot,
        filter_command,
        filter_intercept_message_level,
    )


def get_raw_msg_by_timestamp_with_chat_users(
    chat_id: str,
    timestamp_start: float,
    timestamp_end: float,
    person_ids: List[str],
    limit: int = 0,
    limit_mode: str = "latest",
) -> List[DatabaseMessages]:
    """一个聊天里某些用户的消息"""
    between = {"$gt": timestamp_start, "$lt": timestamp_end}
    return find_messages({"chat_id": chat_id, "time": between, "user_id": {"$in": person_ids}}, limit, limit_mode)


def get_raw_msg_by_timestamp_random(
    timestamp_start: float, timestamp_end: float, limit: int = 0, limit_mode: str = "latest"
) -> List[DatabaseMessages]:
    """随机选一条消息，返回它所在聊天从那时起的消息"""
    messages = get_raw_msg_by_timestamp(timestamp_start, timestamp_end)
    if not messages:
        return []
    chosen = random.choice(messages)
    return get_raw_msg_by_timestamp_with_chat_inclusive(chosen.chat_id, chosen.time, timestamp_end, limit, "earliest")


def get_raw_msg_by_timestamp_with_users(
    timestamp_start: float, timestamp_end: float, person_ids: List[str], limit: int = 0, limit_mode: str = "latest"
) -> List[DatabaseMessages]:
    """某些用户在所有聊天里的消息"""
    between = {"$gt": timestamp_start, "$lt": timestamp_end}
    return find_messages({"time": between, "user_id": {"$in": person_ids}}, limit, limit_mode)


def get_raw_msg_before_timestamp(timestamp: float, limit: int = 0) -> List[DatabaseMessages]:
    """某时刻之前的消息"""
    return find_messages({"time": {"$lt": timestamp}}, limit)


def get_raw_msg_before_timestamp_with_chat(
    chat_id: str, timestamp: float, limit: int = 0, filter_intercept_message_level: Optional[int] = None
) -> List[DatabaseMessages]:
    """一个聊天在某时刻之前的消息"""
    return find_messages(
        {"chat_id": chat_id, "time": {"$lt": timestamp}},
        limit,
        filter_intercept_message_level=filter_intercept_message_level,
    )


def get_raw_msg_before_timestamp_with_users(
    timestamp: float, person_ids: List[str], limit: int = 0
) -> List[DatabaseMessages]:
    """某些用户在某时刻之前的消息"""
    return find_messages({"time": {"$lt": timestamp}, "user_id": {"$in": person_ids}}, limit)


def num_new_messages_since(chat_id: str, timestamp_start: float = 0.0, timestamp_end: Optional[float] = None) -> int:
    """一个聊天在一段时间内的消息数，默认到现在为止"""
    end = time.time() if timestamp_end is None else timestamp_end
    return count_messages({"chat_id": chat_id, "time": {"$gt": timestamp_start, "$lt": end}})


def num_new_messages_since_with_users(
    chat_id: str, timestamp_start: float, timestamp_end: float, person_ids: List[str]
) -> int:
    """一个聊天里某些用户的消息数"""
    if not person_ids:
        return 0
    between = {"$gt": timestamp_start, "$lt": timestamp_end}
    return count_messages({"chat_id": chat_id, "time": between, "user_id": {"$in": person_ids}})


def _name_of(message: DatabaseMessages, replace_bot_name: bool) -> str:
    """机器人自己、认识的人的称呼，或昵称"""
    user = message.user_info
    if replace_bot_name and user.user_id == global_config.bot.qq_account:
        return f"{global_config.bot.nickname}（我）"
    person = Person(platform=user.platform, user_id=user.user_id)
    return person.person_name or user.user_nickname


def _describe_picture(match: re.Match) -> str:
    image = Images.get_or_none(Images.image_id == match.group(1))
    return f"[图片：{image.description}]" if image and image.description else "[图片]"


def build_readable_messages(
    messages: List[DatabaseMessages],
    replace_bot_name: bool = True,
    timestamp_mode: str = "relative",
    read_mark: float = 0.0,
    truncate: bool = False,
    show_actions: bool = False,
) -> str:
    """每条消息一行"""
    lines = []
    for message in messages:
        text = PICTURE.sub(_describe_picture, message.processed_plain_text)
        lines.append(f"{_name_of(message, replace_bot_name)}: {text[:20] if truncate else text}")
    return "\n".join(lines)


async def build_readable_messages_with_list(
    messages: List[DatabaseMessages],
    replace_bot_name: bool = True,
    timestamp_mode: str = "relative",
    truncate: bool = False,
) -> Tuple[str, List[Tuple[float, str, str]]]:
    """文本，以及每条消息的 (时间, 称呼, 内容)"""
    text = build_readable_messages(messages, replace_bot_name, timestamp_mode, truncate=truncate)
    details = [(item.time, _name_of(item, replace_bot_name), item.processed_plain_text) for item in messages]
    return text, details


async def get_person_id_list(messages: List[Dict[str, Any]]) -> List[str]:
    """消息的发送者，不含机器人自己，不重复"""
    senders = {(item["user_platform"], item["user_id"]): None for item in messages}
    return [
        Person(platform=platform, user_id=user_id).person_id
        for platform, user_id in senders
        if user_id != global_config.bot.qq_account
    ]
