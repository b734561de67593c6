"""Ways to be subscribed, each with the same work of a tenant's: `...` stands for the execute that greets."""

from __future__ import annotations

from tests.recipes.on_tenant_load.plugin_file import Form

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
