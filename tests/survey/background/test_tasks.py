"""Work that goes on by itself: whose tenant a task runs in."""

from __future__ import annotations

import pytest

from tests.survey.judging import judged

WORK = "src/form/work.py"
HEAD = """
import asyncio
import threading
from buses import bus
from src.chat.message_receive.chat_stream import get_chat_manager
from src.common.database.database_model import Messages
from src.common.message.tenant_background import carry_context, in_own_tenant, remembers_tenant
from src.common.message.tenant_context import tenant_context
from src.manager.async_task_manager import AsyncTask


def count():
    return Messages.select().count()


def double(number=1):
    return number * 2


async def poll():
    count()


"""
TASK = (
    "class Count(AsyncTask):\n    def __init__(self):\n        super().__init__({given})\n\n    async def run(self):\n"
)


def said(text: str, kind: str) -> dict[str, tuple[str, bool]]:
    entries = judged({WORK: HEAD + text}, kind)
    return {name: (entry.verdict, entry.by_hand) for name, entry in entries.items()}


@pytest.mark.parametrize(
    ("given", "body", "verdict", "by_hand"),
    [
        ("", "count()", "secure", False),
        ("per_tenant=True", "count()", "secure", False),
        ("'count', 0, 60, True", "count()", "secure", False),
        ("per_tenant=False", "double()", "global", False),
        ("per_tenant=False", "count()", "insecure", True),
        ("'count', 0, 60, False", "count()", "insecure", True),
        ("per_tenant=double() > 1", "count()", "insecure", True),
        (")\n        self.per_tenant = double() > 1\n        print(", "count()", "insecure", True),
        ("**{'per_tenant': False}", "count()", "insecure", True),
        ("**{'run_interval': 5}", "count()", "secure", False),
    ],
)
def test_periodic_tasks(given: str, body: str, verdict: str, by_hand: bool) -> None:
    assert said(f"{TASK.format(given=given)}        {body}\n", "background-task") == {"Count": (verdict, by_hand)}


@pytest.mark.parametrize(
    ("text", "verdict", "by_hand"),
    [
        ("async def start():\n    asyncio.create_task(asyncio.sleep(1))\n", None, False),
        ("async def idle():\n    double()\n\n\nasync def start():\n    asyncio.create_task(idle())\n", "global", False),
        ("@bus.on('chat')\nasync def start():\n    asyncio.create_task(poll())\n", "secure", False),
        ("async def start():\n    asyncio.create_task(poll())\n", "not judged", True),
        ("asyncio.ensure_future(poll())\n", "insecure", True),
        ("with tenant_context('a'):\n    asyncio.ensure_future(poll())\n", "secure", False),
    ],
    ids=[
        "not the tree's",
        "reaches nothing",
        "from a function",
        "from what nobody calls",
        "on import",
        "on import, in a scope",
    ],
)
def test_tasks_have_the_tenant_of_what_starts_them(text: str, verdict: str | None, by_hand: bool) -> None:
    assert list(said(text, "background-task").values()) == ([(verdict, by_hand)] if verdict else [])
