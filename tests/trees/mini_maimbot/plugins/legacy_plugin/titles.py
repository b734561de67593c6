"""称呼：人 -> 称呼"""

from typing import Dict

TITLES: Dict[str, str] = {"": "朋友"}

# 导入时就要用到
DEFAULT_TITLE = TITLES[""]


def title_of(user_id: str) -> str:
    return TITLES.get(user_id, DEFAULT_TITLE)
