"""Handlers that do a tenant's work and the process's."""

from __future__ import annotations

from tests.recipes.on_tenant_load.plugin_file import Form

SPLIT: dict[str, Form] = {
    "one after the other": '''
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
    "what the message server is given": '''
        from src.common.message.api import get_global_api


        class OnStartHandler(BaseEventHandler):
            """启动：登记一种消息并问候"""

            event_type = EventType.ON_START
            handler_name = "form_on_start"

            async def execute(self, message: MaiMessages | None):
                get_global_api().register_custom_handler("ping", answer)
                for stream in chat_api.get_group_streams():
                    await send_api.text_to_stream("我上线了", stream.stream_id)
                return True, True, "启动完成", None, None
    ''',
    "inside of a try": '''
        from src.webui.webui_server import get_webui_server

        logger = get_logger("form_plugin")


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
    "an except inside of a try that both have": '''
        from src.webui.webui_server import get_webui_server

        logger = get_logger("form_plugin")


        class FormStart(BaseEventHandler):
            """登记接口并问候，各自的异常各自的名字"""

            event_type = EventType.ON_START
            handler_name = "form_start"

            async def execute(self, message: MaiMessages | None):
                try:
                    try:
                        await send_api.text_to_stream("我上线了", "admin")
                    except Exception as e:
                        logger.error(f"问候失败: {e}")
                    get_webui_server().app.add_api_route("/plugins/form", answer)
                except Exception as e:
                    logger.error(f"启动失败: {e}")
                return True, True, "启动完成", None, None
    ''',
}
