"""插件的加载"""

import importlib.util
import sys
from pathlib import Path
from typing import Dict, List, Type

from src.common.logger import get_logger
from src.config.config import PROJECT_ROOT
from src.plugin_system.base.base_plugin import BasePlugin

logger = get_logger("plugin_manager")


class PluginManager:
    """加载 plugins 目录下的插件"""

    def __init__(self) -> None:
        self.plugin_directories: List[Path] = [PROJECT_ROOT / "plugins"]
        self.plugin_classes: Dict[str, Type[BasePlugin]] = {}
        self.plugin_paths: Dict[str, str] = {}
        self.loaded_plugins: Dict[str, BasePlugin] = {}

    def load_all_plugins(self) -> int:
        """返回已加载的插件数"""
        for directory in self.plugin_directories:
            for plugin_file in sorted(directory.glob("*/plugin.py")):
                self._load_plugin_module_file(plugin_file)
        for name in self.plugin_classes:
            self.load_registered_plugin_classes(name)
        return len(self.loaded_plugins)

    def _load_plugin_module_file(self, plugin_file: Path) -> bool:
        module_name = f"plugins.{plugin_file.parent.name}.plugin"
        if module_name in sys.modules:
            return True
        try:
            spec = importlib.util.spec_from_file_location(module_name, plugin_file)
            module = importlib.util.module_from_spec(spec)
            sys.modules[module_name] = module
            spec.loader.exec_module(module)
            return True
        except Exception as e:
            sys.modules.pop(module_name, None)
            logger.error(f"加载插件 {plugin_file} 失败: {e}")
            return False

    def load_registered_plugin_classes(self, plugin_name: str) -> bool:
        if plugin_name in self.loaded_plugins:
            return True
        try:
            plugin = self.plugin_classes[plugin_name](self.plugin_paths[plugin_name])
            if plugin.register_plugin():
                self.loaded_plugins[plugin_name] = plugin
                return True
        except Exception as e:
            logger.error(f"登记插件 {plugin_name} 失败: {e}")
        return False

    def list_loaded_plugins(self) -> List[str]:
        return list(self.loaded_plugins)


plugin_manager = PluginManager()


def register_plugin(cls: Type[BasePlugin]) -> Type[BasePlugin]:
    """类装饰器：登记一个插件类"""
    if not issubclass(cls, BasePlugin):
        raise TypeError(f"{cls.__name__} 不是 BasePlugin 的子类")
    plugin_manager.plugin_classes[cls.plugin_name] = cls
    plugin_manager.plugin_paths[cls.plugin_name] = str(Path(sys.modules[cls.__module__].__file__).parent)
    return cls
