"""Functions and classes as syntax, by the names that facts have for them."""

from __future__ import annotations

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
