"""个人信息 API"""

from typing import Any, Union

from src.common.logger import get_logger
from src.person_info.person_info import Person

logger = get_logger("person_api")


def get_person_id(platform: str, user_id: Union[int, str]) -> str:
    """一个用户的 person_id"""
    try:
        return Person(platform=platform, user_id=str(user_id)).person_id
    except Exception as e:
        logger.error(f"[PersonAPI] 获取 person_id 失败: {e}")
        return ""


async def get_person_value(person_id: str, field_name: str, default: Any = None) -> Any:
    """一个人的某个字段，没有时给默认值"""
    try:
        value = getattr(Person(person_id=person_id), field_name)
        return default if value is None else value
    except Exception as e:
        logger.error(f"[PersonAPI] 获取 {field_name} 失败: {e}")
        return default


def get_person_id_by_name(person_name: str) -> str:
    """由称呼得到 person_id，不认识时为空"""
    try:
        return Person(person_name=person_name).person_id
    except Exception as e:
        logger.error(f"[PersonAPI] 由称呼 {person_name} 获取 person_id 失败: {e}")
        return ""
