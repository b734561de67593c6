"""Long tables of constants are passed over, and nothing else is."""

from __future__ import annotations

import ast

import pytest

from codemods.analysis.literals import passed_over, without_tables
from codemods.analysis.parsing import parse

ROW = "    'word': ['one', 2, (3.0, None), {'a': -1}],\n"
ITEM = "    ('one', 2, [3.0, None], {'a': -1}),\n"
COUNT = 20_000
TABLE, LIST = f"WORDS = {{\n{ROW * COUNT}}}\n", f"WORDS = [\n{ITEM * COUNT}]\n"


@pytest.mark.parametrize("code", [TABLE, LIST, TABLE.replace("\n", "\r\n")], ids=["mapping", "list", "CRLF"])
def test_the_beginning_of_a_table_is_kept_and_lines_stay(code: str) -> None:
    data = f"import os\n{code}\ndef f():\n    return os\n".encode()
    shorter = without_tables(data)
    assert len(shorter) < len(data) / 10 and shorter.count(b"\n") == data.count(b"\n")
    _, assign, function = parse(data).body
    assert assign.lineno == 2 and assign.end_lineno == COUNT + 3 and function.lineno == COUNT + 5
    assert isinstance(assign, ast.Assign) and isinstance(assign.value, (ast.Dict, ast.List))
    some = assign.value.values if isinstance(assign.value, ast.Dict) else assign.value.elts
    assert 20 <= len(some) < 30


def test_what_a_table_names_is_looked_at() -> None:
    rows = [*range(0, COUNT, 5000)]
    lines = TABLE.splitlines(keepends=True)
    for row, text in zip(rows, ("name", "call()", "lambda: 1", "[x for x in 'a']"), strict=True):
        lines[row + 100] = f"    'word': {text},\n"
    data = "".join(lines).encode()
    shorter = without_tables(data)
    assert len(shorter) < len(data)
    for row in rows:
        assert shorter.splitlines()[row + 100] == data.splitlines()[row + 100]


@pytest.mark.parametrize(
    "code",
    [
        TABLE[: len(TABLE) // 50 // len(ROW) * len(ROW)],
        TABLE.replace("WORDS", "    WORDS", 1),
        f"WORDS = {{\n{ROW.replace('None', 'NONE') * COUNT}}}\n",
        f"WORDS = {{\n{ROW.replace('2,', '2 3,') * COUNT}}}\n",
    ],
    ids=["short", "indented", "of names", "no table"],
)
def test_the_rest_stays_as_it_is(code: str) -> None:
    assert passed_over(code.encode()) == () and without_tables(code.encode()) == code.encode()


def test_a_mistake_in_a_table_is_still_found() -> None:
    lines = TABLE.splitlines(keepends=True)
    lines[15_000] = "    'word': 1 2,\n"
    with pytest.raises(SyntaxError) as raised:
        parse("".join(lines).encode())
    assert raised.value.lineno == 15_001
