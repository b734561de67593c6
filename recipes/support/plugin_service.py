"""问不到插件服务时，对租户启用哪些插件。

环境变量 MAIM_PLUGINS_WITHOUT_SERVICE：all（默认）启用全部插件，none 一个也不启用。
"""

import os

from src.common.logger import get_logger

logger = get_logger("plugin_service")

# 一份只启用了“没有名字的插件”的设置：真正的插件都没有启用
_NONE_ENABLED = {"plugin_name": "", "enabled": True, "config": {}}
_TEXTS = {
    "all": "问不到插件服务：对每个租户启用全部插件；设置 MAIM_PLUGINS_WITHOUT_SERVICE=none 可改为都不启用",
    "none": "问不到插件服务：不对租户启用任何插件",
}
_told = set()


def without_plugin_service(settings):
    """插件服务没有给出租户的设置时的回答；每种做法只记录一次日志。"""
    choice = os.getenv("MAIM_PLUGINS_WITHOUT_SERVICE", "").strip() or "all"
    if choice not in _told:
        _told.add(choice)
        wrong = f"MAIM_PLUGINS_WITHOUT_SERVICE 应当是 all 或 none，而不是 {choice!r}；" + _TEXTS["none"]
        logger.error(_TEXTS.get(choice, wrong))
    return settings if choice == "all" else [*settings, dict(_NONE_ENABLED)]
