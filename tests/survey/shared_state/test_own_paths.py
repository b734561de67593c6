"""Which names of folders and files are each tenant's own, or become so, and who uses them."""

from __future__ import annotations

import pytest

from codemods.survey.shared_state.own_paths import moving_paths, way_to_own_file
from tests.survey.judging import program_of
from tests.survey.shared_state.small import MODULE, name, served

ABOVE = 'from pathlib import Path\n\nNOTES = Path("data/notes")\n{more}'


def moving(body: str, more: str = "") -> list[str]:
    program = served(body, ABOVE.format(more=more))
    return [holder.name for holder in moving_paths(program) if holder.at.module == MODULE]


def test_a_path_for_the_moment_and_one_that_is_handed_in_are_nobodys() -> None:
    assert moving("import tempfile\nopen(tempfile.mktemp(), 'w')\nopen(chat, 'w')") == []


def test_what_is_only_read_is_no_tenants() -> None:
    assert moving("print((NOTES / chat).read_text())") == []


def test_a_name_that_is_used_as_the_module_is_imported_is_the_process_s() -> None:
    assert moving("(NOTES / chat).write_text(chat)", "FIRST = list(NOTES.glob('*'))\n") == []


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
    module = path.removesuffix(".py").replace("/", ".")
    found = [holder.name for holder in moving_paths(program) if holder.at.module == module]
    assert found == ["SETTINGS"] * path.startswith("src/")


MADE = """import logging
from concurrent.futures import ThreadPoolExecutor

POOL = ThreadPoolExecutor(2, "notes")


def get_logger(name):
    return logging.getLogger(name)


logger = get_logger("notes")
"""


@pytest.mark.parametrize("given", ["POOL", "logger"])
def test_what_is_made_with_a_name_and_is_no_path_stays(given: str) -> None:
    assert moving(f"path = chat.loop.run_in_executor({given}, chat.make)\npath.write_bytes(b'')", MADE) == []


@pytest.mark.parametrize(
    "value", ["os.path.join('data', 'notes')", "'data/notes'", "Path('data').resolve() / 'notes'", "base() + '/notes'"]
)
def test_a_path_however_it_is_made_moves(value: str) -> None:
    more = f"import os\n\n\ndef base():\n    return os.path.abspath('data')\n\n\nKEPT = {value}\n"
    assert moving("open(os.path.join(KEPT, chat), 'w')", more) == ["KEPT"]


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
    assert moving("pool.submit(keep, chat)", IN_THREAD) == []


WORKER = """

class Worker(threading.Thread):
    def run(self):
        keep('everything')
"""


def test_a_name_that_a_class_of_threads_uses_stays() -> None:
    assert moving("(NOTES / chat).write_text(chat)", IN_THREAD + WORKER) == []


@pytest.mark.parametrize("target", ["keep", "carry_context(keep)"])
def test_a_thread_that_has_its_tenant_or_is_given_it_writes_the_tenants(target: str) -> None:
    assert moving(STARTED.format(target=target), IN_THREAD) == ["NOTES"]


@pytest.mark.parametrize("way", ["(NOTES / chat).write_text(chat)", "path = NOTES / chat\nopen(path, 'w')"])
def test_a_name_that_is_written_to(way: str) -> None:
    more = "\n\ndef notes():\n    return list(NOTES.glob('*'))\n"
    assert moving(way, more) == ["NOTES"]


def test_the_name_itself_and_not_what_it_is_made_of() -> None:
    more = "ARCHIVE = NOTES / 'archive'\n\n\ndef notes():\n    return list(NOTES.glob('*'))\n"
    assert moving("(ARCHIVE / chat).write_text(chat)", more) == ["ARCHIVE"]


NO_TENANT = """def register(api):
    api.register_custom_handler("notes", told)


async def told(data):
    print((NOTES / data["name"]).read_text())
"""


def test_what_the_message_server_calls_with_no_tenant_finds_the_file_where_it_was() -> None:
    assert moving("(NOTES / chat).write_text(chat)", NO_TENANT) == []
    reaching = NO_TENANT.replace("    print", "    await rows()\n    print")
    assert moving("(NOTES / chat).write_text(chat)", reaching) == []


def test_what_is_no_handler_of_the_message_server_does_not_keep_it() -> None:
    assert moving("(NOTES / chat).write_text(chat)", NO_TENANT.replace("register_custom_handler", "note")) == ["NOTES"]


@pytest.mark.parametrize("path", ['Path("data/notes")', 'tenant_path(Path("data/notes"))'])
def test_who_uses_such_a_name(path: str) -> None:
    above = f"from pathlib import Path\nfrom src.common.message.tenant_files import tenant_path\n\nNOTES = {path}\n"
    above += "\n\ndef keep(chat):\n    (NOTES / chat).write_text(chat)\n\n\ndef tell(chat):\n    print(chat)\n"
    program = served("keep(chat)", above)
    assert way_to_own_file(program, name("tell")) is None
    assert str(way_to_own_file(program, name("keep"))) == "keep → NOTES"
    assert str(way_to_own_file(program, name("serve"))) == "serve → keep → NOTES"


def test_what_enters_a_tenant_by_itself_has_no_way_there() -> None:
    above = ABOVE.format(more="from src.common.message.tenant_context import tenant_context\n")
    program = served("with tenant_context(chat, chat):\n    (NOTES / chat).write_text(chat)", above)
    assert way_to_own_file(program, name("serve")) is None
