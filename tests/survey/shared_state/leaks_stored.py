"""More of what tenants share in files, tables, logs and web files; and more right code."""

from __future__ import annotations

from tests.survey.shared_state.planted import Piece

LEAKS = (
    Piece(
        "a_cursor_of_a_kept_connection",
        "plugin",
        """
        import sqlite3

        db = sqlite3.connect('data/notes.db')


        class Do(BaseCommand):
            command_name = 'do'

            async def execute(self):
                cursor = db.cursor()
                cursor.execute('insert into notes values (?)', [self.message.plain_text])  # leak
                return True, 'ok', True
        """,
    ),
    Piece(
        "a_pipeline_of_a_kept_client",
        "plugin",
        """
        import redis

        client = redis.Redis()


        class Do(BaseCommand):
            command_name = 'do'

            async def execute(self):
                client.pipeline().lpush('notes', self.message.plain_text)  # leak
                return True, 'ok', True
        """,
    ),
    Piece(
        "also_sqlite",
        "plugin",
        """
        import sqlite3


        class Do(BaseCommand):
            command_name = 'do'

            async def execute(self):
                db = sqlite3.connect('data/notes.db')  # leak
                db.execute('insert into notes values (?)', [self.message.plain_text])
                return True, 'ok', True
        """,
    ),
    Piece(
        "also_json_dump",
        "plugin",
        """
        import json
        from pathlib import Path

        HERE = Path(__file__).parent / 'notes.json'


        class Do(BaseCommand):
            command_name = 'do'

            async def execute(self):
                with HERE.open('w') as f:  # leak
                    json.dump({'t': self.message.plain_text}, f)
                return True, 'ok', True
        """,
    ),
    Piece(
        "also_append_file",
        "plugin",
        """
        import os


        class Do(BaseCommand):
            command_name = 'do'

            async def execute(self):
                with open(os.path.join('data', 'log.txt'), mode='a') as f:  # leak
                    f.write(self.message.plain_text)
                return True, 'ok', True
        """,
    ),
    Piece(
        "also_pickle",
        "plugin",
        """
        import pickle


        class Do(BaseCommand):
            command_name = 'do'

            async def execute(self):
                pickle.dump(self.message.plain_text, open('data/x.pkl', 'wb'))  # leak
                return True, 'ok', True
        """,
    ),
    Piece(
        "also_queue_put",
        "webui",
        """
        import queue

        _q = queue.SimpleQueue()


        @router.get("/put")
        @webui_tenant
        async def put(maibot_session: str = Cookie(None)):
            ask(maibot_session)
            _q.put(rows_of('a'))  # leak
            return 1


        @router.get("/take")
        async def take(maibot_session: str = Cookie(None)):  # leak
            ask(maibot_session)
            return _q.get()
        """,
    ),
    Piece(
        "also_app_state",
        "webui",
        """
        @router.get("/keep")
        @webui_tenant
        async def keep(request: Request, maibot_session: str = Cookie(None)):
            ask(maibot_session)
            request.app.state.told = rows_of('a')  # leak
            return 1


        @router.get("/show")
        async def show(request: Request, maibot_session: str = Cookie(None)):  # leak
            ask(maibot_session)
            return request.app.state.told
        """,
    ),
    Piece(
        "also_ctxvar_set",
        "webui",
        """
        class _S:
            rows = None


        @router.get("/keep")
        @webui_tenant
        async def keep(maibot_session: str = Cookie(None)):
            ask(maibot_session)
            _S.rows = rows_of('a')  # leak
            return 1


        @router.get("/show")
        async def show(maibot_session: str = Cookie(None)):  # leak
            ask(maibot_session)
            return _S.rows
        """,
    ),
    Piece(
        "also_raw_sql",
        "webui",
        """
        from src.common.database.database import db


        @router.get("/raw")
        async def raw(maibot_session: str = Cookie(None)):  # leak
            ask(maibot_session)
            sql = 'select * from jargon'
            return db.execute_sql(sql).fetchall()  # leak
        """,
    ),
    Piece(
        "also_api_dict",
        "api",
        """
        _kept = {}


        def keep(name: str, value: str) -> None:
            current_tenant_id()
            _kept.setdefault(name, []).append(value)  # leak
        """,
    ),
    Piece(
        "also_joined_format",
        "plugin",
        """
        from src.common.message.tenant_context import current_agent_id, current_tenant_id

        _pages = {}


        class Do(BaseCommand):
            command_name = 'do'

            async def execute(self):
                key = '{}-{}'.format(current_tenant_id(), current_agent_id())  # leak
                _pages[key] = self.message.plain_text  # leak
                return True, _pages[key], True
        """,
    ),
    Piece(
        "also_broadcast_one",
        "webui",
        """
        _all = {}


        @router.websocket('/ws')
        @webui_tenant
        async def talk(websocket: WebSocket, maibot_session: str = Cookie(None)):
            ask(maibot_session)
            await websocket.accept()
            _all[id(websocket)] = websocket  # leak
            for other in list(_all.values()):
                await other.send_json(rows_of('a'))
        """,
    ),
    Piece(
        "also_own_database",
        "plugin",
        """
        from peewee import Model, SqliteDatabase, TextField

        db = SqliteDatabase('data/mine.db')


        class Note(Model):  # leak
            text = TextField()

            class Meta:
                database = db


        class Do(BaseCommand):
            command_name = 'do'

            async def execute(self):
                Note.create(text=self.message.plain_text)
                return True, 'ok', True
        """,
    ),
)

QUIET = (
    Piece(
        "also_local_class",
        "plugin",
        """
        class Do(BaseCommand):
            command_name = 'do'

            async def execute(self):
                class Box:
                    last = None

                box = Box()
                box.last = self.message.plain_text
                return True, box.last, True
        """,
    ),
    Piece(
        "also_sorted",
        "plugin",
        """
        ORDER = ['b', 'a']


        class Do(BaseCommand):
            command_name = 'do'

            async def execute(self):
                return True, str(sorted(ORDER)), True
        """,
    ),
    Piece(
        "also_copy",
        "plugin",
        """
        BASE = {'a': 1}


        class Do(BaseCommand):
            command_name = 'do'

            async def execute(self):
                mine = dict(BASE)
                mine['b'] = self.message.plain_text
                return True, str(mine), True
        """,
    ),
    Piece(
        "also_busy",
        "plugin",
        """
        busy = set()


        class Do(BaseCommand):
            command_name = 'do'

            async def execute(self):
                if self.message.stream_id in busy:
                    return True, 'busy', True
                busy.add(self.message.stream_id)
                try:
                    return True, 'ok', True
                finally:
                    busy.discard(self.message.stream_id)
        """,
    ),
    Piece(
        "also_pragma",
        "plugin",
        """
        from src.common.database.database import db


        class Do(BaseCommand):
            command_name = 'do'

            async def execute(self):
                name = 'jargon'
                db.execute_sql(f'PRAGMA table_info({name})')
                return True, 'ok', True
        """,
    ),
    Piece(
        "also_deepcopy",
        "plugin",
        """
        from copy import deepcopy

        TEMPLATE = {'lines': []}


        class Do(BaseCommand):
            command_name = 'do'

            async def execute(self):
                mine = deepcopy(TEMPLATE)
                mine['lines'].append(self.message.plain_text)
                return True, str(mine), True
        """,
    ),
    Piece(
        "also_loop_var",
        "plugin",
        """
        LIMITS = {'a': [1]}


        class Do(BaseCommand):
            command_name = 'do'

            async def execute(self):
                for name, limit in LIMITS.items():
                    limit = [*limit, 2]
                return True, str(limit), True
        """,
    ),
)
