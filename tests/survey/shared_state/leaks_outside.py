"""What tenants share outside of memory: files, databases, queries, keys, logs, components of plugins."""

from __future__ import annotations

from tests.survey.shared_state.planted import Piece

FILES = (
    Piece(
        "written_text",
        "plugin",
        """
        import json
        from pathlib import Path

        STORE = Path("data/remember.json")


        class Remember(BaseCommand):
            command_name = "remember"

            async def execute(self):
                STORE.write_text(json.dumps({"text": self.message.plain_text}))  # leak
                return True, "ok", True
        """,
    ),
    Piece(
        "opened_file",
        "plugin",
        """
        import os


        class Remember(BaseCommand):
            command_name = "remember"

            async def execute(self):
                path = os.path.join("data", "notes.txt")
                with open(path, "a", encoding="utf-8") as file:  # leak
                    file.write(self.message.plain_text)
                return True, "ok", True
        """,
    ),
    Piece(
        "exported_file",
        "webui",
        """
        import json
        from pathlib import Path

        from fastapi.responses import FileResponse

        EXPORT = Path("data/export.json")


        @router.get("/export")
        @webui_tenant
        async def export(chat: str, maibot_session: str = Cookie(None)):
            ask(maibot_session)
            EXPORT.write_text(json.dumps(rows_of(chat)))  # leak
            return "ok"


        @router.get("/download")
        async def download(maibot_session: str = Cookie(None)):  # leak
            ask(maibot_session)
            return FileResponse(EXPORT)
        """,
    ),
    Piece(
        "own_database",
        "plugin",
        """
        import sqlite3


        class Save(BaseCommand):
            command_name = "save"

            async def execute(self):
                with sqlite3.connect("data/words.db") as connection:  # leak
                    connection.execute("insert into words values (?)", (self.message.plain_text,))
                return True, "ok", True
        """,
    ),
    Piece(
        "file_beside_plugin",
        "plugin",
        """
        import json
        from pathlib import Path


        class Points:
            def __init__(self):
                self.path = Path(__file__).parent / "points.json"

            def save(self, points):
                with self.path.open("w") as file:  # leak
                    json.dump(points, file)


        points = Points()


        class Save(BaseCommand):
            command_name = "save"

            async def execute(self):
                points.save({self.message.user_id: 1})
                return True, "ok", True
        """,
    ),
    Piece(
        "file_of_apis",
        "api",
        """
        from pathlib import Path


        def keep_note(text: str) -> None:
            current_tenant_id()
            Path("data/notes.json").write_text(text)  # leak
        """,
    ),
    Piece(
        "copied_file",
        "plugin",
        """
        import shutil


        class Avatar(BaseCommand):
            command_name = "avatar"

            async def execute(self):
                shutil.copyfile(self.message.plain_text, "data/avatar.png")  # leak
                return True, "ok", True
        """,
    ),
    Piece(
        "replaced_characters",
        "plugin",
        """
        from pathlib import Path

        from src.common.message.tenant_context import current_tenant_id


        class Save(BaseCommand):
            command_name = "save"

            async def execute(self):
                tenant = current_tenant_id().replace(":", "_")
                Path(f"data/{tenant}/note.txt").write_text(self.message.plain_text)  # leak
                return True, "ok", True
        """,
    ),
)

ROWS = (
    Piece(
        "sql_of_apis",
        "api",
        """
        from src.common.database.database import db


        def all_moods() -> list:
            current_tenant_id()
            return list(db.execute_sql("select chat_id, mood from moods"))  # leak
        """,
    ),
    Piece(
        "sql_of_webui",
        "webui",
        """
        from src.common.database.database import db


        @router.get("/sql")
        async def words(maibot_session: str = Cookie(None)):
            ask(maibot_session)
            return list(db.execute_sql("select content from jargon"))  # leak
        """,
    ),
    Piece(
        "raw_rows",
        "plugin",
        """
        class Raw(BaseCommand):
            command_name = "raw"

            async def execute(self):
                rows = Messages.raw("select * from messages")  # leak
                return True, str([row.processed_plain_text for row in rows]), True
        """,
    ),
    Piece(
        "unique_column",
        "plugin",
        """
        from peewee import TextField

        from src.common.database.database_model import BaseModel


        class Friend(BaseModel):
            friend_id = TextField(unique=True)  # leak
            name = TextField()


        class Add(BaseCommand):
            command_name = "add"

            async def execute(self):
                Friend.create(friend_id=self.message.user_id, name="x")
                return True, "ok", True
        """,
    ),
    Piece(
        "unique_index",
        "plugin",
        """
        from peewee import TextField

        from src.common.database.database_model import BaseModel


        class Friend(BaseModel):
            platform = TextField()
            friend_id = TextField()

            class Meta:
                indexes = ((("platform", "friend_id"), True),)  # leak


        class Add(BaseCommand):
            command_name = "add"

            async def execute(self):
                Friend.create(platform="qq", friend_id=self.message.user_id)
                return True, "ok", True
        """,
    ),
    Piece(
        "model_without_tenant",
        "plugin",
        """
        from peewee import Model, TextField

        from src.common.database.database import db


        class Note(Model):  # leak
            text = TextField()

            class Meta:
                database = db


        class Add(BaseCommand):
            command_name = "add"

            async def execute(self):
                Note.create(text=self.message.plain_text)
                return True, str(Note.select().count()), True
        """,
    ),
    Piece(
        "sqlmodel_table",
        "webui",
        """
        from sqlmodel import Field, Session, SQLModel, select


        class Note(SQLModel, table=True):  # leak
            id: int = Field(default=None, primary_key=True)
            text: str


        @router.get("/notes")
        async def notes(session: Session = Depends(), maibot_session: str = Cookie(None)):
            ask(maibot_session)
            return session.exec(select(Note)).all()
        """,
    ),
    Piece(
        "sqlalchemy_table",
        "plugin",
        """
        from sqlalchemy import String
        from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column


        class Base(DeclarativeBase):
            pass


        class Note(Base):  # leak
            __tablename__ = "notes"
            text: Mapped[str] = mapped_column(String, primary_key=True)


        class Add(BaseCommand):
            command_name = "add"

            async def execute(self):
                with Session() as session:
                    session.add(Note(text=self.message.plain_text))
                return True, "ok", True
        """,
    ),
)

KEYS = (
    Piece(
        "joined_by_format",
        "plugin",
        """
        from src.common.message.tenant_context import current_agent_id, current_tenant_id

        _kept = {}


        class Keep(BaseCommand):
            command_name = "keep"

            async def execute(self):
                key = f"{current_tenant_id()}:{current_agent_id()}"  # leak
                _kept[key] = self.message.plain_text
                return True, _kept[key], True
        """,
    ),
    Piece(
        "joined_by_join",
        "plugin",
        """
        from src.common.message.tenant_context import current_agent_id, current_tenant_id

        _kept = {}


        class Keep(BaseCommand):
            command_name = "keep"

            async def execute(self):
                key = "_".join([current_tenant_id(), current_agent_id(), self.message.user_id])  # leak
                _kept[key] = self.message.plain_text
                return True, _kept[key], True
        """,
    ),
)

REPLACED = (
    Piece(
        "sanitized_folder",
        "plugin",
        """
        import re
        from pathlib import Path

        from src.common.message.tenant_context import get_current_tenant_id


        def clean(text):
            return re.sub(r"[^a-z]", "_", text)


        def folder():
            tenant_id = get_current_tenant_id()
            return Path("data") / clean(tenant_id)  # leak


        class Where(BaseCommand):
            command_name = "where"

            async def execute(self):
                return True, str(folder()), True
        """,
    ),
)

LOGS = (
    Piece(
        "records_to_all",
        "webui",
        """
        import asyncio
        import logging

        watchers = set()


        class ToWatchers(logging.Handler):
            def emit(self, record):
                asyncio.get_running_loop().create_task(push(record.getMessage()))


        async def push(line):
            for socket in list(watchers):
                await socket.send_text(line)  # leak


        logging.getLogger().addHandler(ToWatchers())


        @router.websocket("/ws/lines")
        async def follow(websocket: WebSocket, maibot_session: str = Cookie(None)):
            ask(maibot_session)
            await websocket.accept()
            watchers.add(websocket)
            while True:
                await websocket.receive_text()
        """,
    ),
    Piece(
        "logged_token",
        "webui",
        """
        from src.common.logger import get_logger
        from src.webui.token_manager import get_token_manager

        logger = get_logger("planted")


        def tell():
            logger.info(f"token: {get_token_manager().get_token()}")  # leak
        """,
    ),
    Piece(
        "logged_key",
        "plugin",
        """
        from src.common.logger import get_logger

        logger = get_logger("planted")


        class Ask(BaseCommand):
            command_name = "ask"

            async def execute(self):
                api_key = self.message.plain_text
                logger.debug("key %s", api_key)  # leak
                return True, "ok", True
        """,
    ),
)

COMPONENTS = (
    Piece(
        "offers_every_action",
        "chat",
        """
        from src.plugin_system.core.component_registry import component_registry


        async def offer(message):
            await heard(message)
            return list(component_registry.get_all_plugins())  # leak
        """,
    ),
    Piece(
        "runs_every_tool",
        "chat",
        """
        from src.plugin_system.core.component_registry import component_registry


        async def run_tools(message):
            await heard(message)
            for name, tool in component_registry.get_llm_available_tools().items():
                await tool().execute({"name": name})  # leak
        """,
    ),
)

LEAKS = (*FILES, *ROWS, *KEYS, *REPLACED, *LOGS, *COMPONENTS)
