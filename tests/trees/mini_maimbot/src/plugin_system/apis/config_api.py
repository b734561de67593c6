"""配置 API"""

from typing import Any

from src.common.logger import get_logger
from src.config.config import global_config

logger = get_logger("config_api")


def get_global_config(key: str, default: Any = None) -> Any:
    """
    读取全局配置

    Args:
        key: 用点分隔的名字，如 "bot.nickname"
        default: 没有这一项时的值
    """
    current: Any = global_config
    try:
        for part in key.split("."):
            current = getattr(current, part)
        return current
    except Exception as e:
        logger.warning(f"[ConfigAPI] 读取配置 {key} 失败: {e}")
        return default


def get_plugin_config(plugin_config: dict, key: str, default: Any = None) -> Any:
    """从给定的插件配置中读取一项"""
    current: Any = plugin_config
    try:
        for part in key.split("."):
            current = current[part]
        return current
    except Exception as e:
        logger.warning(f"[ConfigAPI] 读取插件配置 {key} 失败: {e}")
        return default
