"""More forms of leaks: in columns, logs, defaults, partials and requests; and right code of the same forms."""

from __future__ import annotations

from tests.survey.shared_state.planted import Piece

LEAKS = (
    Piece(
        "form_uq_partial",
        "plugin",
        """
        from functools import partial
        from peewee import TextField
        from src.common.database.database_model import BaseModel

        Key = partial(TextField, unique=True)


        class Friend(BaseModel):
            friend_id = Key()  # leak
            name = TextField()


        class Add(BaseCommand):
            command_name = "add"

            async def execute(self):
                Friend.create(friend_id=self.message.user_id, name="x")
                return True, "ok", True
        """,
    ),
    Piece(
        "form_uq_add_index",
        "plugin",
        """
        import peewee as pw
        from src.common.database.database_model import BaseModel


        class Friend(BaseModel):
            friend_id = pw.TextField()
            name = pw.TextField()


        Friend.add_index(Friend.friend_id, unique=True)  # leak


        class Add(BaseCommand):
            command_name = "add"

            async def execute(self):
                Friend.create(friend_id=self.message.user_id, name="x")
                return True, "ok", True
        """,
    ),
    Piece(
        "form_uq_subclassed_field",
        "plugin",
        """
        import peewee as pw
        from src.common.database.database_model import BaseModel


        class OnceField(pw.TextField):
            def __init__(self, *args, **kwargs):
                kwargs["unique"] = True
                super().__init__(*args, **kwargs)


        class Friend(BaseModel):
            friend_id = OnceField()  # leak


        class Add(BaseCommand):
            command_name = "add"

            async def execute(self):
                Friend.create(friend_id=self.message.user_id)
                return True, "ok", True
        """,
    ),
    Piece(
        "form_ws_default_arg",
        "webui",
        """
        def collect(rows, into=[]):
            into += rows  # leak
            return into


        @router.get("/all")
        @webui_tenant
        async def everything(chat: str, maibot_session: str = Cookie(None)):
            ask(maibot_session)
            return collect(rows_of(chat))
        """,
    ),
    Piece(
        "form_ws_partial_dep",
        "webui",
        """
        from functools import partial

        _store = []


        def _keep(store, rows):
            store.extend(rows)  # leak
            return store


        keep = partial(_keep, _store)


        @router.get("/keep")
        @webui_tenant
        async def keep_rows(chat: str, maibot_session: str = Cookie(None)):
            ask(maibot_session)
            return keep(rows_of(chat))
        """,
    ),
    Piece(
        "form_ws_sse",
        "webui",
        """
        import asyncio

        from fastapi.responses import StreamingResponse

        _listeners: "set[asyncio.Queue]" = set()


        @router.get("/say")
        @webui_tenant
        async def say(chat: str, maibot_session: str = Cookie(None)):
            ask(maibot_session)
            for listener in tuple(_listeners):
                listener.put_nowait(rows_of(chat))  # leak
            return 1


        @router.get("/stream")
        @webui_tenant
        async def stream(maibot_session: str = Cookie(None)):
            ask(maibot_session)
            mine = asyncio.Queue()
            _listeners.add(mine)

            async def lines():
                try:
                    while True:
                        yield str(await mine.get())
                finally:
                    _listeners.discard(mine)

            return StreamingResponse(lines())
        """,
    ),
    Piece(
        "form_ws_class_view",
        "webui",
        """
        class Pages:
            def __init__(self):
                self.cache = {}
                self.router = APIRouter()
                self.router.add_api_route("/cached", self.cached)

            @webui_tenant
            async def cached(self, chat: str, maibot_session: str = Cookie(None)):
                ask(maibot_session)
                return self.cache.setdefault(chat, rows_of(chat))  # leak


        pages = Pages()
        router.include_router(pages.router)
        """,
    ),
    Piece(
        "form_ed_borg",
        "plugin",
        """
        class Borg:
            _shared = {}

            def __init__(self):
                self.__dict__ = self._shared

            def put(self, row):
                self.row = row  # leak


        class Do(BaseCommand):
            command_name = "do"

            async def execute(self):
                Borg().put(self.message.plain_text)
                return True, Borg().row, True
        """,
    ),
    Piece(
        "form_fi_zip",
        "plugin",
        """
        import zipfile


        class Do(BaseCommand):
            command_name = "do"

            async def execute(self):
                with zipfile.ZipFile("data/export.zip", "w") as archive:  # leak
                    archive.writestr("a.txt", self.message.plain_text)
                return True, "ok", True
        """,
    ),
    Piece(
        "form_fi_to_thread",
        "plugin",
        """
        import asyncio
        from pathlib import Path


        class Do(BaseCommand):
            command_name = "do"

            async def execute(self):
                await asyncio.to_thread(Path("data/x.txt").write_text, self.message.plain_text)  # leak
                return True, "ok", True
        """,
    ),
    Piece(
        "form_log_event",
        "webui",
        """
        import structlog

        lines = []


        def keep(logger, method, event):
            lines.append(event["event"])  # leak
            return event


        structlog.configure(processors=[keep, structlog.processors.JSONRenderer()])


        @router.get("/lines")
        async def get_lines(maibot_session: str = Cookie(None)):  # leak
            ask(maibot_session)
            return lines[-100:]
        """,
    ),
    Piece(
        "form_log_filter",
        "webui",
        """
        import logging

        seen = {}


        class Note(logging.Filter):
            def filter(self, record):
                seen[record.name] = record.getMessage()  # leak
                return True


        logging.getLogger("chat").addFilter(Note())


        @router.get("/seen")
        async def get_seen(maibot_session: str = Cookie(None)):  # leak
            ask(maibot_session)
            return seen
        """,
    ),
    Piece(
        "form_sql_cursor",
        "webui",
        """
        from src.common.database.database import db as database

        QUERY = "SELECT nickname " + "FROM person_info"


        @router.get("/raw")
        async def raw_rows(maibot_session: str = Cookie(None)):
            ask(maibot_session)
            cursor = database.connection().cursor()
            return cursor.execute(QUERY).fetchall()  # leak
        """,
    ),
    Piece(
        "form_class_dependency",
        "webui",
        """
        class Mine:  # nobody enters a tenant for what makes it
            def __init__(self, chat: str):  # leak
                self.rows = rows_of(chat)


        @router.get("/mine")
        async def get_mine(mine: Mine = Depends()):
            return mine.rows
        """,
    ),
)

QUIET = (
    Piece(
        "form_uq_ok",
        "plugin",
        """
        import peewee as pw
        from src.common.database.database_model import BaseModel


        class Friend(BaseModel):
            friend_id = pw.TextField(unique=False, index=True)
            name = pw.TextField(null=True)

            class Meta:
                indexes = ((("tenant_id", "friend_id"), True), (("name",), False))


        Friend.add_index(Friend.tenant_id, Friend.name, unique=True)
        Friend.add_index(Friend.name)


        class Add(BaseCommand):
            command_name = "add"

            async def execute(self):
                Friend.create(friend_id=self.message.user_id, name="x")
                return True, "ok", True
        """,
    ),
    Piece(
        "form_pt_nested_ok",
        "plugin",
        """
        STATE = {"users": {}, "limits": (1, 2)}
        NAMES = ["a", "b"]


        class Tone(BaseCommand):
            command_name = "tone"

            async def execute(self):
                users = dict(STATE["users"])
                users[self.message.user_id] = 1
                names = NAMES[:]
                names.append(self.message.plain_text)
                low, high = STATE["limits"]
                low += 1
                both = NAMES + [self.message.plain_text]
                both.sort()
                return True, str((users, names, low, both)), True
        """,
    ),
    Piece(
        "form_ji_ok_json",
        "plugin",
        """
        from src.common.message.tenant_context import current_agent_id, current_tenant_id
        _pages = {}
        import json


        class Do(BaseCommand):
            command_name = 'do'

            async def execute(self):
                key = json.dumps([current_tenant_id(), current_agent_id()])
                _pages[key] = self.message.plain_text
                return True, _pages[key], True
        """,
    ),
    Piece(
        "form_ji_ok_repr",
        "plugin",
        """
        from src.common.message.tenant_context import current_agent_id, current_tenant_id
        _pages = {}


        class Do(BaseCommand):
            command_name = 'do'

            async def execute(self):
                key = repr((current_tenant_id(), current_agent_id()))
                _pages[key] = self.message.plain_text
                return True, _pages[key], True
        """,
    ),
    Piece(
        "form_fi_tenant_ok",
        "plugin",
        """
        from src.common.utils.tenant_storage import ensure_storage_subdir


        class Do(BaseCommand):
            command_name = "do"

            async def execute(self):
                path = ensure_storage_subdir("notes") / "all.txt"
                path.write_text(self.message.plain_text)
                with open(path, "a") as file:
                    file.write("x")
                return True, path.read_text(), True
        """,
    ),
    Piece(
        "form_ws_local_ok",
        "webui",
        """
        from collections import deque
        from dataclasses import dataclass, field


        @dataclass
        class Feed:
            lines: deque = field(default_factory=deque)


        @router.get("/push")
        @webui_tenant
        async def push(chat: str, request: Request, maibot_session: str = Cookie(None)):
            ask(maibot_session)
            feed = Feed()
            feed.lines.extend(rows_of(chat))
            request.state.rows = list(feed.lines)
            seen = {}

            def note(row):
                seen[row] = 1

            for row in feed.lines:
                note(row)
            return seen
        """,
    ),
    Piece(
        "form_cn_cached_property_ok",
        "plugin",
        """
        from functools import cached_property


        class Names:
            @cached_property
            def table(self):
                return {chr(i): i for i in range(97, 123)}


        names = Names()


        class Do(BaseCommand):
            command_name = 'do'

            async def execute(self):
                return True, str(names.table["a"]), True
        """,
    ),
)
