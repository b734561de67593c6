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
}
