"""TupleKeys: texts that two of the parts are put into, in the functions that are named."""

from __future__ import annotations

import pytest

from codemods.commands.tuple_keys import TupleKeys
from codemods.places import Definition
from tests.commands.edited import edited

STAYS = {
    "another function": 'def g(user_id, room_id):\n    return f"{user_id}:{room_id}"\n',
    "one part only": 'def f(user_id):\n    return f"{user_id}:{size}"\n',
    "one part twice": 'def f(user_id):\n    return f"{user_id}:{old.user_id}"\n',
    "a part that is formatted": 'def f(user_id, room_id):\n    return f"{user_id:>8}:{room_id}"\n',
}
FORMS = {
    "two parts": ('f"{user_id}:{room_id}"', "(user_id, room_id)"),
    "one that may be missing": ("f\"{user_id}:{room_id or ''}\"", "(user_id, room_id or '')"),
    "parts of objects": ('f"{chat.user_id}/{get_room_id()}"', "(chat.user_id, get_room_id())"),
    "something else": ('f"{user_id}:{room_id}:{size}"', "(user_id, room_id, str(size))"),
}


def kept(code: str) -> tuple[str, list[str]]:
    return edited(TupleKeys, code, [Definition("f")], parts=["user_id", "room_id"])


@pytest.mark.parametrize("form", STAYS)
def test_what_must_not_change(form: str) -> None:
    assert kept(STAYS[form]) == (STAYS[form], ["f joins ids in a way that is not edited: keep the pair by hand"])


@pytest.mark.parametrize("form", FORMS)
def test_the_parts_are_kept(form: str) -> None:
    text, parts = FORMS[form]
    code = "def f(user_id, room_id, size, chat):\n    return {}\n"
    assert kept(code.format(text)) == (code.format(parts), [])


@pytest.mark.parametrize(
    ("said", "then"),
    [("str", "tuple[str, str]"), ("Optional[str]", "Optional[tuple[str, str]]"), ("Key", "Key")],
)
def test_what_the_function_answers_is_said(said: str, then: str) -> None:
    code = "def f(user_id, room_id) -> {}:\n    return {}\n"
    assert kept(code.format(said, 'f"{user_id}:{room_id}"')) == (code.format(then, "(user_id, room_id)"), [])
