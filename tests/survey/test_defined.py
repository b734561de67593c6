"""What a name stands for is found where it is written, also where it is imported from; else nothing is told."""

from __future__ import annotations

import ast

import pytest

from codemods.survey.defined import Defined
from tests.survey.judging import GUARDED, program_of

FILES = {
    "src/other/__init__.py": "from .kept import LIMIT, made as make\nfrom .kept import nothing\n",
    "src/other/kept.py": "LIMIT = 3\nLIMIT = 4\n\n\ndef made():\n    return 1\n\n\nclass Kept:\n    limit = 5\n",
    "src/here.py": "import src.other.kept as kept\nfrom src.other import LIMIT, make, nothing\nmine: int = 7\n",
}


def shown(text: str) -> str:
    node = ast.parse(text, mode="eval").body
    found = Defined(program_of(GUARDED | FILES), "src.here")(node)
    return "" if found is None else f"{found[1].module}: {ast.unparse(found[0]).splitlines()[0]}"


@pytest.mark.parametrize("text", ["nothing", "unknown", "kept.unknown", "make().a", "kept.Kept.limit", "3"])
def test_nothing_is_told(text: str) -> None:
    assert shown(text) == ""


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("mine", "src.here: 7"),
        ("LIMIT", "src.other.kept: 4"),
        ("make", "src.other.kept: def made():"),
        ("kept.Kept", "src.other.kept: class Kept:"),
    ],
)
def test_what_a_name_stands_for(text: str, found: str) -> None:
    assert shown(text) == found


def test_a_value_by_its_name() -> None:
    defined = Defined(program_of(GUARDED | FILES), "src.here")
    assert [ast.unparse(defined.value(ast.parse(text, mode="eval").body)) for text in ("LIMIT", "make", "1 + 1")] == [
        *("4", "make", "1 + 1")
    ]
