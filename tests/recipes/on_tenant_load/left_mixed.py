"""Left to a person: work of a tenant's and of the process's that does not come apart."""

from __future__ import annotations

from tests.recipes.on_tenant_load.plugin_file import Form

LEFT_MIXED: dict[str, Form] = {
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
    "one statement that does both": '''
        from src.config.config import global_config
        from src.webui.webui_server import get_webui_server


        class FormStart(BaseEventHandler):
            """接口的地址来自配置"""

            event_type = EventType.ON_START
            handler_name = "form_start"

            async def execute(self, message: MaiMessages | None):
                get_webui_server().app.add_api_route(global_config.bot.nickname, answer)
                return True, True, "接口已登记", None, None
    ''',
    "tenant work in an except": '''
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
        from src.config.config import global_config
        from src.webui.webui_server import get_webui_server


        class FormStart(BaseEventHandler):
            """启用时登记接口并问候"""

            event_type = EventType.ON_START
            handler_name = "form_start"

            async def execute(self, message: MaiMessages | None):
                if not global_config.bot.nickname:
                    return True, True, "未启用", None, None
                get_webui_server().app.add_api_route("/plugins/form", answer)
                return True, True, "启动完成", None, None
    ''',
    "a value that both halves need": '''
        import uuid


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
        from src.config.config import global_config
        from src.webui.webui_server import get_webui_server


        class FormStart(BaseEventHandler):
            """接口的地址来自配置"""

            event_type = EventType.ON_START
            handler_name = "form_start"

            async def execute(self, message: MaiMessages | None):
                path = f"/plugins/{global_config.bot.nickname}"
                get_webui_server().app.add_api_route(path, answer)
                return True, True, "启动完成", None, None
    ''',
    "a statement that needs values of both": '''
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
    "an attribute that one half sets for the other": '''
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
    "state that the plugin ends when it is registered anew": '''
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

            def register_plugin(self):
                if LoopStart.task:
                    LoopStart.task.cancel()
                return super().register_plugin()
    ''',
}
