"""What is kept while it is under way, and tells nobody of another: all forms in one tree."""

from __future__ import annotations

from functools import cache
from textwrap import dedent, indent

import pytest

from tests.survey.shared_state.small import small, verdicts

# What a request does, with BUSY for what keeps it.
PUT = """
if chat in BUSY:
    return "busy"
BUSY.add(chat)
try:
    rows(chat)
finally:
    BUSY.discard(chat)
"""
UNDER_WAY = {
    "right before": PUT,
    "within": "try:\n    BUSY.add(chat)\n    rows(chat)\nfinally:\n    BUSY.discard(chat)",
    "in a mapping": PUT.replace("BUSY.add(chat)", "BUSY[chat] = rows(chat)").replace("BUSY.discard", "BUSY.pop"),
    "where it is there": PUT.replace("BUSY.discard(chat)", "if chat in BUSY:\n        BUSY.remove(chat)"),
    "under a lock": """
        with lock:
            if chat.id not in BUSY:
                BUSY.add(chat.id)
                pool.submit(carry_context(end_BUSY), chat, chat.id)
    """,
    "a limit": PUT.replace("chat in BUSY", "len(BUSY) > 9"),
    "a limit elsewhere": PUT.replace("chat in BUSY", "1 + many_BUSY() > 9"),
}
KEPT = {
    "taken out where it fails": PUT.replace("finally:", "except OSError:"),
    "never taken out": "if chat not in BUSY:\n    BUSY.add(chat)\n    rows(chat)",
    "another's is taken out": PUT.replace("discard(chat)", "discard('x')"),
    "another key by then": PUT.replace("    rows(chat)", "    chat = rows(chat)"),
    "before it is put in": "try:\n    rows(chat)\nfinally:\n    BUSY.discard(chat)\nBUSY.add(chat)",
    "only where it goes on": PUT.replace("try:", "if not rows(chat):\n    return None\ntry:"),
    "only the last of them": "for each in rows(chat):\n    BUSY.add(each)\n" + PUT[PUT.index("try:") :],
    "of another place": "BUSY.add(chat)\nrows(chat)\nend_BUSY(chat, 'x')",
    "told who else is at it": PUT.replace('return "busy"', "return sorted(BUSY)"),
    "told how many are at it": PUT.replace('return "busy"', "return len(BUSY)"),
    "told how many others say": PUT.replace('return "busy"', "return {'busy': many_BUSY()}"),
    "told whether another is at it": PUT.replace("    rows(chat)", "    return {'busy': 'x' in BUSY}"),
    "handed out": PUT.replace("BUSY.add(chat)", "BUSY[chat] = rows(chat)").replace(
        "BUSY.discard(chat)", "old = BUSY.pop(chat)\nreturn old"
    ),
}
HEAD = """
import threading
from src.common.message.tenant_background import carry_context

lock = threading.Lock()
"""
MANY = """
def many_BUSY():
    return len(BUSY)

"""
FORM = """
def end_BUSY(chat, key):
    try:
        rows(chat)
    finally:
        with lock:
            BUSY.discard(key)


@router.get("/serve")
async def serve_BUSY(chat, pool):
    rows(chat)
"""


@cache
def told() -> dict[str, str]:
    """The verdict of each form."""
    forms = UNDER_WAY | KEPT
    text = HEAD
    for number, body in enumerate(forms.values()):
        above = MANY if "many_" in body else ""
        form = f"\n\nBUSY = set()\n{above}{FORM}{indent(dedent(body).strip(), '    ')}\n"
        text += form.replace("BUSY", f"busy_{number}")
    found = verdicts(small(text))
    return {form: found[f"busy_{number}"][0] for number, form in enumerate(forms)}


@pytest.mark.parametrize("form", UNDER_WAY)
def test_is_taken_out_at_the_end(form: str) -> None:
    assert told()[form] == "global"


@pytest.mark.parametrize("form", KEPT)
def test_stays_or_is_told(form: str) -> None:
    assert told()[form] == "insecure"
