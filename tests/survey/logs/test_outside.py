"""What a gateway logs of its message: inside of its tenant's scope, and outside."""

from __future__ import annotations

import pytest

from codemods.survey.logs.outside import logged_outside
from tests.survey.gateway.test_entrances import API, HEAD
from tests.survey.judging import GUARDED, program_of
from tests.survey.logs.test_kept import PATH, WATCH

INSIDE = """    async with tenant_context_async('a', 'b'):
        await chat_bot.message_process(message)
        {inside}
    {after}
"""
LINE = "get_logger('a').info(f'done: {message.number}')"


def outside_files(*, inside: str = "pass", after: str = LINE, watch: str = WATCH, body: str = INSIDE) -> dict[str, str]:
    head = HEAD.replace("async def", "from src.common.tenant_logs import logging_for\n\n\nasync def", 1)
    text = f"{head}async def receive(message):\n{body.format(inside=inside, after=after)}"
    return {API: text, PATH: watch.lstrip("\n")}


def outside(**parts: str) -> list[str]:
    program = program_of(GUARDED | outside_files(**parts))
    return [f"{item.path}: {item.reason}" for item in logged_outside(program)]


@pytest.mark.parametrize(
    "quiet",
    [
        {"inside": LINE, "after": "pass"},
        {"after": f"with logging_for('a', 'b'):\n        {LINE}"},
        {"after": "get_logger('a').info('done')"},
        {"after": "get_logger('a').info(f'done: {error}')"},
        # Nobody is shown the log, and where nobody's tenant is known, the gateway itself is what is wrong.
        {"after": LINE, "watch": ""},
        {"after": LINE, "body": "    await chat_bot.message_process(message)\n    {after}\n"},
    ],
    ids=[
        "inside",
        "made its tenant's",
        "says nothing of it",
        "of something else",
        "a log that is not shown",
        "no tenant at all",
    ],
)
def test_what_is_its_tenants_or_nobodys_is_right(quiet: dict[str, str]) -> None:
    assert outside(**quiet) == []


@pytest.mark.parametrize(
    "line", [LINE, "print(message)", "get_logger('a').error('failed: %s', message.number)"], ids=["f", "print", "%"]
)
def test_what_a_message_says_is_shown_to_the_admin(line: str) -> None:
    (found,) = outside(after=line)
    assert found.startswith(f"{API}: logs message")
    assert found.endswith("outside of its tenant's scope")
