"""认识的人"""

import hashlib
from typing import Optional

from src.common.database.database_model import PersonInfo
from src.common.message.tenant_context import get_current_agent_id, get_current_tenant_id
from src.config.config import global_config


def get_person_id(platform: str, user_id: str) -> str:
    return hashlib.md5(f"{platform}_{user_id}".encode()).hexdigest()


def remember_person(platform: str, user_id: str, nickname: str) -> None:
    """记住一个人，已经认识的只改昵称"""
    row = {"tenant_id": get_current_tenant_id(), "agent_id": get_current_agent_id(), "nickname": nickname}
    known = PersonInfo.insert(
        person_id=get_person_id(platform, user_id), platform=platform, user_id=user_id, **row
    )
    known.on_conflict(conflict_target=[PersonInfo.person_id], update={PersonInfo.nickname: nickname}).execute()


class Person:
    """由平台与用户、由 id 或由称呼找到一个人"""

    def __init__(self, platform: str = "", user_id: str = "", person_id: str = "", person_name: str = "") -> None:
        self.person_id = person_id
        self.nickname = ""
        self.person_name: Optional[str] = None
        self.know_times = 0
        if platform == global_config.bot.platform and user_id == global_config.bot.qq_account:
            self.person_id = get_person_id(platform, user_id)
            self.nickname = self.person_name = global_config.bot.nickname
            return
        if platform and user_id:
            self.person_id = get_person_id(platform, user_id)
        elif not person_id and not person_name:
            raise ValueError("没有说明要找谁")
        self._load(person_name)

    def _load(self, person_name: str) -> None:
        """从数据库读取，不认识的人保持默认值"""
        same = PersonInfo.person_id == self.person_id if self.person_id else PersonInfo.person_name == person_name
        row = PersonInfo.get_or_none(same)
        self.is_known = row is not None
        if row is not None:
            self.person_id = row.person_id
            self.nickname = row.nickname
            self.person_name = row.person_name
            self.know_times = row.know_times
