"""租户启用了哪些插件，只在内存中"""

from typing import Dict, Iterable, List, Optional, Set, Tuple

# 没有记录的租户启用全部插件
_ENABLED: Dict[Tuple[str, str], Set[str]] = {}


def set_enabled_plugins(tenant_id: str, agent_id: Optional[str], plugin_names: Iterable[str]) -> None:
    _ENABLED[(tenant_id, agent_id or "")] = set(plugin_names)


def is_plugin_enabled(tenant_id: str, agent_id: Optional[str], plugin_name: str) -> bool:
    enabled = _ENABLED.get((tenant_id, agent_id or ""))
    return enabled is None or plugin_name in enabled


def get_enabled_plugins(tenant_id: str, agent_id: Optional[str]) -> List[str]:
    from src.plugin_system.core.plugin_manager import plugin_manager

    names = plugin_manager.list_loaded_plugins()
    return [name for name in names if is_plugin_enabled(tenant_id, agent_id, name)]
