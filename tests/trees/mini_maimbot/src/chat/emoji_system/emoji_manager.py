"""表情包管理"""

import hashlib
import random
import shutil
from pathlib import Path
from typing import List, Optional, Tuple

from src.common.database.database_model import Emoji
from src.common.logger import get_logger
from src.common.utils.tenant_storage import ensure_storage_subdir
from src.config.config import global_config
from src.manager.async_task_manager import AsyncTask

logger = get_logger("emoji")


def get_emoji_storage_dir() -> str:
    """租户待注册的表情包目录"""
    return str(ensure_storage_subdir("emoji"))


def get_registered_emoji_storage_dir() -> str:
    """租户已注册的表情包目录"""
    return str(ensure_storage_subdir("emoji_registed"))


class MaiEmoji:
    """一个表情包"""

    def __init__(self, full_path: str, emoji_hash: str = "", description: str = "") -> None:
        self.full_path = full_path
        self.filename = Path(full_path).name
        self.hash = emoji_hash or hashlib.md5(Path(full_path).read_bytes()).hexdigest()
        self.description = description
        self.emotion: List[str] = []
        self.usage_count = 0
        self.is_deleted = False

    @classmethod
    def from_row(cls, row: Emoji) -> "MaiEmoji":
        emoji = cls(row.full_path, row.emoji_hash, row.description)
        emoji.emotion = row.emotion.split(",") if row.emotion else []
        emoji.usage_count = row.usage_count
        return emoji

    async def register_to_db(self) -> None:
        """移动到已注册的目录，并写入数据库"""
        target = Path(get_registered_emoji_storage_dir()) / f"{self.hash}{Path(self.full_path).suffix}"
        shutil.move(self.full_path, target)
        self.full_path = str(target)
        Emoji.create(
            emoji_hash=self.hash,
            full_path=self.full_path,
            description=self.description,
            emotion=",".join(self.emotion),
        )

    async def delete(self) -> None:
        """删除文件与数据库记录"""
        Path(self.full_path).unlink(missing_ok=True)
        Emoji.delete().where(Emoji.emoji_hash == self.hash).execute()
        self.is_deleted = True


class EmojiManager:
    """内存中的表情包，所有租户共用一份列表"""

    def __init__(self) -> None:
        self.emoji_objects: List[MaiEmoji] = []
        self.emoji_num = 0
        self.emoji_num_max = 100
        self._initialized = False

    def initialize(self) -> None:
        """启动时确保表存在，租户的目录到用时才建"""
        Emoji.create_table(safe=True)
        self._initialized = True
        logger.info("表情包管理器已启动")

    async def get_all_emoji_from_db(self) -> None:
        """用数据库的内容替换内存中的列表"""
        self.emoji_objects = [MaiEmoji.from_row(row) for row in Emoji.select()]
        self.emoji_num = len(self.emoji_objects)

    async def get_emoji_from_manager(self, emoji_hash: str) -> Optional[MaiEmoji]:
        for emoji in self.emoji_objects:
            if not emoji.is_deleted and emoji.hash == emoji_hash:
                return emoji
        return None

    async def get_emoji_for_text(self, text_emotion: str) -> Optional[Tuple[str, str, str]]:
        """优先选描述相符的，返回 (路径, 描述, 情感)"""
        emojis = self.emoji_objects
        if not emojis:
            return None
        chosen = random.choice([emoji for emoji in emojis if text_emotion in emoji.description] or emojis)
        self.record_usage(chosen.hash)
        return chosen.full_path, chosen.description, ",".join(chosen.emotion)

    def record_usage(self, emoji_hash: str) -> None:
        Emoji.update(usage_count=Emoji.usage_count + 1).where(Emoji.emoji_hash == emoji_hash).execute()

    async def build_emoji_description(self, emoji: MaiEmoji) -> Tuple[str, List[str]]:
        """描述与情感；真正的机器人在这里询问模型"""
        return f"{global_config.bot.nickname}的表情包 {emoji.hash[:4]}", ["开心"]

    async def register_emoji_by_filename(self, filename: str) -> bool:
        """登记待注册目录下的一个文件，已登记过的不再登记"""
        emoji = MaiEmoji(str(Path(get_emoji_storage_dir()) / filename))
        if await self.get_emoji_from_manager(emoji.hash) is not None:
            logger.warning(f"表情包 {filename} 已经登记过")
            return False
        if self.emoji_num >= self.emoji_num_max:
            logger.warning("表情包已达上限")
            return False
        emoji.description, emoji.emotion = await self.build_emoji_description(emoji)
        await emoji.register_to_db()
        self.emoji_objects.append(emoji)
        self.emoji_num += 1
        return True

    async def delete_emoji(self, emoji_hash: str) -> bool:
        emoji = await self.get_emoji_from_manager(emoji_hash)
        if emoji is None:
            return False
        await emoji.delete()
        self.emoji_objects = [each for each in self.emoji_objects if each.hash != emoji_hash]
        self.emoji_num -= 1
        return True


class EmojiMaintenanceTask(AsyncTask):
    """定期从数据库重新读取"""

    def __init__(self) -> None:
        super().__init__(task_name="EmojiMaintenanceTask", wait_before_start=30, run_interval=60)

    async def run(self) -> None:
        await get_emoji_manager().get_all_emoji_from_db()


emoji_manager: Optional[EmojiManager] = None


def get_emoji_manager() -> EmojiManager:
    """全局表情包管理器"""
    global emoji_manager
    if emoji_manager is None:
        emoji_manager = EmojiManager()
    return emoji_manager
