"""Leaks by what the whole process has: libraries' objects, settings, open files, threads, and texts that are run."""

from __future__ import annotations

from tests.survey.shared_state.planted import command

LEAKS = (
    command(
        "wide_ctx_default",
        """
        from contextvars import ContextVar
        said = ContextVar('said', default=[])
        """,
        """
        said.get().append(self.message.plain_text)  # leak
        return True, str(said.get()), True
        """,
    ),
    command(
        "wide_builtins",
        """
        import builtins
        """,
        """
        builtins.last_said = self.message.plain_text  # leak
        return True, builtins.last_said, True
        """,
    ),
    command(
        "wide_putenv",
        """
        import os
        """,
        """
        os.putenv('LAST', self.message.plain_text)  # leak
        return True, 'ok', True
        """,
    ),
    command(
        "wide_tmp_fixed",
        """
        import tempfile, os
        """,
        """
        path = os.path.join(tempfile.gettempdir(), 'last.txt')
        with open(path, 'w') as file:  # leak
            file.write(self.message.plain_text)
        return True, open(path).read(), True
        """,
    ),
    command(
        "wide_sqlite_mod",
        """
        import sqlite3

        store = sqlite3.connect('kept.db')
        """,
        """
        store.execute('insert into said values (?)', (self.message.plain_text,))  # leak
        return True, str(store.execute('select * from said').fetchall()), True
        """,
    ),
    command(
        "wide_redis",
        """
        import redis

        store = redis.Redis()
        """,
        """
        store.rpush('said', self.message.plain_text)  # leak
        return True, str(store.lrange('said', 0, -1)), True
        """,
    ),
    command(
        "wide_log_handler",
        """
        import logging


        class Keep(logging.Handler):
            def __init__(self):
                super().__init__()
                self.records = []

            def emit(self, record):
                self.records.append(record.getMessage())  # leak


        keep = Keep()
        logging.getLogger().addHandler(keep)
        """,
        """
        return True, str(keep.records), True
        """,
    ),
    command(
        "wide_thread_local",
        """
        import threading
        local = threading.local()
        """,
        """
        local.last = self.message.plain_text  # leak
        return True, local.last, True
        """,
    ),
    command(
        "wide_thread_local_list",
        """
        import threading
        local = threading.local()
        local.said = []
        """,
        """
        local.said.append(self.message.plain_text)  # leak
        return True, str(local.said), True
        """,
    ),
    command(
        "wide_random_seed",
        """
        import random
        """,
        """
        random.seed(self.message.plain_text)  # leak
        return True, str(random.random()), True
        """,
    ),
    command(
        "wide_exec",
        """
        said = []
        """,
        """
        exec('said.append(text)', globals(), {'text': self.message.plain_text})  # leak
        return True, str(said), True
        """,
    ),
    command(
        "wide_eval",
        """
        said = []
        """,
        """
        eval('said.append')(self.message.plain_text)  # leak
        return True, str(said), True
        """,
    ),
    command(
        "wide_contextlib",
        """
        import contextlib
        stack = contextlib.ExitStack()
        """,
        """
        stack.callback(print, self.message.plain_text)  # leak
        return True, 'ok', True
        """,
    ),
    command(
        "wide_stringio",
        """
        import io
        buffer = io.StringIO()
        """,
        """
        buffer.write(self.message.plain_text)  # leak
        return True, buffer.getvalue(), True
        """,
    ),
    command(
        "wide_dataframe",
        """
        import pandas as pd
        rows = pd.DataFrame()
        """,
        """
        rows.loc[0] = self.message.plain_text  # leak
        return True, str(rows), True
        """,
    ),
    command(
        "wide_cache_call",
        """
        import functools


        def rows():
            return list(Messages.select())


        rows = functools.lru_cache(rows)  # leak
        """,
        """
        return True, str(rows()), True
        """,
    ),
    command(
        "wide_socket",
        """
        from multiprocessing import shared_memory
        block = shared_memory.SharedMemory('said', create=True, size=64)
        """,
        """
        block.buf[0] = len(self.message.plain_text)  # leak
        return True, str(block.buf[0]), True
        """,
    ),
    command(
        "wide_foreign_mod",
        """
        import json
        """,
        """
        json.last_said = self.message.plain_text  # leak
        return True, json.last_said, True
        """,
    ),
    command(
        "wide_gc",
        """
        import gc
        """,
        """
        return True, str([o for o in gc.get_objects() if isinstance(o, Messages)]), True  # leak
        """,
    ),
    command(
        "wide_frame",
        """
        import inspect
        """,
        """
        inspect.currentframe().f_globals['last'] = self.message.plain_text  # leak
        return True, last, True
        """,
    ),
    command(
        "wide_mkstemp_global",
        """
        import tempfile
        FILE = tempfile.NamedTemporaryFile('w+')
        """,
        """
        FILE.write(self.message.plain_text)  # leak
        return True, FILE.read(), True
        """,
    ),
    command(
        "wide_file_global",
        """
        FILE = open('said.log', 'a')
        """,
        """
        FILE.write(self.message.plain_text)  # leak
        return True, 'ok', True
        """,
    ),
    command(
        "wide_print_file",
        """
        FILE = open('said.log', 'a')
        """,
        """
        print(self.message.plain_text, file=FILE)  # leak
        return True, 'ok', True
        """,
    ),
    command(
        "wide_chdir",
        """
        import os
        """,
        """
        os.chdir(self.message.plain_text)  # leak
        return True, os.getcwd(), True
        """,
    ),
    command(
        "wide_syspath",
        """
        import sys
        """,
        """
        sys.path.append(self.message.plain_text)  # leak
        return True, str(sys.path), True
        """,
    ),
    command(
        "wide_locale",
        """
        import locale
        """,
        """
        locale.setlocale(locale.LC_ALL, self.message.plain_text)  # leak
        return True, 'ok', True
        """,
    ),
    command(
        "wide_httpx_cookie",
        """
        import httpx
        client = httpx.Client()
        """,
        """
        client.headers['X-User'] = self.message.user_id  # leak
        return True, client.get('http://a').text, True
        """,
    ),
    command(
        "wide_requests_session",
        """
        import requests
        session = requests.Session()
        """,
        """
        session.headers.update({'X': self.message.user_id})  # leak
        return True, 'ok', True
        """,
    ),
    command(
        "wide_logger_attr",
        """
        import logging
        logger = logging.getLogger('x')
        """,
        """
        logger.last = self.message.plain_text  # leak
        return True, logger.last, True
        """,
    ),
    command(
        "wide_sched",
        """
        import sched
        plan = sched.scheduler()
        """,
        """
        plan.enter(1, 1, print, (self.message.plain_text,))  # leak
        return True, str(plan.queue), True
        """,
    ),
    command(
        "wide_apscheduler",
        """
        from apscheduler.schedulers.asyncio import AsyncIOScheduler
        plan = AsyncIOScheduler()
        """,
        """
        plan.add_job(print, 'interval', args=[self.message.plain_text])  # leak
        return True, str(plan.get_jobs()), True
        """,
    ),
    command(
        "wide_jieba",
        """
        import jieba
        """,
        """
        jieba.add_word(self.message.plain_text)  # leak
        return True, ' '.join(jieba.cut('a')), True
        """,
    ),
    command(
        "wide_barrier",
        """
        import contextvars
        kept = contextvars.copy_context()
        last = contextvars.ContextVar('last')
        """,
        """
        kept.run(last.set, self.message.plain_text)  # leak
        return True, kept[last], True
        """,
    ),
)
