"""Lines that an edit makes too long are laid out as a formatter would; all others stay."""

from __future__ import annotations

import ast
import subprocess
import sys

import pytest

from codemods.plan.long_lines import laid_out

_NAME = "a_name_that_takes_sixty_columns_of_the_line_that_it_is_in_" + "ab"

STAYS = {
    "nothing": "",
    "a short line": "x = f(1)\n",
    "what is too long is a comment": f"x = f({_NAME})  # {'and so on ' * 9}\n",
    "a text": f"x = '{_NAME * 3}'\n",
    "a text in brackets that is too long by itself": f"x = f('{_NAME * 2}')\n",
    "a text of several lines": f'x = f("""\n{_NAME} {_NAME}(1)\n""")\n',
    "a formatted text of several lines": f'x = f(f"""\n{{{_NAME}(a)}} {_NAME} {{b(1)}}\n""")\n',
    "a comparison": f"x = {_NAME}(1) == {_NAME}(2)\n",
    "a call behind others": f"x = [\n    {_NAME}(1), {_NAME}(2),\n]\n",
    "a call in brackets": f"x = ({_NAME}({_NAME}(2)))\n",
    "a call without anything": f"x = {_NAME}.{_NAME}()\n",
    "a backslash": f"x = {_NAME}({_NAME}(1)) \\\n    + 1\n",
    "two statements": f"f({_NAME}, {_NAME}); g()\n",
    "a bracket that is open": f"x = f({_NAME}, {_NAME}(\n    1\n))\n",
    "a definition": f"def f(a, {_NAME}: int = 1, b: {_NAME} = g(1)):\n    pass\n",
}
IS_LAID_OUT = {
    "a call": (f"x = {_NAME}(g({_NAME}))\n", f"x = {_NAME}(\n    g({_NAME})\n)\n"),
    "in a function": (
        f"def f():\n    return {_NAME}(a, b=g({_NAME}))\n",
        f"def f():\n    return {_NAME}(\n        a, b=g({_NAME})\n    )\n",
    ),
    "awaited": (
        f"async def f():\n    await {_NAME}({_NAME}, 1)\n",
        f"async def f():\n    await {_NAME}(\n        {_NAME}, 1\n    )\n",
    ),
    "with a type": (f"x: T[a, b] = {_NAME}({_NAME}, 1)\n", f"x: T[a, b] = {_NAME}(\n    {_NAME}, 1\n)\n"),
    "with a comment": (f"x = {_NAME}({_NAME}, 1)  # type: a\n", f"x = {_NAME}(\n    {_NAME}, 1\n)  # type: a\n"),
    "an element": (f"x = [\n    {_NAME}({_NAME}, 1),\n]\n", f"x = [\n    {_NAME}(\n        {_NAME}, 1\n    ),\n]\n"),
    "a condition": (f"if {_NAME}({_NAME}, 1):\n    pass\n", f"if {_NAME}(\n    {_NAME}, 1\n):\n    pass\n"),
    "a loop": (f"for a in {_NAME}({_NAME}, 1):\n    pass\n", f"for a in {_NAME}(\n    {_NAME}, 1\n):\n    pass\n"),
    "a decorator": (
        f"@{_NAME}({_NAME}, 1)\ndef f():\n    pass\n",
        f"@{_NAME}(\n    {_NAME}, 1\n)\ndef f():\n    pass\n",
    ),
    "a chain": (
        f"{_NAME} = rows(a.select()).where(a.id == '{'1' * 30}').get()\n",
        f"{_NAME} = (\n    rows(a.select()).where(a.id == '{'1' * 30}').get()\n)\n",
    ),
    "too much for one line": (
        f"x = f({_NAME}, *{_NAME}, (a, b), b={_NAME})\n",
        f"x = f(\n    {_NAME},\n    *{_NAME},\n    (a, b),\n    b={_NAME},\n)\n",
    ),
    "a generator": (
        f"x = {_NAME}({_NAME} for a in b)\n",
        f"x = {_NAME}(\n    {_NAME} for a in b\n)\n",
    ),
    "a list": (f"x = [({_NAME}, 1), ({_NAME}, 2)]\n", f"x = [\n    ({_NAME}, 1),\n    ({_NAME}, 2),\n]\n"),
    "a list behind other brackets": (
        f"x: List[T] = [({_NAME}, 1), ({_NAME}, 2)]\n",
        f"x: List[T] = [\n    ({_NAME}, 1),\n    ({_NAME}, 2),\n]\n",
    ),
    "Chinese": (f"x = func({_NAME}, '{'租户' * 12}')\n", f"x = func(\n    {_NAME}, '{'租户' * 12}'\n)\n"),
}


@pytest.mark.parametrize("code", STAYS.values(), ids=STAYS)
def test_what_cannot_be_opened_stays(code: str) -> None:
    ast.parse(code)
    assert laid_out(code, "") == code


def test_what_was_too_long_before_stays() -> None:
    code = IS_LAID_OUT["a call"][0]
    moved = f"def f():\n    {code}"
    assert laid_out(moved, code) == moved


@pytest.mark.parametrize(("code", "expected"), IS_LAID_OUT.values(), ids=IS_LAID_OUT)
def test_a_call_that_is_too_long_has_lines_of_its_own(code: str, expected: str) -> None:
    laid = laid_out(code, "")
    assert laid == expected
    assert ast.dump(ast.parse(laid)) == ast.dump(ast.parse(code))
    assert laid_out(laid, "") == laid
    assert laid_out(code.replace("\n", "\r\n"), "") == expected.replace("\n", "\r\n")
    assert laid_out("\ufeff" + code, "") == "\ufeff" + expected


def test_ruff_would_have_it_so() -> None:
    made = "".join(expected for _, expected in IS_LAID_OUT.values()).replace("'", '"')
    ruff = [sys.executable, "-m", "ruff", "format", "--isolated", "--no-cache", "--line-length", "120", "--diff", "-"]
    done = subprocess.run(ruff, input=made, capture_output=True, text=True, check=False)
    assert [line for line in done.stdout.splitlines() if line.startswith(("+", "-")) and line[1:].strip()] == []
