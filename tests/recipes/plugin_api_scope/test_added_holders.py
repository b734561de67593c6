"""Holders that a fork adds."""

from __future__ import annotations

from pathlib import Path

import pytest
from syrupy.assertion import SnapshotAssertion

from codemods.errors import TenantizeError
from codemods.knowledge.recipes import chosen_recipes
from codemods.knowledge.state import read_holders
from codemods.plan.make import make_plan
from codemods.survey.shared_state.partitions import require_holders
from codemods.survey.verdicts import SCOPED, UNRESOLVED
from tests.conftest import plan_of, survey_of
from tests.forms import RecipeSnapshots, after, shown_plan
from tests.recipes.plugin_api_scope.planned import FORM, RECIPE, about, own_tree

TOPICS = """
class Topics:
    def __init__(self):
        self.by_chat = {}
        self.all = []

    def add(self, chat_id, topic):
        self.by_chat[chat_id] = topic


topics = Topics()
"""

TOPIC_API = """
from src.topics import topics


def get_topic(chat_id: str):
    return topics.by_chat.get(chat_id)


def set_topic(chat_id: str, topic: str):
    topics.add(chat_id, topic)


def all_topics():
    return [topic.text for topic in topics.all]
"""

OWN = {"partition": "by_chat", "guard": "by_chat", "filter": "all", "require": "all", "admin": "all"}


def holder_file(path: Path, *entries: str) -> Path:
    path.write_text("\n".join(f"[[holder]]\n{entry}" for entry in entries), encoding="utf-8")
    return path


@pytest.mark.parametrize("scope", OWN)
def test_a_fork_adds_a_holder(scope: str, tmp_path: Path, snapshot: SnapshotAssertion) -> None:
    files = {"src/topics.py": TOPICS.lstrip("\n"), FORM: TOPIC_API.lstrip("\n")}
    other = OWN["filter" if OWN[scope] == "by_chat" else "guard"]
    key = {"by_chat": 'key = "chat"\n', "all": ""}
    entries = [
        f'name = "{name}"\nat = "src.topics:Topics.{name}"\n{key[name]}scope = "{own}"\n'
        for name, own in ((OWN[scope], scope), (other, "require"))
    ]
    holders = read_holders(holder_file(tmp_path / "holders.toml", *entries))
    checkout = own_tree(files)
    checkout = after(checkout, plan_of(checkout, "tenant-foundation"))
    survey = survey_of(checkout, holders=holders)
    require_holders(survey.program)
    plan = make_plan(checkout, survey, chosen_recipes([RECIPE]), named=True)
    shown = shown_plan(f"a fork's own holder, scope {scope}", files, checkout, about(plan, *files))
    assert shown == snapshot(extension_class=RecipeSnapshots)
    verdicts = {
        item.verdict for item in survey_of(after(checkout, plan), holders=holders).api_functions if item.path == FORM
    }
    assert verdicts == {SCOPED}


@pytest.mark.parametrize(
    "use",
    [
        "(*chats): return [topics.by_chat[chat] for chat in chats]",
        "(message): return topics.by_chat.get(message.chat_id)",
        "(chat): return topics.by_chat[chat], list(topics.by_chat)",
        "(message): topics.add(message.chat_id, 1)",
    ],
)
def test_a_guarded_holder_that_no_guard_covers_is_unresolved(use: str, tmp_path: Path) -> None:
    entry = 'name = "by_chat"\nat = "src.topics:Topics.by_chat"\nkey = "chat"\nscope = "guard"\n'
    holders = read_holders(holder_file(tmp_path / "holders.toml", entry))
    form = f"from src.topics import topics\n\n\ndef get_topic{use}\n"
    survey = survey_of(own_tree({"src/topics.py": TOPICS.lstrip("\n"), FORM: form}), holders=holders)
    (function,) = [item for item in survey.api_functions if item.path == FORM]
    assert function.verdict == UNRESOLVED
    assert "by_chat by more than ids of chats" in function.reason


@pytest.mark.parametrize(
    "at", ["src.nothing:topics", "src.topics:Topics.none", "src.topics:Other.all", "src.topics:none"]
)
def test_a_holder_that_is_not_in_the_tree_is_refused(at: str, tmp_path: Path) -> None:
    path = holder_file(tmp_path / "holders.toml", f'name = "t"\nat = "{at}"\nscope = "guard"\n')
    survey = survey_of(own_tree({"src/topics.py": TOPICS}), holders=read_holders(path))
    with pytest.raises(TenantizeError, match="which is not in this tree"):
        require_holders(survey.program)
