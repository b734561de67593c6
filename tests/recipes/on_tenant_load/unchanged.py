"""Nothing of it is a tenant's, or it is where it belongs already."""

from __future__ import annotations

from tests.recipes.on_tenant_load.plugin_file import Form

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
    "the process's work, configured": '''
        class FormStart(BaseEventHandler):
            """接口的地址来自配置；插件的配置在这个宿主里属于进程"""

            event_type = EventType.ON_START
            handler_name = "form_start"

            async def execute(self, message: MaiMessages | None):
                if not self.get_config("form.enabled", True):
                    return True, True, "未启用", None, None
                get_webui_server().app.add_api_route(self.get_config("path", "/form"), answer)
                return True, True, "接口已登记", None, None
    ''',
    "a task of every tenant behind a gate": '''
        from src.manager.async_task_manager import AsyncTask, async_task_manager


        class Tick(AsyncTask):
            def __init__(self):
                super().__init__(task_name="form_tick", run_interval=60)

            async def run(self):
                for stream in chat_api.get_group_streams():
                    await send_api.text_to_stream("滴答", stream.stream_id)


        class FormStart(BaseEventHandler):
            """开关打开时加入任务，任务本来就为每个租户各运行"""

            event_type = EventType.ON_START
            handler_name = "form_start"

            async def execute(self, message: MaiMessages | None):
                if not self.get_config("form.enabled", False):
                    return True, True, "未启用", None, None
                await async_task_manager.add_task(Tick())
                return True, True, "已启动", None, None
    ''',
    "an original that a patch keeps": '''
        from src.chat.message_receive.chat_stream import ChatManager

        _originals = {}


        async def _patched(self):
            return await _originals["load"](self)


        class FormStart(BaseEventHandler):
            """补丁留着原来的方法"""

            event_type = EventType.ON_START
            handler_name = "form_start"

            async def execute(self, message: MaiMessages | None):
                _originals["load"] = ChatManager.load_all_streams
                ChatManager.load_all_streams = _patched
                return True, True, "补丁已生效", None, None
    ''',
}
