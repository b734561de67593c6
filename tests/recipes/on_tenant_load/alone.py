"""Plugins in repositories of their own."""

from __future__ import annotations

from tests.recipes.on_tenant_load.plugin_file import Form

ALONE: dict[str, Form] = {
    "on its own it moves": '''
        from src.chat.message_receive.chat_stream import get_chat_manager
        from src.config.config import global_config

        logger = get_logger("form_plugin")


        class GreetingStart(BaseEventHandler):
            """ON_START 时问候"""

            event_type = EventType.ON_START
            handler_name = "greeting_start"

            async def execute(self, message: MaiMessages | None):
                for stream_id in get_chat_manager().streams:
                    await send_api.text_to_stream(f"{global_config.bot.nickname} 上线了", stream_id)
                return True, True, "已问候", None, None
    ''',
    "on its own it stays": '''
        from src.common.server import get_global_server

        from .api import router


        class RouterStart(BaseEventHandler):
            """登记接口"""

            event_type = EventType.ON_START
            handler_name = "router_start"

            async def execute(self, message: MaiMessages | None):
                get_global_server().register_router(router)
                return True, True, "接口已登记", None, None
    ''',
    "on its own it is split": '''
        from src.common.server import get_global_server

        from .api import router


        class FormStart(BaseEventHandler):
            """登记接口并问候"""

            event_type = EventType.ON_START
            handler_name = "form_start"

            async def execute(self, message: MaiMessages | None):
                get_global_server().register_router(router)
                for stream in chat_api.get_group_streams():
                    await send_api.text_to_stream("我上线了", stream.stream_id)
                return True, True, "启动完成", None, None
    ''',
    "on its own it keeps something": '''
        import asyncio


        class LoopStart(BaseEventHandler):
            """启动循环"""

            event_type = EventType.ON_START
            handler_name = "loop_start"
            task = None

            async def execute(self, message: MaiMessages | None):
                if LoopStart.task is None:
                    LoopStart.task = asyncio.create_task(self._loop())
                return True, True, "已启动", None, None

            async def _loop(self):
                while True:
                    await asyncio.sleep(self.get_config("loop.interval", 60))


        class LoopStop(BaseEventHandler):
            """停止循环"""

            event_type = EventType.ON_STOP
            handler_name = "loop_stop"

            async def execute(self, message: MaiMessages | None):
                if LoopStart.task is not None:
                    LoopStart.task.cancel()
                    LoopStart.task = None
                return True, True, "已停止", None, None
    ''',
    "on its own it imports itself by another folder's name": {
        "plugin.py": '''
            from plugins.maimbot_form_plugin.worker import worker


            class WorkerStart(BaseEventHandler):
                """启动统计"""

                event_type = EventType.ON_START
                handler_name = "worker_start"

                async def execute(self, message: MaiMessages | None):
                    worker.start(self.get_config("interval", 60))
                    return True, True, "统计已启动", None, None
        ''',
        "worker.py": '''
            class Worker:
                """统计"""

                def __init__(self):
                    self.interval = 0

                def start(self, interval):
                    self.interval = interval


            worker = Worker()
        ''',
    },
    "on its own it has packages": {
        "__init__.py": '''
            """示例插件"""

            from .handlers.start import DatabaseStart

            __all__ = ["DatabaseStart"]
        ''',
        "plugin.py": """
            from .handlers import DatabaseStart


            @register_plugin
            class FormPlugin(BasePlugin):
                plugin_name = "form_plugin"
                enable_plugin = True

                def get_plugin_components(self):
                    return [(DatabaseStart.get_handler_info(), DatabaseStart)]
        """,
        "core/__init__.py": """
            from .database import Database

            database = Database()
        """,
        "core/database.py": '''
            class Database:
                """本插件自己的数据库"""

                def __init__(self):
                    self.connection = None

                def connect(self, path):
                    if self.connection is None:
                        self.connection = path
        ''',
        "handlers/__init__.py": """
            from .start import DatabaseStart

            __all__ = ["DatabaseStart"]
        """,
        "handlers/start.py": '''
            from src.plugin_system import BaseEventHandler, EventType

            from ..core import database


            class DatabaseStart(BaseEventHandler):
                """打开数据库"""

                event_type = EventType.ON_START
                handler_name = "database_start"

                async def execute(self, message):
                    database.connect(self.get_config("database.url", ""))
                    return True, True, "数据库已打开", None, None
        ''',
    },
}
