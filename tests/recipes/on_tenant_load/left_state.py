"""Left to a person: state of which not every use can be seen, or be a tenant's."""

from __future__ import annotations

from tests.recipes.on_tenant_load.plugin_file import Form

LEFT_STATE: dict[str, Form] = {
    "a first value that is given twice": '''
        import sys

        if sys.platform == "win32":
            _cache = {"newline": "win"}
        else:
            _cache = {}


        class CacheStart(BaseEventHandler):
            """读取聊天"""

            event_type = EventType.ON_START
            handler_name = "cache_start"

            async def execute(self, message: MaiMessages | None):
                _cache.update({stream.stream_id: stream for stream in chat_api.get_all_streams()})
                return True, True, "已读取", None, None
    ''',
    "state that getattr asks for": '''
        import asyncio


        class LoopStart(BaseEventHandler):
            """启动循环"""

            event_type = EventType.ON_START
            handler_name = "loop_start"
            _task = None

            async def execute(self, message: MaiMessages | None):
                if getattr(self, "_task", None) is None:
                    self._task = asyncio.create_task(self._loop())
                return True, True, "已启动", None, None

            async def _loop(self):
                await asyncio.sleep(self.get_config("loop.interval", 60))
    ''',
    "state that is deleted": '''
        _names = {}


        class NameStart(BaseEventHandler):
            """读取聊天"""

            event_type = EventType.ON_START
            handler_name = "name_start"

            async def execute(self, message: MaiMessages | None):
                global _names
                _names = {stream.stream_id: stream for stream in chat_api.get_all_streams()}
                return True, True, "已读取", None, None


        def forget() -> None:
            global _names
            del _names
    ''',
    "state of something unknown": '''
        import asyncio


        class LoopStart(BaseEventHandler):
            """启动循环"""

            event_type = EventType.ON_START
            handler_name = "loop_start"
            task = None

            async def execute(self, message: MaiMessages | None):
                self.task = asyncio.create_task(self._loop())
                return True, True, "已启动", None, None

            async def _loop(self):
                await asyncio.sleep(self.get_config("loop.interval", 60))


        def is_running(handler) -> bool:
            """别的插件用它"""
            return handler.task is not None
    ''',
    "state in a default": '''
        _names = {}


        def name_of(stream_id: str, names=_names) -> str:
            """聊天的名字"""
            return names.get(stream_id, "")


        class NameStart(BaseEventHandler):
            """读取聊天"""

            event_type = EventType.ON_START
            handler_name = "name_start"

            async def execute(self, message: MaiMessages | None):
                for stream in chat_api.get_all_streams():
                    _names[stream.stream_id] = stream.platform
                return True, True, name_of("first"), None, None
    ''',
    "state that the base class declares": '''
        class WeightStart(BaseEventHandler):
            """按配置改变自己的权重"""

            event_type = EventType.ON_START
            handler_name = "weight_start"

            async def execute(self, message: MaiMessages | None):
                self.weight = self.get_config("weight", 1)
                return True, True, f"权重 {self.weight}", None, None
    ''',
    "state that is used while it is imported": '''
        NAMES = {"": "朋友"}
        DEFAULT_NAME = NAMES[""]


        class NameStart(BaseEventHandler):
            """读取聊天的名字"""

            event_type = EventType.ON_START
            handler_name = "name_start"

            async def execute(self, message: MaiMessages | None):
                for stream in chat_api.get_all_streams():
                    NAMES[stream.stream_id] = DEFAULT_NAME
                return True, True, "已读取", None, None
    ''',
    "state that is used without a tenant": '''
        import threading

        QUEUE = []


        def _drain() -> None:
            """在线程里取走"""
            while QUEUE:
                QUEUE.pop()


        class QueueStart(BaseEventHandler):
            """交给线程"""

            event_type = EventType.ON_START
            handler_name = "queue_start"

            async def execute(self, message: MaiMessages | None):
                QUEUE.extend(chat_api.get_all_streams())
                threading.Thread(target=_drain, daemon=True).start()
                return True, True, "已交给线程", None, None
    ''',
    "the name of the holder is taken": {
        "plugin.py": '''
            from .state import names


            class NameStart(BaseEventHandler):
                """读取聊天的名字"""

                event_type = EventType.ON_START
                handler_name = "name_start"

                async def execute(self, message: MaiMessages | None):
                    for stream in chat_api.get_all_streams():
                        names[stream.stream_id] = stream.platform
                    return True, True, "已读取", None, None
        ''',
        "state.py": '''
            class TenantLocal:
                """本插件自己的同名类"""


            names = {}
        ''',
    },
    "state of a walrus": '''
        class FirstStart(BaseEventHandler):
            """选第一个聊天"""

            event_type = EventType.ON_START
            handler_name = "first_start"

            async def execute(self, message: MaiMessages | None):
                global _first
                if (_first := next(iter(chat_api.get_all_streams()), None)) is None:
                    return False, True, "没有聊天", None, None
                return True, True, _first.stream_id, None, None


        _first = None
    ''',
    "a cache of functools": '''
        from functools import lru_cache


        @lru_cache(maxsize=1)
        def stream_ids() -> tuple[str, ...]:
            """聊天不会变，只读一次"""
            return tuple(stream.stream_id for stream in chat_api.get_all_streams())


        class CacheStart(BaseEventHandler):
            """预先读取"""

            event_type = EventType.ON_START
            handler_name = "cache_start"

            async def execute(self, message: MaiMessages | None):
                return True, True, f"共 {len(stream_ids())} 个聊天", None, None
    ''',
    "an attribute of a function": '''
        def prepare() -> None:
            """只准备一次"""
            prepare.streams = chat_api.get_all_streams()


        class PrepareStart(BaseEventHandler):
            """准备"""

            event_type = EventType.ON_START
            handler_name = "prepare_start"

            async def execute(self, message: MaiMessages | None):
                if not hasattr(prepare, "streams"):
                    prepare()
                return True, True, f"{len(prepare.streams)} 个聊天", None, None
    ''',
    "state that setattr sets": '''
        class CountStart(BaseEventHandler):
            """只数一次"""

            event_type = EventType.ON_START
            handler_name = "count_start"
            count = None

            async def execute(self, message: MaiMessages | None):
                setattr(CountStart, "count", len(chat_api.get_all_streams()))
                return True, True, f"{self.count} 个聊天", None, None
    ''',
    "first values that are unpacked": '''
        _first, _last = None, None


        class EndStart(BaseEventHandler):
            """记住第一个聊天"""

            event_type = EventType.ON_START
            handler_name = "end_start"

            async def execute(self, message: MaiMessages | None):
                global _first
                _first = chat_api.get_all_streams()[0]
                return True, True, f"{_first} {_last}", None, None
    ''',
    "a constant through its module": {
        "plugin.py": """
            from . import constants


            class Greeting(BaseEventHandler):
                event_type = constants.STARTUP_EVENT
                handler_name = "greeting"

                async def execute(self, message: MaiMessages | None):
                    for stream in chat_api.get_group_streams():
                        await send_api.text_to_stream(constants.TEXT, stream.stream_id)
                    return True, True, "已问候", None, None
        """,
        "constants.py": """
            from src.plugin_system import EventType

            STARTUP_EVENT = EventType.ON_START
            TEXT = "我上线了"
        """,
    },
    "a name of another file by another name": {
        "plugin.py": '''
            from .state import names as known


            class NameStart(BaseEventHandler):
                """读取聊天的名字"""

                event_type = EventType.ON_START
                handler_name = "name_start"

                async def execute(self, message: MaiMessages | None):
                    for stream in chat_api.get_all_streams():
                        known[stream.stream_id] = stream.platform
                    return True, True, f"{len(known)} 个", None, None
        ''',
        "state.py": """
            names = {}
        """,
    },
    "an attribute of type(self)": '''
        class CountStart(BaseEventHandler):
            """只数一次"""

            event_type = EventType.ON_START
            handler_name = "count_start"
            count = None

            async def execute(self, message: MaiMessages | None):
                if type(self).count is None:
                    type(self).count = len(chat_api.get_all_streams())
                return True, True, f"{self.count} 个聊天", None, None
    ''',
    "an attribute of self.__class__": '''
        class CountStart(BaseEventHandler):
            """只数一次"""

            event_type = EventType.ON_START
            handler_name = "count_start"
            count = None

            async def execute(self, message: MaiMessages | None):
                if self.__class__.count is None:
                    self.__class__.count = len(chat_api.get_all_streams())
                return True, True, f"{self.count} 个聊天", None, None
    ''',
}
