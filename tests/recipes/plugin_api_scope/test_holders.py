"""Holders that become one for each tenant, and what no rule covers."""

from __future__ import annotations

import re
from textwrap import dedent

import pytest
from syrupy.assertion import SnapshotAssertion

from codemods.survey.verdicts import SCOPED, UNRESOLVED, UNSCOPED
from tests.conftest import survey_of
from tests.forms import RecipeSnapshots, after, shown_plan
from tests.recipes.plugin_api_scope.changed import CHANGED
from tests.recipes.plugin_api_scope.planned import EMOJIS, FORM, about, files_of, migrated_from, own_tree
from tests.recipes.plugin_api_scope.unchanged import UNCHANGED

HOLDERS = {
    "a list and a count that maintenance overwrites": """
        from typing import List

        from src.common.database.database_model import Emoji


        class EmojiManager:
            \"\"\"表情包\"\"\"

            _instance = None

            def __new__(cls):
                if cls._instance is None:
                    cls._instance = super().__new__(cls)
                return cls._instance

            def __init__(self):
                self._task = None

                # 当前的表情包
                self.emoji_objects: List[Emoji] = []  # 全部
                self.emoji_num = 0

                self.started = True

            async def reload(self):
                self.emoji_objects = list(Emoji.select())
                self.emoji_num = len(self.emoji_objects)
    """,
    "nothing else in init": """
        class EmojiManager:
            def __init__(self):
                self.emoji_objects = []
                self.emoji_num = 0

            def reload(self):
                self.emoji_num += 1
    """,
    "first values in the class": """
        class EmojiManager:
            emoji_objects: list = []
            emoji_num = 0

            def reload(self):
                self.emoji_num += 1
    """,
    "a first value that is worked out": """
        class EmojiManager:
            def __init__(self, known):
                self.emoji_objects = list(known)
                self.emoji_num = len(known)
    """,
    "a text, a note, and a first value that two share": """
        class EmojiManager:
            \"\"\"表情包\"\"\"

            def __init__(self):
                # 当前的表情包
                self.emoji_objects = []
                self.emoji_num = self.known = 0
    """,
    "of the class itself": """
        class EmojiManager:
            emoji_objects = []
            emoji_num = 0

            @classmethod
            def reload(cls, found):
                cls.emoji_objects = found
                EmojiManager.emoji_num += 1
    """,
    "used while its object is made": """
        class EmojiManager:
            def __init__(self, known):
                self.emoji_objects = []
                self.emoji_objects.extend(known)
                self.emoji_num = 0
                print(self.emoji_num)
    """,
    "of a class with slots": """
        class EmojiManager:
            __slots__ = ("emoji_objects", "emoji_num")

            def __init__(self):
                self.emoji_objects = []
                self.emoji_num = 0
    """,
    "of a dataclass": """
        from dataclasses import dataclass


        @dataclass
        class EmojiManager:
            emoji_objects: tuple = None
            emoji_num: int = 0
    """,
    "first given a value elsewhere": """
        class EmojiManager:
            def load(self):
                self.emoji_objects = []
                self.emoji_num = 0
    """,
}

EMOJI_API = """
from src.chat.emoji_system.emoji_manager import EmojiManager

manager = EmojiManager()


def count() -> int:
    return manager.emoji_num


def all_emojis() -> list:
    return [emoji for emoji in manager.emoji_objects if not emoji.is_deleted]
"""


@pytest.mark.parametrize("form", HOLDERS)
def test_a_holder_becomes_one_for_each_tenant(form: str, snapshot: SnapshotAssertion) -> None:
    files = {EMOJIS: dedent(HOLDERS[form]).lstrip("\n"), FORM: EMOJI_API.lstrip("\n")}
    checkout, plan = migrated_from(files)
    shown = shown_plan(form, {EMOJIS: files[EMOJIS]}, checkout, about(plan, EMOJIS))
    assert shown == snapshot(extension_class=RecipeSnapshots)
    verdicts = [item.verdict for item in survey_of(after(checkout, plan)).api_functions if item.path == FORM]
    made = after(checkout, plan).by_path[EMOJIS].data.decode()
    parted = [re.search(rf"\b{name}(: .*)? = TenantAttribute", made) for name in ("emoji_num", "emoji_objects")]
    assert verdicts == [SCOPED if found else UNSCOPED for found in parted]


def test_a_function_is_unresolved_by_what_no_rule_covers() -> None:
    survey = survey_of(own_tree(files_of(UNCHANGED["a method of the registry that no rule covers"])))
    (function,) = [item for item in survey.api_functions if item.path == FORM]
    assert function.verdict == UNRESOLVED
    assert function.reason == "line 5 touches component_registry.get_registry_stats, which no rule covers"
    assert function.reason in " ".join(finding.reason for finding in survey.findings("api-function"))


def test_calls_of_what_raises_without_a_tenant_are_found_where_there_is_none() -> None:
    calling = "from src.plugin_system.apis.form_api import name\n\nNAME = name()\n"
    survey = survey_of(own_tree({**files_of(CHANGED["sync"]), "src/greeting.py": calling}))
    (finding,) = [item for item in survey.findings("api-function") if item.path == "src/greeting.py"]
    reason = "calls name, which would raise here, where there is no tenant: it stays as it is"
    assert (finding.line, finding.reason) == (3, reason)


def test_a_model_without_a_tenant_column_is_found_where_it_is_handed_in() -> None:
    files = files_of(CHANGED["rows of any model"])
    files["plugins/words/plugin.py"] = dedent("""
        from peewee import Model, TextField

        from src.plugin_system.apis.form_api import count


        class Word(Model):
            word = TextField()


        class Note(Model):
            tenant_id = TextField()


        async def words():
            return await count(Word) + await count(Note)


        async def again():
            return await count(Word)
    """).lstrip("\n")
    survey = survey_of(own_tree(files))
    found = [item for item in survey.findings("api-function") if item.path == "plugins/words/plugin.py"]
    assert [(item.line, item.reason) for item in found] == [
        (15, "the rows of Word know no tenant: give the model a column tenant_id")
    ]
