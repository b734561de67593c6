"""A chat's loop runs in the tenant of its chat, and so does what it starts."""

from __future__ import annotations

import pytest

from codemods.survey.background.loops import loop_sites
from tests.survey.background.test_tasks import HEAD, said
from tests.survey.judging import judged, program_of

LOOP = "src/chat/brain_chat/brain_chat.py"
LOOP_CLASS = """
class BrainChatting:
    {remembering}
    def __init__(self, chat_id):
        {keeps}

    {own}
    def start(self):
        self.task = asyncio.create_task(self._loop())

    {own}
    async def _loop(self):
        while True:
            count()
"""
STREAM = "self.chat_stream = get_chat_manager().get_stream(chat_id)"


@pytest.mark.parametrize(
    ("own", "remembering", "keeps", "insecure", "mended"),
    [
        ("@in_own_tenant", "", STREAM, [], []),
        ("@in_own_tenant", "@remembers_tenant", "self.chat_id = chat_id", [], []),
        (
            *("@in_own_tenant", "", "self.chat_id = chat_id"),
            ["BrainChatting.__init__"],
            ["chat-loop-init"],
        ),
        (
            *("", "", STREAM),
            ["BrainChatting._loop", "BrainChatting.start"],
            ["chat-loop-method", "chat-loop-method"],
        ),
    ],
    ids=["by its stream", "by what it remembers", "knows no tenant", "enters none"],
)
def test_a_chat_s_loop(own: str, remembering: str, keeps: str, insecure: list[str], mended: list[str]) -> None:
    files = {LOOP: HEAD + LOOP_CLASS.format(own=own, remembering=remembering, keeps=keeps)}
    entries = judged(files, "chat-loop")
    assert sorted(name for name, entry in entries.items() if entry.verdict == "insecure") == insecure
    assert {"BrainChatting._loop", "BrainChatting.start"} <= entries.keys()
    assert [site.on for site in loop_sites(program_of(files)) if site.path == LOOP] == mended


def test_a_loop_of_another_class_is_a_task_like_any_other() -> None:
    text = LOOP_CLASS.format(own="", remembering="", keeps=STREAM).replace("BrainChatting", "Poller")
    text += "\n\n@bus.on('chat')\ndef begin(chat):\n    Poller(chat).start()\n"
    assert said(text, "chat-loop") == {}
    assert said(text, "background-task") == {"Poller._loop": ("secure", False)}


@pytest.mark.parametrize(("name", "by_hand"), [("BrainChatting", False), ("Poller", True)])
def test_what_a_loop_starts_is_mended_with_it(name: str, by_hand: bool) -> None:
    text = LOOP_CLASS.format(own="", remembering="", keeps=STREAM).replace("BrainChatting", name)
    text += f"            asyncio.create_task(poll())\n\n\n{name}(1).start()\n"
    tasks = judged({LOOP: HEAD + text}, "background-task")
    assert (tasks["poll"].verdict, tasks["poll"].by_hand) == ("insecure", by_hand)
