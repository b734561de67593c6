"""Which lines that are logged outside of a tenant's scope may be logged in one: where its ids stay known."""

from __future__ import annotations

from textwrap import indent

import pytest

from codemods.places import Place, Scoping
from codemods.survey.logs.rescoped import outside_sites
from tests.survey.judging import GUARDED, program_of
from tests.survey.logs.test_outside import outside_files

ENTERING = """
async with tenant_context_async(tenant, agent):
    await chat_bot.message_process(message)
"""
DONE = "print('done', message)\n"
LEFT = {
    "ids that are not known yet": f"{DONE}tenant, agent = ask(message)\n{ENTERING}",
    "ids that are not known on each way": (
        "if message:\n    tenant, agent = 'a', 'b'\n" + indent(ENTERING, "    ") + f"\n{DONE}"
    ),
    "ids that are new behind it": f"tenant = agent = ask(message)\n{ENTERING}tenant = None\n{DONE}",
    "ids of another message": (
        f"for message in message.all:\n    tenant = agent = ask(message)\n{indent(ENTERING, '    ')}\n{DONE}"
    ),
    "ids that are no names": f"{ENTERING.replace('tenant, agent', 'message.tenant, message.agent')}{DONE}",
    "two tenants": (f"tenant = agent = other = ask(message)\n{ENTERING}{ENTERING.replace('agent', 'other')}{DONE}"),
    "a line among others": f"tenant = agent = ask(message)\n{ENTERING}\nif message: {DONE}",
    "what is worked out": f"tenant = agent = ask(message)\n{ENTERING}\nreturn {DONE}",
}
MENDED = {
    "behind it": f"tenant = ask(message)\nagent = 'b'\n{ENTERING}{DONE}",
    "of one pair": f"tenant, agent = ask(message)\n{ENTERING}{DONE}",
    "before it": f"tenant = ask(message)\nagent: str = 'b'\n{DONE}{ENTERING}",
    "behind a branch": (
        "tenant = agent = None\ntry:\n    tenant = agent = ask(message)\nexcept OSError:\n    return\n"
        f"if tenant:\n{indent(ENTERING, '    ')}\nelse:\n    return\n{DONE}"
    ),
    "in the same turn of a loop": (
        f"for message in message.all:\n    tenant = agent = ask(message)\n{indent(ENTERING + DONE, '    ')}"
    ),
}


def sites(body: str) -> list[Place]:
    files = outside_files(body=f"{indent(body, '    ')}\n")
    return [site.place for site in outside_sites(program_of(GUARDED | files))]


@pytest.mark.parametrize("body", LEFT.values(), ids=LEFT)
def test_what_is_left(body: str) -> None:
    assert sites(body) == []


@pytest.mark.parametrize("body", MENDED.values(), ids=MENDED)
def test_what_is_logged_for_its_tenant(body: str) -> None:
    assert sites(body) == [Scoping("receive", 0, ("tenant", "agent"))]


def test_lines_are_counted() -> None:
    body = f"tenant = agent = ask(message)\nprint('asked')\n{ENTERING}print('left')\n{DONE}"
    assert sites(body) == [Scoping("receive", 2, ("tenant", "agent"))]
