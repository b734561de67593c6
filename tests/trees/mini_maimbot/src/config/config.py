"""配置入口：有租户上下文时给租户的值，没有时悄悄给进程级的值"""

from dataclasses import asdict
from pathlib import Path
from typing import Any, Dict

from src.common.logger import get_logger
from src.config.official_configs import BotConfig, ChatConfig, ModelConfig, MoodConfig

logger = get_logger("config")

PROJECT_ROOT = Path(__file__).resolve().parents[2]
CONFIG_DIR = PROJECT_ROOT / "config"
MMC_VERSION = "0.1.0-saas"

_SECTIONS = {"bot": BotConfig, "chat": ChatConfig, "mood": MoodConfig}

# 租户 -> 节 -> 值
_TENANT_VALUES: Dict[str, Dict[str, Any]] = {}


class Config:
    """一套完整的配置"""

    def __init__(self, values: Dict[str, Dict[str, Any]]) -> None:
        for name, section in _SECTIONS.items():
            setattr(self, name, section.from_dict(values.get(name, {})))

    def to_dict(self) -> Dict[str, Any]:
        return {name: asdict(getattr(self, name)) for name in _SECTIONS}


_process_config = Config({})
_process_models = ModelConfig()


def set_tenant_config(tenant_id: str, **values: Dict[str, Any]) -> None:
    """设置租户的配置，如 set_tenant_config("a", bot={"nickname": "甲"}, model={...})"""
    _TENANT_VALUES.setdefault(tenant_id, {}).update(values)


def _tenant_values() -> Dict[str, Any]:
    from src.common.message.tenant_context import get_current_tenant_id

    return _TENANT_VALUES.get(get_current_tenant_id() or "", {})


def get_tenant_plugin_values(plugin_name: str) -> Dict[str, Dict[str, Any]]:
    """当前租户为一个插件设置的值，写在 set_tenant_config("a", plugins={"插件名": {...}})"""
    return _tenant_values().get("plugins", {}).get(plugin_name, {})


class GlobalConfigProxy:
    """global_config 的代理"""

    def __getattr__(self, name: str) -> Any:
        values = _tenant_values()
        return getattr(Config(values) if values else _process_config, name)


class ModelConfigProxy:
    """model_config 的代理"""

    def __getattr__(self, name: str) -> Any:
        values = _tenant_values().get("model")
        return getattr(ModelConfig.from_dict(values) if values else _process_models, name)


global_config = GlobalConfigProxy()
model_config = ModelConfigProxy()
