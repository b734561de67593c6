"""启动步骤的基类"""

from src.plugin_system import BaseEventHandler, EventType, get_logger

logger = get_logger("steps_plugin")


class StartStep(BaseEventHandler):
    """启动时做的一件事；子类写 execute"""

    event_type = EventType.ON_START
    weight = 1

    def done(self, note: str):
        """记日志，并给出成功的结果"""
        logger.info(f"{self.handler_name}: {note}")
        return True, True, note, None, None
