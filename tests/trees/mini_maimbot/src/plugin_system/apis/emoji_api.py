"""表情包 API"""

import os
import random
import uuid
from typing import Any, Dict, List, Optional, Tuple

from src.chat.emoji_system.emoji_manager import get_emoji_manager, get_emoji_storage_dir
from src.chat.utils.utils_image import base64_to_image, image_path_to_base64
from src.common.logger import get_logger

logger = get_logger("emoji_api")

# (base64, 描述, 情感)
EmojiTuple = Tuple[str, str, str]


async def get_by_description(description: str) -> Optional[EmojiTuple]:
    """由描述选一个表情包"""
    if not description:
        raise ValueError("描述不能为空")
    try:
        manager = get_emoji_manager()
        result = await manager.get_emoji_for_text(description)
        if not result:
            return None
        path, found_description, emotion = result
        return image_path_to_base64(path), found_description, emotion
    except Exception as e:
        logger.error(f"[EmojiAPI] 没有取到表情包: {e}")
        return None


async def get_random(count: Optional[int] = 1) -> List[EmojiTuple]:
    """随机几个表情包"""
    if not isinstance(count, int):
        raise TypeError("count 必须是整数")
    if count < 0:
        raise ValueError("count 应当大于或等于 0")
    try:
        manager = get_emoji_manager()
        everything = manager.emoji_objects
        usable = [emoji for emoji in everything if not emoji.is_deleted]
        results = []
        for emoji in random.sample(usable, min(count, len(usable))):
            manager.record_usage(emoji.hash)
            results.append((image_path_to_base64(emoji.full_path), emoji.description, _any_emotion(emoji)))
        return results
    except Exception as e:
        logger.error(f"[EmojiAPI] 随机没有取到表情包: {e}")
        return []


async def get_by_emotion(emotion: str) -> Optional[EmojiTuple]:
    """由情感选一个表情包"""
    if not emotion:
        raise ValueError("情感不能为空")
    try:
        manager = get_emoji_manager()
        everything = manager.emoji_objects
        matching = []
        matching.extend(emoji for emoji in everything if not emoji.is_deleted and emotion in emoji.emotion)
        if not matching:
            return None
        chosen = random.choice(matching)
        manager.record_usage(chosen.hash)
        return image_path_to_base64(chosen.full_path), chosen.description, emotion
    except Exception as e:
        logger.error(f"[EmojiAPI] 由情感没有取到表情包: {e}")
        return None


def get_count() -> int:
    """表情包数量"""
    try:
        manager = get_emoji_manager()
        return manager.emoji_num
    except Exception as e:
        logger.error(f"[EmojiAPI] 没有数出表情包: {e}")
        return 0


def get_info():
    """数量、上限与可用的数量"""
    try:
        manager = get_emoji_manager()
        return {
            "current_count": manager.emoji_num,
            "max_count": manager.emoji_num_max,
            "available_emojis": sum(not emoji.is_deleted for emoji in manager.emoji_objects),
        }
    except Exception as e:
        logger.error(f"[EmojiAPI] 没有取到概况: {e}")
        return {"current_count": 0, "max_count": 0, "available_emojis": 0}


def get_emotions() -> List[str]:
    """全部情感，不重复"""
    try:
        emotions = set()
        for emoji in get_emoji_manager().emoji_objects:
            if not emoji.is_deleted and emoji.emotion:
                emotions.update(emoji.emotion)
        return sorted(emotions)
    except Exception as e:
        logger.error(f"[EmojiAPI] 没有取到情感: {e}")
        return []


async def get_all() -> List[EmojiTuple]:
    """全部表情包"""
    try:
        manager = get_emoji_manager()
        everything = manager.emoji_objects
        return [
            (image_path_to_base64(emoji.full_path), emoji.description, _any_emotion(emoji))
            for emoji in everything
            if not emoji.is_deleted
        ]
    except Exception as e:
        logger.error(f"[EmojiAPI] 没有取到全部表情包: {e}")
        return []


def get_descriptions() -> List[str]:
    """全部描述"""
    try:
        manager = get_emoji_manager()
        return [emoji.description for emoji in manager.emoji_objects if not emoji.is_deleted]
    except Exception as e:
        logger.error(f"[EmojiAPI] 没有取到描述: {e}")
        return []


async def register_emoji(image_base64: str, filename: Optional[str] = None) -> Dict[str, Any]:
    """
    登记一个表情包

    Args:
        image_base64: 图片
        filename: 文件名，没有时自动生成
    """
    if not image_base64:
        raise ValueError("图片不能为空")
    try:
        manager = get_emoji_manager()
        filename = filename or f"emoji_{uuid.uuid4().hex}"
        if not filename.lower().endswith((".jpg", ".jpeg", ".png", ".gif")):
            filename = f"{filename}.png"
        temp_path = os.path.join(get_emoji_storage_dir(), filename)
        if os.path.exists(temp_path) or not base64_to_image(image_base64, temp_path):
            return _not_registered("无法保存图片")
        if not await manager.register_emoji_by_filename(filename):
            os.remove(temp_path)
            return _not_registered("没有登记，可能是重复的图片")
        newest = manager.emoji_objects[-1]
        return {
            "success": True,
            "message": f"已登记，现在共有 {manager.emoji_num} 个",
            "description": newest.description,
            "emotions": newest.emotion,
            "hash": newest.hash,
        }
    except Exception as e:
        logger.error(f"[EmojiAPI] 登记表情包失败: {e}")
        return _not_registered(f"登记时出错: {e}")


async def delete_emoji(emoji_hash: str) -> Dict[str, Any]:
    """删除一个表情包"""
    if not emoji_hash:
        raise ValueError("表情包的哈希值不能为空")
    try:
        manager = get_emoji_manager()
        count_before = manager.emoji_num
        emoji = await manager.get_emoji_from_manager(emoji_hash)
        deleted = await manager.delete_emoji(emoji_hash)
        return {
            "success": deleted,
            "message": "已删除" if deleted else "没有这个表情包",
            "count_before": count_before,
            "count_after": manager.emoji_num,
            "description": emoji.description if emoji else None,
        }
    except Exception as e:
        logger.error(f"[EmojiAPI] 删除表情包失败: {e}")
        return {"success": False, "message": f"删除时出错: {e}"}


async def delete_emoji_by_description(description: str, exact_match: bool = False) -> Dict[str, Any]:
    """删除描述相符的表情包"""
    if not description:
        raise ValueError("描述不能为空")
    try:
        manager = get_emoji_manager()
        everything = manager.emoji_objects
        matching = []
        for emoji in everything:
            if emoji.is_deleted:
                continue
            if emoji.description == description if exact_match else description in emoji.description:
                matching.append(emoji)
        deleted = [emoji.hash for emoji in matching if await manager.delete_emoji(emoji.hash)]
        return {
            "success": bool(deleted),
            "deleted_count": len(deleted),
            "deleted_hashes": deleted,
            "matched_count": len(matching),
        }
    except Exception as e:
        logger.error(f"[EmojiAPI] 由描述删除表情包失败: {e}")
        return {"success": False, "deleted_count": 0, "deleted_hashes": [], "matched_count": 0}


def _any_emotion(emoji) -> str:
    return random.choice(emoji.emotion) if emoji.emotion else "随机表情"


def _not_registered(message: str) -> Dict[str, Any]:
    return {"success": False, "message": message, "description": None, "emotions": None, "hash": None}
