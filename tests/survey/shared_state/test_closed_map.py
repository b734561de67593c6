"""The map of tenants' parts: which of a tree's is the recipe's, or becomes so."""

from __future__ import annotations

import pytest

from codemods.knowledge.recipes import recipes_folder
from codemods.survey.shared_state.closed_map import in_the_way, is_ours, map_is_closed
from tests.conftest import SAMPLE
from tests.survey.judging import program_of

MAP, MANAGER = "src/common/structure/context_aware_map.py", "src/chat/message_receive/chat_stream.py"
CLOSED = (recipes_folder() / "support" / "context_aware_map.py").read_text(encoding="utf-8")
OPEN = (SAMPLE / MAP).read_text(encoding="utf-8")
MORE = OPEN.replace("    def __len__", "    def more(self): ...\n\n    def __len__")
KEPT = "class ChatManager:\n    def __init__(self):\n        self.streams = {}\n"


@pytest.mark.parametrize(
    ("text", "is_closed", "why"), [(CLOSED, True, ""), (OPEN, False, ""), (MORE, False, "it has a method more")]
)
def test_whose_it_is(text: str, is_closed: bool, why: str) -> None:
    program = program_of({MAP: text})
    assert (map_is_closed(program), in_the_way(program), is_ours(program)) == (is_closed, why, not why)


def test_it_stays_with_what_the_chat_manager_keeps() -> None:
    again = KEPT + "\n    def reset(self):\n        self.streams = {}\n"
    assert [is_ours(program_of({MAP: OPEN, MANAGER: text})) for text in (KEPT, again)] == [True, False]
