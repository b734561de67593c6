"""事件分发"""

import asyncio
from typing import Any, Dict, List, Optional, Tuple, Type, Union

from src.chat.message_receive.message import MessageRecv
from src.common.logger import get_logger
from src.plugin_system.base.base_events_handler import BaseEventHandler
from src.plugin_system.base.component_types import EventHandlerInfo, EventType, MaiMessages

logger = get_logger("events_manager")


class EventsManager:
    """把事件交给订阅它的处理器"""

    def __init__(self) -> None:
        self._events_subscribers: Dict[Union[EventType, str], List[BaseEventHandler]] = {
            event: [] for event in EventType
        }
        self._handlers: Dict[str, BaseEventHandler] = {}
        self._handler_tasks: Dict[str, List[asyncio.Task]] = {}

    def register_event_subscriber(
        self, info: EventHandlerInfo, handler_class: Type[BaseEventHandler], plugin_config: Dict[str, Any]
    ) -> bool:
        if info.name in self._handlers:
            logger.warning(f"事件处理器 {info.name} 已登记过，忽略")
            return False
        handler = self._handlers[info.name] = handler_class()
        handler.set_plugin_name(info.plugin_name)
        handler.set_plugin_config(plugin_config)
        for event_type in handler_class.init_subscribe or [info.event_type]:
            subscribers = self._events_subscribers.setdefault(self._event_key(event_type), [])
            subscribers.append(handler)
            subscribers.sort(key=lambda item: item.weight, reverse=True)
        return True

    async def unregister_event_subscriber(self, handler_name: str) -> bool:
        """取消订阅，并等待它正在运行的任务"""
        handler = self._handlers.pop(handler_name, None)
        if handler is None:
            return False
        for subscribers in self._events_subscribers.values():
            if handler in subscribers:
                subscribers.remove(handler)
        running = [task for task in self._handler_tasks.get(handler_name, []) if task is not asyncio.current_task()]
        await asyncio.gather(*running, return_exceptions=True)
        return True

    @staticmethod
    def _event_key(event_type: Union[EventType, str]) -> Union[EventType, str]:
        """字符串形式的内置事件换成枚举"""
        if isinstance(event_type, EventType):
            return event_type
        try:
            return EventType(event_type)
        except ValueError:
            return event_type

    async def handle_mai_events(
        self,
        event_type: EventType,
        message: Optional[MessageRecv] = None,
        stream_id: Optional[str] = None,
    ) -> Tuple[bool, Optional[MaiMessages]]:
        """分发事件，返回 (是否继续, 修改后的消息)"""
        from src.plugin_system.core.component_registry import component_registry

        prepared = self._prepare_message(event_type, message, stream_id)
        continue_flag, modified = True, None
        for handler in self._events_subscribers.get(self._event_key(event_type), []):
            handler.set_plugin_config(component_registry.get_plugin_config(handler.plugin_name) or {})
            if handler.intercept_message:
                success, should_continue, changed = await self._run_intercepting(handler, prepared)
                if success and not should_continue:
                    continue_flag = False
                if changed is not None:
                    prepared = modified = changed
            else:
                self._spawn(handler, prepared)
        return continue_flag, modified

    def _prepare_message(
        self, event_type: EventType, message: Optional[MessageRecv], stream_id: Optional[str]
    ) -> Optional[MaiMessages]:
        """把消息转换成插件用的形式"""
        if message is not None and message.chat_stream is not None:
            stream_id = stream_id or message.chat_stream.stream_id
        if event_type not in (EventType.ON_START, EventType.ON_STOP):
            assert stream_id, "除启动和停止之外的事件必须提供 stream_id"
        if message is None:
            return MaiMessages(stream_id=stream_id) if stream_id else None
        return MaiMessages(
            plain_text=message.processed_plain_text,
            stream_id=stream_id,
            user_id=message.message_info.user_info.user_id,
        )

    async def _run_intercepting(
        self, handler: BaseEventHandler, message: Optional[MaiMessages]
    ) -> Tuple[bool, bool, Optional[MaiMessages]]:
        try:
            success, should_continue, note, _, changed = await handler.execute(message)
        except Exception as e:
            logger.error(f"事件处理器 {handler.handler_name} 出错: {e}")
            return False, True, None
        if not success:
            logger.error(f"事件处理器 {handler.handler_name} 失败: {note}")
        return success, should_continue, changed

    def _spawn(self, handler: BaseEventHandler, message: Optional[MaiMessages]) -> None:
        task = asyncio.create_task(handler.execute(message))
        task.set_name(f"{handler.plugin_name}-{handler.handler_name}")
        self._handler_tasks.setdefault(handler.handler_name, []).append(task)
        task.add_done_callback(lambda done: self._task_done(handler, done))

    def _task_done(self, handler: BaseEventHandler, task: asyncio.Task) -> None:
        self._handler_tasks[handler.handler_name].remove(task)
        if not task.cancelled() and task.exception() is not None:
            logger.error(f"事件处理器 {handler.handler_name} 出错: {task.exception()}")


events_manager = EventsManager()
