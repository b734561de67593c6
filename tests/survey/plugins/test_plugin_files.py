"""The files of a plugin: whose they are, and which become one for each tenant."""

from __future__ import annotations

import pytest

from codemods.survey.plugins.plugin_code import Part
from codemods.survey.plugins.start_handlers import PluginStart
from tests.survey.plugins.small import handler, name, plugin

HEAD = """
import glob
import os
import shutil
import sqlite3
import tempfile
from pathlib import Path

"""


def start_of(line: str, before: str = "") -> PluginStart:
    return plugin(HEAD + before + handler(line))


@pytest.mark.parametrize(
    ("line", "is_written", "is_loaded"),
    [
        ("open('a')", False, False),
        ("open('a', 'w')", True, False),
        ("open('a', 'w').write('b')", True, False),
        ("open('a').read()\nopen('a', 'w').write('b')", True, True),
        ("json.load(open('a'))\nopen('a', mode='w')", True, True),
        ("json.load(open('a'))\nmode = 'a' if message else 'w'\nopen('a', mode)", True, True),
        ("json.load(open('a'))\nmode = 'rb' if message else 'r'\nopen('a', mode)", False, False),
        ("json.load(open('a'))\nopen('a', message)", True, True),
    ],
)
def test_files_that_all_tenants_share(line: str, is_written: bool, is_loaded: bool) -> None:
    start = start_of(line)
    parts = [Part(name("Start.execute"))]
    assert bool(start.files.shared(parts, {})) == is_written
    assert bool(start.files.in_the_way(parts, {})) == is_loaded


NAMED = {
    "a constant": ("STORE = Path(__file__).parent / 'a.json'", "STORE.write_text('')", "STORE"),
    "a text": ("STORE = os.path.join(os.path.dirname(__file__), 'a.json')", "open(STORE, 'w')", "STORE"),
    "a folder": ("DATA = Path('data') / 'form'", "(DATA / f'{message}.json').write_text('')", "DATA"),
    "a constant of a folder": (
        "DATA = Path('data')\nSTORE = DATA / 'a.json'",
        "open(STORE)\nopen(STORE, 'w')",
        "STORE",
    ),
    "a function's own": ("", "path = Path(__file__).parent / 'a.json'\npath.touch()", "path"),
    "what a function answers": (
        "STORE = Path(__file__).with_name('a.json')\n\n\ndef store():\n    return STORE",
        "store().unlink()",
        "",
    ),
    "a database": ("BASE = 'form/a.db'", "sqlite3.connect(BASE)", "BASE"),
    "what a folder lists": ("DATA = Path('data') / 'a'", "for one in DATA.glob('*'): one.unlink()", "DATA"),
    "what glob finds": ("DATA = 'data/a'", "for one in glob.glob(os.path.join(DATA, '*')): os.remove(one)", "DATA"),
    "what is handed on": (
        "STORE = Path('data') / 'a.json'\n\n\ndef save(path):\n    path.write_text('')",
        "save(STORE)",
        "STORE",
    ),
    "moved": ("STORE = Path('data') / 'a.json'", "STORE.exists()\nSTORE.with_suffix('.new').replace(STORE)", "STORE"),
}
KEPT = {
    "only read": ("STORE = Path('data') / 'a.json'", "STORE.read_text()"),
    "for the moment": ("", "open(tempfile.mktemp(), 'w')"),
    "the configuration": ("CONFIG = Path(__file__).parent / 'config.toml'", "CONFIG.write_text('')"),
    "a log": ("LOG = Path(__file__).parent / 'form.log'", "open(LOG, 'a')"),
    "the plugin's folder": ("HERE = Path(__file__).parent", "(HERE / str(message)).write_text('')"),
    "what is handed in": ("", "open(message, 'w')"),
    "used without a tenant": ("STORE = Path('data') / 'a.json'\nSTORE.write_text('')", "STORE.read_text()"),
    "a folder of what is only read": (
        "DATA = Path('data') / 'a'",
        "(DATA / 'rules.json').read_text()\n(DATA / 'state.json').write_text('')",
    ),
}


@pytest.mark.parametrize("form", KEPT)
def test_a_file_that_stays_everybodys(form: str) -> None:
    before, line = KEPT[form]
    start = start_of(line, before)
    assert start.files.own(start.without_tenant()) == []


@pytest.mark.parametrize("form", NAMED)
def test_a_file_that_each_tenant_gets(form: str) -> None:
    before, line, text = NAMED[form]
    start = start_of(line, before)
    assert [item.text for item in start.files.own(start.without_tenant())] == [text] * bool(text)


def test_two_files_are_two() -> None:
    before = "RULES = Path(__file__).parent / 'rules.json'\nCHART = Path(__file__).parent / 'chart.png'"
    start = start_of("RULES.read_text()\nCHART.write_bytes(b'')", before)
    assert start.files.in_the_way([Part(name("Start.execute"))], {}) == ""
    assert [item.text for item in start.files.own({})] == ["CHART"]


# What a plugin's own functions do, which run in a tenant: nothing of it when the process starts.
LOOK = """
STORE = os.path.join(os.path.dirname(__file__), 'a.json')


def look():
    return open(STORE).read()


"""
ALONE = {
    "beside what is written where nobody can tell": "def save(path):\n    open(path, 'w').write('')",
    "beside a helper that writes what it is told": (
        "def save(name):\n    path = os.path.join(os.path.dirname(__file__), name)\n    open(path, 'w').write('')\n\n\n"
        "def keep():\n    save('a.json')"
    ),
    "written by another name without a tenant": (
        "OTHER = os.path.join(os.path.dirname(__file__), 'a.json')\nopen(OTHER, 'w').write('')"
    ),
}


@pytest.mark.parametrize("form", ALONE)
def test_a_file_that_is_only_read_stays_where_what_may_write_it_does(form: str) -> None:
    start = start_of("print(message)", LOOK + ALONE[form])
    assert start.files.own(start.without_tenant()) == []


def test_a_file_that_is_read_goes_where_what_writes_it_does() -> None:
    same = "SAME = os.path.join(os.path.dirname(__file__), 'a.json')\n\n\ndef save():\n    open(SAME, 'w').write('')"
    start = start_of("print(message)", f"{LOOK}{same}\n\n\ndef other(path):\n    open(path, 'a')")
    assert [item.text for item in start.files.own(start.without_tenant())] == ["SAME", "STORE"]
