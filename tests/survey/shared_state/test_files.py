"""Files of everybody that tenant work writes."""

from __future__ import annotations

import pytest

from codemods.survey.program import TenantProgram
from codemods.survey.shared_state.sharing import Sharing
from codemods.survey.verdicts import Finding
from tests.survey.shared_state.small import here, line_of, served

ABOVE = """
import asyncio
import os
import shutil
import sqlite3
import tarfile
import tempfile
import zipfile
from pathlib import Path
from src.common.utils.tenant_storage import tenant_storage_root

PLACE = Path("data/pages.json")
"""
RIGHT = {
    "reads": "PLACE.read_text()",
    "opens to read": "open('data/pages.json').read()",
    "writes to the tenant's folder": "(tenant_storage_root() / 'pages.json').write_text(chat)",
    "writes below the tenant's id": "(Path('data') / get_current_tenant_id() / 'a').write_text(chat)",
    "writes what is gone in a moment": "(Path(tempfile.mkdtemp()) / 'a').write_text(chat)",
    "replaces a part of a text": "chat.replace('a', 'b')",
    "unpacks": "zipfile.ZipFile('data/a.zip').extractall(get_current_tenant_id())",
    "unpacks what is packed in its own way": "tarfile.open('data/a.tar.xz', 'r:xz').getnames()",
    "a database in memory": "sqlite3.connect(':memory:').execute(chat)",
    "opens to read, by a name": "mode = 'rb' if chat else 'r'\nopen('data/pages.json', mode).read()",
    "opens something else": "Path('data').glob(chat).open(chat)",
    "has somebody read": "asyncio.to_thread(PLACE.read_text)",
}
SHARED = {
    "writes": "PLACE.write_text(chat)",
    "opens to write": "open('data/pages.json', 'w').write(chat)",
    "opens to add, by its keyword": "open('data/pages.json', mode='a').write(chat)",
    "opens to add or to write": "open('data/pages.json', 'a' if chat else 'w').write(chat)",
    "opens to write, by a name": "mode = 'a' if chat else 'w'; open('data/pages.json', mode).write(chat)",
    "opens a path to write, by a name": "mode = 'w'; PLACE.open(mode).write(chat)",
    "opens as it is told": "open('data/pages.json', chat)",
    "opens a path to write": "PLACE.open('w').write(chat)",
    "packs": "zipfile.ZipFile('data/a.zip', 'w').writestr('a', chat)",
    "packs in a way": "tarfile.open('data/a.tar.xz', mode='w:xz').add(chat)",
    "has somebody write": "asyncio.to_thread(PLACE.write_text, chat)",
    "removes": "os.remove('data/pages.json')",
    "copies there": "shutil.copy(chat, 'data/pages.json')",
    "a database": "sqlite3.connect('data/pages.db')",
    "a name of the tenant's that two may share": "(Path('data') / get_current_tenant_id().lower()).write_text(chat)",
    "a name that is handed in, in a folder of everybody's": "(Path('data') / chat).write_text(chat)",
}


def found(program: TenantProgram) -> list[Finding]:
    return here(list(Sharing(program).files.findings()))


@pytest.mark.parametrize("form", RIGHT)
def test_is_no_file_of_everybody_s(form: str) -> None:
    assert found(served(RIGHT[form], ABOVE)) == []


@pytest.mark.parametrize("form", SHARED)
def test_is_a_file_of_everybody_s(form: str) -> None:
    program = served(SHARED[form], ABOVE)
    (finding,) = found(program)
    assert finding.line == line_of(program, SHARED[form])


def test_what_the_process_writes_as_it_starts_is_its_own() -> None:
    assert found(served("pass", ABOVE + "\nPLACE.write_text('a')\n")) == []
