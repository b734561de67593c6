"""What a plugin keeps, reached in every way that a review thought of: made one for each tenant, or left alone."""

from __future__ import annotations

from textwrap import dedent

import pytest

from codemods.survey.plugins.start_handler import LEFT, STAYS
from codemods.survey.plugins.start_handlers import starts_of
from tests.conftest import plan_of, survey_of
from tests.forms import form_repository

TASK = """from src.manager.async_task_manager import AsyncTask

_words = []


class Later(AsyncTask):
    def __init__(self):
        super().__init__(per_tenant={per_tenant})

    async def run(self):
        print(_words)"""

FORM = """
import asyncio
import functools
import heapq

from src.plugin_system import BaseEventHandler, BasePlugin, EventType, register_plugin

{before}


class Start(BaseEventHandler):
    event_type = EventType.ON_START
    handler_name = "start"
    {attributes}

    async def execute(self, message):
        config = self.get_config("form.words", [])
        {body}
        return True, True, None, None, None


{after}


@register_plugin
class FormPlugin(BasePlugin):
    plugin_name = "form_plugin"

    def get_plugin_components(self):
        return [(Start.get_handler_info(), Start)]
"""

# name: what stands before the class, its body, what execute does, what stands behind; and what must be held.
HELD = {
    "an alias": ("_words = {}", "", "words = _words\nwords['a'] = config", "", "_words"),
    "a getter": ("_words = {}\n\n\ndef words():\n    return _words", "", "words()['a'] = config", "", "_words"),
    "an argument": (
        "_words = []\n\n\ndef fill(into, item):\n    into.append(item)",
        "",
        "fill(_words, config)",
        "",
        "_words",
    ),
    "a function of the library": ("_queue = []", "", "heapq.heappush(_queue, config)", "", "_queue"),
    "a part of it": ("_state = {'words': []}", "", "_state['words'].append(config)", "", "_state"),
    "a part by another name": (
        "_state = {'words': []}",
        "",
        "words = _state['words']\nwords.append(config)",
        "",
        "_state",
    ),
    "a bound method": ("_words = []", "", "add = _words.append\nadd(config)", "", "_words"),
    "its values": ("_words = {}", "", "for each in _words.values():\n    each.append(config)", "", "_words"),
    "an object of the plugin's": (
        "class Words:\n    def __init__(self):\n        self.all = []\n\n"
        "    def add(self, word):\n        self.all.append(word)\n\n\nwords = Words()",
        "",
        "words.add(config)",
        "",
        "words",
    ),
    "in a task of each tenant": (TASK.format(per_tenant=True), "", "_words.append(config)", "", "_words"),
    "nothing at first": ("_cache = None", "", "_cache['x'] = config", "", "_cache"),
    "made by a function": ("import sqlite\n\n_db = sqlite.open_it()", "", "_db.put(config)", "", "_db"),
    "a class attribute": ("", "_words = []", "Start._words.append(config)", "", "Start._words"),
    "an instance's attribute": ("", "_words = []", "self._words.append(config)", "", "Start._words"),
    "a key of several": ("_words = {}", "", "_words.setdefault('a', []).append(config)", "", "_words"),
}
ALONE = {
    "type of self": ("", "_task = None", "type(self)._task = config", ""),
    "the class of self": ("", "_task = None", "self.__class__._task = config", ""),
    "setattr": ("", "", "setattr(self, '_words', config)", ""),
    "globals": ("_words = None", "", "globals()['_words'] = config", ""),
    "an attribute of a function": ("def words():\n    pass", "", "words.all = config", ""),
    "a cache": ("@functools.cache\ndef words(config):\n    return [config]", "", "words(tuple(config))", ""),
    "a default": ("def note(word, seen=[]):\n    seen.append(word)", "", "note(config)", ""),
    "a name that a function defines": (
        "_words = []",
        "",
        "_words.append(config)",
        "def later():\n    global _words\n\n    def _words():\n        pass",
    ),
    "a parameter of a lambda": ("_words = []", "", "_words.append(config)\nsorted([], key=lambda _words: _words)", ""),
    "in a lambda for a thread": (
        "_words = []",
        "",
        "_words.append(config)\nasyncio.get_running_loop().run_in_executor(None, lambda: print(_words))",
        "",
    ),
    "in the body of a class": ("_words = []", "", "_words.append(config)", "class Later:\n    words = _words"),
    "in a signature": ("_words = []", "", "_words.append(config)", "def later(words=_words):\n    return words"),
    "in a thread": (
        "import threading\n\n_words = []",
        "",
        "_words.append(config)",
        "class Worker(threading.Thread):\n    def run(self):\n        print(_words)",
    ),
    "in a job of a scheduler": (
        "import scheduling\n\n_words = []\nscheduler = scheduling.Background()",
        "",
        "_words.append(config)",
        "def job():\n    print(_words)\n\n\nscheduler.add_job(job)",
    ),
    "a class with slots": ("", "__slots__ = ('_word',)", "self._word = config", ""),
    "a heir with one of its own": (
        "class Base(BaseEventHandler):\n    _word = None\n\n    def put(self, word):\n        Base._word = word",
        "",
        "Base.put(self, config)",
        "class Other(Base):\n    _word = 'own'\n\n    def words(self):\n        return self._word",
    ),
    "a decorator of its own": (
        "def once(function):\n    done = []\n\n    def inner(word):\n        done.append(word)\n"
        "        return function(word)\n\n    return inner\n\n\n@once\ndef note(word):\n    return word",
        "",
        "note(config)",
        "",
    ),
    "a task that runs for no tenant": (TASK.format(per_tenant=False), "", "_words.append(config)", ""),
    "made of another one": ("FIRST = []\n_words = {'a': FIRST}", "", "_words['b'] = config", ""),
    "rows of a table of its own": (
        "import peewee\n\n\nclass Word(peewee.Model):\n    pass",
        "",
        "Word.create(word=config)",
        "",
    ),
}
# What has no more of a tenant's than the plugin's configuration, which this host has once for the process.
STAYS_AS_IT_IS = {
    "a server": ("import aserver\n\nserver = aserver.WordServer()", "", "await server.start(config)", ""),
}


def plugin(before: str, attributes: str, body: str, after: str) -> str:
    return FORM.format(before=before, attributes=attributes, body=body.replace("\n", "\n        "), after=after)


@pytest.mark.parametrize("form", HELD)
def test_it_is_held_for_each_tenant(form: str) -> None:
    *parts, held = HELD[form]
    checkout = form_repository({"plugin.py": dedent(plugin(*parts))})
    ((handler,),) = [start.handlers for start in starts_of(survey_of(checkout).program)]
    assert handler.obstacles == ()
    assert [str(holder) for holder in handler.holders] == [held]
    (change,) = plan_of(checkout, "on-tenant-load").changes
    assert b"TenantLocal(" in change.after
    assert b".value" in change.after


@pytest.mark.parametrize("form", STAYS_AS_IT_IS)
def test_it_stays(form: str) -> None:
    checkout = form_repository({"plugin.py": dedent(plugin(*STAYS_AS_IT_IS[form]))})
    ((handler,),) = [start.handlers for start in starts_of(survey_of(checkout).program)]
    assert (handler.decision, handler.obstacles) == (STAYS, ())
    assert plan_of(checkout, "on-tenant-load").changes == ()


@pytest.mark.parametrize("form", ALONE)
def test_it_is_left_alone(form: str) -> None:
    checkout = form_repository({"plugin.py": dedent(plugin(*ALONE[form]))})
    ((handler,),) = [start.handlers for start in starts_of(survey_of(checkout).program)]
    assert handler.decision == LEFT
    assert handler.obstacles
    assert plan_of(checkout, "on-tenant-load").changes == ()
