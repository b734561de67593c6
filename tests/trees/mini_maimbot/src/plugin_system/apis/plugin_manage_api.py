"""插件管理 API"""

from typing import List, Tuple


def list_loaded_plugins() -> List[str]:
    """已加载的插件"""
    from src.plugin_system.core.plugin_manager import plugin_manager

    return plugin_manager.list_loaded_plugins()


def list_registered_plugins() -> List[str]:
    """已登记的插件"""
    from src.plugin_system.core.plugin_manager import plugin_manager

    return plugin_manager.list_registered_plugins()


def get_plugin_path(plugin_name: str) -> str:
    """插件所在的目录"""
    from src.plugin_system.core.plugin_manager import plugin_manager

    if path := plugin_manager.get_plugin_path(plugin_name):
        return path
    raise ValueError(f"没有插件 {plugin_name}")


async def remove_plugin(plugin_name: str) -> bool:
    """卸载插件"""
    from src.plugin_system.core.plugin_manager import plugin_manager

    return await plugin_manager.remove_registered_plugin(plugin_name)


async def reload_plugin(plugin_name: str) -> bool:
    """重新加载插件"""
    from src.plugin_system.core.plugin_manager import plugin_manager

    return await plugin_manager.reload_registered_plugin(plugin_name)


def load_plugin(plugin_name: str) -> Tuple[bool, int]:
    """加载插件，返回 (是否成功, 成功或失败的个数)"""
    from src.plugin_system.core.plugin_manager import plugin_manager

    return plugin_manager.load_registered_plugin_classes(plugin_name)


def add_plugin_directory(plugin_directory: str) -> bool:
    """增加一个插件目录"""
    from src.plugin_system.core.plugin_manager import plugin_manager

    return plugin_manager.add_plugin_directory(plugin_directory)


def rescan_plugin_directory() -> Tuple[int, int]:
    """重新扫描插件目录，返回 (成功数, 失败数)"""
    from src.plugin_system.core.plugin_manager import plugin_manager

    return plugin_manager.rescan_plugin_directory()
