"""Right code beside what hides a leak: the same spellings, of what is a function's own or the same for all."""

from __future__ import annotations

from tests.survey.shared_state.planted import command

QUIET = (
    command(
        "decorator_that_notes_down",
        """
        NAMED = {}


        def named(name):
            def note(function):
                NAMED[name] = function
                return function

            return note


        @named("texts")
        def texts(user):
            return [row.processed_plain_text for row in Messages.select()]
        """,
        """
        return True, str(NAMED["texts"](self.message.user_id)) + str(texts(self.message.user_id)), True
        """,
    ),
    command(
        "classes_that_their_base_notes_down",
        """
        class Kind:
            kinds = {}

            def __init_subclass__(cls):
                Kind.kinds[cls.__name__] = cls

            def texts(self):
                return [row.processed_plain_text for row in Messages.select()]


        class Text(Kind):
            pass
        """,
        """
        return True, str(Kind.kinds["Text"]().texts()), True
        """,
    ),
    command(
        "class_that_notes_down",
        """
        NAMED = {}


        class named:
            def __init__(self, name):
                self.name = name

            def __call__(self, function):
                NAMED[self.name] = function
                return function


        @named("texts")
        def texts(user):
            return [row.processed_plain_text for row in Messages.select()]
        """,
        """
        return True, str(texts(self.message.user_id)), True
        """,
    ),
    command(
        "folder_for_a_moment",
        """
        import tempfile
        from pathlib import Path
        """,
        """
        folder = Path(tempfile.mkdtemp())
        (folder / "a.txt").write_text(self.message.plain_text)
        return True, (folder / "a.txt").read_text(), True
        """,
    ),
    command(
        "plain_namespace",
        """
        from types import SimpleNamespace
        """,
        """
        mine = SimpleNamespace(said=[])
        mine.said.append(self.message.plain_text)
        mine.last = self.message.plain_text
        return True, str(mine), True
        """,
    ),
    command(
        "plain_method_handed_on",
        """
        LIMIT = 3
        """,
        """
        said = []
        list(map(said.append, self.message.plain_text.split()[:LIMIT]))
        add = said.append
        add(self.message.plain_text)
        return True, str(said), True
        """,
    ),
    command(
        "plain_context_variable",
        """
        from contextvars import ContextVar

        last = ContextVar("last", default=None)
        """,
        """
        last.set({"said": self.message.plain_text})
        last.get()["said"] = self.message.plain_text
        return True, str(last.get()), True
        """,
    ),
    command(
        "plain_enumeration",
        """
        import enum


        class Change(enum.Enum):
            add = "add"
            set = "set"
        """,
        """
        return True, "more" if self.message.plain_text == Change.add else str(Change.set), True
        """,
    ),
    command(
        "plain_answer_of_constants",
        """
        GREETING = "hello"


        def made(text):
            return {"greeting": GREETING, "said": text}
        """,
        """
        answer = made(self.message.plain_text)
        answer["greeting"] = self.message.user_id
        return True, str(answer), True
        """,
    ),
    command(
        "plain_pure_cache",
        """
        import functools


        def folded(text):
            return text.casefold()


        folded_once = functools.lru_cache(folded)
        """,
        """
        return True, folded_once(self.message.plain_text), True
        """,
    ),
    command(
        "plain_settings_of_process",
        """
        import os
        import random
        import sys

        HOME = os.path.dirname(__file__)
        """,
        """
        random.seed(42)
        os.chdir(HOME)
        if HOME not in sys.path:
            sys.path.insert(0, HOME)
        return True, str(random.random()), True
        """,
    ),
    command(
        "plain_client",
        """
        import httpx

        client = httpx.Client()
        """,
        """
        answer = client.get("https://example.org", params={"q": self.message.plain_text})
        return True, answer.text, True
        """,
    ),
    command(
        "plain_executor",
        """
        import time
        from concurrent.futures import ThreadPoolExecutor

        pool = ThreadPoolExecutor()
        """,
        """
        pool.submit(time.sleep, len(self.message.plain_text))
        return True, "ok", True
        """,
    ),
    command(
        "plain_generator",
        """
        def words(text):
            found = []
            for word in text.split():
                found.append(word)
                yield found
        """,
        """
        steps = words(self.message.plain_text)
        return True, str(next(steps)), True
        """,
    ),
    command(
        "plain_match",
        """
        KINDS = {"a": 1}
        """,
        """
        match self.message.plain_text.split():
            case [first, *rest]:
                rest.append(first)
                return True, str(rest), True
        return True, str(KINDS), True
        """,
    ),
    command(
        "plain_rest",
        """
        NAMES = ("a", "b")


        def put(*names, into):
            into.append(names)
        """,
        """
        mine = []
        put(NAMES, into=mine)
        return True, str(mine), True
        """,
    ),
    command(
        "plain_log_handler",
        """
        import logging


        class Nobody(logging.Handler):
            def emit(self, record):
                self.level = logging.ERROR if record.levelno > logging.INFO else logging.INFO


        logging.getLogger("planted").addHandler(Nobody())
        """,
        """
        return True, "ok", True
        """,
    ),
    command(
        "plain_print",
        """
        import io
        import sys
        """,
        """
        mine = io.StringIO()
        print(self.message.plain_text, file=mine)
        print("done", file=sys.stderr)
        return True, mine.getvalue(), True
        """,
    ),
    command(
        "plain_literal",
        """
        import ast
        """,
        """
        return True, str(ast.literal_eval(self.message.plain_text)), True
        """,
    ),
)
