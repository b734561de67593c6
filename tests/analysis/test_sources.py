"""Functions and classes as syntax, by the names that facts have for them."""

from __future__ import annotations

import ast

import pytest

from codemods.analysis.sources import Sources
from codemods.analysis.symbols import MODULE_BODY, Symbol

CODE = b"""
if True:
    def f(): pass
else:
    def f():
        def g(): pass
try:
    class C:
        def f(self): pass
except ImportError as error:
    def late(): pass
"""


def test_definitions_are_named_as_in_the_facts() -> None:
    sources = Sources({"m:n": CODE})
    names = [name.qualname for name, _ in sources.functions_of("m:n")]
    assert names == ["f", "f#2", "f#2.<locals>.g", "C.f", "late"]
    cls = sources.cls(Symbol("m:n", "C"))
    assert cls is not None and cls.name == "C"


def test_the_bodys_statements_are_the_modules() -> None:
    assert len(Sources({"m": CODE}).body(Symbol("m", MODULE_BODY))) == 2


def test_what_is_not_there_is_nothing() -> None:
    sources = Sources({"m": CODE})
    assert sources.function(Symbol("m", "none")) is None and list(sources.body(Symbol("m", "none"))) == []


def test_of_expressions_only_their_beginning_is_kept() -> None:
    assign = Sources({"m": b"x = (1 +\n  2)\n"}).module("m").body[0]
    assert isinstance(assign, ast.Assign) and (assign.lineno, assign.end_lineno) == (1, 2)
    assert (assign.value.lineno, assign.value.end_lineno, assign.value.end_col_offset) == (1, None, None)
    own = ast.parse("x = 1").body[0]  # others' syntax is as they know it
    assert isinstance(own, ast.Assign) and own.value.end_col_offset == 5


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_only_statements_that_say_a_word_are_looked_at(end: str) -> None:
    lines = [
        "def other():",
        "    return 1",
        "@made(held)",
        "@kept",
        "def f():",
        "    a = 1",
        "    if b:",
        "        c(d,",
    ]
    text = end.join([*lines, "          'held')", "    return e", ""])
    sources = Sources({"m": text.encode()})
    assert sources.lines("m", ("held",)) == [3, 9]
    said = {node.id for node in sources.saying("m", ("held",)) if isinstance(node, ast.Name)}
    assert said == {"made", "held", "kept", "b", "c", "d"}
    assert list(sources.saying("m", ("nobody",))) == []
