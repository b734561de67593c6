"""The chat manager: its map, what it keeps, its methods, and the door for what the system does for all tenants."""

from __future__ import annotations

import pytest

from codemods.knowledge.recipes import recipes_folder
from codemods.survey.chat_manager.gate import gate_sites
from codemods.survey.shared_state.sharing import Sharing
from codemods.survey.sites import Site
from tests.conftest import SAMPLE, survey_of
from tests.forms import form_tree
from tests.survey.judging import GUARDED, judged, program_of

MANAGER, MAP = "src/chat/message_receive/chat_stream.py", "src/common/structure/context_aware_map.py"
CLOSED = (recipes_folder() / "support" / "context_aware_map.py").read_text(encoding="utf-8")
OPEN = (SAMPLE / MAP).read_text(encoding="utf-8")
TEXT = """
from src.common.database.database_model import ChatStreams
from src.common.message.tenant_context import current_tenant_id
from src.common.message.tenant_door import across_tenants, for_each_tenant, open_door
from src.common.structure.context_aware_map import ContextAwareMap


class ChatManager:
    def __init__(self):
        self.streams = {streams}
        self.last_messages = ContextAwareMap()

    def get_stream(self, chat):
        {first}
        return self.streams.get(chat)

    {door}
    async def load_all_streams(self):
        for row in ChatStreams.select():
            self.streams[row.stream_id] = row
"""
DONE = {"streams": "ContextAwareMap()", "first": "current_tenant_id()", "door": "@across_tenants"}


def files(closed: str = CLOSED, **changed: str) -> dict[str, str]:
    return GUARDED | {MANAGER: TEXT.format(**DONE | changed), MAP: closed}


def insecure(tree: dict[str, str]) -> dict[str, bool]:
    """What of the manager and its map is open, and whether a person must close it."""
    entries = judged(tree, "chat-manager")
    return {name: entry.by_hand for name, entry in entries.items() if entry.verdict == "insecure"}


def mended(tree: dict[str, str]) -> list[str]:
    return [site.on for site in gate_sites(program_of(tree)) if isinstance(site, Site) and site.path in tree]


def test_nothing_is_left_to_do_where_all_is_closed() -> None:
    entries = judged(files(), "chat-manager")
    assert {name: entry.verdict for name, entry in entries.items()} == {
        "ContextAwareMap": "secure",
        "ChatManager.streams": "secure",
        "ChatManager.last_messages": "secure",
        "ChatManager.get_stream": "secure",
        "ChatManager.load_all_streams": "global",
    }
    assert mended(files()) == []


@pytest.mark.parametrize(
    ("changed", "name", "on"),
    [
        ({"closed": OPEN}, "ContextAwareMap", "open-map"),
        ({"streams": "{}"}, "ChatManager.streams", "chat-mapping"),
        ({"first": "pass"}, "ChatManager.get_stream", "chat-gate"),
        ({"door": "# open"}, "ChatManager.load_all_streams", "system-across"),
    ],
)
def test_what_is_open_is_closed_by_a_recipe(changed: dict[str, str], name: str, on: str) -> None:
    assert insecure(files(**changed)) == {name: False}
    assert mended(files(**changed)) == [on]


def test_a_map_that_differs_in_comments_only_is_the_recipe_s() -> None:
    assert insecure(files(closed=CLOSED + "\n# ours\n")) == {}


@pytest.mark.parametrize(
    ("closed", "reason"),
    [
        (
            OPEN.replace("def __len__(", "def everything(self):\n        return self\n\n    def __len__("),
            "has a method everything",
        ),
        (OPEN + "\n\nLIMIT = 3\n", "LIMIT of its file is used elsewhere"),
    ],
)
def test_a_map_of_which_more_is_used_than_the_recipe_s_has_is_left_to_a_person(closed: str, reason: str) -> None:
    tree = files(closed) | {"src/form/user.py": "from src.common.structure.context_aware_map import LIMIT\n"}
    tree = tree if "LIMIT" in closed else files(closed)
    assert insecure(tree) == {"ContextAwareMap": True}
    assert reason in judged(tree, "chat-manager")["ContextAwareMap"].reason
    assert mended(tree) == []


def test_a_streams_map_of_several_first_values_is_left_to_a_person() -> None:
    text = files(streams="{}")[MANAGER] + "\n    def forget(self):\n        self.streams = {}\n"
    tree = files() | {MANAGER: text}
    assert insecure(tree)["ChatManager.streams"] is True
    assert mended(tree) == []


def test_others_may_not_pass_through_the_door() -> None:
    passing = "\n    def sneak(self):\n        with open_door():\n            return self.streams\n"
    tree = files() | {MANAGER: files()[MANAGER] + passing}
    assert insecure(tree) == {"ChatManager.sneak": True}


def test_what_cannot_be_closed_as_modules_are_imported_is_no_other_recipes_either() -> None:
    uses = "\n\nmanager = ChatManager()\nmanager.streams.get('')\nmanager.streams['a'] = 1\n"
    tree = files(streams="{}")
    tree[MANAGER] += uses
    sharing = Sharing(program_of(tree))
    (streams,) = (holder for holder in sharing.changed if holder.at.qualname == "ChatManager.streams")
    assert "used here as modules are imported" in sharing.part_of(streams).obstacle


@pytest.mark.parametrize(
    ("line", "home"),
    [
        ("from maim_chat.streams import ChatManager, get_chat_manager", "maim_chat.streams"),
        ("from src.chat.streams import *", "src.chat.streams"),
        ("import src.chat.streams as home\n\nChatManager = home.ChatManager", "src.chat.streams"),
    ],
)
def test_a_manager_that_is_only_handed_on_is_left_to_a_person(line: str, home: str) -> None:
    tree = files() | {MANAGER: line + "\n", "src/chat/streams.py": TEXT.format(**DONE)}
    (found,) = [item for item in survey_of(form_tree(tree)).findings("chat-manager") if item.path == MANAGER]
    assert found.reason == f"hands on ChatManager of {home}: nothing shows whether that is closed without a tenant"
    assert [item for item in survey_of(form_tree(files())).findings("chat-manager") if item.path == MANAGER] == []
