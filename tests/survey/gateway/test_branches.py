"""Which branches of a gateway may be refused: those that have no tenant, where nothing of a tenant's is lost by it."""

from __future__ import annotations

from textwrap import indent

import pytest

from codemods.analysis.symbols import Symbol
from codemods.survey.gateway.branches import unscoped_branches
from tests.survey.judging import program_of

API = "src/common/message/api.py"
HEAD = """
from src.chat.message_receive.bot import chat_bot
from src.common.message.tenant_context import tenant_context_async


async def receive(messages, tenant):
"""
OPEN = "await chat_bot.message_process(messages)"
SCOPED = f"async with tenant_context_async(tenant, 'a'):\n    {OPEN}"


def branch(head: str, *lines: str) -> str:
    return "\n".join([head, indent("\n".join(lines), "    ")])


# What comes before, or beside, a tenant's turn; and why none of it may be refused.
NONE = {
    "every branch has a tenant": SCOPED,
    "no branch has one, so it is not told what would be lost": OPEN,
    "more messages come behind it": branch(
        "for message in messages:", branch("if tenant:", SCOPED), branch("else:", OPEN)
    ),
    "the tenant's turn comes behind it": "\n".join([branch("if not tenant:", OPEN), SCOPED]),
    "something else is done behind it": "\n".join(
        [branch("if tenant:", SCOPED, "return"), OPEN, "print(messages)"],
    ),
    "its answer is used": "\n".join(
        [branch("if tenant:", SCOPED), branch("else:", f"answer = {OPEN}", "print(answer)")]
    ),
    "a branch that may be entered after the other one fails": "\n".join(
        [branch("try:", SCOPED), branch("except ValueError:", OPEN)]
    ),
}
SOME = {
    "the other branch of an if": ("\n".join([branch("if tenant:", SCOPED), branch("else:", OPEN)]), [1]),
    "the first branch of an if": ("\n".join([branch("if not tenant:", OPEN), branch("else:", SCOPED)]), [0]),
    "the way behind a return": ("\n".join([branch("if tenant:", SCOPED, "return"), OPEN]), [1]),
    "a branch that returns": ("\n".join([branch("if not tenant:", OPEN, "return"), SCOPED]), [0]),
    "two of three": (
        "\n".join([branch("if tenant == 'a':", OPEN), branch("elif tenant:", SCOPED), branch("else:", OPEN)]),
        [0, 2],
    ),
    "cases of a match": (
        branch("match tenant:", branch("case None:", OPEN), branch("case _:", SCOPED)),
        [0],
    ),
}


def refused(body: str) -> list[int]:
    return unscoped_branches(
        program_of({API: HEAD + indent(body, "    ") + "\n"}), Symbol.parse("src.common.message.api:receive")
    )


@pytest.mark.parametrize("form", NONE)
def test_may_not_be_refused(form: str) -> None:
    assert refused(NONE[form]) == []


@pytest.mark.parametrize("form", SOME)
def test_may_be_refused(form: str) -> None:
    body, numbers = SOME[form]
    assert refused(body) == numbers
