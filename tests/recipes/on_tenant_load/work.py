"""What counts as a tenant's work."""

from __future__ import annotations

from tests.recipes.on_tenant_load.plugin_file import Form

WORK: dict[str, Form] = {
    "the chat manager": '''
        from src.chat.message_receive.chat_stream import get_chat_manager


        class StreamStart(BaseEventHandler):
            """数一数聊天"""

            event_type = EventType.ON_START
            handler_name = "stream_start"

            async def execute(self, message: MaiMessages | None):
                count = len(get_chat_manager().streams)
                return True, True, f"共 {count} 个聊天", None, None
    ''',
    "a model": '''
        from src.common.database.database_model import Messages


        class HistoryStart(BaseEventHandler):
            """清理空消息"""

            event_type = EventType.ON_START
            handler_name = "history_start"

            async def execute(self, message: MaiMessages | None):
                Messages.delete().where(Messages.processed_plain_text == "").execute()
                return True, True, "已清理", None, None
    ''',
    "configuration of the plugin": '''
        class CheckStart(BaseEventHandler):
            """检查配置"""

            event_type = EventType.ON_START
            handler_name = "check_start"

            async def execute(self, message: MaiMessages | None):
                if not self.get_config("api.key", ""):
                    return False, True, "没有填写密钥", None, None
                return True, True, "配置完整", None, None
    ''',
    "the plugin's own dictionary of configuration": '''
        class CheckStart(BaseEventHandler):
            """检查配置"""

            event_type = EventType.ON_START
            handler_name = "check_start"

            async def execute(self, message: MaiMessages | None):
                missing = [name for name in ("key", "url") if name not in self.plugin_config.get("api", {})]
                return not missing, True, f"缺少 {missing}", None, None
    ''',
    "configuration of the bot": '''
        from src.config.config import global_config

        logger = get_logger("form_plugin")


        class NameStart(BaseEventHandler):
            """写下名字"""

            event_type = EventType.ON_START
            handler_name = "name_start"

            async def execute(self, message: MaiMessages | None):
                logger.info(f"{global_config.bot.nickname} 已上线")
                return True, True, "已上线", None, None
    ''',
    "files": '''
        from pathlib import Path

        DATA = Path("data") / "form_plugin"


        class WordStart(BaseEventHandler):
            """读取单词"""

            event_type = EventType.ON_START
            handler_name = "word_start"

            async def execute(self, message: MaiMessages | None):
                words = []
                if DATA.exists():
                    words = (DATA / "words.txt").read_text(encoding="utf-8").split()
                return True, True, f"{len(words)} 个单词", None, None
    ''',
    "a task": '''
        import asyncio

        from src.common.database.database_model import Messages

        logger = get_logger("form_plugin")


        class WatchStart(BaseEventHandler):
            """每分钟数一次消息"""

            event_type = EventType.ON_START
            handler_name = "watch_start"

            async def execute(self, message: MaiMessages | None):
                asyncio.create_task(self._watch())
                return True, True, "已开始", None, None

            async def _watch(self):
                while True:
                    logger.info(f"共 {Messages.select().count()} 条消息")
                    await asyncio.sleep(60)
    ''',
    "a loop in another module": {
        "plugin.py": '''
            import asyncio

            from .loops.reminder import remind_forever


            class ReminderStart(BaseEventHandler):
                """启动提醒"""

                event_type = EventType.ON_START
                handler_name = "reminder_start"

                async def execute(self, message: MaiMessages | None):
                    asyncio.get_running_loop().create_task(remind_forever(3600))
                    return True, True, "提醒已启动", None, None
        ''',
        "loops/__init__.py": "",
        "loops/reminder.py": '''
            import asyncio

            from src.plugin_system import chat_api, send_api


            async def remind_forever(seconds: float) -> None:
                """提醒喝水"""
                while True:
                    await asyncio.sleep(seconds)
                    for stream in chat_api.get_group_streams():
                        await send_api.text_to_stream("喝水", stream.stream_id)
        ''',
    },
    "a thread": '''
        import asyncio

        from src.common.database.database_model import Messages


        class MeasureStart(BaseEventHandler):
            """在线程里数字数"""

            event_type = EventType.ON_START
            handler_name = "measure_start"

            async def execute(self, message: MaiMessages | None):
                count = await asyncio.to_thread(self._measure)
                return True, True, f"共 {count} 个字", None, None

            def _measure(self) -> int:
                rows = list(Messages.select())
                return sum(len(row.processed_plain_text) for row in rows)
    ''',
    "several calls away": {
        "plugin.py": '''
            from .service import Service


            class ServiceStart(BaseEventHandler):
                """启动服务"""

                event_type = EventType.ON_START
                handler_name = "service_start"

                async def execute(self, message: MaiMessages | None):
                    await Service(self.plugin_name).run()
                    return True, True, "服务已启动", None, None
        ''',
        "service.py": '''
            from .store import Store


            class Service:
                """汇总"""

                def __init__(self, name: str):
                    self.name = name
                    self.store = Store()

                async def run(self) -> None:
                    await self._report()

                async def _report(self) -> None:
                    self.store.summary()
        ''',
        "store.py": '''
            from src.common.database.database_model import Messages


            class Store:
                """读数据库"""

                def summary(self) -> int:
                    return _count()


            def _count() -> int:
                return Messages.select().count()
        ''',
    },
    "a callback and a partial": '''
        import asyncio
        from functools import partial


        class DelayStart(BaseEventHandler):
            """十秒之后问候"""

            event_type = EventType.ON_START
            handler_name = "delay_start"

            async def execute(self, message: MaiMessages | None):
                asyncio.get_running_loop().call_later(10, partial(self._greet, "我上线了"))
                return True, True, "稍后问候", None, None

            def _greet(self, text: str) -> None:
                for stream in chat_api.get_group_streams():
                    asyncio.create_task(send_api.text_to_stream(text, stream.stream_id))
    ''',
    "a thread of its own": '''
        import threading


        class CountStart(BaseEventHandler):
            """在线程里数聊天"""

            event_type = EventType.ON_START
            handler_name = "count_start"

            async def execute(self, message: MaiMessages | None):
                threading.Thread(target=self._count, daemon=True).start()
                return True, True, "已开始", None, None

            def _count(self) -> None:
                get_logger("form_plugin").info(f"{len(chat_api.get_all_streams())} 个聊天")
    ''',
    "local names that are looked up": '''
        class FormStart(BaseEventHandler):
            """启动时问候，日志里看一眼自己的变量"""

            event_type = EventType.ON_START
            handler_name = "form_start"

            async def execute(self, message: MaiMessages | None):
                for stream in chat_api.get_group_streams():
                    text = "我上线了"
                    await send_api.text_to_stream(text, stream.stream_id)
                return True, True, text if "text" in locals() else locals().get("message"), None, None
    ''',
}
