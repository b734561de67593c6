"""Entries under secrets that are made for them: who has none of another's gets nothing."""

from __future__ import annotations

import pytest

from tests.survey.shared_state.small import served, verdicts

KEPT = ("global", "keeps every entry under a secret that is made for it")
ABOVE = "import secrets\nimport uuid\nkept = {}\n"
CLEAN = """

def clean(now):
    for key in [key for key, (until, _) in kept.items() if until < now]:
        del kept[key]
"""
GIVEN = """

@router.get("/token")
def token():
    made = secrets.token_hex(8)
    kept[made] = made
    return made
"""
TAKEN = """
if chat not in kept:
    return None
made = kept[chat]
del kept[chat]
return rows(made)
"""
ROOM = """
if len(kept) > 9:
    del kept[min(kept, key=str)]
token = secrets.token_hex(8)
kept[token] = rows(chat)
return token
"""
APART = {
    "a token": ("", "token = secrets.token_urlsafe(32)\nkept[token] = rows(chat)\nreturn token"),
    "in a text": ("", "kept[f'{chat}-{uuid.uuid4()}'] = rows(chat)"),
    "by a name with a type": ("", "token: str = str(uuid.uuid4())\nkept[token] = rows(chat)\nreturn token"),
    "asked by what a request says": (
        "",
        "kept[secrets.token_hex(8)] = rows(chat)\nif chat in kept:\n    return kept.pop(chat)",
    ),
    "old ones are thrown away": (CLEAN, "clean(1)\nkept[secrets.token_hex(8)] = (2, rows(chat))"),
    "put in by a request that does nothing of a tenant's": (GIVEN, TAKEN),
    "the oldest makes room": ("", ROOM),
}
SHARED = {
    "a request's own word first": ("", "token = chat or secrets.token_hex(8)\nkept[token] = rows(chat)"),
    "handed to it": ("", "token = chat\nkept[token] = rows(chat)"),
    "a secret or another": ("", "token = secrets.token_hex(8)\nif chat:\n    token = chat\nkept[token] = rows(chat)"),
    "put into what is there already": ("", "kept[chat].append(rows(chat))"),
    "also by what can be guessed": ("", "kept[secrets.token_hex(8)] = rows(chat)\nkept[chat] = rows(chat)"),
    "by chance that can be guessed": ("import random\n", "kept[random.random()] = rows(chat)"),
    "the keys are told": ("", "kept[secrets.token_hex(8)] = rows(chat)\nreturn list(kept)"),
    "the oldest is told": ("", "kept[secrets.token_hex(8)] = rows(chat)\ndel kept[chat]\nold = kept\nreturn old"),
    "old ones are sent before they are thrown away": (
        "\n\ndef send(hub):\n    for key, row in list(kept.items()):\n        hub.send(row)\n        del kept[key]\n",
        "send(chat)\nkept[secrets.token_hex(8)] = rows(chat)",
    ),
    "all are gone through": ("", "kept[secrets.token_hex(8)] = rows(chat)\nreturn [row for row in kept.values()]"),
}


@pytest.mark.parametrize("form", APART)
def test_is_nobody_elses(form: str) -> None:
    above, body = APART[form]
    assert verdicts(served(body, ABOVE + above))["kept"] == KEPT


@pytest.mark.parametrize("form", SHARED)
def test_is_shared(form: str) -> None:
    above, body = SHARED[form]
    assert verdicts(served(body, ABOVE + above))["kept"][0] == "insecure"
