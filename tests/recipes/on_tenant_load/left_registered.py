"""Left to a person: how it is called or registered cannot be followed, or could not stay so."""

from __future__ import annotations

from tests.recipes.on_tenant_load.plugin_file import Form

LEFT_REGISTERED: dict[str, Form] = {
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
    "the name of the new class is taken": '''
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
}
