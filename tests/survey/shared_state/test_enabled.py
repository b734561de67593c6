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
    ],
    ids=["kept", "a function that keeps", "asked by the caller's caller", "by name", "the first"],
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
    ],
    ids=["all of them", "kept by something else", "one of two ways", "together with all", "kept for nothing"],
)
def test_one_way_that_nobody_asks_on_is_enough(body: str) -> None:
    assert unasked(body) == 1
