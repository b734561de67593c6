"""表情包 API"""

import random
from typing import Any, Dict, List, Optional, Tuple

from src.chat.emoji_system.emoji_manager import get_emoji_manager
from src.common.logger import get_logger

logger = get_logger("emoji_api")


async def get_by_description(description: str) -> Optional[Tuple[str, str]]:
    """由描述选一个表情包，返回 (路径, 描述)"""
    if not description:
        raise ValueError("描述不能为空")
    try:
        emoji = await get_emoji_manager().get_emoji_for_text(description)
        return (emoji.full_path, emoji.description) if emoji else None
    except Exception as e:
        logger.error(f"[EmojiAPI] 获取表情包失败: {e}")
        return None


async def get_random(count: int = 1) -> List[Tuple[str, str]]:
    """随机几个表情包"""
    try:
        emojis = get_emoji_manager().emoji_objects
        chosen = random.sample(emojis, min(count, len(emojis)))
        return [(emoji.full_path, emoji.description) for emoji in chosen]
    except Exception as e:
        logger.error(f"[EmojiAPI] 随机获取表情包失败: {e}")
        return []


def get_count() -> int:
    """表情包数量"""
    try:
        return get_emoji_manager().emoji_num
    except Exception as e:
        logger.error(f"[EmojiAPI] 获取表情包数量失败: {e}")
        return 0


def get_descriptions() -> List[str]:
    """全部描述"""
    try:
        return [emoji.description for emoji in get_emoji_manager().emoji_objects if emoji.description]
    except Exception as e:
        logger.error(f"[EmojiAPI] 获取描述失败: {e}")
        return []


async def register_emoji(source: str, description: str = "") -> Dict[str, Any]:
    """登记一个图片文件"""
    try:
        emoji = await get_emoji_manager().register_emoji(source, description)
        return {"success": emoji is not None, "hash": emoji.hash if emoji else None}
    except Exception as e:
        logger.error(f"[EmojiAPI] 登记表情包失败: {e}")
        return {"success": False, "hash": None}


async def delete_emoji(emoji_hash: str) -> Dict[str, Any]:
    """删除一个表情包"""
    try:
        return {"success": await get_emoji_manager().delete_emoji(emoji_hash), "hash": emoji_hash}
    except Exception as e:
        logger.error(f"[EmojiAPI] 删除表情包失败: {e}")
        return {"success": False, "hash": emoji_hash}
