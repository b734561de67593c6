"""登记插件"""

import sys
from pathlib import Path

from src.common.logger import get_logger

logger = get_logger("plugin_register_api")


def register_plugin(cls):
    """类装饰器：登记一个插件类，由插件管理器负责加载"""
    from src.plugin_system.base.base_plugin import BasePlugin
    from src.plugin_system.core.plugin_manager import plugin_manager

    if not issubclass(cls, BasePlugin):
        logger.error(f"{cls.__name__} 不是 BasePlugin 的子类")
        return cls
    if "." in cls.plugin_name:
        raise ValueError(f"插件名 {cls.plugin_name} 不能含有点")
    plugin_manager.plugin_classes[cls.plugin_name] = cls
    plugin_manager.plugin_paths[cls.plugin_name] = str(Path(sys.modules[cls.__module__].__file__).parent)
    return cls
