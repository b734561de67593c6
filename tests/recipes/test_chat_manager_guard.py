"""chat-manager-guard over every form of map and manager. What must not change comes first."""

from __future__ import annotations

from textwrap import dedent

import pytest
from syrupy.assertion import SnapshotAssertion

from codemods.knowledge.recipes import recipes_folder
from codemods.plan.make import Plan
from codemods.tree import Checkout
from tests.conftest import SAMPLE, plan_of, survey_of
from tests.forms import RecipeSnapshots, after, form_tree, shown

RECIPE = "chat-manager-guard"
STANDS_ON = ("tenant-foundation", "background-context")
MANAGER, MAP = "src/chat/message_receive/chat_stream.py", "src/common/structure/context_aware_map.py"

CLOSED = (recipes_folder() / "support" / "context_aware_map.py").read_text(encoding="utf-8")
OPEN = (SAMPLE / MAP).read_text(encoding="utf-8")

# A manager as trees have had it, in our own words; {streams} and the rest are what forms differ in.
HEAD = """
import asyncio
from typing import Dict, Optional

from src.common.database.database_model import ChatStreams
from src.common.message.tenant_context import get_current_tenant_id, tenant_context
from src.common.structure.context_aware_map import ContextAwareMap


class ChatStream:
    def __init__(self, stream_id: str, tenant_id: str) -> None:
        self.stream_id = stream_id
        self.tenant_id = tenant_id


class ChatManager:
"""
TAIL = '''

chat_manager: Optional[ChatManager] = None


def get_chat_manager() -> ChatManager:
    """全局聊天流管理器"""
    global chat_manager
    if chat_manager is None:
        chat_manager = ChatManager()
    return chat_manager
'''
METHODS = '''
def __init__(self) -> None:
    self.streams: {streams}
    self.last_messages: Dict[str, str] = {{}}

def register_message(self, message) -> None:
    self.last_messages[message.stream_id] = message

def get_stream(self, stream_id: str) -> Optional[ChatStream]:
    """没有时返回 None"""
    try:
        return self.streams.get(stream_id)
    except Exception:
        return None

async def _initialize(self) -> None:
    await self.load_all_streams()
    print(len(self.streams))

async def _auto_save_task(self) -> None:
    while True:
        await asyncio.sleep(300)
        await self._save_all_streams()

{save}

async def load_all_streams(self) -> None:
    """启动时加载"""
    self.streams.clear()
    for row in await asyncio.to_thread(lambda: list(ChatStreams.raw("SELECT * FROM chatstreams"))):
        self.streams{put}
'''
SAVE = '''
async def _save_all_streams(self) -> None:
    """保存全部聊天流"""
    for stream in self.streams.values():
        ChatStreams.update(platform="qq").where(ChatStreams.stream_id == stream.stream_id).execute()
'''
SAVE_EACH = """
async def _save_all_streams(self) -> None:
    for stream in self.streams.values():
        with tenant_context(stream.tenant_id):
            ChatStreams.update(platform="qq").where(ChatStreams.stream_id == stream.stream_id).execute()
"""
PUT = ".set_with_context(row.stream_id, ChatStream(row.stream_id, row.tenant_id), row.tenant_id)"
MAPPED = "ContextAwareMap = ContextAwareMap()"


def manager(streams: str = MAPPED, save: str = SAVE, put: str = PUT, more: str = "") -> str:
    body = METHODS.strip("\n").format(streams=streams, save=save.strip("\n"), put=put) + dedent(more)
    return HEAD.strip("\n") + "\n" + "".join(f"    {line}\n" if line else "\n" for line in body.split("\n")) + TAIL


CHANGED = {
    "a partitioned map and a plain one": {MANAGER: manager(), MAP: OPEN},
    "streams in a plain dict": {
        MANAGER: manager(
            "Dict[str, ChatStream] = {}", put="[row.stream_id] = ChatStream(row.stream_id, row.tenant_id)"
        ),
        MAP: OPEN,
    },
    "a save that enters each stream's tenant": {MANAGER: manager(save=SAVE_EACH), MAP: CLOSED},
    "lines that end in CRLF": {MAP: OPEN.replace("\n", "\r\n"), MANAGER: manager().replace("\n", "\r\n")},
}

# The tree, the attribute or class that stays, and what is said of it.
LEFT = {
    "a map with methods of its own": (
        {MAP: OPEN + "\n    def of_all(self):\n        return self._partitions\n", MANAGER: manager()},
        "it has a method of_all",
    ),
    "a map that is written for in another way": (
        {MAP: OPEN.replace("tenant_id: str, agent_id: str", "owner: str, agent_id: str"), MANAGER: manager()},
        "its set_with_context takes other arguments",
    ),
    "a map whose file gives more": (
        {
            MAP: OPEN,
            MANAGER: manager(),
            "src/form/keys.py": "from src.common.structure.context_aware_map import PartitionKey\n\nK = PartitionKey\n",
        },
        "PartitionKey of its file is used elsewhere",
    ),
    "a map that others look into": (
        {
            MAP: OPEN,
            MANAGER: manager(),
            "src/form/peek.py": (
                "from src.chat.message_receive.chat_stream import get_chat_manager\n\n\n"
                "def peek():\n    return get_chat_manager().streams._writable()\n"
            ),
        },
        "uses its _writable",
    ),
}


def planned(files: dict[str, str]) -> tuple[Checkout, Plan]:
    checkout = form_tree(files)
    standing = after(checkout, plan_of(checkout, *STANDS_ON))
    return standing, plan_of(standing, RECIPE)


def test_a_closed_map_stays_as_it_is() -> None:
    _, plan = planned({MAP: "# 我们自己的注释\n" + CLOSED, MANAGER: manager()})
    assert MAP not in {change.path for change in plan.changes}


def test_the_map_of_a_closed_tree_stays_and_so_does_all_else() -> None:
    standing, plan = planned({MAP: OPEN, MANAGER: manager()})
    assert plan_of(after(standing, plan), RECIPE).changes == ()


@pytest.mark.parametrize("form", LEFT)
def test_is_left_to_a_person(form: str) -> None:
    files, reason = LEFT[form]
    _, plan = planned(files)
    assert MAP not in {change.path for change in plan.changes}
    assert any(reason in item.reason for item in plan.findings), [item.reason for item in plan.findings]
    assert plan.changes == () and "edits all of its places or none" in plan.passed_over[0]


def test_streams_that_are_given_a_new_value_are_left_to_a_person() -> None:
    more = "\n\ndef forget(self) -> None:\n    self.streams = {}"
    _, plan = planned({MANAGER: manager("Dict[str, ChatStream] = {}", more=more), MAP: OPEN})
    assert any("streams is given a new value" in item.reason for item in plan.findings)


def test_a_use_elsewhere_keeps_all_as_it_is_and_is_named_with_its_file() -> None:
    use = """
        from src.chat.message_receive.chat_stream import get_chat_manager

        def copied():
            return {**get_chat_manager().streams}
    """
    other = "src/chat/copying.py"
    standing, plan = planned({MANAGER: manager("Dict[str, ChatStream] = {}"), MAP: OPEN, other: use})
    assert plan.changes == ()
    (sentence,) = plan.passed_over
    assert f"{other}:4: streams is used here as no partitioned map can be" in sentence
    (entry,) = [item for item in survey_of(standing).entry_points("chat-manager") if item.name == "ChatManager.streams"]
    assert entry.reason.startswith(f"{other}:4: ")


def test_another_way_through_the_door_is_insecure() -> None:
    checkout = form_tree(
        {
            MANAGER: manager(),
            MAP: OPEN,
            "src/form/peek.py": """
                from src.chat.message_receive.chat_stream import get_chat_manager
                from src.common.message.tenant_door import open_door


                def count():
                    with open_door():
                        return len(get_chat_manager().streams)
            """,
        }
    )
    found = {item.qualname: item for item in survey_of(checkout).entry_points("chat-manager")}
    assert found["count"].verdict == "insecure"
    assert found["count"].by_hand


@pytest.mark.parametrize("form", CHANGED)
def test_is_closed(form: str, snapshot: SnapshotAssertion) -> None:
    files = {path: text for path, text in CHANGED[form].items() if path == MANAGER} | CHANGED[form]
    shot = shown(form.capitalize(), files, RECIPE, stands_on=STANDS_ON)
    assert shot == snapshot(extension_class=RecipeSnapshots)


@pytest.mark.parametrize("form", CHANGED)
def test_nothing_is_open_afterwards(form: str) -> None:
    standing, plan = planned(CHANGED[form])
    survey = survey_of(after(standing, plan))
    entries = survey.entry_points("chat-manager")
    assert [item for item in entries if item.verdict == "insecure"] == []
    assert {item.qualname.rpartition(".")[2] for item in entries} >= {"streams", "last_messages", "get_stream"}
    assert plan.findings == ()
