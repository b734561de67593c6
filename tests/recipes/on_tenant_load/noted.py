"""Moves, with a word about what the code cannot settle."""

from __future__ import annotations

from tests.recipes.on_tenant_load.plugin_file import Form

NOTED: dict[str, Form] = {
    "files that every tenant would write": '''
        import os


        class FolderStart(BaseEventHandler):
            """准备数据目录"""

            event_type = EventType.ON_START
            handler_name = "folder_start"

            async def execute(self, message: MaiMessages | None):
                os.makedirs("data/form_plugin", exist_ok=True)
                with open("data/form_plugin/log.txt", "a", encoding="utf-8") as log:
                    log.write("启动\\n")
                return True, True, "目录已就绪", None, None
    ''',
}
