"""AddBases: a base more for the classes that are named, wherever the module defines them."""

from __future__ import annotations

import pytest

from codemods.commands.add_bases import AddBases
from codemods.places import Definition, Imported
from tests.commands.edited import edited

STAYS = {
    "another class": "class Other(Model):\n    pass\n",
    "one that has it": "from a.b import Writes\n\nclass Rows(Writes, Model):\n    pass\n",
}
FORMS = {
    "a base": ("class Rows(Model):\n    pass\n", "class Rows(Writes, Model):\n    pass\n"),
    "no base": ("class Rows:\n    pass\n", "class Rows(Writes):\n    pass\n"),
    "a metaclass": ("class Rows(metaclass=Meta):\n    pass\n", "class Rows(Writes, metaclass=Meta):\n    pass\n"),
    "branches": (
        "try:\n    class Rows(Model):\n        pass\nexcept ImportError:\n    class Rows(Other):\n        pass\n",
        "try:\n    class Rows(Writes, Model):\n        pass\nexcept ImportError:\n"
        "    class Rows(Writes, Other):\n        pass\n",
    ),
}


def given(code: str) -> tuple[str, list[str]]:
    return edited(AddBases, code, [Definition("Rows")], base=Imported("a.b", "Writes"))


@pytest.mark.parametrize("form", STAYS)
def test_what_must_not_change(form: str) -> None:
    assert given(STAYS[form])[0] == STAYS[form]


@pytest.mark.parametrize("form", FORMS)
def test_the_class_has_the_base(form: str) -> None:
    before, after = FORMS[form]
    assert given(before) == (f"from a.b import Writes\n\n{after}", [])


def test_a_name_that_is_taken_is_said() -> None:
    code = "Writes = None\n\nclass Rows(Model):\n    pass\n"
    assert given(code) == (code, ["the name Writes is taken here: give Rows it by hand"])
