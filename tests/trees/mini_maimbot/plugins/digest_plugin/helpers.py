"""收集聊天的情况"""

from typing import List

from src.chat.message_receive.chat_stream import get_chat_manager


def names() -> List[str]:
    """全部群聊的名字"""
    manager = get_chat_manager()
    return [manager.get_stream_name(stream_id) for stream_id, stream in manager.streams.items() if stream.group_info]


def collect() -> str:
    """一句话的概览"""
    found = names()
    return f"概览: {len(found)} 个群，{'、'.join(sorted(found))}"
