"""ImportNames: a file that uses names gets their imports, once, where it has no other meaning for them."""

from __future__ import annotations

import pytest

from codemods.commands.import_names import ImportNames
from codemods.places import Unimported
from tests.commands.edited import edited

USED = "def f():\n    return kept(1)\n"


def with_import(code: str) -> tuple[str, list[str]]:
    return edited(ImportNames, code, [Unimported("kept", "a.b")])


def test_what_is_imported_already_stays() -> None:
    code = f"from a.b import kept\n\n{USED}"
    assert with_import(code) == (code, [])


@pytest.mark.parametrize("own", ["def kept(x):\n    return x\n\n", "kept = print\n\n"])
def test_a_name_with_another_meaning_is_left_to_a_person(own: str) -> None:
    assert with_import(own + USED) == (own + USED, ["the name kept is taken here: import it by hand"])


def test_a_name_that_is_used_gets_its_import() -> None:
    assert with_import(f"import os\n\n{USED}") == (f"import os\nfrom a.b import kept\n\n{USED}", [])
