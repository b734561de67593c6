"""Whether what a mapping keeps by a tenant's id is made for that tenant: all forms in one tree."""

from __future__ import annotations

from functools import cache
from textwrap import indent

import pytest

from tests.survey.shared_state.small import small, verdicts

# What a request does, with KEPT for the mapping of its own.
MADE = [
    "KEPT.setdefault(current_tenant_id(), []).append(chat)",
    "KEPT.setdefault(current_tenant_id(), list(everything)).append(chat)",
    "KEPT[current_tenant_id()] = everything.copy() if chat else LIMIT",
    "put_KEPT(rows(chat))",
]
# Something that lives longer, and is put in for others too.
SHARED = [
    "KEPT.setdefault(current_tenant_id(), everything).append(chat)",
    "mine = rows(chat) or everything\nKEPT[current_tenant_id()] = mine",
    "KEPT[current_tenant_id()] = drawers.get('all')\nKEPT[current_tenant_id()].append(chat)",
    "KEPT[current_tenant_id()] = all_of_it()\nKEPT[current_tenant_id()].append(chat)",
    "put_KEPT(everything)",
    # By more functions than are followed.
    "KEPT[current_tenant_id()] = sixth()\nKEPT[current_tenant_id()].append(chat)",
]
HEAD = """
everything = []
drawers = {"all": []}
LIMIT = 9


def all_of_it():
    return everything


def second():
    return all_of_it()


def third():
    return second()


def fourth():
    return third()


def fifth():
    return fourth()


def sixth():
    return fifth()
"""
FORM = """

KEPT = {}


def put_KEPT(given):
    KEPT[current_tenant_id()] = given


@router.get("/serve")
async def serve_KEPT(chat):
    rows(chat)
"""


@cache
def told() -> dict[str, str]:
    """The verdict of each form."""
    forms = [*MADE, *SHARED]
    text = HEAD
    for number, body in enumerate(forms):
        text += f"{FORM}{indent(body, '    ')}\n".replace("KEPT", f"kept_{number}")
    found = verdicts(small(text))
    return {body: found[f"kept_{number}"][0] for number, body in enumerate(forms)}


@pytest.mark.parametrize("body", MADE)
def test_is_made_for_its_tenant(body: str) -> None:
    assert told()[body] == "secure"


@pytest.mark.parametrize("body", SHARED)
def test_lives_longer_than_its_tenants_work(body: str) -> None:
    assert told()[body] == "insecure"
