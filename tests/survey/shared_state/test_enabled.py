"""Whether a component was asked for is followed through what functions are handed, on every way to them."""

from __future__ import annotations

import pytest

from codemods.survey.shared_state.components import unasked_components
from codemods.survey.shared_state.sharing import Sharing
from tests.survey.shared_state.small import here, served

ABOVE = """
from src.common.message.tenant_access import enabled_for_tenant
from src.plugin_system.base.base_events_handler import BaseEventHandler
from src.plugin_system.utils.saas_utils import is_plugin_enabled

handlers = []


async def run(handler: BaseEventHandler):
    await handler.execute()


async def pass_on(handler):
    await run(handler)


def mine():
    return [handler for handler in handlers if is_plugin_enabled("a", handler.name)]


async def run_all(found):
    found = enabled_for_tenant(found)
    for handler in found:
        await run(handler)


async def run_some(found, chat):
    if chat:
        found = enabled_for_tenant(found)
    for handler in found:
        await run(handler)


def theirs():
    return [handler for handler in handlers if handler.name]
"""


def unasked(body: str) -> int:
    program = served(body, ABOVE)
    return len(here(list(unasked_components(program, Sharing(program).work))))


@pytest.mark.parametrize(
    "body",
    [
        "for handler in enabled_for_tenant(handlers):\n    await run(handler)",
        "for handler in mine():\n    await pass_on(handler)",
        "for handler in handlers:\n    if is_plugin_enabled('a', handler.name):\n        await pass_on(handler)",
        "kept = sorted(mine())\nfor handler in kept:\n    await run(handler=handler)",
        "first = next(iter(mine()), None)\nawait pass_on(first)",
        "kept = []\nfor one in handlers:\n    if is_plugin_enabled('a', one.name):\n        kept.append(one)\n"
        "for handler in kept:\n    await run(handler)",
        "kept = []\nkept.extend(mine())\nkept += mine()\nfor handler in kept:\n    await run(handler)",
        "await run_all(handlers)",
    ],
    ids=[
        *("kept", "a function that keeps", "asked by the caller's caller", "by name", "the first"),
        *("put in once asked", "put in of what is kept", "kept by whom they are handed to"),
    ],
)
def test_what_was_asked_for_runs(body: str) -> None:
    assert unasked(body) == 0


@pytest.mark.parametrize(
    "body",
    [
        "for handler in handlers:\n    await run(handler)",
        "for handler in theirs():\n    await pass_on(handler)",
        "for handler in mine():\n    await run(handler)\nawait pass_on(handlers[0])",
        "for handler in [*mine(), *handlers]:\n    await run(handler)",
        "enabled_for_tenant(handlers)\nfor handler in handlers:\n    await pass_on(handler)",
        "kept = []\nfor one in handlers:\n    kept.append(one)\nfor handler in kept:\n    await run(handler)",
        "kept = mine()\nkept.extend(handlers)\nfor handler in kept:\n    await run(handler)",
        "kept = mine()\nkept += handlers\nfor handler in kept:\n    await run(handler)",
        "kept = {}\nkept[chat] = handlers[0]\nawait run(kept[chat])",
        "kept = mine()\nwith open(chat) as kept:\n    pass\nfor handler in kept:\n    await run(handler)",
        "await run(**{'handler': handlers[0]})",
        "await run(*handlers)",
        "for handler in handlers:\n    if is_plugin_enabled('a', 'greeting'):\n        await run(handler)",
        "await run_some(handlers, chat)",
    ],
    ids=[
        *("all of them", "kept by something else", "one of two ways", "together with all", "kept for nothing"),
        *("put in unasked", "more of all", "added of all", "an item of all", "of a block", "unpacked by name"),
        *("unpacked", "asked of what is written down", "kept on one of two ways"),
    ],
)
def test_one_way_that_nobody_asks_on_is_enough(body: str) -> None:
    assert unasked(body) == 1
