"""表情包管理"""

import hashlib
import random
import shutil
from pathlib import Path
from typing import List, Optional

from src.common.database.database_model import Emoji
from src.common.logger import get_logger
from src.common.utils.tenant_storage import ensure_storage_subdir
from src.manager.async_task_manager import AsyncTask

logger = get_logger("emoji")


def get_registered_emoji_storage_dir() -> Path:
    """租户已注册的表情包目录"""
    return ensure_storage_subdir("emoji_registed")


class MaiEmoji:
    """一个表情包"""

    def __init__(self, full_path: str, emoji_hash: str, description: str = "") -> None:
        self.full_path = full_path
        self.hash = emoji_hash
        self.description = description
        self.usage_count = 0

    @classmethod
    def from_row(cls, row: Emoji) -> "MaiEmoji":
        emoji = cls(row.full_path, row.emoji_hash, row.description)
        emoji.usage_count = row.usage_count
        return emoji


class EmojiManager:
    """内存中的表情包，所有租户共用一份列表"""

    def __init__(self) -> None:
        self.emoji_objects: List[MaiEmoji] = []
        self.emoji_num = 0
        self.emoji_num_max = 100
        self._initialized = False

    def initialize(self) -> None:
        """启动时准备目录"""
        try:
            get_registered_emoji_storage_dir()
            self._initialized = True
            logger.info("表情包管理器已启动")
        except RuntimeError as e:
            logger.error(f"表情包管理器启动失败: {e}")

    async def get_all_emoji_from_db(self) -> None:
        """用数据库的内容替换内存中的列表"""
        self.emoji_objects = [MaiEmoji.from_row(row) for row in Emoji.select()]
        self.emoji_num = len(self.emoji_objects)

    async def get_emoji_from_manager(self, emoji_hash: str) -> Optional[MaiEmoji]:
        return next((emoji for emoji in self.emoji_objects if emoji.hash == emoji_hash), None)

    async def get_emoji_for_text(self, text: str) -> Optional[MaiEmoji]:
        """优先选描述相符的"""
        if not self.emoji_objects:
            return None
        matching = [emoji for emoji in self.emoji_objects if text and text in emoji.description]
        return random.choice(matching or self.emoji_objects)

    async def register_emoji(self, source: str, description: str = "") -> Optional[MaiEmoji]:
        """把文件复制到租户目录并登记，已登记过的返回 None"""
        emoji_hash = hashlib.md5(Path(source).read_bytes()).hexdigest()
        if await self.get_emoji_from_manager(emoji_hash) is not None:
            logger.warning("表情包已经登记过")
            return None
        target = get_registered_emoji_storage_dir() / f"{emoji_hash}{Path(source).suffix}"
        shutil.copyfile(source, target)
        row = Emoji.create(emoji_hash=emoji_hash, full_path=str(target), description=description)
        emoji = MaiEmoji.from_row(row)
        self.emoji_objects.append(emoji)
        self.emoji_num += 1
        return emoji

    async def delete_emoji(self, emoji_hash: str) -> bool:
        emoji = await self.get_emoji_from_manager(emoji_hash)
        if emoji is None:
            return False
        Path(emoji.full_path).unlink(missing_ok=True)
        Emoji.delete().where(Emoji.emoji_hash == emoji_hash).execute()
        self.emoji_objects.remove(emoji)
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
