"""What a tenant's work keeps, one for each tenant."""

from __future__ import annotations

from tests.recipes.on_tenant_load.plugin_file import Form

KEPT: dict[str, Form] = {
    "a guard in the class": '''
        import asyncio


        class LoopStart(BaseEventHandler):
            """启动问候循环，只启动一个"""

            event_type = EventType.ON_START
            handler_name = "loop_start"

            _task: asyncio.Task | None = None

            async def execute(self, message: MaiMessages | None):
                if LoopStart._task is None or LoopStart._task.done():
                    LoopStart._task = asyncio.create_task(self._loop())
                return True, True, "已启动", None, None

            async def _loop(self):
                while True:
                    await asyncio.sleep(self.get_config("loop.interval", 60))
    ''',
    "an attribute that __init__ declares": '''
        import asyncio


        class LoopStart(BaseEventHandler):
            """启动问候循环，只启动一个"""

            event_type = EventType.ON_START
            handler_name = "loop_start"

            def __init__(self):
                super().__init__()
                self._task = None
                self._rounds: int = 0

            async def execute(self, message: MaiMessages | None):
                if self._task is None:
                    self._task = asyncio.create_task(self._loop())
                return True, True, f"第 {self._rounds} 轮", None, None

            async def _loop(self):
                while self._rounds < self.get_config("loop.rounds", 10):
                    self._rounds += 1
                    await asyncio.sleep(60)
    ''',
    "an attribute that nothing declares": '''
        import asyncio


        class LoopStart(BaseEventHandler):
            """启动问候循环"""

            event_type = EventType.ON_START
            handler_name = "loop_start"

            async def execute(self, message: MaiMessages | None):
                self._task = asyncio.create_task(self._loop())
                self._task.add_done_callback(lambda task: None)
                return True, True, "已启动", None, None

            async def _loop(self):
                await asyncio.sleep(self.get_config("loop.interval", 60))
    ''',
    "a global of the module": '''
        import asyncio

        logger = get_logger("form_plugin")

        _worker: asyncio.Task | None = None
        _started = False


        async def _work(interval: float) -> None:
            while True:
                logger.info(f"共 {len(chat_api.get_all_streams())} 个聊天")
                await asyncio.sleep(interval)


        class WorkStart(BaseEventHandler):
            """启动统计"""

            event_type = EventType.ON_START
            handler_name = "work_start"

            async def execute(self, message: MaiMessages | None):
                global _worker, _started
                if _started:
                    return True, True, "已经启动过", None, None
                _worker = asyncio.create_task(_work(self.get_config("work.interval", 60)))
                _started = True
                return True, True, "统计已启动", None, None
    ''',
    "one of two globals of a statement": '''
        _count = 0
        _calls = 0


        class CountStart(BaseEventHandler):
            """数聊天"""

            event_type = EventType.ON_START
            handler_name = "count_start"

            async def execute(self, message: MaiMessages | None):
                global _count
                _count = len(chat_api.get_all_streams())
                return True, True, f"共 {_count} 个聊天", None, None


        def note_call() -> int:
            """外部的命令调用它"""
            global _calls, _count
            _calls += 1
            return _calls


        class CountMessage(BaseEventHandler):
            """回答聊天数"""

            event_type = EventType.ON_MESSAGE
            handler_name = "count_message"

            async def execute(self, message: MaiMessages | None):
                await send_api.text_to_stream(f"{_count} 个聊天，第 {note_call()} 次", message.stream_id)
                return True, True, None, None, None
    ''',
    "a singleton of another file": {
        "plugin.py": '''
            from .state import state


            class StateStart(BaseEventHandler):
                """由配置得到状态"""

                event_type = EventType.ON_START
                handler_name = "state_start"

                async def execute(self, message: MaiMessages | None):
                    state.words = self.get_config("words", [])
                    state.reset()
                    return True, True, "状态已就绪", None, None


            class StateMessage(BaseEventHandler):
                """数单词"""

                event_type = EventType.ON_MESSAGE
                handler_name = "state_message"

                async def execute(self, message: MaiMessages | None):
                    state.seen += sum(word in message.plain_text for word in state.words)
                    return True, True, None, None, None
        ''',
        "state.py": '''
            """数到哪里了"""


            class State:
                """单词与次数"""

                def __init__(self) -> None:
                    self.words: list[str] = []
                    self.seen = 0

                def reset(self) -> None:
                    self.seen = 0


            state = State()
        ''',
    },
    "a container that is filled": '''
        from collections import deque

        # 群 -> 成员
        MEMBERS: dict[str, str] = {}
        QUEUE = deque(maxlen=100)
        DEFAULTS = ["大家好", "你好"]


        class MemberStart(BaseEventHandler):
            """读取各群"""

            event_type = EventType.ON_START
            handler_name = "member_start"

            async def execute(self, message: MaiMessages | None):
                QUEUE.clear()
                for stream in chat_api.get_group_streams():
                    MEMBERS[stream.stream_id] = stream.platform
                    QUEUE.append(stream.stream_id)
                DEFAULTS.append(self.get_config("greeting", "嗨"))
                return True, True, f"{len(MEMBERS)} 个群，{len(QUEUE)} 个等待", None, None
    ''',
    "class variables of every kind": '''
        from typing import ClassVar, Dict, Optional, Set


        class CacheStart(BaseEventHandler):
            """读取缓存"""

            event_type = EventType.ON_START
            handler_name = "cache_start"

            _platforms: ClassVar[Set[str]] = set()
            _names: ClassVar[Dict[str, str]] = {"": "朋友"}
            _first: Optional[str] = None
            ready = False

            async def execute(self, message: MaiMessages | None):
                cls = type(self)
                for stream in chat_api.get_all_streams():
                    CacheStart._platforms.add(stream.platform)
                    self._names[stream.stream_id] = stream.platform
                    if CacheStart._first is None:
                        CacheStart._first = stream.stream_id
                CacheStart.ready = True
                return True, True, f"{cls.__name__} 已就绪", None, None
    ''',
    "an attribute of the plugin through a global of the module": '''
        import asyncio

        _plugin_instance: "FormPlugin | None" = None


        class LoopStart(BaseEventHandler):
            """启动插件的循环"""

            event_type = EventType.ON_START
            handler_name = "loop_start"

            async def execute(self, message: MaiMessages | None):
                if _plugin_instance is not None and _plugin_instance.task is None:
                    _plugin_instance.task = asyncio.create_task(_plugin_instance.loop())
                return True, True, "循环已启动", None, None


        @register_plugin
        class FormPlugin(BasePlugin):
            """有一个循环"""

            plugin_name = "form_plugin"
            enable_plugin = True

            def __init__(self, plugin_dir: str):
                super().__init__(plugin_dir)
                global _plugin_instance
                _plugin_instance = self
                self.task = None

            async def loop(self):
                while True:
                    await asyncio.sleep(self.get_config("loop.interval", 60))

            def get_plugin_components(self):
                return [(LoopStart.get_handler_info(), LoopStart)]
    ''',
    "an augmented assignment and a use in a nested function": '''
        class TotalStart(BaseEventHandler):
            """累计长度"""

            event_type = EventType.ON_START
            handler_name = "total_start"
            total = 0

            async def execute(self, message: MaiMessages | None):
                def add(stream_id: str) -> None:
                    TotalStart.total += len(stream_id)

                for stream in chat_api.get_all_streams():
                    add(stream.stream_id)
                return True, True, f"{TotalStart.total=}", None, None
    ''',
    "a handler that stops it": '''
        import asyncio


        class LoopStart(BaseEventHandler):
            """启动循环"""

            event_type = EventType.ON_START
            handler_name = "loop_start"
            task: asyncio.Task | None = None

            async def execute(self, message: MaiMessages | None):
                LoopStart.task = asyncio.create_task(self._loop())
                return True, True, "已启动", None, None

            async def _loop(self):
                await asyncio.sleep(self.get_config("loop.interval", 60))


        class LoopStop(BaseEventHandler):
            """停止循环"""

            event_type = EventType.ON_STOP
            handler_name = "loop_stop"

            async def execute(self, message: MaiMessages | None):
                """取消任务"""
                if LoopStart.task:
                    LoopStart.task.cancel()
                return True, True, "已停止", None, None
    ''',
    "a file whose lines end in CRLF": '''
        import asyncio

        _task = None


        class LoopStart(BaseEventHandler):
            """启动循环"""

            event_type = EventType.ON_START
            handler_name = "loop_start"

            async def execute(self, message: MaiMessages | None):
                global _task
                if _task is None:
                    _task = asyncio.create_task(self._loop())
                return True, True, "已启动", None, None

            async def _loop(self):
                await asyncio.sleep(self.get_config("loop.interval", 60))
    ''',
    "a file without imports": {
        "plugin.py": '''
            from . import shared


            class WordStart(BaseEventHandler):
                """读取单词"""

                event_type = EventType.ON_START
                handler_name = "word_start"

                async def execute(self, message: MaiMessages | None):
                    shared.words = self.get_config("words", [])
                    shared.LIMITS["words"] = len(shared.words)
                    return True, True, f"{len(shared.words)} 个单词", None, None
        ''',
        "shared.py": '''
            """各个模块共用的东西"""

            words = []
            LIMITS = {"words": 100}


            def allowed(word):
                """这个单词可以用"""
                return word in words and len(words) <= LIMITS["words"]
        ''',
    },
    "state beside the process's own": '''
        import time

        _STARTED_AT = time.time()
        _greeted = []


        class UptimeStart(BaseEventHandler):
            """记下问候过谁"""

            event_type = EventType.ON_START
            handler_name = "uptime_start"

            async def execute(self, message: MaiMessages | None):
                _greeted.extend(stream.stream_id for stream in chat_api.get_group_streams())
                return True, True, f"{time.time() - _STARTED_AT} 秒，{len(_greeted)} 个群", None, None
    ''',
    "two handlers that share it": '''
        _names = {}


        class FirstStart(BaseEventHandler):
            """读取群聊"""

            event_type = EventType.ON_START
            handler_name = "first_start"

            async def execute(self, message: MaiMessages | None):
                for stream in chat_api.get_group_streams():
                    _names[stream.stream_id] = "群"
                return True, True, "群聊已读取", None, None


        class SecondStart(BaseEventHandler):
            """读取私聊"""

            event_type = EventType.ON_START
            handler_name = "second_start"

            async def execute(self, message: MaiMessages | None):
                for stream in chat_api.get_private_streams():
                    _names[stream.stream_id] = "私聊"
                return True, True, f"共 {len(_names)} 个", None, None
    ''',
    "a lock that everybody may share": '''
        import asyncio

        _lock = asyncio.Lock()
        _cache = {}


        class CacheStart(BaseEventHandler):
            """读取聊天"""

            event_type = EventType.ON_START
            handler_name = "cache_start"

            async def execute(self, message: MaiMessages | None):
                async with _lock:
                    _cache.update({stream.stream_id: stream for stream in chat_api.get_all_streams()})
                return True, True, "已读取", None, None
    ''',
    "a container in a container": '''
        from collections import defaultdict

        GROUPS = defaultdict(list)
        NESTED = {"names": {}}


        class GroupStart(BaseEventHandler):
            """按平台读取各群"""

            event_type = EventType.ON_START
            handler_name = "group_start"

            async def execute(self, message: MaiMessages | None):
                for stream in chat_api.get_group_streams():
                    GROUPS[stream.platform].append(stream)
                    NESTED["names"][stream.stream_id] = stream.platform
                return True, True, f"{len(GROUPS)} 个平台", None, None
    ''',
    "a container that is handed to a helper": '''
        import heapq

        CACHE = {}
        HEAP = []


        def fill(cache: dict) -> None:
            for stream in chat_api.get_all_streams():
                cache[stream.stream_id] = stream


        class CacheStart(BaseEventHandler):
            """读取聊天"""

            event_type = EventType.ON_START
            handler_name = "cache_start"

            async def execute(self, message: MaiMessages | None):
                fill(CACHE)
                heapq.heappush(HEAP, len(CACHE))
                return True, True, "已读取", None, None
    ''',
    "a container by a local name": '''
        CACHE = {}


        class CacheStart(BaseEventHandler):
            """读取聊天"""

            event_type = EventType.ON_START
            handler_name = "cache_start"

            async def execute(self, message: MaiMessages | None):
                cache = CACHE
                for stream in chat_api.get_all_streams():
                    cache[stream.stream_id] = stream
                return True, True, "已读取", None, None
    ''',
    "a lambda, a comprehension and a keyword of its name": '''
        names = {}


        def show(names: dict) -> str:
            return "，".join(names)


        class NameStart(BaseEventHandler):
            """读取聊天的名字"""

            event_type = EventType.ON_START
            handler_name = "name_start"

            async def execute(self, message: MaiMessages | None):
                names.update({stream.stream_id: stream.platform for stream in chat_api.get_all_streams()})
                longest = max(names, key=lambda key: len(names[key]))
                text = show(names=names) + longest + "".join(names[key] for key in names)
                return True, True, text, None, None
    ''',
    "a singleton that is made with arguments": '''
        class Limits:
            """各聊天的上限"""

            def __init__(self, most: int):
                self.most = most
                self.of: dict[str, int] = {}

            def allow(self, stream_id: str) -> None:
                self.of[stream_id] = self.most


        limits = Limits(most=3)


        class LimitStart(BaseEventHandler):
            """给每个聊天定上限"""

            event_type = EventType.ON_START
            handler_name = "limit_start"

            async def execute(self, message: MaiMessages | None):
                for stream in chat_api.get_all_streams():
                    limits.allow(stream.stream_id)
                return True, True, "上限已定", None, None
    ''',
    "several targets at once": '''
        class PairStart(BaseEventHandler):
            """记住第一个与最后一个聊天"""

            event_type = EventType.ON_START
            handler_name = "pair_start"
            _first: "str | None" = None

            async def execute(self, message: MaiMessages | None):
                streams = chat_api.get_all_streams()
                self._first, *_, self._last = [stream.stream_id for stream in streams]
                return True, True, f"{self._first} 与 {self._last}", None, None
    ''',
    "records that a singleton keeps": '''
        import asyncio
        from dataclasses import dataclass


        @dataclass
        class Mood:
            """一个聊天的心情"""

            value: float = 0.0


        class Moods:
            """所有聊天的心情"""

            def __init__(self):
                self.by_chat = {}
                self.task = None

            def of(self, chat):
                return self.by_chat.setdefault(chat, Mood())

            def begin(self):
                if self.task is None:
                    self.task = asyncio.create_task(self.cool())

            async def cool(self):
                for stream in chat_api.get_group_streams():
                    mood = self.of(stream.stream_id)
                    mood.value -= 1
                    await send_api.text_to_stream(str(mood.value), stream.stream_id)


        moods = Moods()


        class FormStart(BaseEventHandler):
            """开始让心情平复"""

            event_type = EventType.ON_START
            handler_name = "form_start"

            async def execute(self, message: MaiMessages | None):
                moods.begin()
                return True, True, "已启动", None, None


        @register_plugin
        class FormPlugin(BasePlugin):
            """示例插件"""

            plugin_name = "form_plugin"
            enable_plugin = True

            async def on_load(self):  # 没有宿主会调用它
                moods.begin()

            def get_plugin_components(self):
                return [(FormStart.get_handler_info(), FormStart)]
    ''',
    "what __init__ makes ready": '''
        import asyncio


        class FormStart(BaseEventHandler):
            """启动循环，停止标志一开始是立着的"""

            event_type = EventType.ON_START
            handler_name = "form_start"

            def __init__(self):
                super().__init__()
                self._stop = asyncio.Event()
                self._stop.set()

            async def execute(self, message: MaiMessages | None):
                self._stop.clear()
                asyncio.create_task(self._loop())
                return True, True, "已启动", None, None

            async def _loop(self):
                while not self._stop.is_set():
                    for stream in chat_api.get_group_streams():
                        await send_api.text_to_stream("还在", stream.stream_id)
                    await asyncio.sleep(5)
    ''',
}
