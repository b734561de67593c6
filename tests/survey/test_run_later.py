"""What an expression hands on to be called later. What is called where it stands comes first."""

from __future__ import annotations

import ast

import pytest

from codemods.analysis.symbols import MODULE_BODY, Symbol
from codemods.survey.run_later import Later
from tests.survey.judging import program_of

PATH = "src/extra/small.py"
TEXT = """
from src.common.database.database_model import Messages


def count(*given):
    return Messages.select().count()


def hello():
    print("hello")
"""


def touched(expression: str) -> str:
    later = Later(program_of({PATH: TEXT}), Symbol("src.extra.small", MODULE_BODY))
    return later.of(ast.parse(expression, mode="eval").body)[0]


@pytest.mark.parametrize("expression", ["count()", "hello", "lambda: hello()", "lambda count: count()", "1"])
def test_touches_nothing_later(expression: str) -> None:
    assert touched(expression) == ""


@pytest.mark.parametrize("expression", ["count", "lambda: count()", "lambda *a: [count(b) for b in a]", "{'a': count}"])
def test_touches_a_tenants_later(expression: str) -> None:
    assert touched(expression) == "count → Messages.select().count()"
