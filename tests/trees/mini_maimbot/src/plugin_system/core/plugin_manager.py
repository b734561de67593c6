"""插件的加载"""

import importlib.util
import sys
from pathlib import Path
from typing import Dict, List, Optional, Tuple, Type

from src.common.logger import get_logger
from src.config.config import PROJECT_ROOT
from src.plugin_system.base.base_plugin import BasePlugin
from src.plugin_system.core.component_registry import component_registry

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
        for plugin_file in self._plugin_files():
            self._load_plugin_module_file(plugin_file)
        for name in self.plugin_classes:
            self.load_registered_plugin_classes(name)
        return len(self.loaded_plugins)

    def _plugin_files(self) -> List[Path]:
        return [file for directory in self.plugin_directories for file in sorted(directory.glob("*/plugin.py"))]

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

    def load_registered_plugin_classes(self, plugin_name: str) -> Tuple[bool, int]:
        """加载已登记的插件类，返回 (是否成功, 成功或失败的个数)"""
        if plugin_name in self.loaded_plugins:
            return True, 1
        try:
            plugin = self.plugin_classes[plugin_name](self.plugin_paths[plugin_name])
            if not plugin.enable_plugin:
                return False, 0
            if plugin.register_plugin():
                self.loaded_plugins[plugin_name] = plugin
                return True, 1
        except Exception as e:
            logger.error(f"登记插件 {plugin_name} 失败: {e}")
        return False, 1

    async def remove_registered_plugin(self, plugin_name: str) -> bool:
        """卸载一个插件，它的类仍然是登记的"""
        if self.loaded_plugins.pop(plugin_name, None) is None:
            logger.warning(f"插件 {plugin_name} 没有加载")
            return False
        return await component_registry.remove_plugin_registry(plugin_name)

    async def reload_registered_plugin(self, plugin_name: str) -> bool:
        if not await self.remove_registered_plugin(plugin_name):
            return False
        return self.load_registered_plugin_classes(plugin_name)[0]

    def add_plugin_directory(self, directory: str) -> bool:
        """增加一个插件目录，不存在或已有的返回 False"""
        path = Path(directory).resolve()
        if not path.is_dir() or path in self.plugin_directories:
            logger.warning(f"不能添加插件目录 {directory}")
            return False
        self.plugin_directories.append(path)
        return True

    def rescan_plugin_directory(self) -> Tuple[int, int]:
        """重新扫描全部目录，返回 (成功数, 失败数)"""
        found = [self._load_plugin_module_file(plugin_file) for plugin_file in self._plugin_files()]
        return found.count(True), found.count(False)

    def list_loaded_plugins(self) -> List[str]:
        return list(self.loaded_plugins)

    def list_registered_plugins(self) -> List[str]:
        return list(self.plugin_classes)

    def get_plugin_path(self, plugin_name: str) -> Optional[str]:
        return self.plugin_paths.get(plugin_name)


plugin_manager = PluginManager()
