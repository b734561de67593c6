"""插件的基类"""

import json
from abc import ABC, abstractmethod
from pathlib import Path
from typing import Any, Dict, List, Tuple, Type, Union

from src.common.logger import get_logger
from src.config.config import get_tenant_plugin_values
from src.plugin_system.base.base_action import BaseAction
from src.plugin_system.base.base_command import BaseCommand
from src.plugin_system.base.base_events_handler import BaseEventHandler
from src.plugin_system.base.base_tool import BaseTool
from src.plugin_system.base.component_types import ComponentInfo, PluginInfo
from src.plugin_system.core.component_registry import component_registry

logger = get_logger("base_plugin")

ComponentClass = Type[Union[BaseAction, BaseCommand, BaseEventHandler, BaseTool]]


class BasePlugin(ABC):
    """插件继承它，并用 register_plugin 登记"""

    plugin_name: str = ""
    enable_plugin: bool = False
    dependencies: List[str] = []
    config_schema: Dict[str, Dict[str, Any]] = {}

    def __init__(self, plugin_dir: str) -> None:
        self.plugin_dir = plugin_dir
        self.manifest_data = self._load_manifest()

    @property
    def config(self) -> Dict[str, Any]:
        """插件的配置，租户自己的值优先"""
        own = get_tenant_plugin_values(self.plugin_name)
        return {section: {**values, **own.get(section, {})} for section, values in self.config_schema.items()}

    def get_config(self, key: str, default: Any = None) -> Any:
        """读取插件配置，支持用点分隔的名字"""
        current: Any = self.config
        for part in key.split("."):
            if not isinstance(current, dict) or part not in current:
                return default
            current = current[part]
        return current

    def _load_manifest(self) -> Dict[str, Any]:
        path = Path(self.plugin_dir) / "_manifest.json"
        if not path.exists():
            raise FileNotFoundError(f"插件 {self.plugin_name} 缺少 _manifest.json")
        return json.loads(path.read_text(encoding="utf-8"))

    @abstractmethod
    def get_plugin_components(self) -> List[Tuple[ComponentInfo, ComponentClass]]:
        """插件包含的组件"""
        raise NotImplementedError

    def register_plugin(self) -> bool:
        """登记全部组件"""
        if not self.enable_plugin:
            logger.info(f"插件 {self.plugin_name} 未启用")
            return False
        plugin_info = PluginInfo(
            display_name=self.manifest_data["name"],
            name=self.plugin_name,
            description=self.manifest_data["description"],
            version=self.manifest_data["version"],
        )
        for info, component_class in self.get_plugin_components():
            info.plugin_name = self.plugin_name
            if component_registry.register_component(info, component_class, self.config):
                plugin_info.components.append(info)
        return component_registry.register_plugin(plugin_info)
