"""Leaks through what the host makes, what contexts and containers of dependencies give, sessions, servers, and what of
Python or a library is one for the process; and right code of the same forms."""

from __future__ import annotations

from tests.survey.shared_state.planted import Piece, command

_BOX = """
class Box:
    def __init__(self, text=""):
        self.said = []
        self.last = text

    def __enter__(self):
        return self

    def __exit__(self, *error):
        return None


BOX = Box()
"""
_CACHE = """
KEEPING


DECORATORMARK
def texts(user):
    return [row.processed_plain_text for row in Messages.select().where(Messages.user_id == user)]
"""


def _does(name: str, above: str, *lines: str) -> Piece:
    return command(name, above, "\n".join((*lines, "return True, 'ok', True")))


def _kept(name: str, keeping: str, decorator: str, mark: str = "  # leak") -> Piece:
    above = _CACHE.replace("KEEPING", keeping).replace("DECORATOR", decorator).replace("MARK", mark)
    return _does(name, above, "texts(self.message.user_id)")


LEAKS = (
    Piece(
        "made_for_a_message",
        "plugin",
        """
        class Do(BaseAction):
            action_name = "do"
            history = []

            def __init__(self, *args, **kwargs):
                super().__init__(*args, **kwargs)
                self.history.append(self.action_data)  # leak

            async def execute(self):
                return True, "ok"
        """,
    ),
    Piece(
        "counted_as_it_is_made",
        "plugin",
        """
        _made = 0


        class Do(BaseTool):
            name = "do"

            def __init__(self, *args, **kwargs):
                global _made
                super().__init__(*args, **kwargs)
                _made += 1  # leak

            async def execute(self, function_args):
                return {"name": "do", "content": str(_made)}
        """,
    ),
    _does(
        "given_by_a_context",
        "from contextlib import nullcontext\n\nsaid = []",
        "with nullcontext(said) as kept:",
        "    kept.append(self.message.plain_text)  # leak",
    ),
    _does(
        "entered_by_a_stack",
        f"from contextlib import ExitStack\n{_BOX}",
        "with ExitStack() as stack:",
        "    box = stack.enter_context(BOX)",
        "    box.said.append(self.message.plain_text)  # leak",
    ),
    _does(
        "said_elsewhere",
        "import contextlib\nimport io\n\nsaid = io.StringIO()",
        "with contextlib.redirect_stdout(said):  # leak",
        "    print(self.message.plain_text)",
    ),
    _does("made_anew", _BOX, "BOX.__init__(self.message.plain_text)  # leak"),
    _does(
        "matched_by_the_module",
        "last = ''",
        "global last",
        "match self.message.plain_text.split():",
        "    case ['note', last]:  # leak",
        "        pass",
    ),
    _does(
        "reduced_into",
        "from functools import reduce\n\nsaid = []",
        "reduce(lambda kept, word: kept.append(word) or kept, self.message.plain_text.split(), said)  # leak",
    ),
    _does(
        "reduced_in_place",
        "import operator\nfrom functools import reduce\n\nseen = set()",
        "reduce(operator.ior, [set(self.message.plain_text.split())], seen)  # leak",
    ),
    _does(
        "method_in_part",
        """
        from functools import partialmethod


        class Box:
            said = []

            def put(self, kind, text):
                self.said.append((kind, text))  # leak

            note = partialmethod(put, "note")
        """,
        "Box().note(self.message.plain_text)",
    ),
    _does(
        "method_by_two_names",
        """
        class Box:
            said = []

            def put(self, text):
                self.said.append(text)  # leak

            add = put
        """,
        "Box().add(self.message.plain_text)",
    ),
    _does(
        "function_as_method",
        """
        said = []


        def _put(text):
            said.append(text)  # leak


        class Box:
            put = staticmethod(_put)
        """,
        "Box.put(self.message.plain_text)",
    ),
    _does(
        "provided_once",
        f"from dependency_injector import containers, providers\n{_BOX}\n\n"
        "class Provided(containers.DeclarativeContainer):\n    box = providers.Singleton(Box)\n",
        "Provided.box().said.append(self.message.plain_text)  # leak",
    ),
    _kept("memoized", "from diskcache import Cache\n\nkept = Cache('data/kept')", "@kept.memoize(expire=60)"),
    _kept(
        "kept_by_a_text_of_the_tenant",
        "from cachetools import TTLCache, cached\nfrom src.common.message.tenant_context import current_tenant_id",
        "@cached(TTLCache(9, 60), key=lambda user: f'{current_tenant_id()}:{user}')",
    ),
    _kept("kept_for_a_time", "from cachetools.func import ttl_cache", "@ttl_cache(maxsize=8)"),
    _kept("kept_by_a_library", "from fastapi_cache.decorator import cache as answers", "@answers(expire=60)"),
    *(
        _does(
            f"heir_of_{name}",
            f"import asyncio\nimport collections\n\n\nclass Book({base}):\n    {method}\n\n\nBOOK = Book()",
            f"{line}  # leak",
        )
        for name, base, method, line in (
            (
                "dict",
                "dict",
                "def put(self, key, text):\n        self[key] = text",
                "BOOK.put('a', self.message.user_id)",
            ),
            ("list", "list", "def say(self, text):\n        self.append(text)", "BOOK.say(self.message.plain_text)"),
            (
                "queue",
                "asyncio.Queue",
                "def say(self, text):\n        self.put_nowait(text)",
                "BOOK.say(self.message.plain_text)",
            ),
            ("set", "set", "def see(self, user):\n        self |= {user}", "BOOK.see(self.message.user_id)"),
            (
                "counter",
                "collections.Counter",
                "def hear(self, text):\n        self.update(text.split())",
                "BOOK.hear(self.message.plain_text)",
            ),
            (
                "mapping",
                "collections.UserDict",
                "def __setitem__(self, key, text):\n        super().__setitem__(key.lower(), text)",
                "BOOK[self.message.user_id] = self.message.plain_text",
            ),
            (
                "ordered",
                "collections.OrderedDict",
                "def __missing__(self, key):\n        self[key] = []\n        return self[key]",
                "BOOK[self.message.user_id].append(self.message.plain_text)",
            ),
        )
    ),
    _does("filter_of_all", "import logging", "logging.getLogger('a').addFilter(self.message.plain_text)  # leak"),
    _does("line_of_all", "from dotenv import set_key", "set_key('.env', 'LAST', self.message.plain_text)  # leak"),
    _does("dumped_for_all", "import joblib", "joblib.dump(self.message.plain_text, 'data/said.pkl')  # leak"),
    _does(
        "session_of_all",
        "from sqlalchemy import create_engine, text\nfrom sqlalchemy.orm import sessionmaker\n\n"
        "Session = sessionmaker(create_engine('postgresql://db/notes'))",
        "with Session() as session:",
        "    session.execute(text('insert into n values (:t)'), {'t': self.message.plain_text})  # leak",
    ),
    _does(
        "connection_of_all",
        "from sqlalchemy import create_engine, text\n\nengine = create_engine('postgresql://db/notes')",
        "with engine.begin() as connection:",
        "    connection.execute(text('insert into n values (:t)'), {'t': self.message.plain_text})  # leak",
    ),
    _does(
        "server_of_all",
        "import redis",
        "client = redis.Redis()",
        "client.set(self.message.user_id, self.message.plain_text)  # leak",
    ),
    _does(
        "documents_of_all",
        "from pymongo import MongoClient",
        "MongoClient().db.notes.insert_one({'text': self.message.plain_text})  # leak",
    ),
    _does(
        "loop_of_all",
        "import asyncio",
        "asyncio.get_running_loop().last = self.message.plain_text  # leak",
    ),
    _does("level_of_all", "import logging", "logging.getLogger().setLevel(self.message.plain_text)  # leak"),
    Piece(
        "application_of_all",
        "webui",
        """
        @router.get("/seen", dependencies=[Depends(ask)])
        @webui_tenant
        async def listed(request: Request, chat: str):
            kept = request.app.state
            setattr(kept, "last_listed", rows_of(chat))  # leak
            return 1


        @router.get("/more", dependencies=[Depends(ask)])
        @webui_tenant
        async def more(request: Request, chat: str):
            request.app.extra["last_more"] = rows_of(chat)  # leak
            return 1
        """,
    ),
)
QUIET = (
    _does(
        "heir_of_its_own",
        "class Book(dict):\n    def put(self, key, text):\n        self[key] = text\n\n    def known(self):\n"
        "        return sorted(self)\n\n\nKNOWN = Book(a='b')",
        "own = Book()",
        "own.put('a', self.message.plain_text)",
        "KNOWN.known()",
    ),
    _does(
        "fields_of_a_record",
        """
        from pydantic import BaseModel


        class Note(BaseModel):
            words: list[str] = []
        """,
        "note = Note()",
        "note.words.append(self.message.plain_text)",
    ),
    _does(
        "folder_in_a_with",
        "import tempfile\nfrom pathlib import Path",
        "with tempfile.TemporaryDirectory() as folder:",
        "    Path(folder, 'a.txt').write_text(self.message.plain_text)",
    ),
    _kept(
        "kept_by_the_tenant",
        "from cachetools import TTLCache, cached\nfrom src.common.message.tenant_context import current_tenant_id",
        "@cached(TTLCache(9, 60), key=lambda user: (current_tenant_id(), user))",
        "",
    ),
    _kept(
        "kept_by_what_names_the_tenant",
        "from cachetools import TTLCache, cached\nfrom cachetools.keys import hashkey\n"
        "from src.common.message.tenant_context import current_tenant_id\n\n\n"
        "def by_tenant(*given):\n    return hashkey(current_tenant_id(), *given)",
        "@cached(TTLCache(9, 60), key=by_tenant)",
        "",
    ),
    Piece(
        "made_of_a_message",
        "plugin",
        """
        class Do(BaseCommand):
            command_name = "do"

            def __init__(self, message):
                super().__init__(message)
                self.words = message.plain_text.split()
                self.seen = {}

            async def execute(self):
                self.seen["a"] = self.words
                return True, "ok", True
        """,
    ),
    _does(
        "contexts_of_its_own",
        "import contextlib\nimport io\nimport sqlite3\n",
        "with contextlib.redirect_stdout(io.StringIO()) as said, contextlib.nullcontext([]) as kept:",
        "    kept.append(self.message.plain_text)",
        "with contextlib.closing(sqlite3.connect(':memory:')) as db:",
        "    db.execute('insert into n values (?)', [self.message.plain_text])",
    ),
    _does(
        "scope_on_a_stack",
        "from contextlib import ExitStack\n\nfrom src.common.message.tenant_context import tenant_context",
        "with ExitStack() as stack:",
        "    stack.enter_context(tenant_context('a', 'b'))",
        "    list(Messages.select())",
    ),
    _does(
        "bases_made_ready",
        """
        class Base:
            def __init__(self, text):
                self.text = text


        class Note(Base):
            def __init__(self, text):
                Base.__init__(self, text)
                super().__init__(text)
        """,
        "Note(self.message.plain_text)",
    ),
    _does(
        "matched_by_itself",
        "KINDS = {'a': 1}",
        "match self.message.plain_text.split():",
        "    case ['note', *rest]:",
        "        rest.append('x')",
        "    case [str() as one]:",
        "        rest = [one]",
    ),
    _does(
        "reduced_to_new_ones",
        "from functools import reduce\n\nBASE = {'a': 1}\nSTART = 0",
        "words = self.message.plain_text.split()",
        "reduce(lambda kept, word: {**kept, word: 1}, words, BASE)",
        "reduce(lambda count, word: count + len(word), words, START)",
    ),
    _does(
        "loop_that_runs_it",
        "import asyncio",
        "loop = asyncio.get_running_loop()",
        "loop.call_later(5, print, self.message.plain_text)",
        "loop.set_debug(True)",
    ),
    _does("server_that_is_asked", "import redis", "redis.Redis().get(self.message.user_id)"),
    Piece(
        "application_that_is_asked",
        "webui",
        """
        @router.get("/seen", dependencies=[Depends(ask)])
        @webui_tenant
        async def listed(request: Request, chat: str):
            request.state.rows = rows_of(chat)
            return request.app.url_path_for("listed"), request.state.rows
        """,
    ),
)
