"""What looks like a guard and is none, and what a guard keeps."""

from __future__ import annotations

import pytest

from codemods.survey.verdicts import UNSCOPED
from tests.conftest import survey_of
from tests.forms import after
from tests.recipes.plugin_api_scope.planned import FORM, MOODS, files_of, migrated_from

HALF_GUARDED = {
    "behind the use": "require_own_chat(other)\n    mood_manager.get_mood_by_chat_id(chat)\n    require_own_chat(chat)",
    "on a condition": "require_own_chat(other)\n    if other:\n        require_own_chat(chat)",
    "of what is made of it": "require_own_chat(chat.lower())",
}


@pytest.mark.parametrize("guard", HALF_GUARDED)
def test_a_guard_counts_for_what_it_is_handed_first(guard: str) -> None:
    form = f"""
from src.common.message.tenant_access import require_own_chat
from src.common.message.tenant_context import current_tenant_id
from src.mood.mood_manager import mood_manager


def get_mood(chat: str, other: str):
    current_tenant_id()
    {HALF_GUARDED[guard]}
    return mood_manager.get_mood_by_chat_id(chat)
"""
    checkout, plan = migrated_from(files_of(form))
    opened = after(checkout, plan).by_path[FORM].data.decode().partition("other: str):\n")[2]
    assert opened.startswith("    require_own_chat(chat)\n")
    assert [item.verdict for item in survey_of(checkout).api_functions if item.path == FORM] == [UNSCOPED]


@pytest.mark.parametrize(
    "besides",
    [
        "mood_manager.mood_list[chat] = mood_manager.mood_list[other]",
        "mood_manager.mood_list[chat] = 1; return list(mood_manager.mood_list.values())",
        "mood_manager.mood_list[chat] = mood_manager.get_mood_by_chat_id(other.chat_id)",
        "mood_manager.mood_list[chat] = list(map(mood_manager.get_mood_by_chat_id, other))",
    ],
)
def test_a_holder_that_is_used_besides_the_guarded_chat_is_parted(besides: str) -> None:
    """What a guard keeps is the entry of its chat: other entries of the same holder are still everybody's."""
    files = files_of(f"""
from src.mood.mood_manager import mood_manager


def change(chat: str, other):
    {besides}
""")
    checkout, plan = migrated_from(files)
    assert b"ContextAwareMap()" in after(checkout, plan).by_path[MOODS].data
