"""最近活跃的（租户, 代理），只在内存中"""

from typing import Dict, List, Tuple

_active: Dict[Tuple[str, str], None] = {}


def note_active(tenant_id: str, agent_id: str) -> None:
    _active[(tenant_id, agent_id)] = None


def list_active() -> List[Tuple[str, str]]:
    """按首次出现的顺序"""
    return list(_active)
