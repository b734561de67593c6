"""What code keeps in memory for longer than one tenant's work: names, attributes, objects, closures, caches."""

from __future__ import annotations

from tests.survey.shared_state.planted import Piece

NAMES = (
    Piece(
        "page_by_chat",
        "webui",
        """
        _pages = {}


        @router.get("/page")
        @webui_tenant
        async def page(chat: str, maibot_session: str = Cookie(None)):
            ask(maibot_session)
            if chat not in _pages:
                _pages[chat] = rows_of(chat)  # leak
            return _pages[chat]
        """,
    ),
    Piece(
        "last_answer",
        "webui",
        """
        _last = None


        @router.get("/compute")
        @webui_tenant
        async def compute(chat: str, maibot_session: str = Cookie(None)):
            global _last
            ask(maibot_session)
            _last = rows_of(chat)  # leak
            return len(_last)


        @router.get("/last")
        async def last(maibot_session: str = Cookie(None)):  # leak
            ask(maibot_session)
            return _last
        """,
    ),
    Piece(
        "said_list",
        "plugin",
        """
        said = []


        class Say(BaseCommand):
            command_name = "say"

            async def execute(self):
                said.append(self.message.plain_text)  # leak
                return True, "\\n".join(said), True
        """,
    ),
    Piece(
        "greeted_set",
        "plugin",
        """
        GREETED = set()


        class Greet(BaseEventHandler):
            event_type = EventType.ON_MESSAGE
            handler_name = "greet"

            async def execute(self, message):
                if message.user_id not in GREETED:
                    GREETED.add(message.user_id)  # leak
                    await send_api.text_to_stream("hi", message.stream_id)
                return True, True, None, None, None
        """,
    ),
    Piece(
        "queue_of_rows",
        "webui",
        """
        import asyncio

        _queue = asyncio.Queue()


        @router.get("/put")
        @webui_tenant
        async def put(chat: str, maibot_session: str = Cookie(None)):
            ask(maibot_session)
            for row in rows_of(chat):
                _queue.put_nowait(row)  # leak
            return "ok"


        @router.get("/take")
        async def take(maibot_session: str = Cookie(None)):  # leak
            ask(maibot_session)
            return _queue.get_nowait()
        """,
    ),
    Piece(
        "counted_words",
        "plugin",
        """
        from collections import Counter, defaultdict

        words = Counter()
        by_user = defaultdict(list)


        class Count(BaseAction):
            action_name = "count"

            async def execute(self):
                for word in self.action_data["text"].split():
                    words[word] += 1  # leak
                by_user[self.chat_stream.user_info.user_id].append(self.action_data["text"])  # leak
                return True, str(words.most_common(3))
        """,
    ),
    Piece(
        "kept_through_alias",
        "plugin",
        """
        _cache = {}


        class Look(BaseCommand):
            command_name = "look"

            async def execute(self):
                cache = _cache
                cache[self.message.user_id] = self.message.plain_text  # leak
                return True, str(cache), True
        """,
    ),
    Piece(
        "kept_by_helper",
        "plugin",
        """
        notes = []


        def remember(where, what):
            where.append(what)


        class Note(BaseCommand):
            command_name = "note"

            async def execute(self):
                remember(notes, self.message.plain_text)  # leak
                return True, str(notes), True
        """,
    ),
    Piece(
        "kept_by_globals",
        "plugin",
        """
        latest = ""


        class Keep(BaseCommand):
            command_name = "keep"

            async def execute(self):
                globals()["latest"] = self.message.plain_text  # leak
                return True, latest, True
        """,
    ),
    Piece(
        "joined_in_place",
        "plugin",
        """
        seen = set()
        text = ""


        class Join(BaseCommand):
            command_name = "join"

            async def execute(self):
                global text, seen
                seen |= {self.message.user_id}  # leak
                text += self.message.plain_text  # leak
                return True, text, True
        """,
    ),
    Piece(
        "heap_of_words",
        "plugin",
        """
        import heapq

        heap = []


        class Push(BaseCommand):
            command_name = "push"

            async def execute(self):
                heapq.heappush(heap, self.message.plain_text)  # leak
                return True, heap[0], True
        """,
    ),
    Piece(
        "made_once_with_rows",
        "webui",
        """
        _table = None


        def table():
            global _table
            if _table is None:
                _table = {row.message_id: row.processed_plain_text for row in Messages.select()}  # leak
            return _table


        @router.get("/table")
        @webui_tenant
        async def whole(maibot_session: str = Cookie(None)):
            ask(maibot_session)
            return table()
        """,
    ),
    Piece(
        "named_in_environment",
        "plugin",
        """
        import os


        class Speak(BaseCommand):
            command_name = "speak"

            async def execute(self):
                os.environ["LAST_SPEAKER"] = self.message.user_id  # leak
                return True, os.environ["LAST_SPEAKER"], True
        """,
    ),
    Piece(
        "sent_to_one_user",
        "webui",
        """
        _by_user = {}


        @router.websocket("/ws")
        @webui_tenant
        async def talk(websocket: WebSocket, user: str, maibot_session: str = Cookie(None)):
            ask(maibot_session)
            await websocket.accept()
            _by_user[user] = websocket  # leak
            while True:
                data = await websocket.receive_json()
                await _by_user[data["to"]].send_json({"rows": rows_of(data["chat"])})
        """,
    ),
    Piece(
        "scores_of_apis",
        "api",
        """
        _scores: dict = {}


        def note_score(chat_id: str, score: int) -> None:
            current_tenant_id()
            _scores[chat_id] = score  # leak


        def all_scores() -> dict:
            current_tenant_id()
            return dict(_scores)
        """,
    ),
    Piece(
        "weakly_kept",
        "plugin",
        """
        import weakref

        live = weakref.WeakValueDictionary()


        class Holder:
            def __init__(self, text):
                self.text = text


        class Hold(BaseCommand):
            command_name = "hold"

            async def execute(self):
                live[self.message.user_id] = Holder(self.message.plain_text)  # leak
                return True, str(len(live)), True
        """,
    ),
    Piece(
        "map_bound_anew",
        "plugin",
        """
        from src.common.structure.context_aware_map import ContextAwareMap

        _pages = ContextAwareMap()


        class Reset(BaseCommand):
            command_name = "reset"

            async def execute(self):
                global _pages
                _pages = {}  # leak
                _pages[self.message.user_id] = self.message.plain_text
                return True, str(_pages), True
        """,
    ),
    Piece(
        "keyed_by_agent_alone",
        "plugin",
        """
        from src.common.message.tenant_context import current_agent_id

        _pages = {}


        class Page(BaseCommand):
            command_name = "page"

            async def execute(self):
                _pages[current_agent_id()] = self.message.plain_text  # leak
                return True, str(_pages), True
        """,
    ),
    Piece(
        "keyed_by_joined_call",
        "plugin",
        """
        from src.common.message.tenant_context import current_tenant_id

        _pages = {}


        class Page(BaseCommand):
            command_name = "page"

            async def execute(self):
                _pages["_".join([current_tenant_id(), self.message.user_id])] = self.message.plain_text  # leak
                return True, str(_pages), True
        """,
    ),
)

ATTRIBUTES = (
    Piece(
        "class_list",
        "plugin",
        """
        class Remember(BaseCommand):
            command_name = "remember"
            log: list = []

            async def execute(self):
                type(self).log.append(self.message.plain_text)  # leak
                return True, str(self.log), True
        """,
    ),
    Piece(
        "class_list_by_self",
        "plugin",
        """
        class Remember(BaseCommand):
            command_name = "remember"
            log = []

            async def execute(self):
                self.log.append(self.message.plain_text)  # leak
                return True, str(self.log), True
        """,
    ),
    Piece(
        "class_name_bound",
        "plugin",
        """
        class Latest(BaseAction):
            action_name = "latest"
            text = ""

            async def execute(self):
                Latest.text = self.action_data["text"]  # leak
                return True, Latest.text
        """,
    ),
    Piece(
        "class_method_keeps",
        "plugin",
        """
        class Book:
            pages = {}

            @classmethod
            def write(cls, who, what):
                cls.pages[who] = what  # leak


        class Write(BaseCommand):
            command_name = "write"

            async def execute(self):
                Book.write(self.message.user_id, self.message.plain_text)
                return True, str(Book.pages), True
        """,
    ),
    Piece(
        "tool_cache",
        "plugin",
        """
        class Search(BaseTool):
            name = "search"
            cache = {}

            async def execute(self, function_args):
                key = function_args["q"]
                if key not in self.cache:
                    self.cache[key] = [row.processed_plain_text for row in Messages.select()]  # leak
                return {"name": self.name, "content": self.cache[key]}
        """,
    ),
    Piece(
        "handler_instance",
        "plugin",
        """
        class Spy(BaseEventHandler):
            event_type = EventType.ON_MESSAGE
            handler_name = "spy"

            def __init__(self):
                super().__init__()
                self.heard = []

            async def execute(self, message):
                self.heard.append(message.plain_text)  # leak
                return True, True, str(self.heard), None, None
        """,
    ),
    Piece(
        "handler_counter",
        "plugin",
        """
        class Every(BaseEventHandler):
            event_type = EventType.ON_MESSAGE
            handler_name = "every"

            def __init__(self):
                super().__init__()
                self.count = 0

            async def execute(self, message):
                self.count += 1  # leak
                if self.count % 10 == 0:
                    await send_api.text_to_stream("ten more", message.stream_id)
                return True, True, None, None, None
        """,
    ),
    Piece(
        "handler_first_only",
        "plugin",
        """
        class First(BaseEventHandler):
            event_type = EventType.ON_MESSAGE
            handler_name = "first"

            def __init__(self):
                super().__init__()
                self.who = None

            async def execute(self, message):
                if self.who is None:
                    self.who = message.user_id  # leak
                return True, True, str(self.who), None, None
        """,
    ),
    Piece(
        "task_instance",
        "plugin",
        """
        class Digest(AsyncTask):
            def __init__(self):
                super().__init__("digest", run_interval=60)
                self.seen = set()

            async def run(self):
                for row in Messages.select():
                    if row.message_id not in self.seen:
                        self.seen.add(row.message_id)  # leak


        class Begin(BaseEventHandler):
            event_type = EventType.ON_START
            handler_name = "begin"

            async def execute(self, message):
                await async_task_manager.add_task(Digest())
                return True, True, None, None, None
        """,
    ),
    Piece(
        "plugin_class_totals",
        "plugin",
        """
        class Add(BaseCommand):
            command_name = "add"

            async def execute(self):
                Totals.totals[self.message.user_id] = 1  # leak
                return True, str(Totals.totals), True


        @register_plugin
        class Totals(BasePlugin):
            plugin_name = "plugin_class_totals"
            enable_plugin = True
            totals = {}

            def get_plugin_components(self):
                return [(Add.get_command_info(), Add)]
        """,
    ),
    Piece(
        "module_singleton",
        "plugin",
        """
        class Moods:
            def __init__(self):
                self.by_user = {}
                self.last = None

            def set(self, user, mood):
                self.by_user[user] = mood  # leak
                self.last = mood  # leak


        moods = Moods()


        class Feel(BaseCommand):
            command_name = "feel"

            async def execute(self):
                moods.set(self.message.user_id, self.message.plain_text)
                return True, str(moods.by_user), True
        """,
    ),
    Piece(
        "new_singleton",
        "plugin",
        """
        class Store:
            _instance = None

            def __new__(cls):
                if cls._instance is None:
                    cls._instance = super().__new__(cls)
                    cls._instance.items = {}
                return cls._instance

            def put(self, key, value):
                self.items[key] = value  # leak


        class Put(BaseCommand):
            command_name = "put"

            async def execute(self):
                Store().put(self.message.user_id, self.message.plain_text)
                return True, str(Store().items), True
        """,
    ),
    Piece(
        "metaclass_singleton",
        "plugin",
        """
        class Single(type):
            made = {}

            def __call__(cls, *args, **kwargs):
                if cls not in cls.made:
                    cls.made[cls] = super().__call__(*args, **kwargs)
                return cls.made[cls]


        class Board(metaclass=Single):
            def __init__(self):
                self.notes = []

            def pin(self, text):
                self.notes.append(text)  # leak


        class Pin(BaseCommand):
            command_name = "pin"

            async def execute(self):
                Board().pin(self.message.plain_text)
                return True, str(Board().notes), True
        """,
    ),
    Piece(
        "getter_singleton",
        "plugin",
        """
        _book = None


        class Book:
            def __init__(self):
                self.lines = []

            def add(self, line):
                self.lines.append(line)  # leak


        def get_book():
            global _book
            if _book is None:
                _book = Book()
            return _book


        class Add(BaseCommand):
            command_name = "add"

            async def execute(self):
                get_book().add(self.message.plain_text)
                return True, str(get_book().lines), True
        """,
    ),
    Piece(
        "cached_getter",
        "plugin",
        """
        import functools


        class Book:
            def __init__(self):
                self.lines = []

            def add(self, line):
                self.lines.append(line)  # leak


        @functools.lru_cache(maxsize=1)
        def get_book():
            return Book()


        class Add(BaseCommand):
            command_name = "add"

            async def execute(self):
                get_book().add(self.message.plain_text)
                return True, str(get_book().lines), True
        """,
    ),
    Piece(
        "object_in_singleton",
        "plugin",
        """
        class Shelf:
            def __init__(self):
                self.books = {}

            def put(self, name, text):
                self.books[name] = text  # leak


        class Library:
            def __init__(self):
                self.shelf = Shelf()


        library = Library()


        class Put(BaseCommand):
            command_name = "put"

            async def execute(self):
                library.shelf.put(self.message.user_id, self.message.plain_text)
                return True, str(library.shelf.books), True
        """,
    ),
    Piece(
        "from_outside",
        "plugin",
        """
        class Settings:
            def __init__(self):
                self.tone = "plain"


        settings = Settings()


        class Tone(BaseCommand):
            command_name = "tone"

            async def execute(self):
                settings.tone = self.message.plain_text  # leak
                setattr(settings, "who", self.message.user_id)  # leak
                return True, settings.tone, True
        """,
    ),
    Piece(
        "dataclass_singleton",
        "plugin",
        """
        from dataclasses import dataclass, field


        @dataclass
        class State:
            topic: str = ""
            said: list = field(default_factory=list)


        STATE = State()


        class Topic(BaseCommand):
            command_name = "topic"

            async def execute(self):
                STATE.topic = self.message.plain_text  # leak
                STATE.said.append(self.message.plain_text)  # leak
                return True, STATE.topic, True
        """,
    ),
    Piece(
        "app_state",
        "webui",
        """
        @router.get("/state")
        @webui_tenant
        async def state(request: Request, chat: str, maibot_session: str = Cookie(None)):
            ask(maibot_session)
            if not hasattr(request.app.state, "rows"):
                request.app.state.rows = rows_of(chat)  # leak
            return request.app.state.rows
        """,
    ),
    Piece(
        "patched_method",
        "plugin",
        """
        class Render:
            def render(self, text):
                return text


        class Patch(BaseCommand):
            command_name = "patch"

            async def execute(self):
                text = self.message.plain_text
                Render.render = lambda self, _: text  # leak
                return True, Render().render(""), True
        """,
    ),
    Piece(
        "function_attribute",
        "plugin",
        """
        def answer(question):
            answer.last = question  # leak
            return answer.last


        class Ask(BaseCommand):
            command_name = "ask"

            async def execute(self):
                return True, answer(self.message.plain_text), True
        """,
    ),
    Piece(
        "prompts_by_name",
        "chat",
        """
        class Texts:
            def __init__(self):
                self.known = {}

            def put(self, name, text):
                self.known[name] = text  # leak


        texts = Texts()


        async def accept(message):
            await heard(message)
            for name, text in message["templates"].items():
                texts.put(name, text)
        """,
    ),
)

CLOSURES = (
    Piece(
        "closed_over",
        "plugin",
        """
        def counter():
            last = None

            def note(text):
                nonlocal last
                before, last = last, text  # leak
                return before

            return note


        note = counter()


        class Say(BaseCommand):
            command_name = "say"

            async def execute(self):
                return True, note(self.message.plain_text), True
        """,
    ),
    Piece(
        "own_memo",
        "plugin",
        """
        def memo(function):
            kept = {}

            def wrapper(key):
                if key not in kept:
                    kept[key] = function(key)  # leak
                return kept[key]

            return wrapper


        @memo
        def rows(chat):
            return [row.processed_plain_text for row in Messages.select().where(Messages.chat_id == chat)]


        class Rows(BaseCommand):
            command_name = "rows"

            async def execute(self):
                return True, str(rows(self.message.stream_id)), True
        """,
    ),
    Piece(
        "default_list",
        "plugin",
        """
        def note(text, kept=[]):
            kept.append(text)  # leak
            return kept


        class Note(BaseCommand):
            command_name = "note"

            async def execute(self):
                return True, str(note(self.message.plain_text)), True
        """,
    ),
    Piece(
        "cached_rows",
        "webui",
        """
        import functools


        @functools.lru_cache(maxsize=64)  # leak
        def cached(chat):
            return tuple(rows_of(chat))


        @router.get("/lru")
        @webui_tenant
        async def lru(chat: str, maibot_session: str = Cookie(None)):
            ask(maibot_session)
            return list(cached(chat))
        """,
    ),
    Piece(
        "cached_method",
        "plugin",
        """
        from functools import cache


        class Reader:
            @cache  # leak
            def rows(self, chat):
                return [row.processed_plain_text for row in Messages.select().where(Messages.chat_id == chat)]


        reader = Reader()


        class Read(BaseCommand):
            command_name = "read"

            async def execute(self):
                return True, str(reader.rows(self.message.stream_id)), True
        """,
    ),
    Piece(
        "cached_attribute",
        "plugin",
        """
        from functools import cached_property


        class Reader:
            @cached_property  # leak
            def rows(self):
                return [row.processed_plain_text for row in Messages.select()]


        reader = Reader()


        class Read(BaseCommand):
            command_name = "read"

            async def execute(self):
                return True, str(reader.rows), True
        """,
    ),
    Piece(
        "cache_of_another_library",
        "plugin",
        """
        from cachetools import TTLCache, cached


        @cached(TTLCache(maxsize=10, ttl=60))  # leak
        def rows(chat):
            return [row.processed_plain_text for row in Messages.select().where(Messages.chat_id == chat)]


        class Read(BaseCommand):
            command_name = "read"

            async def execute(self):
                return True, str(rows(self.message.stream_id)), True
        """,
    ),
)

LEAKS = (*NAMES, *ATTRIBUTES, *CLOSURES)
