"""Which mappings keep every entry under its tenant's id: all of them in one tree."""

from __future__ import annotations

from functools import cache
from textwrap import indent

import pytest

from tests.survey.shared_state.small import small, verdicts

# What a request does, with KEPT for the mapping of its own.
APART = [
    "KEPT[current_tenant_id()] = rows(chat)",
    "KEPT[get_current_tenant_id() or 'nobody'] = rows(chat)",
    "tenant_id, agent_id = current_tenant_id(), chat\nKEPT[tenant_id, agent_id] = rows(chat)",
    "key = (current_tenant_id(), chat)\nKEPT[key] = rows(chat)\nreturn KEPT.get(key), key in KEPT",
    "key = current_tenant_id()\nif chat:\n    key = get_current_tenant_id()\nKEPT[key] = rows(chat)",
    "KEPT[pair(chat)] = rows(chat)",
    "KEPT[repr((current_tenant_id(), chat))] = rows(chat)",
    "key = json.dumps([current_tenant_id(), chat])\nKEPT[key] = rows(chat)\nreturn KEPT.get(key)",
    "KEPT[request.state.tenant_id] = rows(chat)",
    "KEPT[current_tenant_id()] = (0, rows(chat))\nfound = KEPT.get(current_tenant_id())\nreturn found[1]",
    "KEPT[current_tenant_id()] = rows(chat)\nif len(KEPT) > 9:\n    KEPT.popitem()",
    "KEPT[current_tenant_id()] = rows(chat)\nsize = len(KEPT)\nlogger.info(f'{size} kept')",
]
SHARED = [
    # Nobody's id, or that of several.
    "tenant_id = chat\nKEPT[tenant_id] = rows(chat)",
    "tenant_id = 'all'\nKEPT[tenant_id] = rows(chat)",
    "KEPT[data.tenant_id] = rows(chat)",
    "KEPT[current_tenant_id() if chat else 'all'] = rows(chat)",
    "KEPT[chat or current_tenant_id()] = rows(chat)",
    "KEPT[current_tenant_id() == chat] = rows(chat)",
    "KEPT[('%s' % chat).lower()] = rows(chat)",
    "KEPT[[str][0](chat)] = rows(chat)",
    "KEPT[(lambda: chat)()] = rows(chat)",
    "KEPT[not current_tenant_id()] = rows(chat)",
    "KEPT[json.dumps([chat])] = rows(chat)",
    "KEPT[str(chat)] = rows(chat)",
    "KEPT[current_tenant_id()[:1]] = rows(chat)",
    "KEPT[hash(current_tenant_id()) % 8, chat] = rows(chat)",
    "key = current_tenant_id()\nif chat:\n    key = 'all'\nKEPT[key] = rows(chat)",
    "KEPT[either(chat)] = rows(chat)",
    # Another tenant's is asked for.
    "KEPT[current_tenant_id()] = rows(chat)\nreturn KEPT.get(chat)",
    "KEPT[current_tenant_id()] = rows(chat)\nreturn KEPT[data.tenant_id]",
    # All are shown.
    "KEPT[current_tenant_id()] = rows(chat)\nreturn len(KEPT)",
    "KEPT[current_tenant_id()] = rows(chat)\nis_there = chat in KEPT\nreturn {'there': is_there}",
    "KEPT[current_tenant_id()] = rows(chat)\nreturn KEPT.copy()",
    "KEPT[current_tenant_id()] = rows(chat)\nreturn KEPT.popitem()[1]",
    "KEPT[current_tenant_id()] = rows(chat)\nreturn sorted(other_KEPT)",
    "KEPT[current_tenant_id()] = rows(chat)\nforget_KEPT(chat)",
    "KEPT[current_tenant_id()] = rows(chat)\nsend_KEPT(chat)",
]
# Requests that reach nothing else of a tenant's, and do this.
SHOWN = ["return KEPT", "return list(KEPT.values())", "return KEPT.get(who)", "return {key: KEPT[key] for key in KEPT}"]
HEAD = """
import json

from fastapi import Request


def pair(chat):
    return (current_tenant_id(), chat)


def either(chat):
    if chat:
        return "all"
    return current_tenant_id()
"""
# What stands below the mapping, where its name is used.
BELOW = {
    "other_KEPT": "other_KEPT = KEPT\n",
    "forget_KEPT": "def forget_KEPT(out):\n    for key in list(KEPT):\n        out.append(KEPT.pop(key))\n",
    "send_KEPT": "def send_KEPT(hub):\n    hub.send(KEPT)\n    KEPT.clear()\n",
}
FORM = """
@router.get("/serve")
async def serve_KEPT(chat, data, request: Request):
    rows(chat)
"""
FORM_OF_ALL = """
@router.get("/note")
async def note_KEPT(chat):
    KEPT[current_tenant_id()] = rows(chat)


@router.get("/shown")
async def show_KEPT(who):
"""


@cache
def told() -> dict[str, str]:
    """The verdict of each form."""
    text, forms = HEAD, [*APART, *SHARED, *SHOWN]
    for number, body in enumerate(forms):
        form = FORM_OF_ALL if body in SHOWN else FORM
        below = "\n\n".join(each for name, each in BELOW.items() if name in body)
        text += f"\n\nKEPT = {{}}\n{below}{form}{indent(body, '    ')}\n".replace("KEPT", f"kept_{number}")
    found = verdicts(small(text))
    return {body: found[f"kept_{number}"][0] for number, body in enumerate(forms)}


@pytest.mark.parametrize("body", APART)
def test_is_kept_apart(body: str) -> None:
    assert told()[body] == "secure"


@pytest.mark.parametrize("body", [*SHARED, *SHOWN])
def test_is_everybodys(body: str) -> None:
    assert told()[body] == "insecure"
