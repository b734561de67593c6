"""消息采样：定期把消息数记进用量表，停止时结束"""

import asyncio
from typing import List, Optional, Tuple, Type

from src.common.database.database_model import LLMUsage, Messages
from src.plugin_system import (
    BaseEventHandler,
    BasePlugin,
    ComponentInfo,
    EventType,
    MaiMessages,
    get_logger,
    register_plugin,
    send_api,
)

logger = get_logger("sampler_plugin")


class SchedulerStart(BaseEventHandler):
    """启动采样循环，只启动一个"""

    event_type = EventType.ON_START
    handler_name = "sampler_start"
    handler_description = "启动采样循环"

    _task: Optional[asyncio.Task] = None

    async def execute(self, message: Optional[MaiMessages]):
        if SchedulerStart._task is None:
            SchedulerStart._task = asyncio.create_task(self._loop())
        return True, True, "采样已启动", None, None

    async def _loop(self) -> None:
        interval = self.get_config("sampler.interval", 60)
        while True:
            try:
                LLMUsage.create(model_name="sampler", request_type="sample", total_tokens=Messages.select().count())
            except Exception as e:
                logger.error(f"采样失败: {e}")
            await asyncio.sleep(interval)


class SchedulerStop(BaseEventHandler):
    """停止采样循环"""

    event_type = EventType.ON_STOP
    handler_name = "sampler_stop"
    handler_description = "停止采样循环"

    async def execute(self, message: Optional[MaiMessages]):
        if SchedulerStart._task is not None:
            SchedulerStart._task.cancel()
            SchedulerStart._task = None
        return True, True, "采样已停止", None, None


class SamplerStatus(BaseEventHandler):
    """回答采样是否在运行"""

    event_type = EventType.ON_MESSAGE
    handler_name = "sampler_status"
    handler_description = "回答 /采样"

    async def execute(self, message: Optional[MaiMessages]):
        if message is not None and message.plain_text == "/采样":
            running = SchedulerStart._task is not None and not SchedulerStart._task.done()
            await send_api.text_to_stream("采样: 进行中" if running else "采样: 未启动", message.stream_id)
        return True, True, None, None, None


@register_plugin
class SamplerPlugin(BasePlugin):
    """消息采样"""

    plugin_name = "sampler_plugin"
    enable_plugin = True
    config_schema = {"sampler": {"interval": 60}}

    def get_plugin_components(self) -> List[Tuple[ComponentInfo, Type[BaseEventHandler]]]:
        return [
            (SchedulerStart.get_handler_info(), SchedulerStart),
            (SchedulerStop.get_handler_info(), SchedulerStop),
            (SamplerStatus.get_handler_info(), SamplerStatus),
        ]
