"""A second run changes nothing, also where one recipe's answer hangs on what another one does in the same run, and
where a part of a migration was there before."""

from __future__ import annotations

from dataclasses import replace

import pytest

from codemods.tree import Checkout, SourceFile, open_checkout
from tests.conftest import SAMPLE, plan_of
from tests.forms import after

BOT, CHAT = "src/chat/message_receive/bot.py", "src/webui/chat_routes.py"
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
