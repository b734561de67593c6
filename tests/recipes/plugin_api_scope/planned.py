"""A form of plugin API function on what it stands on, and what plugin-api-scope makes of it."""

from __future__ import annotations

from textwrap import dedent

from codemods.plan.make import Plan
from codemods.tree import Checkout
from tests.conftest import plan_of
from tests.forms import APIS, after, form_tree
from tests.recipes.plugin_api_scope.changed import CHANGED

RECIPE = "plugin-api-scope"

FORM = "src/plugin_system/apis/form_api.py"

MOODS = "src/mood/mood_manager.py"

EMOJIS = "src/chat/emoji_system/emoji_manager.py"

# A manager whose moods are one mapping for all tenants, as the sample's, written as trees do.
MOOD_MANAGER = """
from typing import Dict


class ChatMood:
    def __init__(self, chat_id: str):
        self.chat_id = chat_id
        self.state = "calm"


class MoodManager:
    def __init__(self):
        self.mood_list: Dict[str, ChatMood] = {}

    def get_mood_by_chat_id(self, chat_id: str) -> ChatMood:
        if chat_id not in self.mood_list:
            self.mood_list[chat_id] = ChatMood(chat_id)
        return self.mood_list[chat_id]

    def known_mood(self, chat_id: str):
        return self.mood_list.get(chat_id)


mood_manager = MoodManager()
"""


def files_of(text: str) -> dict[str, str]:
    """The files of a form: its own, and what it stands on besides the sample."""
    files = {FORM: dedent(text).lstrip("\n")}
    if "mood_manager" in text:
        files[MOODS] = MOOD_MANAGER.lstrip("\n")
    if "inner_api" in text:
        files["src/plugin_system/apis/inner_api.py"] = dedent(CHANGED["sync"].replace("name()", "inner()")).lstrip("\n")
    if "src.topics" in text:
        files["src/topics.py"] = (
            "TOPICS = []\n\n\ndef add(topic):\n    TOPICS.append(topic)\n\n\n"
            "class Topics:\n    def __init__(self):\n        self.by_chat = {}\n\n\ntopics = Topics()\n"
        )
    if "plugin_system.core import" in text:
        files["src/plugin_system/core/__init__.py"] = (
            "from src.plugin_system.core.plugin_manager import plugin_manager\n"
        )
    return files


def own_tree(files: dict[str, str]) -> Checkout:
    """The forms, without the sample's own plugin APIs: the recipe would edit them all, for every form."""
    return form_tree(files, without=APIS)


def migrated_from(files: dict[str, str]) -> tuple[Checkout, Plan]:
    """A tree of forms on the tenant-foundation, and what the recipe makes of it."""
    checkout = own_tree(files)
    checkout = after(checkout, plan_of(checkout, "tenant-foundation"))
    return checkout, plan_of(checkout, RECIPE)


def about(plan: Plan, *paths: str) -> Plan:
    """What a plan leaves to a person, of these files only: the sample's own parts are not the form's."""
    return Plan(plan.changes, tuple(item for item in plan.findings if item.path in paths), plan.passed_over)
