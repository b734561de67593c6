"""NameWhole: a call that shortens something, and what it was given whole beside it."""

from __future__ import annotations

import pytest

from codemods.commands.name_whole import NameWhole
from codemods.places import Handover, Imported
from tests.commands.edited import edited

STAYS = {
    "another function": "def g(name):\n    return short(name)\n",
    "another call": "def f(name):\n    return long(name)\n",
    "another argument": "def f(name, title):\n    return short(title)\n",
    "whole already": "from a.b import whole\n\ndef f(name):\n    return whole(short(name), name)\n",
}
FORMS = {
    "an argument": ("short(name)", ("short", "0", "name")),
    "a second argument": ('PATTERN.sub("_", name)', ("PATTERN.sub", "1", "name")),
    "a keyword": ("short(text=name)", ("short", "text", "name")),
    "the object itself": ('name.replace("/", "_")', ("name.replace", "self", "name")),
}


def named(code: str, call: str = "short", argument: str = "0", text: str = "name") -> str:
    after, _ = edited(NameWhole, code, [Handover("f", call, argument, text)], by=Imported("a.b", "whole"))
    return after


@pytest.mark.parametrize("form", STAYS)
def test_what_must_not_change(form: str) -> None:
    assert named(STAYS[form]) == STAYS[form]


@pytest.mark.parametrize("form", FORMS)
def test_what_is_shortened_is_named_by_all_of_it(form: str) -> None:
    written, place = FORMS[form]
    code = "def f(name):\n    return {}\n"
    assert named(code.format(written), *place) == (f"from a.b import whole\n\n{code.format(f'whole({written}, name)')}")
