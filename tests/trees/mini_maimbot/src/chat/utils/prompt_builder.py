"""提示词：模板在导入时登记，回复时由租户取用；连同回复要用的客户端、摘要与清理时间"""

import time
from typing import Dict, List, Optional

from src.config.config import global_config

TIDY_INTERVAL = 3600.0
_last_tidied: float = 0.0
_summary: Optional["Summary"] = None


class PromptManager:
    """按名字登记的模板"""

    def __init__(self) -> None:
        self._prompts: Dict[str, str] = {}
        self.asked: List[str] = []

    def register(self, name: str, template: str) -> None:
        self._prompts[name] = template

    def get_prompt(self, name: str) -> str:
        self.asked.append(name)
        return self._prompts[name]


class Client:
    """一个供应商的客户端"""

    def __init__(self, api_key: str) -> None:
        self.api_key = api_key


class ClientRegistry:
    """按供应商的名字缓存；启动时也会用到"""

    def __init__(self) -> None:
        self.clients: Dict[str, Client] = {}

    def client_for(self, provider: str, api_key: str) -> Client:
        if provider not in self.clients:
            self.clients[provider] = Client(api_key)
        return self.clients[provider]


class Summary:
    """只创建一次的摘要"""

    def __init__(self, bot_name: str) -> None:
        self.bot_name = bot_name


prompt_manager = PromptManager()
client_registry = ClientRegistry()
prompt_manager.register("reply", "回复")
client_registry.client_for("系统", "system")


def get_summary() -> Summary:
    global _summary
    if _summary is None:
        _summary = Summary(global_config.bot.nickname)
    return _summary


def is_tidied(now: float) -> bool:
    """每隔一段时间清理一次；返回这次是否清理了"""
    global _last_tidied
    if now - _last_tidied < TIDY_INTERVAL:
        return False
    _last_tidied = now
    return True


def build_prompt(reply_reason: str, extra_info: str, template: str = "") -> str:
    """一次回复的提示词；消息可以自带模板"""
    is_tidied(time.time())
    client_registry.client_for("回复", global_config.bot.nickname)
    get_summary()
    if template:
        prompt_manager.register("reply", template)
    return " ".join(part for part in (prompt_manager.get_prompt("reply"), reply_reason, extra_info) if part)
