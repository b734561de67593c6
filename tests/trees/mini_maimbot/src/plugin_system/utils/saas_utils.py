"""租户启用了哪些插件：由插件服务回答，没有配置服务时只在内存中"""

import os
from typing import Dict, Iterable, List, Optional, Set, Tuple

import httpx

from src.common.logger import get_logger

logger = get_logger("saas_utils")

SERVICE_URL = os.environ.get("MINI_PLUGIN_SERVICE", "")

# 没有记录的租户启用全部插件
_ENABLED: Dict[Tuple[str, str], Set[str]] = {}


def set_enabled_plugins(tenant_id: str, agent_id: Optional[str], plugin_names: Iterable[str]) -> None:
    _ENABLED[(tenant_id, agent_id or "")] = set(plugin_names)


def _fetch_settings(tenant_id: str, agent_id: Optional[str]) -> List[Dict]:
    """插件服务中的设置"""
    try:
        with httpx.Client() as client:
            answer = client.get(f"{SERVICE_URL}/settings", params={"tenant_id": tenant_id, "agent_id": agent_id or ""})
            if answer.status_code == 200:
                return answer.json()
            logger.warning(f"插件服务回答 {answer.status_code}")
            return []
    except httpx.HTTPError as e:
        logger.error(f"插件服务没有回答: {e}")
        return []


def is_plugin_enabled(tenant_id: str, agent_id: Optional[str], plugin_name: str) -> bool:
    if SERVICE_URL:
        names = {item["plugin_name"] for item in _fetch_settings(tenant_id, agent_id) if item.get("enabled")}
        return not names or plugin_name in names
    enabled = _ENABLED.get((tenant_id, agent_id or ""))
    return enabled is None or plugin_name in enabled


def get_enabled_plugins(tenant_id: str, agent_id: Optional[str]) -> List[str]:
    from src.plugin_system.core.plugin_manager import plugin_manager

    names = plugin_manager.list_loaded_plugins()
    return [name for name in names if is_plugin_enabled(tenant_id, agent_id, name)]
