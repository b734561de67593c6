"""消息清理：定期删除过期的消息"""

from typing import List, Optional, Tuple, Type

from src.manager.async_task_manager import async_task_manager
from src.plugin_system import (
    BaseEventHandler,
    BasePlugin,
    ComponentInfo,
    EventType,
    MaiMessages,
    register_plugin,
)

from .tasks import MessageCleanupTask


class CleanupStart(BaseEventHandler):
    """启动时交给任务管理器，由它为每个租户运行"""

    event_type = EventType.ON_START
    handler_name = "cleanup_start"
    handler_description = "登记清理任务"

    async def execute(self, message: Optional[MaiMessages]):
        await async_task_manager.add_task(MessageCleanupTask())
        return True, True, "清理任务已登记", None, None


@register_plugin
class CleanupPlugin(BasePlugin):
    """消息清理"""

    plugin_name = "cleanup_plugin"
    enable_plugin = True

    def get_plugin_components(self) -> List[Tuple[ComponentInfo, Type[BaseEventHandler]]]:
        return [(CleanupStart.get_handler_info(), CleanupStart)]
