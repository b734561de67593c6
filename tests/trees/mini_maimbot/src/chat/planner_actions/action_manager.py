"""一个聊天可以使用的动作"""

from typing import Any, Dict, Optional

from src.common.logger import get_logger
from src.plugin_system.base.base_action import BaseAction
from src.plugin_system.base.component_types import ActionInfo, ComponentType
from src.plugin_system.core.component_registry import component_registry

logger = get_logger("action_manager")


class ActionManager:
    """动作从组件登记处取得"""

    def __init__(self) -> None:
        self._using_actions: Dict[str, ActionInfo] = component_registry.get_default_actions()

    def get_using_actions(self) -> Dict[str, ActionInfo]:
        return self._using_actions.copy()

    def restore_actions(self) -> None:
        """恢复到默认的动作"""
        self._using_actions = component_registry.get_default_actions()

    def create_action(self, action_name: str, action_data: Dict[str, Any], chat_stream: Any) -> Optional[BaseAction]:
        """动作的实例，没有这个动作时为 None"""
        action_class = component_registry.get_component_class(action_name, ComponentType.ACTION)
        if action_class is None:
            logger.warning(f"没有动作 {action_name}")
            return None
        return action_class(action_data, chat_stream)
