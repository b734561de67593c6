"""Who reads what tenant work writes, wherever that runs: none of it may be called free of tenants' data."""

from __future__ import annotations

from tests.survey.shared_state.planted import Piece

_KEPT = """
_kept = {}


@router.get("/keep")
@webui_tenant
async def keep(chat: str, maibot_session: str = Cookie(None)):
    ask(maibot_session)
    _kept[chat] = rows_of(chat)  # leak
    return len(_kept)


"""


def _reading(name: str, code: str) -> Piece:
    return Piece(name, "webui", _KEPT + code.strip("\n"))


LEAKS = (
    _reading(
        "read_in_thread",
        """
import threading


def report():  # leak
    print(len(_kept))


threading.Thread(target=report).start()
""",
    ),
    _reading(
        "read_in_timer",
        """
import threading


def later():  # leak
    return list(_kept)


def begin():
    threading.Timer(5, later).start()


begin()
""",
    ),
    _reading(
        "read_in_task",
        """
import asyncio


async def watch():  # leak
    while True:
        await asyncio.sleep(1)
        print(sorted(_kept))


@router.get("/watch")
async def begin(maibot_session: str = Cookie(None)):
    ask(maibot_session)
    asyncio.create_task(watch())
    return "ok"
""",
    ),
    _reading(
        "read_in_executor",
        """
from concurrent.futures import ThreadPoolExecutor

pool = ThreadPoolExecutor()


def count():  # leak
    return sum(map(len, _kept.values()))


@router.get("/count")
async def counted(maibot_session: str = Cookie(None)):
    ask(maibot_session)
    pool.submit(count)
    return "ok"
""",
    ),
    _reading(
        "read_in_lambda",
        """
import threading

threading.Thread(target=lambda: print(_kept)).start()  # leak
""",
    ),
    _reading(
        "read_by_dependency",
        """
def all_kept():
    return dict(_kept)


@router.get("/through")
async def through(kept=Depends(all_kept), maibot_session: str = Cookie(None)):  # leak
    ask(maibot_session)
    return kept
""",
    ),
    _reading(
        "read_by_helper_of_helper",
        """
def first():
    return second()


def second():
    return next(iter(_kept), None)


@router.get("/deep")
async def deep(maibot_session: str = Cookie(None)):  # leak
    ask(maibot_session)
    return first()
""",
    ),
    _reading(
        "read_by_mounted_app",
        """
from fastapi import FastAPI

inner = FastAPI()


@inner.get("/all")
async def everything(maibot_session: str = Cookie(None)):  # leak
    ask(maibot_session)
    return _kept


def mount(app):
    app.mount("/inner", inner)
""",
    ),
    _reading(
        "read_by_middleware",
        """
class Counting:
    def __init__(self, app):
        self.app = app

    async def __call__(self, scope, receive, send):  # leak
        scope["kept"] = list(_kept)
        await self.app(scope, receive, send)


def install(app):
    app.add_middleware(Counting)
""",
    ),
    _reading(
        "read_by_exception_handler",
        """
from fastapi import FastAPI

app = FastAPI()


@app.exception_handler(KeyError)
async def failed(request, error):  # leak
    return {"kept": list(_kept)}
""",
    ),
    _reading(
        "read_by_lifespan",
        """
from contextlib import asynccontextmanager

from fastapi import FastAPI


@asynccontextmanager
async def lifespan(app):  # leak
    yield
    print(_kept)


app = FastAPI(lifespan=lifespan)
""",
    ),
    Piece(
        "read_sql_row",
        "webui",
        """
        from src.common.database.database import db


        @router.get("/raw")
        async def raw(maibot_session: str = Cookie(None)):  # leak
            ask(maibot_session)
            return db.execute_sql("select content from jargon").fetchall()  # leak
        """,
    ),
    Piece(
        "read_exported_file",
        "webui",
        """
        from pathlib import Path


        @router.get("/export")
        @webui_tenant
        async def export(chat: str, maibot_session: str = Cookie(None)):
            ask(maibot_session)
            Path("data/export.json").write_text(str(rows_of(chat)))  # leak
            return "ok"


        @router.get("/download")
        async def download(maibot_session: str = Cookie(None)):  # leak
            ask(maibot_session)
            return Path("data/export.json").read_text()
        """,
    ),
    Piece(
        "read_opened_file",
        "webui",
        """
        import json
        from pathlib import Path

        FOLDER = Path("data")


        @router.get("/save")
        @webui_tenant
        async def save(chat: str, maibot_session: str = Cookie(None)):
            ask(maibot_session)
            target = FOLDER / "opened.json"
            with open(target, "w") as file:  # leak
                json.dump(rows_of(chat), file)
            return "ok"


        @router.get("/load")
        async def load(maibot_session: str = Cookie(None)):  # leak
            ask(maibot_session)
            with open(FOLDER / "opened.json") as file:
                return json.load(file)
        """,
    ),
    Piece(
        "read_by_api",
        "api",
        """
        _notes = {}


        def keep_note(chat_id: str, text: str) -> None:
            current_tenant_id()
            _notes[chat_id] = text  # leak


        def every_note() -> dict:  # leak
            return dict(_notes)
        """,
    ),
    Piece(
        "read_when_process_stops",
        "plugin",
        """
        said = []


        class Say(BaseCommand):
            command_name = "say"

            async def execute(self):
                said.append(self.message.plain_text)  # leak
                return True, "ok", True


        class Stop(BaseEventHandler):  # leak
            event_type = EventType.ON_STOP
            handler_name = "stop"

            async def execute(self, message):
                print(said)
                return True, True, None, None, None
        """,
    ),
)
