"""Which names of folders and files are every tenant's own afterwards."""

from __future__ import annotations

import pytest

from codemods.places import Place, Role, State
from codemods.survey.tenant_folders.folders import folder_sites
from tests.survey.judging import program_of
from tests.survey.shared_state.small import PATH, served

ABOVE = 'from pathlib import Path\n\nNOTES = Path("data/notes")\n{more}'


def places(body: str, more: str = "") -> list[Place]:
    program = served(body, ABOVE.format(more=more))
    return [site.place for site in folder_sites(program) if site.path == PATH]


def test_a_path_for_the_moment_and_one_that_is_handed_in_are_nobodys() -> None:
    assert places("import tempfile\nopen(tempfile.mktemp(), 'w')\nopen(chat, 'w')") == []


def test_what_is_only_read_is_no_tenants() -> None:
    assert places("print((NOTES / chat).read_text())") == []


def test_a_name_that_is_used_as_the_module_is_imported_is_the_process_s() -> None:
    assert places("(NOTES / chat).write_text(chat)", "FIRST = list(NOTES.glob('*'))\n") == []


KEEP = "def keep(path, text):\n    with open(path, 'w') as file:\n        file.write(text)\n"
PLUGIN = """
from src.common.keep import keep
from src.plugin_system import BaseCommand

SETTINGS = "plugins/note/settings.toml"


class Note(BaseCommand):
    command_name = "note"

    async def execute(self):
        keep(SETTINGS, self.message.raw_message)
"""


@pytest.mark.parametrize("path", ["plugins/note/plugin.py", "src/note/note.py"])
def test_what_plugins_keep_moves_with_their_start_up_work_whoever_writes_it_for_them(path: str) -> None:
    program = program_of({path: PLUGIN, "src/common/keep.py": KEEP})
    assert [site.path for site in folder_sites(program) if site.path == path] == [path] * path.startswith("src/")


MADE = """import logging
from concurrent.futures import ThreadPoolExecutor

POOL = ThreadPoolExecutor(2, "notes")


def get_logger(name):
    return logging.getLogger(name)


logger = get_logger("notes")
"""


@pytest.mark.parametrize("given", ["POOL", "logger"])
def test_what_is_made_with_a_name_and_is_no_path_stays(given: str) -> None:
    assert places(f"path = chat.loop.run_in_executor({given}, chat.make)\npath.write_bytes(b'')", MADE) == []


@pytest.mark.parametrize(
    "value", ["os.path.join('data', 'notes')", "'data/notes'", "Path('data').resolve() / 'notes'", "base() + '/notes'"]
)
def test_a_path_however_it_is_made_moves(value: str) -> None:
    more = f"import os\n\n\ndef base():\n    return os.path.abspath('data')\n\n\nKEPT = {value}\n"
    assert places("open(os.path.join(KEPT, chat), 'w')", more) == [State("<module>", "KEPT", Role.FIRST)]


IN_THREAD = """import threading
from concurrent.futures import ProcessPoolExecutor
from src.common.message.tenant_background import carry_context
from src.common.message.tenant_files import tenant_path

pool = ProcessPoolExecutor()


def keep(chat):
    (NOTES / chat).write_text(chat)
"""
STARTED = "threading.Thread(target={target}, args=(chat,)).start()"


def test_a_name_that_runs_where_no_tenant_is_carried_stays_for_who_looks_for_the_file_there() -> None:
    assert places("pool.submit(keep, chat)", IN_THREAD) == []


WORKER = """

class Worker(threading.Thread):
    def run(self):
        keep('everything')
"""


def test_a_name_that_a_class_of_threads_uses_stays() -> None:
    assert places("(NOTES / chat).write_text(chat)", IN_THREAD + WORKER) == []


@pytest.mark.parametrize("target", ["keep", "carry_context(keep)"])
def test_a_thread_that_has_its_tenant_or_is_given_it_writes_the_tenants(target: str) -> None:
    assert places(STARTED.format(target=target), IN_THREAD) == [State("<module>", "NOTES", Role.FIRST)]


@pytest.mark.parametrize("way", ["(NOTES / chat).write_text(chat)", "path = NOTES / chat\nopen(path, 'w')"])
def test_a_name_that_is_written_to(way: str) -> None:
    more = "\n\ndef notes():\n    return list(NOTES.glob('*'))\n"
    assert places(way, more) == [State("<module>", "NOTES", Role.FIRST)]


def test_the_name_itself_and_not_what_it_is_made_of() -> None:
    more = "ARCHIVE = NOTES / 'archive'\n\n\ndef notes():\n    return list(NOTES.glob('*'))\n"
    assert places("(ARCHIVE / chat).write_text(chat)", more) == [State("<module>", "ARCHIVE", Role.FIRST)]
