"""每个聊天自己停用的组件"""

from typing import Dict, List

from src.common.logger import get_logger

logger = get_logger("global_announcement_manager")


def _disable(disabled: Dict[str, List[str]], chat_id: str, name: str) -> bool:
    """停用一个组件，已停用时返回 False"""
    names = disabled.setdefault(chat_id, [])
    if name in names:
        logger.warning(f"{name} 已经被停用")
        return False
    names.append(name)
    return True


def _enable(disabled: Dict[str, List[str]], chat_id: str, name: str) -> bool:
    """重新启用一个组件，没有停用过时返回 False"""
    if name not in disabled.get(chat_id, []):
        logger.warning(f"{name} 没有被停用")
        return False
    disabled[chat_id].remove(name)
    return True


class GlobalAnnouncementManager:
    """以聊天 id 为键，值是停用的组件名"""

    def __init__(self) -> None:
        self._user_disabled_actions: Dict[str, List[str]] = {}
        self._user_disabled_commands: Dict[str, List[str]] = {}
        self._user_disabled_event_handlers: Dict[str, List[str]] = {}
        self._user_disabled_tools: Dict[str, List[str]] = {}

    def disable_specific_chat_action(self, chat_id: str, action_name: str) -> bool:
        return _disable(self._user_disabled_actions, chat_id, action_name)

    def enable_specific_chat_action(self, chat_id: str, action_name: str) -> bool:
        return _enable(self._user_disabled_actions, chat_id, action_name)

    def disable_specific_chat_command(self, chat_id: str, command_name: str) -> bool:
        return _disable(self._user_disabled_commands, chat_id, command_name)

    def enable_specific_chat_command(self, chat_id: str, command_name: str) -> bool:
        return _enable(self._user_disabled_commands, chat_id, command_name)

    def disable_specific_chat_event_handler(self, chat_id: str, handler_name: str) -> bool:
        return _disable(self._user_disabled_event_handlers, chat_id, handler_name)

    def enable_specific_chat_event_handler(self, chat_id: str, handler_name: str) -> bool:
        return _enable(self._user_disabled_event_handlers, chat_id, handler_name)

    def disable_specific_chat_tool(self, chat_id: str, tool_name: str) -> bool:
        return _disable(self._user_disabled_tools, chat_id, tool_name)

    def enable_specific_chat_tool(self, chat_id: str, tool_name: str) -> bool:
        return _enable(self._user_disabled_tools, chat_id, tool_name)

    def get_disabled_chat_actions(self, chat_id: str) -> List[str]:
        return list(self._user_disabled_actions.get(chat_id, []))

    def get_disabled_chat_commands(self, chat_id: str) -> List[str]:
        return list(self._user_disabled_commands.get(chat_id, []))

    def get_disabled_chat_event_handlers(self, chat_id: str) -> List[str]:
        return list(self._user_disabled_event_handlers.get(chat_id, []))

    def get_disabled_chat_tools(self, chat_id: str) -> List[str]:
        return list(self._user_disabled_tools.get(chat_id, []))


global_announcement_manager = GlobalAnnouncementManager()
