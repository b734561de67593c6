"""A module's text is what LibCST writes, whatever was written of it before."""

from __future__ import annotations

import libcst as cst
import pytest

from codemods.plan.outline import Outline
from codemods.plan.text import Text

CODES = {
    "nothing": b"",
    "a newline": b"\n",
    "comments only": b"# a\n\n# b",
    "no newline at the end": b"x = 1\nif x:\n    y = 2",
    "CRLF": b"# a\r\nx = 1\r\nif x:\r\n\ty = 2\r\n# b\r\n",
    "a mark at the start": b"\xef\xbb\xbfx = 1\n",
    "an encoding": "# coding: gbk\nx = '中文'\n".encode("gbk"),
}


@pytest.mark.parametrize("code", CODES.values(), ids=CODES)
def test_a_module_is_given_back(code: bytes) -> None:
    text, tree = Text(Outline(code)), cst.parse_module(code)
    assert text.code(tree).encode(tree.encoding) == code
    assert text.code(tree) == tree.code


@pytest.mark.parametrize("code", CODES.values(), ids=CODES)
def test_what_was_edited_is_written_again(code: bytes) -> None:
    text, tree = Text(Outline(code)), cst.parse_module(code)
    text.code(tree)
    (line,) = cst.parse_module("z = 3\n").body
    edited = tree.with_changes(body=[line, *tree.body])
    assert text.code(edited) == edited.code
    without = tree.with_changes(body=tree.body[1:])
    assert text.code(without) == without.code
