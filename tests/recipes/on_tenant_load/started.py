"""What a plugin's `__init__` starts, started for each tenant."""

from __future__ import annotations

from tests.recipes.on_tenant_load.plugin_file import Form

STARTED: dict[str, Form] = {
    "a loop that __init__ starts": '''
        import asyncio
        from pathlib import Path


        @register_plugin
        class FormPlugin(BasePlugin):
            """每小时说一句话，说过的记在文件里"""

            plugin_name = "form_plugin"
            enable_plugin = True

            def __init__(self, *args, **kwargs):
                super().__init__(*args, **kwargs)
                self.store = Path(__file__).parent / "said.txt"
                self.said = []
                # 启动循环
                asyncio.create_task(self._every_hour())

            async def _every_hour(self):
                while True:
                    for stream in chat_api.get_group_streams():
                        await send_api.text_to_stream("整点了", stream.stream_id)
                        self.said.append(stream.stream_id)
                    self.store.write_text("\\n".join(self.said), encoding="utf-8")
                    await asyncio.sleep(3600)

            def get_plugin_components(self):
                return []
    ''',
    "a monitor and a scheduler that __init__ makes behind questions": """
        import asyncio


        class Monitor:
            def __init__(self, plugin):
                self.plugin = plugin
                self.task = None

            async def start(self):
                self.task = asyncio.create_task(self._loop())

            async def stop(self):
                self.task.cancel()

            async def _loop(self):
                while True:
                    for stream in chat_api.get_group_streams():
                        await send_api.text_to_stream("在看", stream.stream_id)
                    await asyncio.sleep(self.plugin.get_config("monitor.every", 60))


        @register_plugin
        class FormPlugin(BasePlugin):
            plugin_name = "form_plugin"

            def __init__(self, *args, **kwargs):
                super().__init__(*args, **kwargs)
                self.monitor = None
                self.digest = None
                if self.get_config("plugin.enable", True):
                    self.enable_plugin = True
                    if self.get_config("monitor.enable", False):
                        # 只有打开时才创建
                        self.monitor = Monitor(self)
                        asyncio.create_task(self._start_monitor())
                    if self.get_config("digest.enable", False):
                        self.digest = Monitor(self)
                        asyncio.create_task(self._start_digest())
                else:
                    self.enable_plugin = False

            async def _start_monitor(self):
                await asyncio.sleep(10)
                if self.monitor:
                    await self.monitor.start()

            async def _start_digest(self):
                await asyncio.sleep(10)
                if self.digest:
                    await self.digest.start()

            def get_plugin_components(self):
                return []
    """,
    "a service that __init__ makes and hands to another file": {
        "plugin.py": """
            from .service import Service, get_service, set_service


            class StartHandler(BaseEventHandler):
                event_type = EventType.ON_START
                handler_name = "start_service"

                async def execute(self, message):
                    service = get_service()
                    if not service:
                        return False, True, None, None, None
                    await service.start()
                    return True, True, None, None, None


            class StopHandler(BaseEventHandler):
                event_type = EventType.ON_STOP
                handler_name = "stop_service"

                async def execute(self, message):
                    service = get_service()
                    if service:
                        await service.stop()
                    set_service(None)
                    return True, True, None, None, None


            @register_plugin
            class FormPlugin(BasePlugin):
                plugin_name = "form_plugin"
                enable_plugin = False

                def __init__(self, *args, **kwargs):
                    super().__init__(*args, **kwargs)
                    if not self.enable_plugin:
                        return
                    service = Service(self.config)
                    set_service(service)

                def get_plugin_components(self):
                    return [
                        (StartHandler.get_handler_info(), StartHandler),
                        (StopHandler.get_handler_info(), StopHandler),
                    ]
        """,
        "service.py": """
            import asyncio
            import json
            from pathlib import Path

            from src.plugin_system import chat_api

            _service: "Service | None" = None


            def set_service(service: "Service | None") -> None:
                global _service
                _service = service


            def get_service() -> "Service | None":
                return _service


            class Memory:
                def __init__(self, path: str) -> None:
                    self._path = Path(path)
                    self._items = json.loads(self._path.read_text()) if self._path.exists() else []

                def add(self, item) -> None:
                    self._items.append(item)
                    self._path.write_text(json.dumps(self._items))


            class Service:
                def __init__(self, config):
                    self.config = config or {}
                    self.memory = Memory(self.get_config_str("memory.path", default="data/form/memory.json"))
                    self._task = None

                def get_config_str(self, key: str, default: str) -> str:
                    return str(self.config.get(key, default))

                async def start(self):
                    self._task = asyncio.create_task(self._loop())

                async def stop(self):
                    self._task.cancel()
                    self._task = None

                async def _loop(self):
                    while True:
                        for stream in chat_api.get_group_streams():
                            self.memory.add(stream.stream_id)
                        await asyncio.sleep(60)
        """,
    },
    "a store that handlers of another file ask for and look into": {
        "plugin.py": """
            from .handlers import CleaningHandler, WarmHandler


            @register_plugin
            class FormPlugin(BasePlugin):
                plugin_name = "form_plugin"

                def get_plugin_components(self):
                    return [
                        (CleaningHandler.get_handler_info(), CleaningHandler),
                        (WarmHandler.get_handler_info(), WarmHandler),
                    ]
        """,
        "handlers.py": """
            import asyncio
            import functools
            import logging

            from src.plugin_system import BaseEventHandler, EventType, chat_api

            from .store import get_store


            def telling(message: str):
                def decorator(function):
                    @functools.wraps(function)
                    async def wrapper(*args, **kwargs):
                        try:
                            return await function(*args, **kwargs)
                        except Exception as error:
                            logging.warning(message.format(error=error))

                    return wrapper

                return decorator


            class CleaningHandler(BaseEventHandler):
                event_type = EventType.ON_START
                handler_name = "cleaning"

                def __init__(self):
                    super().__init__()
                    self.store = get_store()
                    self.enabled = self.get_config("plugin.enabled", True)

                async def execute(self, message):
                    if self.enabled:
                        asyncio.create_task(self._clean())
                    return True, True, None, None, None

                @telling("没有清理：{error}")
                async def _clean(self):
                    self.store.keep([stream.stream_id for stream in chat_api.get_group_streams()])


            class WarmHandler(BaseEventHandler):
                event_type = EventType.ON_MESSAGE
                handler_name = "warm"

                def __init__(self):
                    super().__init__()
                    self.enabled = self.get_config("plugin.enabled", True)
                    if self.enabled:
                        asyncio.create_task(self._warm())

                @telling("没有预热：{error}")
                async def _warm(self):
                    await asyncio.sleep(5)
                    get_store().load()

                async def execute(self, message):
                    get_store().keep([message.stream_id])
                    return True, True, None, None, None
        """,
        "store.py": """
            import sqlite3
            from pathlib import Path


            class Store:
                def __init__(self):
                    self.folder = Path(__file__).parent / "data"
                    self.folder.mkdir(exist_ok=True)
                    self.path = self.folder / "store.db"
                    self.ids = []

                def load(self):
                    with sqlite3.connect(self.path) as database:
                        self.ids = list(database.execute("SELECT id FROM kept"))

                def keep(self, ids):
                    with sqlite3.connect(self.path) as database:
                        database.executemany("INSERT INTO kept VALUES (?)", [(item,) for item in ids])


            _store = None


            def get_store() -> Store:
                global _store
                if _store is None:
                    _store = Store()
                return _store
        """,
    },
    "a handler that stops it through the instance": '''
        import asyncio


        class LoopStart(BaseEventHandler):
            """启动循环"""

            event_type = EventType.ON_START
            handler_name = "loop_start"
            instance = None

            def __init__(self):
                super().__init__()
                LoopStart.instance = self
                self._task = None

            async def execute(self, message: MaiMessages | None):
                self._task = asyncio.create_task(self._loop())
                return True, True, "已启动", None, None

            async def _loop(self):
                await asyncio.sleep(self.get_config("loop.interval", 60))

            async def stop(self):
                if self._task:
                    self._task.cancel()


        class LoopStop(BaseEventHandler):
            """停止循环"""

            event_type = EventType.ON_STOP
            handler_name = "loop_stop"

            async def execute(self, message: MaiMessages | None):
                if LoopStart.instance:
                    await LoopStart.instance.stop()
                return True, True, "已停止", None, None
    ''',
}
