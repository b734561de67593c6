"""记住最近的回答"""

from typing import Dict, Optional

from src.common.message.tenant_context import get_current_agent_id, get_current_tenant_id

_ANSWERS: Dict[str, str] = {}


def _key(tenant_id: Optional[str], agent_id: Optional[str]) -> Optional[str]:
    if not tenant_id:
        return None
    return f"{tenant_id}:{agent_id or ''}"


def remember_answer(text: str) -> None:
    """记住当前租户最近的回答"""
    key = _key(get_current_tenant_id(), get_current_agent_id())
    if key is not None:
        _ANSWERS[key] = text


def last_answer() -> str:
    """当前租户最近的回答，没有时为空"""
    key = _key(get_current_tenant_id(), get_current_agent_id())
    return _ANSWERS.get(key, "") if key is not None else ""
