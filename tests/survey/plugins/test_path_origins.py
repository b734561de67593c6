"""Where paths come from: what they are made of, and the assignment that names them."""

from __future__ import annotations

import ast
from textwrap import dedent

import pytest

from codemods.survey.plugins.path_origins import PathOrigins
from codemods.survey.plugins.start_handlers import starts_of
from tests.survey.judging import GUARDED, program_of
from tests.survey.plugins.small import FOOT, PAIR, handler, name, plugin
from tests.survey.plugins.small import HEAD as HEAD_OF_PLUGIN

FOOT_OF_PLUGIN = FOOT.format(components=PAIR)
HEAD = """
import os
from pathlib import Path

HERE = Path(__file__).parent
DATA = HERE / "data"
TEXT = os.path.join("data", "a.txt")


class Store:
    base = DATA / "base.db"

    def __init__(self, folder):
        self.folder = Path(folder) / "notes"


store = Store("form")


def newest(folder):
    return folder / "newest"


"""
FOUND = {
    "DATA": ("DATA", ("data",)),
    "DATA / 'a' / 'b'": ("DATA", ("data", "a", "b")),
    "DATA / f'{message}.json'": ("DATA", ("data", "*")),
    "str(DATA.resolve())": ("DATA", ("data",)),
    "(DATA / 'a').parent": ("DATA", ("data",)),
    "(DATA / 'a.txt').with_suffix('.new')": ("DATA", ("data", "a.txt")),
    "os.path.join(TEXT, 'b')": ("TEXT", ("data", "a.txt", "b")),
    "os.path.dirname(TEXT)": ("TEXT", ("data",)),
    "store.folder": ("self.folder", ("form", "notes")),
    "store.base": ("base", ("data", "base.db")),
    "newest(DATA)": ("DATA", ("data", "newest")),
    "f'{DATA}/a'": ("DATA", ("data", "*")),
    "HERE": (None, ()),
    "HERE / 'a.json'": (None, ("a.json",)),
    "'data/a.json'": (None, ("data", "a.json")),
    "message": (None, ()),
    "message.path": (None, ()),
}


@pytest.mark.parametrize("text", FOUND)
def test_a_path_comes_from(text: str) -> None:
    origins = PathOrigins(plugin(HEAD + handler(f"print({text})")).code)
    found = origins.of(ast.parse(text, mode="eval").body, name("Start.execute"))
    shown = {(item.naming.text if item.naming else None, item.tail) for item in found} or {(None, ())}
    assert shown == {FOUND[text]}


def test_a_tenants_own_path_is_settled() -> None:
    code = "from src.common.message.tenant_files import tenant_path\n\nSTORE = tenant_path('a')\n\n"
    origins = PathOrigins(plugin(code + handler("print(STORE)")).code)
    (found,) = origins.of(ast.parse("STORE", mode="eval").body, name("Start.execute"))
    assert found.settled


def test_a_path_that_the_host_makes_for_the_tenant_is_settled() -> None:
    home = """
    from src.common.message.tenant_context import get_current_tenant_id


    def own_folder(name):
        return name + get_current_tenant_id()


    def folder(name):
        return name
    """
    text = "from src.home import folder, own_folder\n\n" + handler("print(1)")
    files = {"src/home.py": dedent(home), "plugins/form_plugin/plugin.py": HEAD_OF_PLUGIN + text + FOOT_OF_PLUGIN}
    (start,) = starts_of(program_of(GUARDED | files))
    origins = PathOrigins(start.code)
    shown = [
        [item.settled for item in origins.of(ast.parse(code, mode="eval").body, name("Start.execute"))]
        for code in ("own_folder('a') + 'b'", "folder('a')")
    ]
    assert shown == [[True], [False]]


SETTINGS = """
def option(name, otherwise):
    return KNOWN.get(name, otherwise)


def entry(name, otherwise=""):
    if name in KNOWN:
        return KNOWN[name]
    return otherwise


def config(folder, name):
    return Path(folder) / name


KNOWN = {}


"""


@pytest.mark.parametrize(
    ("text", "configured"),
    [
        ("config('data', 'a.json')", False),
        ("message.config('path', 'data/a.json')", False),
        ("self.get_config('path')", False),
        ("self.get_config('path', 'data/a.json')", True),
        ("self.get_config('path', default='data/a.json')", True),
        ("option('path', 'data/a.json')", True),
        ("entry('path', otherwise='data/a.json')", True),
    ],
)
def test_a_setting_is_what_answers_its_own_word_only_where_nothing_is_set(text: str, configured: bool) -> None:
    origins = PathOrigins(plugin(HEAD + SETTINGS + handler(f"print({text})")).code)
    found = origins.of(ast.parse(text, mode="eval").body, name("Start.execute"))
    assert [item.configured for item in found] == [configured]
    assert not configured or [item.tail for item in found] == [("data", "a.json")]
