"""Right code beside the leaks: nothing of it may be a finding."""

from __future__ import annotations

from tests.survey.shared_state.planted import Piece

MEMORY = (
    Piece(
        "constants",
        "plugin",
        """
        import re

        WORDS = {"hi": "hello", "bye": "see you"}
        PATTERN = re.compile(r"^/hi (.+)$")
        LIMITS = [1, 2, 3]


        class Hi(BaseCommand):
            command_name = "hi"

            async def execute(self):
                found = PATTERN.match(self.message.plain_text)
                return True, WORDS.get(found.group(1) if found else "hi", str(LIMITS)), True
        """,
    ),
    Piece(
        "filled_on_import",
        "plugin",
        """
        import math

        TABLE = {}
        for number in range(10):
            TABLE[number] = math.sqrt(number)


        class Root(BaseCommand):
            command_name = "root"

            async def execute(self):
                return True, str(TABLE[4]), True
        """,
    ),
    Piece(
        "kept_per_tenant",
        "plugin",
        """
        from src.common.structure.context_aware_map import ContextAwareMap

        _pages = ContextAwareMap()


        class Page(BaseCommand):
            command_name = "page"

            async def execute(self):
                _pages[self.message.stream_id] = self.message.plain_text
                return True, _pages[self.message.stream_id], True
        """,
    ),
    Piece(
        "local_per_tenant",
        "plugin",
        """
        from src.common.message.tenant_local import TenantLocal

        _said = TenantLocal(lambda: [])


        class Say(BaseCommand):
            command_name = "say"

            async def execute(self):
                _said.value.append(self.message.plain_text)
                return True, str(_said.value), True
        """,
    ),
    Piece(
        "keyed_by_pair",
        "plugin",
        """
        from src.common.message.tenant_context import current_agent_id, current_tenant_id

        _pages = {}


        class Page(BaseCommand):
            command_name = "page"

            async def execute(self):
                key = (current_tenant_id(), current_agent_id())
                _pages[key] = self.message.plain_text
                _pages[(current_tenant_id(), current_agent_id(), self.message.user_id)] = 1
                return True, _pages[key], True
        """,
    ),
    Piece(
        "own_locals",
        "plugin",
        """
        class Count(BaseCommand):
            command_name = "count"

            async def execute(self):
                words = {}
                for word in self.message.plain_text.split():
                    words[word] = words.get(word, 0) + 1
                words.update({"all": len(words)})
                return True, str(words), True
        """,
    ),
    Piece(
        "own_instance",
        "plugin",
        """
        class Draft:
            def __init__(self):
                self.lines = []

            def add(self, line):
                self.lines.append(line)
                self.last = line


        class Write(BaseCommand):
            command_name = "write"

            async def execute(self):
                draft = Draft()
                draft.add(self.message.plain_text)
                self.text = str(draft.lines)
                return True, self.text, True
        """,
    ),
    Piece(
        "made_once",
        "plugin",
        """
        import re

        _pattern = None


        def pattern():
            global _pattern
            if _pattern is None:
                _pattern = re.compile("hi")
            return _pattern


        class Hi(BaseCommand):
            command_name = "hi"

            async def execute(self):
                return True, str(pattern().search(self.message.plain_text)), True
        """,
    ),
    Piece(
        "service_made_once",
        "plugin",
        """
        class Speller:
            def __init__(self):
                self.words = ("hi", "bye")

            def check(self, text):
                return [word for word in text.split() if word in self.words]


        _speller = None


        def get_speller():
            global _speller
            if _speller is None:
                _speller = Speller()
            return _speller


        class Spell(BaseCommand):
            command_name = "spell"

            async def execute(self):
                return True, str(get_speller().check(self.message.plain_text)), True
        """,
    ),
    Piece(
        "pure_cache",
        "plugin",
        """
        from functools import cache, lru_cache


        @cache
        def square(number):
            return number * number


        @lru_cache(maxsize=100)
        def folded(text):
            return text.casefold().strip()


        class Square(BaseCommand):
            command_name = "square"

            async def execute(self):
                return True, str(square(len(folded(self.message.plain_text)))), True
        """,
    ),
    Piece(
        "running_tasks",
        "plugin",
        """
        import asyncio

        _running = set()


        async def later(text, stream_id):
            await asyncio.sleep(1)
            await send_api.text_to_stream(text, stream_id)


        class Later(BaseCommand):
            command_name = "later"

            async def execute(self):
                task = asyncio.create_task(later(self.message.plain_text, self.message.stream_id))
                _running.add(task)
                task.add_done_callback(_running.discard)
                return True, "ok", True
        """,
    ),
    Piece(
        "locks",
        "plugin",
        """
        import asyncio
        import threading

        _lock = threading.Lock()
        _gate = asyncio.Semaphore(2)


        class Slow(BaseCommand):
            command_name = "slow"

            async def execute(self):
                async with _gate:
                    with _lock:
                        return True, self.message.plain_text, True
        """,
    ),
    Piece(
        "fresh_defaults",
        "plugin",
        """
        from dataclasses import dataclass, field


        @dataclass
        class Draft:
            lines: list = field(default_factory=list)

            def add(self, line):
                self.lines.append(line)


        def note(text, kept=None):
            kept = kept if kept is not None else []
            kept.append(text)
            return kept


        class Note(BaseCommand):
            command_name = "note"

            async def execute(self):
                draft = Draft()
                draft.add(self.message.plain_text)
                return True, str(note(draft.lines)), True
        """,
    ),
    Piece(
        "closed_over_call",
        "plugin",
        """
        def counted(words):
            total = 0

            def add(word):
                nonlocal total
                total += 1

            for word in words:
                add(word)
            return total


        class Count(BaseCommand):
            command_name = "count"

            async def execute(self):
                return True, str(counted(self.message.plain_text.split())), True
        """,
    ),
    Piece(
        "shadowed_names",
        "plugin",
        """
        words = {"a": 1}


        def fill(words):
            words["b"] = 2
            return words


        class Fill(BaseCommand):
            command_name = "fill"

            async def execute(self):
                words = {}
                words[self.message.user_id] = 1
                return True, str(fill(dict(words)) | fill({})), True
        """,
    ),
    Piece(
        "read_registry",
        "plugin",
        """
        FORMATS = {}


        def register(name):
            def keep(function):
                FORMATS[name] = function
                return function

            return keep


        @register("plain")
        def plain(text):
            return text


        class Format(BaseCommand):
            command_name = "format"

            async def execute(self):
                return True, FORMATS["plain"](self.message.plain_text), True
        """,
    ),
    Piece(
        "cached_on_own_object",
        "plugin",
        """
        from functools import cached_property


        class Line:
            def __init__(self, text):
                self.text = text

            @cached_property
            def words(self):
                return self.text.split()


        class Words(BaseCommand):
            command_name = "words"

            async def execute(self):
                return True, str(Line(self.message.plain_text).words), True
        """,
    ),
    Piece(
        "class_constants",
        "plugin",
        """
        class Menu(BaseAction):
            action_name = "menu"
            DISHES = {"noodles": 8, "rice": 2}
            order: tuple = ("noodles", "rice")

            async def execute(self):
                return True, ", ".join(f"{name} {self.DISHES[name]}" for name in self.order)
        """,
    ),
    Piece(
        "own_connections_only",
        "webui",
        """
        _sockets = []


        @router.websocket("/ws")
        @webui_tenant
        async def talk(websocket: WebSocket, maibot_session: str = Cookie(None)):
            ask(maibot_session)
            await websocket.accept()
            _sockets.append(websocket)
            try:
                while True:
                    text = await websocket.receive_text()
                    for socket in own_connections(_sockets):
                        await socket.send_text(text)
            finally:
                _sockets.remove(websocket)
        """,
    ),
    Piece(
        "answers_rows",
        "webui",
        """
        @router.get("/rows")
        @webui_tenant
        async def rows(chat: str, maibot_session: str = Cookie(None)):
            ask(maibot_session)
            found = rows_of(chat)
            found.sort()
            return {"rows": found}
        """,
    ),
    Piece(
        "answers_constants",
        "webui",
        """
        KINDS = ["a", "b"]


        @router.get("/kinds")
        async def kinds(maibot_session: str = Cookie(None)):
            ask(maibot_session)
            return KINDS
        """,
    ),
    Piece(
        "request_state",
        "webui",
        """
        @router.get("/mine")
        @webui_tenant
        async def mine(request: Request, chat: str, maibot_session: str = Cookie(None)):
            ask(maibot_session)
            request.state.rows = rows_of(chat)
            return request.state.rows
        """,
    ),
    Piece(
        "scoped_api",
        "api",
        """
        def rows(chat_id: str) -> list:
            current_tenant_id()
            return list(Messages.select().where(Messages.chat_id == chat_id))


        def shorten(text: str, length: int = 10) -> str:
            return text[:length]
        """,
    ),
)

OUTSIDE = (
    Piece(
        "replaced_row",
        "plugin",
        """
        from src.common.database.database_model import ChatStreams


        class Take(BaseCommand):
            command_name = "take"

            async def execute(self):
                ChatStreams.replace(stream_id=self.message.stream_id, platform="qq").execute()
                return True, "ok", True
        """,
    ),
    Piece(
        "many_rows",
        "plugin",
        """
        class Fill(BaseCommand):
            command_name = "fill"

            async def execute(self):
                Messages.insert_many([{"message_id": "1", "processed_plain_text": "x"}]).execute()
                return True, "ok", True
        """,
    ),
    Piece(
        "file_of_tenant",
        "plugin",
        """
        from pathlib import Path

        from src.common.utils.tenant_storage import tenant_storage_root


        class Save(BaseCommand):
            command_name = "save"

            async def execute(self):
                (Path(tenant_storage_root()) / "note.txt").write_text(self.message.plain_text)
                return True, "ok", True
        """,
    ),
    Piece(
        "read_resource",
        "plugin",
        """
        import json
        from pathlib import Path

        RULES = Path(__file__).parent / "rules.json"


        class Rules(BaseCommand):
            command_name = "rules"

            async def execute(self):
                return True, str(json.loads(RULES.read_text())), True
        """,
    ),
    Piece(
        "temporary_file",
        "plugin",
        """
        import tempfile


        class Draw(BaseCommand):
            command_name = "draw"

            async def execute(self):
                with tempfile.NamedTemporaryFile("w", suffix=".txt") as file:
                    file.write(self.message.plain_text)
                return True, "ok", True
        """,
    ),
    Piece(
        "unique_in_tenant",
        "plugin",
        """
        from peewee import TextField

        from src.common.database.database_model import BaseModel


        class Friend(BaseModel):
            agent_id = TextField(default="")
            friend_id = TextField()

            class Meta:
                indexes = ((("tenant_id", "agent_id", "friend_id"), True),)


        class Add(BaseCommand):
            command_name = "add"

            async def execute(self):
                Friend.create(friend_id=self.message.user_id)
                return True, str(Friend.select().count()), True
        """,
    ),
    Piece(
        "log_of_words",
        "plugin",
        """
        from src.common.logger import get_logger

        logger = get_logger("planted")


        class Say(BaseCommand):
            command_name = "say"

            async def execute(self):
                logger.info("heard %s words", len(self.message.plain_text.split()))
                logger.debug(f"tokens used: {len(self.message.plain_text)}")
                return True, "ok", True
        """,
    ),
    Piece(
        "pair_in_message",
        "plugin",
        """
        from src.common.logger import get_logger
        from src.common.message.tenant_context import current_agent_id, current_tenant_id

        logger = get_logger("planted")


        class Say(BaseCommand):
            command_name = "say"

            async def execute(self):
                logger.info(f"{current_tenant_id()}:{current_agent_id()} spoke")
                return True, "ok", True
        """,
    ),
    Piece(
        "enabled_tools",
        "chat",
        """
        from src.common.message.tenant_access import enabled_for_tenant
        from src.plugin_system.core.component_registry import component_registry


        async def run_tools(message):
            await heard(message)
            for name, tool in enabled_for_tenant(component_registry.get_llm_available_tools()).items():
                await tool().execute({"name": name})
        """,
    ),
    Piece(
        "environment_read",
        "plugin",
        """
        import os


        class Where(BaseCommand):
            command_name = "where"

            async def execute(self):
                return True, os.environ.get("LANG", "C"), True
        """,
    ),
)

QUIET = (*MEMORY, *OUTSIDE)
