"""Ways to tenant state: those that are followed, and those that are none."""

from __future__ import annotations

from textwrap import dedent

import pytest

from codemods.analysis.facts import FileFacts
from codemods.analysis.reading import read_facts
from codemods.analysis.symbols import Symbol
from codemods.knowledge.recipes import recipes_folder
from codemods.knowledge.state import TenantState
from codemods.survey.program import TenantProgram
from codemods.tree import module_name
from tests.survey.judging import program_of

MODELS = """
from src.common.message.tenant_context import get_current_tenant_id

class BaseModel:
    @classmethod
    def select(cls): return get_current_tenant_id()

class Messages(BaseModel):
    pass
"""
CONTEXT = """
def get_current_tenant_id(): return None
def set_current_tenant(tenant_id, agent_id=None): return None
def reset_current_tenant(token): return None
def tenant_context(tenant_id, agent_id=None): return None
"""


START = Symbol("src.webui.main", "start")


def program(state: TenantState, **modules: str) -> TenantProgram:
    """A tree of `main` and other modules of src/webui, beside models and the context."""
    sources = {
        "src/common/database/database_model.py": MODELS,
        "src/common/message/tenant_context.py": CONTEXT,
        "src/common/structure/context_aware_map.py": "class ContextAwareMap(dict):\n    pass\n",
        "src/common/message/tenant_local.py": "class TenantLocal:\n    value = None\n",
        **{f"src/webui/{name}.py": text for name, text in modules.items()},
    }
    files = [read_facts(path, module_name(path), dedent(text).encode()) for path, text in sources.items()]
    return TenantProgram([file for file in files if isinstance(file, FileFacts)], state)


def way(state: TenantState, main: str, **others: str) -> str | None:
    """The path from `main.start` to tenant state."""
    path = program(state, main=main, **others).path_to_state(START)
    return None if path is None else str(path)


IMPORT = "from src.common.database.database_model import Messages\n"

APART = (
    "from src.common.message.tenant_local import TenantLocal\n"
    "from src.common.structure.context_aware_map import ContextAwareMap\n"
    "kept = ContextAwareMap()\nlast = TenantLocal(None)\n"
)

NO_WAYS = {
    "what keeps values apart, as it is made": APART + "def start():\n    return ContextAwareMap(), TenantLocal(None)\n",
    "what keeps values apart, handed on": APART + "def start():\n    return kept, last\n",
    "an annotation": IMPORT + "def start(message: Messages) -> Messages: return message\n",
    "isinstance": IMPORT + "def start(item): return isinstance(item, Messages)\n",
    "a comment and a string": "def start(): return 'Messages.select()'  # Messages.select()\n",
    "a function that is only defined": IMPORT + "def start():\n    def inner(): return Messages.select()\n",
    "a method of another class": IMPORT
    + "class A:\n    def go(self): pass\nclass B:\n    def go(self): return Messages.select()\n"
    + "def start(): return A().go()\n",
    "inside a scope": "from src.common.message.tenant_context import tenant_context as enter\n"
    + IMPORT
    + "def start():\n    with enter('a'):\n        return Messages.select()\n",
    "after setting a tenant": "from src.common.message.tenant_context import set_current_tenant\n"
    + IMPORT
    + "def start():\n    set_current_tenant('a')\n    return Messages.select()\n",
    "a local variable of the same name": IMPORT + "def start():\n    Messages = []\n    return Messages.copy()\n",
    "the exception of a model": IMPORT
    + "def start():\n    try:\n        pass\n    except Messages.DoesNotExist:\n        pass\n",
    "inside a scope that decorates": "from src.common.message.tenant_context import tenant_context\n"
    + IMPORT
    + "@tenant_context('a')\ndef start(): return Messages.select()\n",
    "names that go in circles": "from src.webui.other import a\nb = a\ndef start(): return b()\n",
    "a class that inherits itself": "class A(A):\n    pass\ndef start(): return A().go()\n",
}


@pytest.mark.parametrize("form", NO_WAYS)
def test_is_no_way(form: str, state: TenantState) -> None:
    assert way(state, NO_WAYS[form], other="from src.webui.main import b as a\n") is None


WAYS = {
    "an entry that is kept apart": APART + "def start(): return kept['a']\n",
    "entries that are kept apart": APART + "def start(): return list(kept.values())\n",
    "what an object keeps apart": APART
    + "class A:\n    def __init__(self):\n        self.kept = ContextAwareMap()\na = A()\n"
    + "def start(): return a.kept.get(1)\n",
    "directly": IMPORT + "def start(): return Messages.select()\n",
    "a module": "import src.common.database.database_model\n"
    + "def start(): return src.common.database.database_model.Messages.select()\n",
    "a module by another name": "import src.common.database.database_model as m\n"
    + "def start(): return m.Messages.select()\n",
    "a package": "from src.common.database import database_model\n"
    + "def start(): return database_model.Messages.select()\n",
    "a star": "from src.common.database.database_model import *\ndef start(): return Messages.select()\n",
    "a re-export": "from src.webui.other import M\ndef start(): return M.select()\n",
    "a lazy import": f"def start():\n    {IMPORT}    return Messages.select()\n",
    "a helper": IMPORT + "def help(): return Messages.select()\ndef start(): return help()\n",
    "a helper handed on": IMPORT + "def help(): return Messages.select()\ndef start(): return run(help)\n",
    "a nested function": IMPORT + "def start():\n    def inner(): return Messages.select()\n    return inner()\n",
    "a method": IMPORT + "class A:\n    def go(self): return Messages.select()\ndef start(): return A().go()\n",
    "an inherited method": IMPORT
    + "class A:\n    def go(self): return Messages.select()\nclass B(A): pass\ndef start(): return B().go()\n",
    "an overriding method": IMPORT
    + "class A:\n    def go(self): pass\nclass B(A):\n    def go(self): return Messages.select()\n"
    + "def start(a: A): return a.go()\n",
    "super": IMPORT
    + "class A:\n    def __init__(self): Messages.select()\nclass B(A):\n    def __init__(self): super().__init__()\n"
    + "def start(): return B()\n",
    "a property": IMPORT
    + "class A:\n    @property\n    def all(self): return Messages.select()\ndef start(): return A().all\n",
    "an instance attribute": IMPORT
    + "class A:\n    def go(self): return Messages.select()\nclass B:\n    def __init__(self): self.a = A()\n"
    + "    def go(self): return self.a.go()\ndef start(): return B().go()\n",
    "an attribute that a function puts on a class": IMPORT
    + "class A:\n    def go(self): return Messages.select()\nclass B(list):\n    a = None\n"
    + "    def run(self): self.a.go()\ndef ready():\n    B.a = A()\ndef start(): return B().run()\n",
    "a singleton in a global": IMPORT
    + "class A:\n    def go(self): return Messages.select()\n_a = None\ndef get():\n    global _a\n"
    + "    _a = A()\n    return _a\ndef start(): return get().go()\n",
    "an annotated parameter": IMPORT
    + "class A:\n    def go(self): return Messages.select()\ndef start(a: 'A | None'): return a.go()\n",
    "items of a dictionary": IMPORT
    + "class A:\n    def go(self): return Messages.select()\nclass B:\n    def __init__(self): self.all = {}\n"
    + "    def add(self): self.all['a'] = A()\nb = B()\ndef start():\n    for a in b.all.values(): a.go()\n",
    "an explicit super": IMPORT
    + "class A:\n    def go(self): return Messages.select()\nclass B(A):\n    def run(self): return super().go()\n"
    + "def start(): return B().run()\n",
    "a table of functions": IMPORT
    + "def help(): return Messages.select()\nTABLE = {'a': help}\ndef start(key): return TABLE.get(key)()\n",
    "a partial": IMPORT
    + "from functools import partial\ndef help(n): return Messages.select()\nready = partial(help, 1)\n"
    + "def start(): return ready()\n",
    "a lambda with a name": IMPORT + "count = lambda: Messages.select()\ndef start(): return count()\n",
    "getattr": "from src.common.database import database_model\n"
    + "def start(): return getattr(database_model, 'Messages').select()\n",
    "entering an object": IMPORT
    + "class A:\n    def __enter__(self): return Messages.select()\n    def __exit__(self, *e): pass\n"
    + "def start():\n    with A():\n        pass\n",
    "an item of an object": IMPORT
    + "class A:\n    def __getitem__(self, key): return Messages.select()\na = A()\ndef start(): return a['x']\n",
    "a helper behind a decorator that does tenant work": IMPORT
    + "def counted(f):\n    def wrapper():\n        Messages.select()\n        return f()\n    return wrapper\n"
    + "@counted\ndef help(): pass\ndef start(): return help()\n",
    "what a generator hands out": IMPORT
    + "class A:\n    def go(self): return Messages.select()\ndef all():\n    yield A()\n"
    + "def start():\n    for a in all(): a.go()\n",
    "either of two definitions": IMPORT
    + "if True:\n    def help(): return Messages.select()\nelse:\n    def help(): pass\ndef start(): return help()\n",
    "a generator read outside of its scope": "from src.common.message.tenant_context import tenant_context\n"
    + IMPORT
    + "def all():\n    yield Messages.select()\ndef start():\n    with tenant_context('a'):\n        return all()\n",
    "after the tenant was reset": "from src.common.message.tenant_context import set_current_tenant as s\n"
    + "from src.common.message.tenant_context import reset_current_tenant as r\n"
    + IMPORT
    + "def start():\n    token = s('a')\n    r(token)\n    return Messages.select()\n",
    "a context manager around a coroutine function": "from src.common.message.tenant_context import tenant_context\n"
    + IMPORT
    + "@tenant_context('a')\nasync def start(): return Messages.select()\n",
    "a comprehension": IMPORT + "def start(): return [m for m in Messages.select()]\n",
    "a method known by its name only": IMPORT
    + "class A:\n    def go_on(self): return Messages.select()\ndef start(a): return a.go_on()\n",
    "the other half of a scope": "from src.common.message.tenant_context import tenant_context\n"
    + IMPORT
    + "def start():\n    with tenant_context('a'):\n        pass\n    return Messages.select()\n",
    "the context itself": "from src.common.message import tenant_context\n"
    + "def start(): return tenant_context.get_current_tenant_id()\n",
}


@pytest.mark.parametrize("form", WAYS)
def test_is_a_way(form: str, state: TenantState) -> None:
    other = "from src.common.database.database_model import Messages as M\n"
    assert way(state, WAYS[form], other=other) is not None


def test_a_value_that_is_kept_apart_is_a_tenants() -> None:
    local = (recipes_folder() / "support" / "tenant_local.py").read_text(encoding="utf-8")
    files = {
        "src/common/message/tenant_local.py": local,
        "src/webui/main.py": APART + "def start(): return last.value\n",
    }
    assert str(program_of(files).path_to_state(START)) == "start → last.value"


def test_the_shortest_way_is_told(state: TenantState) -> None:
    code = IMPORT + "def c(): return Messages.select()\ndef b(): return c()\ndef start(): return b() or c()\n"
    assert way(state, code) == "start → c → Messages.select()"


def test_the_order_of_files_does_not_matter(state: TenantState) -> None:
    found = program(state, main=WAYS["a singleton in a global"])
    turned = TenantProgram(reversed(list(found.files.values())), state)
    assert str(turned.path_to_state(START)) == str(found.path_to_state(START))


def test_no_way_leads_through_what_a_recipe_brought_while_it_is_whole() -> None:
    path = "src/webui/tenant.py"
    guard = (recipes_folder() / "support" / "webui_tenant.py").read_text(encoding="utf-8")
    files = {
        "src/webui/token_manager.py": IMPORT
        + "class TokenManager:\n    def verify_token(self, token): return Messages.select()\n"
        + "def get_token_manager(): return TokenManager()\n",
        "src/webui/main.py": "from src.webui.tenant import valid_token\ndef start(item): return valid_token(item)\n",
    }
    for text, leads_on in ((guard, False), (guard + "\nmore = 1\n", True)):
        assert (program_of(files | {path: text}).path_to_state(START) is not None) == leads_on


DIARY = """
from src.common.database.database_model import Messages
from src.plugin_system import BasePlugin, register_plugin


class Notes:
    def leaf_through(self):
        return Messages.select()


@register_plugin
class Diary(BasePlugin):
    plugin_name = "old_diary"
    notes = Notes()

    def turn_over(self):
        return Messages.select()
"""
# What another plugin does, and whether an object of the diary's may be there.
MEETINGS = {
    "def start(words): words.leaf_through()": False,
    "import plugins.diary.plugin\ndef start(words): words.leaf_through()": True,
    "def start(find): find('old_diary').notes.leaf_through()": True,
    "def start(each): each.turn_over()": True,  # the host hands out plugins
}


@pytest.mark.parametrize("code", MEETINGS)
def test_a_plugin_has_no_objects_of_another_that_it_never_names(code: str) -> None:
    files = {
        "plugins/diary/plugin.py": DIARY,
        "plugins/reader/plugin.py": code,
        "src/common/reading.py": "def start(words): words.leaf_through()",
    }
    found = program_of(files)
    assert found.path_to_state(Symbol("src.common.reading", "start")) is not None
    assert (found.path_to_state(Symbol("plugins.reader.plugin", "start")) is not None) is MEETINGS[code]
