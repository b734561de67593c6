"""What a class gives a field is each object's own where a library copies it, and else everybody's."""

from __future__ import annotations

import pytest

from codemods.analysis.symbols import Symbol
from codemods.survey.shared_state.fields import begins_anew
from tests.survey.judging import program_of

HEAD = """
import typing
from typing import ClassVar

import msgspec
from pydantic import BaseModel
from src.common.database.database_model import BaseModel as Rows


class Words(BaseModel):
    text: str = ""


"""
FORMS = {
    "a class of no library": ("class Note:\n    words: list = []", False),
    "a table": ("class Note(Rows):\n    words: list = []", False),
    "the class's own": ("class Note(BaseModel):\n    words: ClassVar[list] = []", False),
    "the class's own, in other words": ("class Note(BaseModel):\n    words: typing.ClassVar[list] = []", False),
    "no field": ("class Note(BaseModel):\n    words = []", False),
    "a model's": ("class Note(BaseModel):\n    words: list[str] = []", True),
    "of a model that inherits": ("class Note(Words):\n    words: list[str] = []", True),
    "a struct's": ("class Note(msgspec.Struct):\n    words: list[str] = []", True),
}


@pytest.mark.parametrize("form", FORMS)
def test_fields_begin_anew(form: str) -> None:
    code, expected = FORMS[form]
    program = program_of({"src/chat/form.py": f"{HEAD}{code}\n"})
    assert begins_anew(program, Symbol("src.chat.form", "Note"), "words") is expected
