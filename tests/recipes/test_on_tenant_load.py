"""on-tenant-load over every form of start handler. What must not change comes first."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache, cached_property
from pathlib import Path
from textwrap import dedent

import pytest
from syrupy.assertion import SnapshotAssertion

from codemods.plan.make import Plan
from codemods.tree import Checkout
from tests.conftest import plan_of, survey_of
from tests.forms import FORM_PLUGIN, RecipeSnapshots, after, form_repository, form_tree, shown_plan

RECIPE = "on-tenant-load"

# A form is a plugin: the text of its plugin.py, or of several files. `plugin` adds what every plugin.py has.
Form = str | Mapping[str, str]

# Nothing of it is a tenant's, or it is where it belongs already.

UNCHANGED: dict[str, Form] = {
    "registers a router": {
        "plugin.py": '''
            from fastapi import APIRouter

            from src.common.server import get_global_server

            router = APIRouter(prefix="/plugins/form")


            @router.post("/challenge")
            async def challenge(body: dict):
                return {"challenge": body["challenge"]}


            class RouterStart(BaseEventHandler):
                """登记接口"""

                event_type = EventType.ON_START
                handler_name = "router_start"

                async def execute(self, message: MaiMessages | None):
                    get_global_server().register_router(router)
                    return True, True, "接口已登记", None, None
        ''',
        "src/common/server.py": """
            from fastapi import FastAPI


            class Server:
                def __init__(self):
                    self.app = FastAPI()

                def register_router(self, router, prefix=""):
                    self.app.include_router(router, prefix=prefix)


            global_server = Server()


            def get_global_server():
                return global_server
        """,
    },
    "a route that does tenant work": '''
        from fastapi import FastAPI


        class ApiStart(BaseEventHandler):
            """登记查询聊天的接口"""

            event_type = EventType.ON_START
            handler_name = "api_start"

            async def execute(self, message: MaiMessages | None):
                app = FastAPI()

                @app.get("/streams")
                async def streams():
                    return {"count": len(chat_api.get_all_streams())}

                app.add_api_route("/groups", self.groups)
                return True, True, "接口已登记", None, None

            async def groups(self):
                return {"count": len(chat_api.get_group_streams())}
    ''',
    "registers a component class": '''
        from src.plugin_system.core.component_registry import component_registry


        class LateReply(BaseEventHandler):
            """稍后才登记的处理器"""

            event_type = EventType.ON_MESSAGE
            handler_name = "late_reply"

            async def execute(self, message: MaiMessages | None):
                await send_api.text_to_stream("收到", message.stream_id)
                return True, True, None, None, None


        class RegisterStart(BaseEventHandler):
            """启动之后再登记处理器"""

            event_type = EventType.ON_START
            handler_name = "register_start"

            async def execute(self, message: MaiMessages | None):
                component_registry.register_component(LateReply.get_handler_info(), LateReply, {})
                return True, True, "处理器已登记", None, None


        @register_plugin
        class FormPlugin(BasePlugin):
            """稍后登记"""

            plugin_name = "form_plugin"
            enable_plugin = True

            def get_plugin_components(self):
                return [(RegisterStart.get_handler_info(), RegisterStart)]
    ''',
    "a patch by assignment": '''
        import functools

        from src.chat.message_receive.uni_message_sender import UniversalMessageSender


        def logged(function):
            @functools.wraps(function)
            async def wrapper(*args, **kwargs):
                logger.info("发送一条消息")
                return await function(*args, **kwargs)

            return wrapper


        logger = get_logger("form_plugin")


        class PatchStart(BaseEventHandler):
            """给发送加上日志"""

            event_type = EventType.ON_START
            handler_name = "patch_start"

            async def execute(self, message: MaiMessages | None):
                UniversalMessageSender.send_message = logged(UniversalMessageSender.send_message)
                return True, True, "补丁已打上", None, None
    ''',
    "a patch by setattr": '''
        from src.chat.message_receive import storage


        async def no_storage(*args, **kwargs):
            return None


        class PatchStart(BaseEventHandler):
            """不再保存消息"""

            event_type = EventType.ON_START
            handler_name = "patch_start"

            async def execute(self, message: MaiMessages | None):
                setattr(storage.MessageStorage, "store_message", no_storage)
                return True, True, "补丁已打上", None, None
    ''',
    "a patch whose function does tenant work": '''
        from src.chat.message_receive.uni_message_sender import UniversalMessageSender
        from src.config.config import global_config

        original = UniversalMessageSender.send_message


        async def signed(self, message, **options):
            message.text += f" —— {global_config.bot.nickname}"
            return await original(self, message, **options)


        class SignatureStart(BaseEventHandler):
            """给每条消息署名"""

            event_type = EventType.ON_START
            handler_name = "signature_start"

            async def execute(self, message: MaiMessages | None):
                UniversalMessageSender.send_message = signed
                return True, True, "署名已生效", None, None
    ''',
    "only logs": '''
        import platform

        logger = get_logger("form_plugin")


        class BannerStart(BaseEventHandler):
            """显示版本"""

            event_type = EventType.ON_START
            handler_name = "banner_start"

            async def execute(self, message: MaiMessages | None):
                logger.info(f"示例插件已启动，Python {platform.python_version()}")
                return True, True, "已启动", None, None
    ''',
    "works out constants": '''
        import re

        PATTERNS: list[re.Pattern] = []


        class PatternStart(BaseEventHandler):
            """编译敏感词的正则表达式"""

            event_type = EventType.ON_START
            handler_name = "pattern_start"

            async def execute(self, message: MaiMessages | None):
                PATTERNS.extend(re.compile(word) for word in ("电话", "地址"))
                self.ready = True
                return True, True, "敏感词已就绪", None, None


        class PatternMessage(BaseEventHandler):
            """提醒敏感词"""

            event_type = EventType.ON_MESSAGE
            handler_name = "pattern_message"

            async def execute(self, message: MaiMessages | None):
                if any(pattern.search(message.plain_text) for pattern in PATTERNS):
                    await send_api.text_to_stream("请注意隐私", message.stream_id)
                return True, True, None, None, None
    ''',
    "adds a task that the manager runs for every tenant": '''
        from src.common.database.database_model import Messages
        from src.manager.async_task_manager import AsyncTask, async_task_manager


        class CountTask(AsyncTask):
            """每小时数一次消息"""

            def __init__(self):
                super().__init__(task_name="CountTask", run_interval=3600)

            async def run(self):
                get_logger("form_plugin").info(f"共 {Messages.select().count()} 条消息")


        class CountStart(BaseEventHandler):
            """添加计数任务"""

            event_type = EventType.ON_START
            handler_name = "count_start"

            async def execute(self, message: MaiMessages | None):
                await async_task_manager.add_task(CountTask())
                return True, True, "任务已添加", None, None
    ''',
    "a handler of ON_MESSAGE": '''
        class Echo(BaseEventHandler):
            """收到消息时回一句，不等 ON_START"""

            event_type = EventType.ON_MESSAGE
            handler_name = "echo"

            async def execute(self, message: MaiMessages | None):
                prefix = self.get_config("echo.prefix", "")
                await send_api.text_to_stream(prefix + message.plain_text, message.stream_id)
                return True, True, None, None, None
    ''',
    "a handler of ON_TENANT_LOAD": '''
        class Welcome(BaseEventHandler):
            """租户加载时问候"""

            event_type = "on_tenant_load"
            handler_name = "welcome"

            async def execute(self, message: MaiMessages | None):
                for stream in chat_api.get_group_streams():
                    await send_api.text_to_stream("大家好", stream.stream_id)
                return True, True, "已问候", None, None
    ''',
    "a handler of ON_STOP only": '''
        import shutil


        class CleanStop(BaseEventHandler):
            """停止时删除临时文件"""

            event_type = EventType.ON_STOP
            handler_name = "clean_stop"

            async def execute(self, message: MaiMessages | None):
                shutil.rmtree("temp", ignore_errors=True)
                return True, True, "已清理", None, None
    ''',
    "enters each tenant itself": '''
        from src.common.message.tenant_context import tenant_context_async
        from src.manager.active_tenants import list_active


        class EveryTenantStart(BaseEventHandler):
            """为每个租户问候一次"""

            event_type = EventType.ON_START
            handler_name = "every_tenant_start"

            async def execute(self, message: MaiMessages | None):
                for tenant_id, agent_id in list_active():
                    async with tenant_context_async(tenant_id, agent_id):
                        for stream in chat_api.get_all_streams():
                            await send_api.text_to_stream("我上线了", stream.stream_id)
                return True, True, "已问候", None, None
    ''',
    "creates a table": '''
        from peewee import TextField

        from src.common.database.database import db
        from src.common.database.database_model import BaseModel


        class Note(BaseModel):
            """笔记"""

            text = TextField()


        class TableStart(BaseEventHandler):
            """建表"""

            event_type = EventType.ON_START
            handler_name = "table_start"

            async def execute(self, message: MaiMessages | None):
                db.create_tables([Note], safe=True)
                return True, True, "表已就绪", None, None
    ''',
    "starts a server of its own": '''
        import asyncio

        import uvicorn
        from fastapi import FastAPI

        app = FastAPI()


        class ServerStart(BaseEventHandler):
            """在自己的端口上提供接口"""

            event_type = EventType.ON_START
            handler_name = "server_start"

            def __init__(self):
                super().__init__()
                self._server_task = None

            async def execute(self, message: MaiMessages | None):
                server = uvicorn.Server(uvicorn.Config(app, port=8765))
                self._server_task = asyncio.create_task(server.serve())
                return True, True, "服务已启动", None, None
    ''',
    "a helper that is named as work on files is": '''
        class Door:
            """一扇门"""

            def __init__(self):
                self.is_open = False

            def open(self):
                self.is_open = True


        class DoorStart(BaseEventHandler):
            """开门"""

            event_type = EventType.ON_START
            handler_name = "door_start"

            async def execute(self, message: MaiMessages | None):
                Door().open()
                return True, True, "门已打开", None, None
    ''',
}

# Ways to be subscribed, each with the same work of a tenant's: `...` stands for the execute that greets.

SUBSCRIPTIONS: dict[str, Form] = {
    "a class attribute": """
        class Greeting(BaseEventHandler):
            event_type = EventType.ON_START
            handler_name = "greeting"

            ...
    """,
    "an annotated attribute": """
        class Greeting(BaseEventHandler):
            event_type: EventType = EventType.ON_START  # 启动时
            handler_name: str = "greeting"

            ...
    """,
    "a string": """
        class Greeting(BaseEventHandler):
            event_type = 'on_start'
            handler_name = "greeting"

            ...
    """,
    "a list": """
        class Greeting(BaseEventHandler):
            init_subscribe = [EventType.ON_START]
            handler_name = "greeting"

            ...
    """,
    "several events in a list": '''
        class Counter(BaseEventHandler):
            """启动时与每次发送之后都数一遍聊天"""

            init_subscribe = [
                EventType.ON_START,
                EventType.POST_SEND,
            ]
            handler_name = "counter"

            async def execute(self, message: MaiMessages | None):
                count = len(chat_api.get_all_streams())
                return True, True, f"共 {count} 个聊天", None, None
    ''',
    "an alias": """
        from src.plugin_system import EventType as Events


        class Greeting(BaseEventHandler):
            event_type = Events.ON_START
            handler_name = "greeting"

            ...
    """,
    "a re-export": {
        "plugin.py": """
            from .compat import EventType


            class Greeting(BaseEventHandler):
                event_type = EventType.ON_START
                handler_name = "greeting"

                ...
        """,
        "compat.py": '''
            """新旧版本的差别都写在这里"""

            try:
                from src.plugin_system import EventType
            except ImportError:
                from src.plugin_system.base.component_types import EventType

            __all__ = ["EventType"]
        ''',
    },
    "a constant of the module": """
        STARTUP_EVENT = EventType.ON_START


        class Greeting(BaseEventHandler):
            event_type = STARTUP_EVENT
            handler_name = "greeting"

            ...
    """,
    "a constant of another file": {
        "plugin.py": """
            from .constants import STARTUP_EVENT


            class Greeting(BaseEventHandler):
                event_type = STARTUP_EVENT
                handler_name = "greeting"

                ...
        """,
        "constants.py": """
            from src.plugin_system import EventType

            STARTUP_EVENT = EventType.ON_START
        """,
    },
    "the value of the member": """
        class Greeting(BaseEventHandler):
            event_type = EventType.ON_START.value
            handler_name = "greeting"

            ...
    """,
    "the plugin system as a module": """
        import src.plugin_system as ps


        class Greeting(ps.BaseEventHandler):
            event_type = ps.EventType.ON_START
            handler_name = "greeting"

            async def execute(self, message: ps.MaiMessages | None):
                for stream in ps.chat_api.get_group_streams():
                    await ps.send_api.text_to_stream("我上线了", stream.stream_id)
                return True, True, "已问候", None, None
    """,
    "an info in place": """
        class Greeting(BaseEventHandler):
            handler_name = "greeting"

            ...


        @register_plugin
        class FormPlugin(BasePlugin):
            plugin_name = "form_plugin"
            enable_plugin = True

            def get_plugin_components(self):
                return [
                    (
                        EventHandlerInfo(name="greeting", description="上线问候", event_type=EventType.ON_START),
                        Greeting,
                    ),
                ]
    """,
    "an info in a variable": """
        class Greeting(BaseEventHandler):
            handler_name = "greeting"

            ...


        @register_plugin
        class FormPlugin(BasePlugin):
            plugin_name = "form_plugin"
            enable_plugin = True

            def get_plugin_components(self):
                greeting_info = EventHandlerInfo(
                    name="greeting_on_start",
                    description="ON_START 时问候",
                    event_type=EventType.ON_START,
                )
                return [(greeting_info, Greeting)]
    """,
    "an info that is appended conditionally": """
        class Greeting(BaseEventHandler):
            handler_name = "greeting"

            ...


        @register_plugin
        class FormPlugin(BasePlugin):
            plugin_name = "form_plugin"
            enable_plugin = True

            def get_plugin_components(self):
                components = []
                if self.get_config("greeting.enabled", True):
                    components.append((EventHandlerInfo(name="greeting", event_type="on_start"), Greeting))
                return components
    """,
    "a class attribute and an info": """
        class Greeting(BaseEventHandler):
            event_type = EventType.ON_START
            handler_name = "greeting"

            ...


        @register_plugin
        class FormPlugin(BasePlugin):
            plugin_name = "form_plugin"
            enable_plugin = True

            def get_plugin_components(self):
                return [(EventHandlerInfo(name="greeting", event_type=EventType.ON_START), Greeting)]
    """,
    "inherited in the same file": '''
        class StartStep(BaseEventHandler):
            """ON_START 时做的一件事"""

            event_type = EventType.ON_START

            def done(self, note: str):
                return True, True, note, None, None


        class Greeting(StartStep):
            """问候"""

            handler_name = "greeting"

            async def execute(self, message: MaiMessages | None):
                for stream in chat_api.get_group_streams():
                    await send_api.text_to_stream("我上线了", stream.stream_id)
                return self.done("已问候")


        @register_plugin
        class FormPlugin(BasePlugin):
            plugin_name = "form_plugin"
            enable_plugin = True

            def get_plugin_components(self):
                return [(Greeting.get_handler_info(), Greeting)]
    ''',
    "inherited from another file": {
        "plugin.py": """
            from .base import StartStep


            class Greeting(StartStep):
                # 组件的名字
                handler_name = "greeting"

                ...


            @register_plugin
            class FormPlugin(BasePlugin):
                plugin_name = "form_plugin"
                enable_plugin = True

                def get_plugin_components(self):
                    return [(Greeting.get_handler_info(), Greeting)]
        """,
        "base.py": """
            from src.plugin_system import BaseEventHandler, EventType


            class StartStep(BaseEventHandler):
                event_type = EventType.ON_START
                weight = 10
        """,
    },
    "names and texts that tell the event": '''
        class OnStartGreeting(BaseEventHandler):
            """订阅 ON_START 事件的处理器

            ON_START 触发后问候；on_started 与它无关。
            """

            event_type = EventType.ON_START
            handler_name = "form_on_start"
            handler_description = "在 ON_START 时问候"

            async def execute(self, message: MaiMessages | None):
                """处理 ON_START"""
                for stream in chat_api.get_group_streams():
                    await send_api.text_to_stream("我上线了", stream.stream_id)
                return True, True, "已问候", None, None


        @register_plugin
        class FormPlugin(BasePlugin):
            """有一个 OnStartGreeting"""

            plugin_name = "form_plugin"
            enable_plugin = True

            def get_plugin_components(self):
                return [(OnStartGreeting.get_handler_info(), OnStartGreeting)]
    ''',
    "inherited with its execute": '''
        class Announcement(BaseEventHandler):
            """告诉大家一句话"""

            event_type = EventType.ON_START
            text = ""

            async def execute(self, message: MaiMessages | None):
                for stream in chat_api.get_group_streams():
                    await send_api.text_to_stream(self.text, stream.stream_id)
                return True, True, self.text, None, None


        class Morning(Announcement):
            handler_name = "morning"
            text = "早"


        @register_plugin
        class FormPlugin(BasePlugin):
            plugin_name = "form_plugin"
            enable_plugin = True

            def get_plugin_components(self):
                return [(Morning.get_handler_info(), Morning)]
    ''',
    "a constant that holds a list": """
        EVENTS = [EventType.ON_START, EventType.POST_SEND]


        class Counter(BaseEventHandler):
            init_subscribe = EVENTS
            handler_name = "counter"

            async def execute(self, message: MaiMessages | None):
                count = len(chat_api.get_all_streams())
                return True, True, f"共 {count} 个聊天", None, None
    """,
    "a name that is used elsewhere": """
        ORDER = {"form_on_start": 1}


        class OnStartGreeting(BaseEventHandler):
            event_type = EventType.ON_START
            handler_name = "form_on_start"
            weight = ORDER["form_on_start"]

            ...
    """,
    "imports on several lines": {
        "plugin.py": """
            from src.plugin_system import (
                BaseEventHandler,
                BasePlugin,
                chat_api,
                register_plugin,
                send_api,
            )

            from .base import StartStep


            class Greeting(StartStep):
                async def execute(self, message):
                    for stream in chat_api.get_group_streams():
                        await send_api.text_to_stream("我上线了", stream.stream_id)
                    return True, True, "已问候", None, None


            @register_plugin
            class FormPlugin(BasePlugin):
                plugin_name = "form_plugin"
                enable_plugin = True

                def get_plugin_components(self) -> list[tuple[object, type[BaseEventHandler]]]:
                    return [(Greeting.get_handler_info(), Greeting)]
        """,
        "base.py": """
            from src.plugin_system import BaseEventHandler, EventType


            class StartStep(BaseEventHandler):
                event_type = EventType.ON_START
        """,
    },
    "an event that is worked out": '''
        import os

        EARLY = bool(os.environ.get("FORM_EARLY"))


        class Greeting(BaseEventHandler):
            """启动时或收到消息时问候"""

            event_type = EventType.ON_START if EARLY else EventType.ON_MESSAGE
            handler_name = "greeting"

            async def execute(self, message: MaiMessages | None):
                for stream in chat_api.get_group_streams():
                    await send_api.text_to_stream("我上线了", stream.stream_id)
                return True, True, "已问候", None, None
    ''',
    "two classes that run the same execute": '''
        class Announcement(BaseEventHandler):
            """告诉大家一句话"""

            text = ""

            async def execute(self, message: MaiMessages | None):
                for stream in chat_api.get_group_streams():
                    await send_api.text_to_stream(self.text, stream.stream_id)
                return True, True, self.text, None, None


        class Morning(Announcement):
            event_type = EventType.ON_START
            handler_name = "morning"
            text = "早"


        class Evening(Announcement):
            event_type = EventType.ON_START
            handler_name = "evening"
            text = "晚上好"


        @register_plugin
        class FormPlugin(BasePlugin):
            plugin_name = "form_plugin"
            enable_plugin = True

            def get_plugin_components(self):
                return [(Morning.get_handler_info(), Morning), (Evening.get_handler_info(), Evening)]
    ''',
}

# What counts as a tenant's work.

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
}

# What a tenant's work keeps, one for each tenant.

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
}

# Handlers that do a tenant's work and the process's.

SPLIT: dict[str, Form] = {
    "one after the other": '''
        from src.webui.webui_server import get_webui_server


        async def answer():
            return {"alive": True}


        class OnStartHandler(BaseEventHandler):
            """启动：登记接口并问候"""

            event_type = EventType.ON_START
            handler_name = "form_on_start"
            handler_description = "登记接口并问候"
            weight = 5

            async def execute(self, message: MaiMessages | None):
                """登记接口，再问候"""
                # 接口只登记一次
                get_webui_server().app.add_api_route("/plugins/form", answer)

                # 每个群都问候
                for stream in chat_api.get_group_streams():
                    await send_api.text_to_stream("我上线了", stream.stream_id)
                return True, True, "启动完成", None, None
    ''',
    "inside of a try": '''
        from src.webui.webui_server import get_webui_server

        logger = get_logger("form_plugin")


        async def answer():
            return {"alive": True}


        class StartupHandler(BaseEventHandler):
            """启动：登记接口并问候"""

            event_type = EventType.ON_START
            handler_name = "form_startup"

            async def execute(self, message: MaiMessages | None):
                try:
                    get_webui_server().app.add_api_route("/plugins/form", answer)
                    logger.info("接口已登记")
                    count = len(chat_api.get_group_streams())
                    logger.info(f"共 {count} 个群")
                    return True, True, "启动完成", None, None
                except Exception as e:
                    logger.error(f"启动失败: {e}")
                    return False, True, "启动失败", None, None
    ''',
    "imports inside of the function": '''
        class FormStart(BaseEventHandler):
            """登记接口并清理"""

            event_type = EventType.ON_START
            handler_name = "form_start"

            async def execute(self, message: MaiMessages | None):
                from src.common.database.database_model import Messages
                from src.webui.webui_server import get_webui_server

                from .api import router

                server = get_webui_server()
                server.app.include_router(router)

                old = Messages.delete().where(Messages.processed_plain_text == "")
                old.execute()
                return True, True, None, None, None
    ''',
    "an early exit of the tenant's half": '''
        from src.webui.webui_server import get_webui_server


        async def answer():
            return {"alive": True}


        class FormStart(BaseEventHandler):
            """登记接口，需要时问候"""

            event_type = EventType.ON_START
            handler_name = "form_start"

            async def execute(self, message: MaiMessages | None):
                get_webui_server().app.add_api_route("/plugins/form", answer)
                if not self.get_config("greeting.enabled", True):
                    return True, True, "不问候", None, None
                for stream in chat_api.get_group_streams():
                    await send_api.text_to_stream("我上线了", stream.stream_id)
                return True, True, "已问候", None, None
    ''',
    "lines that log": '''
        from src.chat.message_receive.uni_message_sender import UniversalMessageSender

        logger = get_logger("form_plugin")


        def quiet(function):
            return function


        class FormStart(BaseEventHandler):
            """打补丁，数聊天"""

            event_type = EventType.ON_START
            handler_name = "form_start"

            async def execute(self, message: MaiMessages | None):
                logger.info("示例插件启动")
                UniversalMessageSender.send_message = quiet(UniversalMessageSender.send_message)
                logger.info("补丁已打上")
                streams = chat_api.get_all_streams()
                logger.info(f"共 {len(streams)} 个聊天")
                logger.info("示例插件启动完成")
                return True, True, "启动完成", None, None
    ''',
    "pairs on one line": """
        from src.webui.webui_server import get_webui_server


        async def answer():
            return {"alive": True}


        class Echo(BaseEventHandler):
            event_type = EventType.ON_MESSAGE
            handler_name = "echo"

            async def execute(self, message: MaiMessages | None):
                return True, True, None, None, None


        class FormStart(BaseEventHandler):
            event_type = EventType.ON_START
            handler_name = "form_start"

            async def execute(self, message: MaiMessages | None):
                get_webui_server().app.add_api_route("/plugins/form", answer)
                await send_api.text_to_stream("我上线了", self.get_config("stream", ""))
                return True, True, "启动完成", None, None


        @register_plugin
        class FormPlugin(BasePlugin):
            plugin_name = "form_plugin"
            enable_plugin = True

            def get_plugin_components(self):
                return [(FormStart.get_handler_info(), FormStart), (Echo.get_handler_info(), Echo)]
    """,
    "a pair of several lines": """
        from src.webui.webui_server import get_webui_server


        async def answer():
            return {"alive": True}


        class FormStart(BaseEventHandler):
            handler_name = "form_start"

            async def execute(self, message: MaiMessages | None):
                get_webui_server().app.add_api_route("/plugins/form", answer)
                await send_api.text_to_stream("我上线了", self.get_config("stream", ""))
                return True, True, "启动完成", None, None


        @register_plugin
        class FormPlugin(BasePlugin):
            plugin_name = "form_plugin"
            enable_plugin = True

            def get_plugin_components(self):
                return [
                    # 启动
                    (
                        EventHandlerInfo(
                            name="form_start",
                            description="登记接口并问候",
                            event_type=EventType.ON_START,
                        ),
                        FormStart,
                    ),
                ]
    """,
    "a pair that is appended": """
        from src.webui.webui_server import get_webui_server


        async def answer():
            return {"alive": True}


        class FormStart(BaseEventHandler):
            event_type = EventType.ON_START
            handler_name = "form_start"

            async def execute(self, message: MaiMessages | None):
                get_webui_server().app.add_api_route("/plugins/form", answer)
                await send_api.text_to_stream("我上线了", self.get_config("stream", ""))
                return True, True, "启动完成", None, None


        @register_plugin
        class FormPlugin(BasePlugin):
            plugin_name = "form_plugin"
            enable_plugin = True

            def get_plugin_components(self):
                components = []
                if self.get_config("form.enabled", True):
                    # 启动
                    components.append((FormStart.get_handler_info(), FormStart))
                return components
    """,
    "an info in a variable that is split": """
        from src.webui.webui_server import get_webui_server


        async def answer():
            return {"alive": True}


        class FormStart(BaseEventHandler):
            async def execute(self, message: MaiMessages | None):
                get_webui_server().app.add_api_route("/plugins/form", answer)
                await send_api.text_to_stream("我上线了", self.get_config("stream", ""))
                return True, True, "启动完成", None, None


        @register_plugin
        class FormPlugin(BasePlugin):
            plugin_name = "form_plugin"
            enable_plugin = True

            def get_plugin_components(self):
                info = EventHandlerInfo(name="form_start", event_type=EventType.ON_START)
                return [(info, FormStart)]
    """,
    "helpers of the class": '''
        import asyncio

        from src.webui.webui_server import get_webui_server


        async def answer():
            return {"alive": True}


        class FormStart(BaseEventHandler):
            """登记接口，启动循环"""

            event_type = EventType.ON_START
            handler_name = "form_start"
            _tasks: list[asyncio.Task] = []

            async def execute(self, message: MaiMessages | None):
                self._register()
                await self._greet()
                self._tasks.append(asyncio.create_task(self._loop()))
                return True, True, "启动完成", None, None

            def _register(self):
                get_webui_server().app.add_api_route("/plugins/form", answer)

            async def _greet(self):
                for stream in chat_api.get_group_streams():
                    await send_api.text_to_stream("我上线了", stream.stream_id)

            async def _loop(self):
                while True:
                    await asyncio.sleep(self.get_config("loop.interval", 60))
    ''',
    "a list of events that is split": '''
        from src.webui.webui_server import get_webui_server


        async def answer():
            return {"alive": True}


        class Bootstrap(BaseEventHandler):
            """准备一切"""

            init_subscribe = [EventType.ON_START]
            handler_name = "bootstrap"

            async def execute(self, message: MaiMessages | None):
                get_webui_server().app.add_api_route("/plugins/form", answer)
                await send_api.text_to_stream("我上线了", self.get_config("stream", ""))
                return True, True, "启动完成", None, None
    ''',
    "an exit that asks for the process's own value": '''
        from src.webui.webui_server import get_webui_server


        async def answer():
            return {"alive": True}


        class FormStart(BaseEventHandler):
            """问候，再登记接口"""

            event_type = EventType.ON_START
            handler_name = "form_start"

            async def execute(self, message: MaiMessages | None):
                for stream in chat_api.get_group_streams():
                    await send_api.text_to_stream("我上线了", stream.stream_id)
                server = get_webui_server()
                if server is None:
                    return False, True, "没有服务器", None, None
                server.app.add_api_route("/plugins/form", answer)
                return True, True, "接口已登记", None, None
    ''',
    "an early exit of the process's half": '''
        from src.webui.webui_server import get_webui_server

        logger = get_logger("form_plugin")


        async def answer():
            return {"alive": True}


        class FormStart(BaseEventHandler):
            """问候，再登记接口"""

            event_type = EventType.ON_START
            handler_name = "form_start"

            async def execute(self, message: MaiMessages | None):
                for stream in chat_api.get_group_streams():
                    await send_api.text_to_stream("我上线了", stream.stream_id)
                try:
                    get_webui_server().app.add_api_route("/plugins/form", answer)
                except RuntimeError as e:
                    logger.error(f"登记失败: {e}")
                    return False, True, "登记失败", None, None
                return True, True, "接口已登记", None, None
    ''',
    "comments between the halves": '''
        import sys


        class FormStart(BaseEventHandler):
            """准备第三方库，问候"""

            event_type = EventType.ON_START
            handler_name = "form_start"

            async def execute(self, message: MaiMessages | None):
                # 一、第三方库
                sys.path.append("libraries")  # 只需一次

                # 二、问候
                await send_api.text_to_stream("我上线了", self.get_config("stream", ""))  # 各自的聊天
                # 三、完成
                return True, True, "启动完成", None, None
    ''',
    "a split whose class has an __init__": '''
        import asyncio

        from src.webui.webui_server import get_webui_server


        async def answer():
            return {"alive": True}


        class FormStart(BaseEventHandler):
            """登记接口，启动循环"""

            event_type = EventType.ON_START
            handler_name = "form_start"

            def __init__(self):
                super().__init__()
                self._tasks = []

            async def execute(self, message: MaiMessages | None):
                self._register()
                await self._greet()
                self._tasks.append(asyncio.create_task(self._loop()))
                return True, True, "启动完成", None, None

            def _register(self):
                get_webui_server().app.add_api_route("/plugins/form", answer)

            async def _greet(self):
                for stream in chat_api.get_group_streams():
                    await send_api.text_to_stream("我上线了", stream.stream_id)

            async def _loop(self):
                while True:
                    await asyncio.sleep(self.get_config("loop.interval", 60))
    ''',
}

# Left to a person, one form for each reason.

LEFT: dict[str, Form] = {
    "called when the process stops as well": '''
        class BothEnds(BaseEventHandler):
            """上线与下线时都告诉大家"""

            init_subscribe = [EventType.ON_START, EventType.ON_STOP]
            handler_name = "both_ends"

            async def execute(self, message: MaiMessages | None):
                for stream in chat_api.get_group_streams():
                    await send_api.text_to_stream("状态变了", stream.stream_id)
                return True, True, None, None, None
    ''',
    "a split that is called for other events": '''
        from src.webui.webui_server import get_webui_server


        async def answer():
            return {"alive": True}


        class FormStart(BaseEventHandler):
            """启动时与发送之后"""

            init_subscribe = [EventType.ON_START, EventType.POST_SEND]
            handler_name = "form_start"

            async def execute(self, message: MaiMessages | None):
                get_webui_server().app.add_api_route("/plugins/form", answer)
                await send_api.text_to_stream("我上线了", self.get_config("stream", ""))
                return True, True, None, None, None
    ''',
    "a split that another file registers": {
        "plugin.py": """
            from .handlers import FormStart


            @register_plugin
            class FormPlugin(BasePlugin):
                plugin_name = "form_plugin"
                enable_plugin = True

                def get_plugin_components(self):
                    return [(FormStart.get_handler_info(), FormStart)]
        """,
        "handlers.py": """
            from src.plugin_system import BaseEventHandler, EventType, send_api
            from src.webui.webui_server import get_webui_server


            async def answer():
                return {"alive": True}


            class FormStart(BaseEventHandler):
                event_type = EventType.ON_START
                handler_name = "form_start"

                async def execute(self, message):
                    get_webui_server().app.add_api_route("/plugins/form", answer)
                    await send_api.text_to_stream("我上线了", self.get_config("stream", ""))
                    return True, True, "启动完成", None, None
        """,
    },
    "a split whose registration cannot be followed": """
        from src.webui.webui_server import get_webui_server


        async def answer():
            return {"alive": True}


        class FormStart(BaseEventHandler):
            event_type = EventType.ON_START
            handler_name = "form_start"

            async def execute(self, message: MaiMessages | None):
                get_webui_server().app.add_api_route("/plugins/form", answer)
                await send_api.text_to_stream("我上线了", self.get_config("stream", ""))
                return True, True, None, None, None


        @register_plugin
        class FormPlugin(BasePlugin):
            plugin_name = "form_plugin"
            enable_plugin = True

            def get_plugin_components(self):
                return [(handler.get_handler_info(), handler) for handler in BaseEventHandler.__subclasses__()]
    """,
    "a call that cannot be followed": '''
        from plugins.other_plugin.tools import prepare


        class ToolStart(BaseEventHandler):
            """让另一个插件做准备"""

            event_type = EventType.ON_START
            handler_name = "tool_start"

            async def execute(self, message: MaiMessages | None):
                prepare(self.get_config("tools", []))
                return True, True, "工具已就绪", None, None
    ''',
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
    "a stop that ends the process's work as well": '''
        import asyncio

        from src.webui.webui_server import get_webui_server


        class LoopStart(BaseEventHandler):
            """启动循环"""

            event_type = EventType.ON_START
            handler_name = "loop_start"
            task = None

            async def execute(self, message: MaiMessages | None):
                LoopStart.task = asyncio.create_task(self._loop())
                return True, True, "已启动", None, None

            async def _loop(self):
                await asyncio.sleep(self.get_config("loop.interval", 60))


        async def answer():
            return {"alive": False}


        class LoopStop(BaseEventHandler):
            """停止循环，接口改口"""

            event_type = EventType.ON_STOP
            handler_name = "loop_stop"

            async def execute(self, message: MaiMessages | None):
                if LoopStart.task:
                    LoopStart.task.cancel()
                get_webui_server().app.add_api_route("/plugins/form/stopped", answer)
                return True, True, "已停止", None, None
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
    "one statement that does both": '''
        from src.webui.webui_server import get_webui_server


        async def answer():
            return {"alive": True}


        class FormStart(BaseEventHandler):
            """接口的地址来自配置"""

            event_type = EventType.ON_START
            handler_name = "form_start"

            async def execute(self, message: MaiMessages | None):
                get_webui_server().app.add_api_route(self.get_config("path", "/form"), answer)
                return True, True, "接口已登记", None, None
    ''',
    "tenant work in an except": '''
        from src.webui.webui_server import get_webui_server


        async def answer():
            return {"alive": True}


        class FormStart(BaseEventHandler):
            """登记接口，失败时告诉大家"""

            event_type = EventType.ON_START
            handler_name = "form_start"

            async def execute(self, message: MaiMessages | None):
                try:
                    get_webui_server().app.add_api_route("/plugins/form", answer)
                except Exception as e:
                    await send_api.text_to_stream(f"登记失败: {e}", "admin")
                return True, True, "接口已登记", None, None
    ''',
    "a try with a finally": '''
        from src.webui.webui_server import get_webui_server

        logger = get_logger("form_plugin")


        async def answer():
            return {"alive": True}


        class FormStart(BaseEventHandler):
            """登记接口并问候"""

            event_type = EventType.ON_START
            handler_name = "form_start"

            async def execute(self, message: MaiMessages | None):
                try:
                    get_webui_server().app.add_api_route("/plugins/form", answer)
                    await send_api.text_to_stream("我上线了", "admin")
                finally:
                    logger.info("启动结束")
                return True, True, "启动完成", None, None
    ''',
    "an except that needs a value": '''
        from src.webui.webui_server import get_webui_server

        logger = get_logger("form_plugin")


        async def answer():
            return {"alive": True}


        class FormStart(BaseEventHandler):
            """登记接口并问候"""

            event_type = EventType.ON_START
            handler_name = "form_start"

            async def execute(self, message: MaiMessages | None):
                try:
                    path = "/plugins/form"
                    get_webui_server().app.add_api_route(path, answer)
                    await send_api.text_to_stream("我上线了", "admin")
                except Exception as e:
                    logger.error(f"{path} 登记失败: {e}")
                return True, True, "启动完成", None, None
    ''',
    "an exit that both halves would ask for": '''
        import os

        from src.webui.webui_server import get_webui_server


        async def answer():
            return {"alive": True}


        class FormStart(BaseEventHandler):
            """登记接口并问候"""

            event_type = EventType.ON_START
            handler_name = "form_start"

            async def execute(self, message: MaiMessages | None):
                if os.environ.pop("FORM_DISABLED", None):
                    return True, True, "未启用", None, None
                get_webui_server().app.add_api_route("/plugins/form", answer)
                await send_api.text_to_stream("我上线了", "admin")
                return True, True, "启动完成", None, None
    ''',
    "an exit that would keep the other half from running": '''
        from src.webui.webui_server import get_webui_server


        async def answer():
            return {"alive": True}


        class FormStart(BaseEventHandler):
            """启用时登记接口并问候"""

            event_type = EventType.ON_START
            handler_name = "form_start"

            async def execute(self, message: MaiMessages | None):
                if not self.get_config("form.enabled", True):
                    return True, True, "未启用", None, None
                get_webui_server().app.add_api_route("/plugins/form", answer)
                return True, True, "启动完成", None, None
    ''',
    "a value that both halves need": '''
        import uuid

        from src.webui.webui_server import get_webui_server


        async def answer():
            return {"alive": True}


        class FormStart(BaseEventHandler):
            """接口的地址是随机的，要告诉管理员"""

            event_type = EventType.ON_START
            handler_name = "form_start"

            async def execute(self, message: MaiMessages | None):
                path = f"/plugins/{uuid.uuid4()}"
                get_webui_server().app.add_api_route(path, answer)
                await send_api.text_to_stream(f"接口在 {path}", "admin")
                return True, True, "启动完成", None, None
    ''',
    "a value of the other half": '''
        from src.webui.webui_server import get_webui_server


        async def answer():
            return {"alive": True}


        class FormStart(BaseEventHandler):
            """接口的地址来自配置"""

            event_type = EventType.ON_START
            handler_name = "form_start"

            async def execute(self, message: MaiMessages | None):
                path = self.get_config("path", "/plugins/form")
                get_webui_server().app.add_api_route(path, answer)
                return True, True, "启动完成", None, None
    ''',
    "a statement that needs values of both": '''
        from src.webui.webui_server import get_webui_server


        async def answer():
            return {"alive": True}


        class FormStart(BaseEventHandler):
            """登记接口，数聊天，一起汇报"""

            event_type = EventType.ON_START
            handler_name = "form_start"

            async def execute(self, message: MaiMessages | None):
                route = get_webui_server().app.add_api_route("/plugins/form", answer)
                count = len(chat_api.get_all_streams())
                text = f"{route} 与 {count} 个聊天"
                return True, True, text, None, None
    ''',
    "the name of the new class is taken": '''
        from src.webui.webui_server import get_webui_server


        async def answer():
            return {"alive": True}


        class FormTenantLoad:
            """租户加载的结果"""


        class FormStart(BaseEventHandler):
            """登记接口并问候"""

            event_type = EventType.ON_START
            handler_name = "form_start"

            async def execute(self, message: MaiMessages | None):
                get_webui_server().app.add_api_route("/plugins/form", answer)
                await send_api.text_to_stream("我上线了", self.get_config("stream", ""))
                return True, True, "启动完成", None, None
    ''',
    "two definitions of execute": '''
        from src.webui.webui_server import get_webui_server


        async def answer():
            return {"alive": True}


        class FormStart(BaseEventHandler):
            """登记接口并问候"""

            event_type = EventType.ON_START
            handler_name = "form_start"

            async def execute(self, message: MaiMessages | None):
                get_webui_server().app.add_api_route("/plugins/form", answer)
                await send_api.text_to_stream("我上线了", self.get_config("stream", ""))
                return True, True, "启动完成", None, None

            async def execute(self, message: MaiMessages | None):  # noqa: F811
                get_webui_server().app.add_api_route("/plugins/form/2", answer)
                await send_api.text_to_stream("我又上线了", self.get_config("stream", ""))
                return True, True, "启动完成", None, None
    ''',
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
    "a split that a subclass inherits": '''
        import sys


        class FormStart(BaseEventHandler):
            """准备第三方库，问候"""

            event_type = EventType.ON_START
            handler_name = "form_start"
            text = "我上线了"

            async def execute(self, message: MaiMessages | None):
                sys.path.append("libraries")
                await send_api.text_to_stream(self.text, self.get_config("stream", ""))
                return True, True, "启动完成", None, None


        class LoudStart(FormStart):
            """大声问候"""

            handler_name = "loud_start"
            text = "我上线了！！！"


        @register_plugin
        class FormPlugin(BasePlugin):
            plugin_name = "form_plugin"
            enable_plugin = True

            def get_plugin_components(self):
                return [
                    (FormStart.get_handler_info(), FormStart),
                    (LoudStart.get_handler_info(), LoudStart),
                ]
    ''',
    "an attribute that one half sets for the other": '''
        from src.webui.webui_server import get_webui_server


        async def answer():
            return {"alive": True}


        class FormStart(BaseEventHandler):
            """登记接口，告诉管理员地址"""

            event_type = EventType.ON_START
            handler_name = "form_start"

            async def execute(self, message: MaiMessages | None):
                self._path = "/plugins/form"
                get_webui_server().app.add_api_route(self._path, answer)
                await send_api.text_to_stream(f"接口在 {self._path}", "admin")
                return True, True, "启动完成", None, None
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
    "state that the plugin ends when it is unloaded": '''
        import asyncio


        class LoopStart(BaseEventHandler):
            """启动循环"""

            event_type = EventType.ON_START
            handler_name = "loop_start"
            task = None

            async def execute(self, message: MaiMessages | None):
                LoopStart.task = asyncio.create_task(self._loop())
                return True, True, "已启动", None, None

            async def _loop(self):
                await asyncio.sleep(self.get_config("loop.interval", 60))


        @register_plugin
        class FormPlugin(BasePlugin):
            plugin_name = "form_plugin"
            enable_plugin = True

            def get_plugin_components(self):
                return [(LoopStart.get_handler_info(), LoopStart)]

            def on_unload(self):
                if LoopStart.task:
                    LoopStart.task.cancel()
    ''',
    "a pair in a tuple of pairs": """
        import sys


        class FormStart(BaseEventHandler):
            event_type = EventType.ON_START
            handler_name = "form_start"

            async def execute(self, message: MaiMessages | None):
                sys.path.append("libraries")
                await send_api.text_to_stream("我上线了", self.get_config("stream", ""))
                return True, True, "启动完成", None, None


        @register_plugin
        class FormPlugin(BasePlugin):
            plugin_name = "form_plugin"
            enable_plugin = True

            def get_plugin_components(self):
                return ((FormStart.get_handler_info(), FormStart),)
    """,
    "an event that __init__ sets": """
        class Greeting(BaseEventHandler):
            handler_name = "greeting"

            def __init__(self):
                super().__init__()
                self.event_type = EventType("on_start")

            async def execute(self, message: MaiMessages | None):
                for stream in chat_api.get_group_streams():
                    await send_api.text_to_stream("我上线了", stream.stream_id)
                return True, True, "已问候", None, None
    """,
    "an info of its own making": """
        class Greeting(BaseEventHandler):
            @classmethod
            def get_handler_info(cls):
                return EventHandlerInfo(name="greeting", event_type=EventType.ON_START)

            async def execute(self, message: MaiMessages | None):
                for stream in chat_api.get_group_streams():
                    await send_api.text_to_stream("我上线了", stream.stream_id)
                return True, True, "已问候", None, None
    """,
    "a base that moves under a class that stays": '''
        import sys


        class Greeting(BaseEventHandler):
            """问候"""

            event_type = EventType.ON_START
            handler_name = "greeting"

            ...


        class Libraries(Greeting):
            """不问候，只准备第三方库"""

            handler_name = "libraries"

            async def execute(self, message: MaiMessages | None):
                sys.path.append("libraries")
                return True, True, "已准备", None, None


        @register_plugin
        class FormPlugin(BasePlugin):
            plugin_name = "form_plugin"
            enable_plugin = True

            def get_plugin_components(self):
                return [(Greeting.get_handler_info(), Greeting), (Libraries.get_handler_info(), Libraries)]
    ''',
    "an info in an annotated variable": """
        class Greeting(BaseEventHandler):
            handler_name = "greeting"

            ...


        @register_plugin
        class FormPlugin(BasePlugin):
            plugin_name = "form_plugin"
            enable_plugin = True

            def get_plugin_components(self):
                info: EventHandlerInfo = EventHandlerInfo(name="greeting", event_type=EventType.ON_START)
                return [(info, Greeting)]
    """,
    "an info of the module": """
        class Greeting(BaseEventHandler):
            handler_name = "greeting"

            ...


        GREETING_INFO = EventHandlerInfo(name="greeting", event_type=EventType.ON_START)


        @register_plugin
        class FormPlugin(BasePlugin):
            plugin_name = "form_plugin"
            enable_plugin = True

            def get_plugin_components(self):
                return [(GREETING_INFO, Greeting)]
    """,
    "registered by a call": """
        from src.plugin_system.core.component_registry import component_registry


        class Greeting(BaseEventHandler):
            handler_name = "greeting"

            ...


        @register_plugin
        class FormPlugin(BasePlugin):
            plugin_name = "form_plugin"
            enable_plugin = True

            def get_plugin_components(self):
                return []

            def register_plugin(self):
                info = EventHandlerInfo(name="greeting", event_type=EventType.ON_START, plugin_name="form_plugin")
                component_registry.register_component(info, Greeting, self.config)
                return True
    """,
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

# Moves, with a word about what the code cannot settle.
NOTED: dict[str, Form] = {
    "files that every tenant would write": '''
        from pathlib import Path

        DATA = Path("data") / "form_plugin"


        class FolderStart(BaseEventHandler):
            """准备数据目录"""

            event_type = EventType.ON_START
            handler_name = "folder_start"

            async def execute(self, message: MaiMessages | None):
                DATA.mkdir(parents=True, exist_ok=True)
                with open(DATA / "log.txt", "a", encoding="utf-8") as log:
                    log.write("启动\\n")
                return True, True, "目录已就绪", None, None
    ''',
}

# Plugins in repositories of their own.

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

CHANGED = SUBSCRIPTIONS | WORK | KEPT | SPLIT
FORMS = UNCHANGED | CHANGED | NOTED | LEFT | ALONE

# What must be written once a form is migrated, where the snapshot alone would let a shared value pass.
HELD: dict[str, tuple[str, ...]] = {
    "a global of the module": ("_worker: TenantLocal[", "_started = TenantLocal("),
    "a singleton of another file": ("state = TenantLocal(", "state.value.seen +="),
    "a container that is filled": ("] = TenantLocal(factory=dict)", "QUEUE = TenantLocal(", "DEFAULTS = TenantLocal("),
    "a container in a container": ("GROUPS = TenantLocal(", "NESTED = TenantLocal("),
    "a container that is handed to a helper": ("CACHE = TenantLocal(", "HEAP = TenantLocal("),
    "a container by a local name": ("CACHE = TenantLocal(",),
    "a name of another file by another name": ("names = TenantLocal(", "known.value["),
    "a file without imports": ("words = TenantLocal(", "LIMITS = TenantLocal("),
    "a lock that everybody may share": ("_lock = asyncio.Lock()",),
    "an attribute of type(self)": ("count = TenantLocal(", "self.count.value"),
    "an attribute of self.__class__": ("count = TenantLocal(", "self.count.value"),
    "an attribute of the plugin through a global of the module": ("self.task = TenantLocal(",),
    "state beside the process's own": ("_STARTED_AT = time.time()", "_greeted = TenantLocal("),
    "a handler that stops it": ("@for_every_tenant",),
    "a handler that stops it through the instance": ("@for_every_tenant",),
    "on its own it keeps something": ("@for_every_tenant", "task = TenantLocal("),
}

# What the tool does not get right yet: by form, and by form and rule of ruff.
# What plugins take from the plugin system, as far as forms use it.
NAMES = (
    *("BaseEventHandler", "BasePlugin", "EventHandlerInfo", "EventType", "MaiMessages"),
    *("chat_api", "get_logger", "register_plugin", "send_api"),
)


def plugin(text: str) -> str:
    """A form's plugin.py, with the import of what it uses and a plugin class that registers its handlers."""
    code = f"{dedent(text).strip()}\n".replace("    ...\n", GREETS)
    imports, code = code.split("\n\n\n", 1) if code.startswith(("import ", "from ")) else ("", code)
    # Constants and loggers stand right below the imports.
    parts = imports.split("\n\n")
    is_import = [part.startswith(("import ", "from ")) for part in parts] if imports else []
    below = "".join(f"{part}\n\n" for part, own in zip(parts, is_import, strict=False) if not own)
    imports = "".join(f"{part}\n\n" for part, own in zip(parts, is_import, strict=False) if own)
    code = (below + "\n" if below else "") + code
    if "def get_plugin_components" not in code:
        handlers = re.findall(r"^class (\w+)\((?:ps\.)?BaseEventHandler\)", code, re.MULTILINE)
        pairs = [f"({name}.get_handler_info(), {name})" for name in handlers]
        ps = "ps." if "ps." in code else ""
        code += REGISTERED.format(pairs=", ".join(pairs), ps=ps)
    names = [name for name in NAMES if re.search(rf"(?<![\w.]){name}\b", code) and name not in imports]
    if names:
        line = f"from src.plugin_system import {', '.join(names)}\n\n"
        several = "from src.plugin_system import (\n" + "".join(f"    {name},\n" for name in names) + ")\n\n"
        imports += line if len(line) < 110 else several
    space = "" if below else "\n"
    return f'"""示例插件"""\n\n{imports}{space}{code}'


GREETS = """    async def execute(self, message: MaiMessages | None):
        for stream in chat_api.get_group_streams():
            await send_api.text_to_stream("我上线了", stream.stream_id)
        return True, True, "已问候", None, None
"""
REGISTERED = '''

@{ps}register_plugin
class FormPlugin({ps}BasePlugin):
    """示例插件"""

    plugin_name = "form_plugin"
    enable_plugin = True

    def get_plugin_components(self):
        return [{pairs}]
'''


def files_of(form: str) -> dict[str, str | bytes]:
    """The files of a form, in a tree or in a repository of its own."""
    texts = FORMS[form]
    texts = {"plugin.py": texts} if isinstance(texts, str) else texts
    place = "" if form in ALONE else f"plugins/{FORM_PLUGIN}/"
    files: dict[str, str | bytes] = {}
    for path, text in texts.items():
        data = plugin(text) if path == "plugin.py" else dedent(text).lstrip("\n")
        where = path if path.startswith("src/") else place + path
        files[where] = data.replace("\n", "\r\n").encode() if "CRLF" in form else data
    return files


@dataclass(frozen=True)
class Planned:
    """A form on what it stands on, and what the recipe makes of it."""

    form: str
    checkout: Checkout
    plan: Plan

    @property
    def edited(self) -> set[str]:
        """Those of the form's files that the plan changes."""
        return {change.path for change in self.plan.changes} & set(files_of(self.form))

    @cached_property
    def migrated(self) -> Checkout:
        return after(self.checkout, self.plan)

    @property
    def text(self) -> str:
        """The form's files after."""
        return "".join(self.migrated.by_path[path].data.decode() for path in files_of(self.form))

    @property
    def shown(self) -> str:
        return shown_plan(self.form, files_of(self.form), self.checkout, self.plan)


@cache
def planned(form: str) -> Planned:
    checkout = form_repository(files_of(form)) if form in ALONE else _on_the_ground(form)
    return Planned(form, checkout, plan_of(checkout, RECIPE))


@cache
def _ground() -> Checkout:
    """A tree where the foundation is laid and the recipe's own parts are in place, without any plugin."""
    checkout = form_tree({})
    for recipe in ("tenant-foundation", RECIPE):
        checkout = after(checkout, plan_of(checkout, recipe))
    return checkout


def _on_the_ground(form: str) -> Checkout:
    there = {file.path: file for file in (*form_tree(files_of(form)).files, *_ground().files)}
    return replace(_ground(), files=tuple(there[path] for path in sorted(there)))


def handlers(checkout: Checkout, verdict: str) -> set[str]:
    """The handlers of ON_START with a verdict, by their names."""
    entries = survey_of(checkout).entry_points("event-handler")
    return {entry.qualname for entry in entries if entry.verdict == verdict and "ON_START" in entry.reason}


@pytest.mark.parametrize("form", UNCHANGED)
def test_stays_as_it_is(form: str, snapshot: SnapshotAssertion) -> None:
    it = planned(form)
    assert not it.edited
    assert it.plan.findings == ()
    assert not handlers(it.checkout, "insecure")
    assert it.shown == snapshot(extension_class=RecipeSnapshots)


@pytest.mark.parametrize("form", CHANGED)
def test_runs_once_for_each_tenant(form: str, snapshot: SnapshotAssertion) -> None:
    it = planned(form)
    assert it.edited
    assert it.plan.findings == ()
    assert not handlers(it.migrated, "insecure")
    # What stays is still called when the process starts.
    assert handlers(it.checkout, "global") <= handlers(it.migrated, "global")
    assert [text for text in HELD.get(form, ()) if text not in it.text] == []
    assert it.shown == snapshot(extension_class=RecipeSnapshots)


@pytest.mark.parametrize("form", NOTED)
def test_moves_with_a_word_to_a_person(form: str, snapshot: SnapshotAssertion) -> None:
    it = planned(form)
    assert it.edited
    assert it.plan.findings
    assert it.shown == snapshot(extension_class=RecipeSnapshots)


@pytest.mark.parametrize("form", LEFT)
def test_is_left_to_a_person(form: str, snapshot: SnapshotAssertion) -> None:
    it = planned(form)
    assert not it.edited
    assert it.plan.findings
    assert it.shown == snapshot(extension_class=RecipeSnapshots)


@pytest.mark.parametrize("form", ALONE)
def test_in_a_repository_of_its_own(form: str, snapshot: SnapshotAssertion) -> None:
    it = planned(form)
    assert {change.path for change in it.plan.changes} == it.edited
    assert bool(it.edited) == ("stays" not in form)
    assert it.plan.findings == ()
    assert [text for text in HELD.get(form, ()) if text not in it.text] == []
    assert it.shown == snapshot(extension_class=RecipeSnapshots)


@pytest.mark.parametrize("form", FORMS)
def test_a_second_run_changes_nothing(form: str) -> None:
    assert plan_of(planned(form).migrated, RECIPE).changes == ()


def test_everything_compiles_and_nothing_new_is_reported(tmp_path: Path) -> None:
    for form in FORMS:
        it = planned(form)
        for name, checkout in (("before", it.checkout), ("after", it.migrated)):
            for path in files_of(form):
                target = tmp_path / name / form / path
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(checkout.by_path[path].data)
                compile(checkout.by_path[path].data, path, "exec", dont_inherit=True)
    assert reported(tmp_path / "after") - reported(tmp_path / "before") == set()


def reported(folder: Path) -> set[tuple[str, str]]:
    """What ruff reports of forms under the rules that MaiMBot has: the form and the rule."""
    command = [sys.executable, "-m", "ruff", "check", "--isolated", "--no-cache", "--exit-zero", "--select", "E,F,B"]
    command += ["--line-length", "120", "--output-format", "json", "."]
    done = subprocess.run(command, cwd=folder, capture_output=True, check=True)
    return {
        (Path(item["filename"]).relative_to(folder.resolve()).parts[0], item["code"])
        for item in json.loads(done.stdout)
    }


def test_lines_end_as_they_did() -> None:
    form = "a file whose lines end in CRLF"
    it = planned(form)
    (path,) = it.edited
    data = it.migrated.by_path[path].data
    assert data.count(b"\r\n") == data.count(b"\n")
    assert b"TenantLocal" in data
