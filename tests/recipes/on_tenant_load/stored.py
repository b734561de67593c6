"""Files of a plugin, one for each tenant."""

from __future__ import annotations

from tests.recipes.on_tenant_load.plugin_file import Form

STORED: dict[str, Form] = {
    "a file of a constant": '''
        import asyncio
        import json
        from pathlib import Path

        STORE = Path(__file__).parent / "greeted.json"
        WORDS = Path(__file__).parent / "words.txt"


        class FormStart(BaseEventHandler):
            """没有问候过的聊天，问候一次；问候的话是插件自带的"""

            event_type = EventType.ON_START
            handler_name = "form_start"

            _task = None

            async def execute(self, message: MaiMessages | None):
                if FormStart._task is None:
                    FormStart._task = asyncio.create_task(self._loop())
                return True, True, "已启动", None, None

            async def _loop(self):
                seen = json.loads(STORE.read_text()) if STORE.exists() else []
                for stream in chat_api.get_group_streams():
                    if stream.stream_id not in seen:
                        await send_api.text_to_stream(WORDS.read_text(), stream.stream_id)
                        seen.append(stream.stream_id)
                STORE.write_text(json.dumps(seen))
    ''',
    "a folder and a database of an object": {
        "plugin.py": '''
            from .store import Store

            store = Store("data/form_plugin")


            class FormStart(BaseEventHandler):
                """载入每个聊天的记录"""

                event_type = EventType.ON_START
                handler_name = "form_start"

                async def execute(self, message: MaiMessages | None):
                    for stream in chat_api.get_group_streams():
                        store.load(stream.stream_id)
                    return True, True, "已载入", None, None


            class FormStop(BaseEventHandler):
                """保存所有记录"""

                event_type = EventType.ON_STOP
                handler_name = "form_stop"

                async def execute(self, message: MaiMessages | None):
                    store.save()
                    return True, True, "已保存", None, None
        ''',
        "store.py": '''
            """聊天记录的存放处。"""

            import json
            import os
            import sqlite3
            from pathlib import Path


            class Store:
                """一个目录，一个数据库"""

                def __init__(self, folder):
                    self.folder = Path(folder)
                    self.notes = self.folder / "notes"
                    self.base = os.path.join(folder, "form.db")
                    self.notes.mkdir(parents=True, exist_ok=True)
                    self.known = {}

                def load(self, chat):
                    note = self.notes / f"{chat}.json"
                    if note.exists():
                        self.known[chat] = json.loads(note.read_text(encoding="utf-8"))
                    with sqlite3.connect(self.base) as connection:
                        connection.execute("create table if not exists seen (chat)")

                def save(self):
                    for chat, text in self.known.items():
                        (self.notes / f"{chat}.json").write_text(json.dumps(text), encoding="utf-8")
        ''',
    },
}
