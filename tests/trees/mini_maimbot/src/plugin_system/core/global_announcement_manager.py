"""每个聊天自己停用的组件"""

from typing import Dict, List


class GlobalAnnouncementManager:
    """以聊天 id 为键，值是停用的组件名；停用已停用的、启用没有停用的，都返回 False"""

    def __init__(self) -> None:
        self._user_disabled_actions: Dict[str, List[str]] = {}
        self._user_disabled_commands: Dict[str, List[str]] = {}
        self._user_disabled_event_handlers: Dict[str, List[str]] = {}
        self._user_disabled_tools: Dict[str, List[str]] = {}

    def disable_specific_chat_action(self, chat_id: str, action_name: str) -> bool:
        if action_name in self._user_disabled_actions.setdefault(chat_id, []):
            return False
        self._user_disabled_actions[chat_id].append(action_name)
        return True

    def enable_specific_chat_action(self, chat_id: str, action_name: str) -> bool:
        if action_name not in self._user_disabled_actions.get(chat_id, []):
            return False
        self._user_disabled_actions[chat_id].remove(action_name)
        return True

    def disable_specific_chat_command(self, chat_id: str, command_name: str) -> bool:
        if command_name in self._user_disabled_commands.setdefault(chat_id, []):
            return False
        self._user_disabled_commands[chat_id].append(command_name)
        return True

    def enable_specific_chat_command(self, chat_id: str, command_name: str) -> bool:
        if command_name not in self._user_disabled_commands.get(chat_id, []):
            return False
        self._user_disabled_commands[chat_id].remove(command_name)
        return True

    def disable_specific_chat_event_handler(self, chat_id: str, handler_name: str) -> bool:
        if handler_name in self._user_disabled_event_handlers.setdefault(chat_id, []):
            return False
        self._user_disabled_event_handlers[chat_id].append(handler_name)
        return True

    def enable_specific_chat_event_handler(self, chat_id: str, handler_name: str) -> bool:
        if handler_name not in self._user_disabled_event_handlers.get(chat_id, []):
            return False
        self._user_disabled_event_handlers[chat_id].remove(handler_name)
        return True

    def disable_specific_chat_tool(self, chat_id: str, tool_name: str) -> bool:
        if tool_name in self._user_disabled_tools.setdefault(chat_id, []):
            return False
        self._user_disabled_tools[chat_id].append(tool_name)
        return True

    def enable_specific_chat_tool(self, chat_id: str, tool_name: str) -> bool:
        if tool_name not in self._user_disabled_tools.get(chat_id, []):
            return False
        self._user_disabled_tools[chat_id].remove(tool_name)
        return True

    def get_disabled_chat_actions(self, chat_id: str) -> List[str]:
        return list(self._user_disabled_actions.get(chat_id, []))

    def get_disabled_chat_commands(self, chat_id: str) -> List[str]:
        return list(self._user_disabled_commands.get(chat_id, []))

    def get_disabled_chat_event_handlers(self, chat_id: str) -> List[str]:
        return list(self._user_disabled_event_handlers.get(chat_id, []))

    def get_disabled_chat_tools(self, chat_id: str) -> List[str]:
        return list(self._user_disabled_tools.get(chat_id, []))


global_announcement_manager = GlobalAnnouncementManager()
