"""All that tenants share: who changes it, in whose work, and who reads it without a tenant."""

from __future__ import annotations

import pytest

from codemods.knowledge.recipes import recipes_folder
from codemods.survey.shared_state.sharing import Sharing, shared_read
from codemods.tree import open_checkout
from tests.conftest import SAMPLE, survey_of
from tests.survey.judging import program_of
from tests.survey.plugins.small import handler, plugin
from tests.survey.shared_state.small import MODULE, PATH, SERVE, name, served, small, verdicts

READERS = """

@router.get("/read")
def read():
    return shown()


def shown():
    return kept


def idle():
    return 1
"""


def test_what_the_process_changes_is_not_shared() -> None:
    assert verdicts(small("kept = []\n\n\ndef start():\n    kept.append(1)\n\n\nstart()\n")) == {}


def test_a_constructor_gives_its_own_object_its_first_value() -> None:
    above = "class Page:\n    def __init__(self, rows):\n        self.rows = rows\n"
    assert verdicts(served("Page(rows(chat))", above)) == {}


MOODS = """
import asyncio


class Moods:
    names = []

    def __init__(self):
        self.by_chat = {}

    def begin(self):
        asyncio.create_task(self.cool())

    async def cool(self):
        for stream in global_config.chats:
            self.by_chat[stream] = 1
            self.names.append(stream)


moods = Moods()
"""


@pytest.mark.parametrize(
    ("more", "divided"),
    [("", []), ("other = Moods()\n", []), ("\n\ndef make():\n    return Moods()\n", ["Moods.by_chat"])],
)
def test_what_each_object_has_is_a_tenants_where_each_tenant_gets_an_object(more: str, divided: list[str]) -> None:
    """Nobody makes another: else the attribute itself becomes a tenant's."""
    sharing = Sharing(plugin(handler("moods.begin()", before=MOODS + more)).program)
    found = [holder.at.qualname for holder, _, _ in sharing.divided()]
    assert [name for name in found if name == "Moods.by_chat"] == divided


def test_the_change_that_is_shown_is_the_nearest_to_where_the_work_begins() -> None:
    above = "kept = []\n\n\ndef far():\n    near()\n    kept.append(1)\n\n\ndef near():\n    kept.append(2)\n"
    program = served("far()", above)
    (entry,) = [item for item in Sharing(program).judged() if item.path == PATH]
    assert entry.reason == "kept for all tenants, and changed in a tenant's work: serve → far"


def test_who_uses_what_is_shared_and_what_ends_it_is_said_below() -> None:
    program = small("kept = []" + SERVE + "    kept.append(chat)\n" + READERS)
    (entry,) = [item for item in Sharing(program).judged() if item.path == PATH]
    used, stays, ended = entry.details
    assert used.startswith("used by serve (") and f"shown ({PATH}:" in used
    assert stays.startswith("no recipe changes it: it is used where no tenant may be set")
    assert ended.startswith("ended by keeping one for each tenant")


def test_whoever_reads_what_is_shared_reaches_tenant_state_by_that() -> None:
    program = small("kept = []" + SERVE + "    kept.append(chat)\n" + READERS)
    assert str(shared_read(program, name("read"))) == "read → shown → kept"
    assert shared_read(program, name("idle")) is None


def test_who_reads_what_is_kept_apart_reaches_nothing() -> None:
    mapping = "kept = {}" + SERVE + "    kept[current_tenant_id()] = rows(chat)\n"
    own = READERS.replace("return kept", "return kept.get(current_tenant_id())")
    assert shared_read(small(mapping + own), name("read")) is None
    assert str(shared_read(small(mapping + READERS), name("read"))) == "read → shown → kept"


def test_what_a_recipe_brought_is_not_looked_at_while_it_is_whole() -> None:
    text = (recipes_folder() / "support" / "tenant_local.py").read_text(encoding="utf-8")
    module = "src.common.message.tenant_local"
    for now, is_brought in ((text, True), (text + "\nmore = 1\n", False)):
        sharing = Sharing(program_of({"src/common/message/tenant_local.py": now}))
        assert (module in sharing.program.brought) == is_brought
        assert MODULE not in sharing.program.brought


SERVER = """
class Server:
    def __init__(self, port):
        self.set_port(port)

    def set_port(self, port):
        self.port = port


def server():
    return Server(1)


one = server()
"""


@pytest.mark.parametrize(("above", "is_shared"), [("", False), ("\n\ndef move(port):\n    one.set_port(port)\n", True)])
def test_what_only_the_making_of_an_object_runs_gives_it_its_first_values(above: str, is_shared: bool) -> None:
    found = verdicts(served("server()\nreturn one.port" + ("\nmove(chat)" if above else ""), SERVER + above))
    assert ("Server.port" in found) is is_shared


@pytest.mark.parametrize("run", ["Page.read[chat] = rows(chat)", "self.note(chat)"])
def test_what_a_class_keeps_is_no_first_value_of_an_object(run: str) -> None:
    text = f"""
    class Page:
        read = {{}}

        def __init__(self, chat):
            {run}

        def note(self, chat):
            self.read[chat] = rows(chat)
    """
    assert verdicts(served("return Page(chat).read", text))["Page.read"][0] == "insecure"


def test_an_object_that_an_inner_function_makes_anew_is_not_the_processs() -> None:
    text = """
    class Box:
        def put(self, row):
            self.row = row


    def collect(chat):
        box = Box()

        def flush():
            nonlocal box
            box.put(rows(chat))
            box = Box()

        flush()
    """
    assert verdicts(served("collect(chat)", text)) == {}


@pytest.mark.parametrize("name", ["_worker", "SchedulerStart._task"])
def test_what_comes_along_with_a_plugin_s_start_is_not_said_to_be_changed_by_no_recipe(name: str) -> None:
    judged = survey_of(open_checkout(SAMPLE)).entry_points("shared-state")
    (entry,) = (entry for entry in judged if entry.qualname == name and entry.path.startswith("plugins/"))
    assert entry.verdict == "insecure"
    assert not entry.by_hand and not any(str(detail).startswith("no recipe") for detail in entry.details)
