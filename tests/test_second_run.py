"""A second run changes nothing, also where one recipe's answer hangs on what another one does in the same run, and
where a part of a migration was there before."""

from __future__ import annotations

from dataclasses import replace

import pytest

from codemods.tree import Checkout, SourceFile, open_checkout
from tests.conftest import SAMPLE, plan_of, survey_of
from tests.forms import after

BOT, CHAT = "src/chat/message_receive/bot.py", "src/webui/chat_routes.py"
STREAMS = "src/chat/message_receive/chat_stream.py"
STYLE, WATCH = "plugins/style_plugin", "src/manager/watch.py"
LOOP = b"""
import asyncio

from src.common.message.api import message_handler

seen = {}


class Watch:
    async def start(self):
        self._task = asyncio.create_task(self._watch())

    async def _watch(self):
        while True:
            await message_handler({}, {})
"""


@pytest.fixture(scope="module")
def sample() -> Checkout:
    return open_checkout(SAMPLE)


def with_files(checkout: Checkout, files: dict[str, bytes | None]) -> Checkout:
    """A checkout with these files in the place of its own, or besides them, and without those that are None."""
    new = [
        SourceFile(path, path.removesuffix(".py").replace("/", "."), data)
        for path, data in files.items()
        if data is not None
    ]
    own = [file for file in checkout.files if file.path not in files]
    return replace(checkout, files=tuple(sorted((*own, *new), key=lambda file: file.path)))


def changed_twice(checkout: Checkout) -> list[str]:
    """The files that a second run changes."""
    migrated = after(checkout, plan_of(checkout))
    return [change.path for change in plan_of(migrated).changes]


# What another recipe gives a tenant in the same run


def test_who_hands_on_a_message_and_is_no_handler_works_for_a_tenant(sample: Checkout) -> None:
    chat = sample.by_path[CHAT].data.replace(b'@router.websocket("/ws")', b'@router.follow("/ws")')
    assert changed_twice(with_files(sample, {CHAT: chat})) == []


def test_what_moves_to_the_event_of_tenants_runs_in_one(sample: Checkout) -> None:
    plugin = sample.by_path[f"{STYLE}/plugin.py"].data
    assert changed_twice(with_files(sample, {f"{STYLE}/plugin.py": None, f"{STYLE}/_plugin.py": plugin})) == []


def test_a_loop_that_calls_the_gateway_works_on_nothing_behind_it(sample: Checkout) -> None:
    bot = sample.by_path[BOT].data.replace(
        b"        chat.add_message(", b"        watch.seen[stream.stream_id] = chat\n        chat.add_message("
    )
    bot = bot.replace(b"\nlogger =", b"from src.manager import watch\n\nlogger =", 1)
    assert changed_twice(with_files(sample, {WATCH: LOOP, BOT: bot})) == []


# What two recipes make of one member


def test_a_map_that_is_closed_is_no_map_of_another_kind_as_well(sample: Checkout) -> None:
    head = b"    async def send_message(self, session_id: str, message: Dict[str, Any]) -> None:\n"
    chat = sample.by_path[CHAT].data.replace(head, head + b"        await chat_bot.message_process(message)\n")
    half = with_files(sample, {CHAT: chat})  # what the chat keeps, the process uses as well
    plan = plan_of(half)
    kept = b"self.last_messages: ContextAwareMap[str, MessageRecv] = ContextAwareMap()"
    assert kept in after(half, plan).by_path[STREAMS].data
    (edits,) = (change.edits for change in plan.changes if change.path == STREAMS)
    making = [edit.recipe for edit in edits if edit.names == ("ChatManager.last_messages",)]
    assert making == ["chat-manager-guard"]
    assert changed_twice(half) == []


# What runs for a tenant on account of its files

NOTES_FILE, NOTES = (
    "src/manager/notes.py",
    b"""
import threading
from pathlib import Path

NOTES = Path("data/notes")
_texts = {}


def note(chat_id, text):
    threading.Thread(target=keep, args=(chat_id, text)).start()


def keep(chat_id, text):
    _texts[chat_id] = text
    for other in _texts:
        (NOTES / other).write_text(text)
""",
)
NOTE_ROUTES = b"""
from fastapi import APIRouter, Depends

from src.manager import notes
from src.webui.auth import get_current_token

router = APIRouter(prefix="/notes", dependencies=[Depends(get_current_token)])
_asked = {}


@router.get("/one")
async def one(chat_id: str):
    notes._texts[chat_id] = ""
    return (notes.NOTES / chat_id).read_text()
"""


def with_notes(sample: Checkout, files: dict[str, bytes | None]) -> Checkout:
    bot = sample.by_path[BOT].data.replace(
        b"        chat.add_message(", b"        notes.note(stream.stream_id, '')\n        chat.add_message("
    )
    bot = bot.replace(b"\nlogger =", b"from src.manager import notes\n\nlogger =", 1)
    return with_files(sample, {BOT: bot, NOTES_FILE: NOTES, **files})


def test_what_a_thread_keeps_that_is_handed_its_tenant_for_a_file_is_each_tenants(sample: Checkout) -> None:
    noting = with_notes(sample, {})
    text = after(noting, plan_of(noting)).by_path[NOTES_FILE].data
    assert b"carry_context(keep)" in text and b"_texts = ContextAwareMap()" in text
    assert changed_twice(noting) == []


def test_what_a_handler_uses_that_runs_for_a_tenant_for_its_file_is_each_tenants(sample: Checkout) -> None:
    noting = with_notes(sample, {"src/webui/note_routes.py": NOTE_ROUTES})
    migrated = after(noting, plan_of(noting))
    assert b"_texts = ContextAwareMap()" in migrated.by_path[NOTES_FILE].data
    assert b"@webui_tenant\nasync def one(" in migrated.by_path["src/webui/note_routes.py"].data
    assert changed_twice(noting) == []


# What is left is said before


NOTE_TABLE = b"""
from peewee import CharField, Model


class NoteRow(Model):
    text = CharField()
"""
NOTE_LIST = b"""
from fastapi import APIRouter, Depends

from src.common.database.database_model import Messages
from src.manager.note_table import NoteRow
from src.webui.auth import get_current_token

router = APIRouter(prefix="/notes", dependencies=[Depends(get_current_token)])


@router.get("/all")
async def all_notes():
    return [*Messages.select(), *NoteRow.select()]


@router.get("/count")
async def count_notes():
    return Messages.select().count()
"""


def test_rows_that_are_everybodys_in_a_tenant_as_well_are_said_to_be_left(sample: Checkout) -> None:
    path = "src/webui/note_routes.py"
    noting = with_files(sample, {"src/manager/note_table.py": NOTE_TABLE, path: NOTE_LIST})
    plan = plan_of(noting)
    migrated = after(noting, plan)
    assert migrated.by_path[path].data.count(b"@webui_tenant") == 2
    for findings in (plan.findings, plan_of(migrated).findings):
        (left,) = (item for item in findings if item.path == path)
        reason = "NoteRow has no tenant column and NoteRow adds no tenant: all_notes → NoteRow.select()"
        assert (left.qualname, left.reason) == ("all_notes", reason)


def test_connections_that_become_each_tenants_are_not_said_to_be_left(sample: Checkout) -> None:
    routes = b"""
from fastapi import APIRouter, WebSocket

from src.common.database.database_model import Messages

router = APIRouter()
connections: list[WebSocket] = []


@router.websocket("/ws")
async def serve(socket: WebSocket):
    connections.append(socket)
    await forget(Messages.select().count())


async def forget(socket):
    global connections
    connections = [one for one in connections if one is not socket]
"""
    path = "src/webui/ws_routes.py"
    connected = with_files(sample, {path: routes})
    plans = [plan_of(connected), plan_of(connected, "tenant-foundation", "webui-admin-context")]
    assert b"connections.value = [one for one in connections.value" in after(connected, plans[0]).by_path[path].data
    left = [[item.what for item in plan.findings if item.path == path] for plan in plans]
    assert left == [[], ["connections connections"]]


# What recipes bring has no findings of its own


HEARD = b"""
from src.plugin_system import BaseEventHandler, BasePlugin, EventType, register_plugin


class Heard(BaseEventHandler):
    event_type = EventType.ON_MESSAGE
    handler_name = "heard"

    def set_plugin_config(self, config):
        self.config = config

    async def execute(self, message):
        self.config = message
        return True, True, None, None, None


@register_plugin
class ThisPlugin(BasePlugin):
    plugin_name = "heard"

    def get_plugin_components(self):
        return [(Heard.get_handler_info(), Heard)]
"""


def test_what_a_plugin_keeps_is_said_of_it_and_not_of_what_loads_its_tenants(sample: Checkout) -> None:
    hearing = with_files(sample, {"plugins/heard/plugin.py": HEARD})
    left = survey_of(after(hearing, plan_of(hearing))).entry_points()
    insecure = {(item.path, item.qualname) for item in left if item.verdict == "insecure"}
    assert ("plugins/heard/plugin.py", "Heard") in insecure
    assert "src/common/message/tenant_loading.py" not in {path for path, _ in insecure}


# A merge that brought one half


TASKS, MAP = "src/manager/async_task_manager.py", "src/common/structure/task_map.py"
PARTS = "src/common/structure/context_aware_map.py"
ROWS = "src/plugin_system/apis/database_api.py"


@pytest.fixture(scope="module")
def migrated(sample: Checkout) -> Checkout:
    return after(sample, plan_of(sample))


def test_a_map_whose_file_was_not_merged_is_that_map(sample: Checkout) -> None:
    data = sample.by_path[TASKS].data
    data = data.replace(
        b"self.tasks: Dict[str, asyncio.Task] = {}", b"self.tasks: TaskMap[str, asyncio.Task] = TaskMap()"
    )
    data = data.replace(b"\n\nlogger =", b"\nfrom src.common.structure.task_map import TaskMap\n\nlogger =", 1)
    half = with_files(sample, {TASKS: data})
    assert b"in own_runs(list_active())" in after(half, plan_of(half)).by_path[TASKS].data
    assert changed_twice(half) == []


@pytest.mark.parametrize("path", [MAP, "src/webui/tenant.py", "src/common/message/tenant_access.py"])
def test_a_support_file_that_is_gone_comes_back(migrated: Checkout, path: str) -> None:
    without = with_files(migrated, {path: None})
    (missed,) = (item for item in survey_of(without).findings() if item.what.startswith("missing "))
    assert "which is not there: run " in missed.reason and missed.path in migrated.by_path
    assert after(without, plan_of(without)) == migrated


def test_guards_without_their_imports_are_guards_and_get_them(sample: Checkout) -> None:
    guards = b"    current_tenant_id()\n    data = own_data(model_class, data)\n    try:\n        if query_type not in"
    data = sample.by_path[ROWS].data.replace(b"    try:\n        if query_type not in", guards)
    half = with_files(sample, {ROWS: data})
    assert after(half, plan_of(half)).by_path[ROWS] == after(sample, plan_of(sample)).by_path[ROWS]
    assert changed_twice(half) == []


@pytest.mark.parametrize("path", [ROWS, TASKS, CHAT, f"{STYLE}/settings.py"])
def test_imports_that_are_gone_come_back(migrated: Checkout, path: str) -> None:
    lines = migrated.by_path[path].data.splitlines(keepends=True)
    brought = [
        line for line in lines if line.startswith(b"from src.") and line not in SAMPLE.joinpath(path).read_bytes()
    ]
    half = with_files(migrated, {path: b"".join(line for line in lines if line not in brought)})
    again = after(half, plan_of(half))
    texts = [sorted(filter(None, tree.by_path[path].data.splitlines())) for tree in (again, migrated)]
    assert brought and texts[0] == texts[1]
    assert changed_twice(half) == []


# What is one for each tenant is known as well as what was one for all


SETTINGS = b"""
class Settings:
    def __init__(self) -> None:
        self.prefix = ""

    def configure(self, prefix: str, excited: int) -> None:
        self.prefix = prefix


settings = Settings()
"""


def test_a_method_of_what_is_one_for_each_tenant_is_no_other_of_its_name(sample: Checkout) -> None:
    assert changed_twice(with_files(sample, {"src/chat/heart_flow/settings.py": SETTINGS})) == []


KINDS = b"""
from typing import Dict


class Kinds:
    def __init__(self):
        self.kinds: Dict[str, str] = {}
        self.asked: Dict[str, str] = {}

    def register(self, kind: str) -> None:
        self.kinds[kind] = kind

    def ask(self, chat_id: str, kind: str) -> None:
        self.asked[chat_id] = kind

    def forget(self, kind: str) -> None:
        self.asked.pop(kind)
        self.kinds.pop(kind)


kinds = Kinds()
kinds.register("chat")
"""


def test_who_uses_a_map_that_somebody_edited_does_no_more_for_a_tenant_than_before(migrated: Checkout) -> None:
    bot = migrated.by_path[BOT].data.replace(
        b"        chat.add_message(", b"        kinds.ask(stream.stream_id, '')\n        chat.add_message("
    )
    bot = bot.replace(b"\nlogger =", b"from src.manager.kinds import kinds\n\nlogger =", 1)
    parts = migrated.by_path[PARTS].data + b"\n# ours\n"
    assert changed_twice(with_files(migrated, {"src/manager/kinds.py": KINDS, BOT: bot, PARTS: parts})) == []


BOSS = b"""
class Worker:
    def __init__(self):
        self.jobs = []

    def begin_all(self, chat_id):
        self.jobs.append(chat_id)


class Boss:
    def __init__(self):
        self.last = None

    def ask(self, chat_id: str) -> None:
        self.last = Worker()
        self.last.begin_all(chat_id)


boss = Boss()
"""
OTHER = b"""
class Other:
    def __init__(self):
        self.prefix = ""

    def begin_all(self, chat_id):
        self.prefix = chat_id


other = Other()
"""


def test_a_method_of_an_attribute_that_is_one_for_each_tenant_is_no_other_of_its_name(sample: Checkout) -> None:
    bot = sample.by_path[BOT].data.replace(
        b"        chat.add_message(", b"        boss.ask(stream.stream_id)\n        chat.add_message("
    )
    bot = bot.replace(b"\nlogger =", b"from src.manager.boss import boss\n\nlogger =", 1)
    files: dict[str, bytes | None] = {"src/manager/boss.py": BOSS, "src/manager/other.py": OTHER, BOT: bot}
    assert changed_twice(with_files(sample, files)) == []
