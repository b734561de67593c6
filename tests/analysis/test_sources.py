"""Functions and classes as syntax, by the names that facts have for them."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import replace

import pytest

from codemods.analysis import parsing, sources
from codemods.analysis.facts import FileFacts
from codemods.analysis.nodes import own_nodes
from codemods.analysis.parsing import alone, outside_of_definitions, parse
from codemods.analysis.reading import read_facts
from codemods.analysis.sources import Sources
from codemods.analysis.symbols import MODULE_BODY, Symbol
from codemods.tree import open_checkout
from tests.conftest import SAMPLE

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


def facts_of(code: bytes) -> FileFacts:
    facts = read_facts("m.py", "m", code)
    assert isinstance(facts, FileFacts)
    return facts


def of_parts(code: bytes) -> Sources:
    return Sources({"m": code}, files={"m": facts_of(code)})


def dumped(nodes: Sequence[ast.AST]) -> list[str]:
    """Nodes and their places, but for what stands for a definition that was left out, and for what holds that."""
    return [dump(node) for node in nodes if not isinstance(node, (ast.stmt, ast.ExceptHandler))]


def dump(node: ast.AST) -> str:
    return ast.dump(node, include_attributes=True)


FORMS = {
    "nested": CODE,
    "decorated": b"@made(\n  1)\n@kept\nasync def f(a=1,\n  b=2): # why\n  # not\n\n  return a\nx = f\n",
    "a method": b"class C(B):\n\t@kept\n\tdef f(self):\n\t\treturn '''\nno indent'''\n\tclass D:\n\t\tdef g(): ...\n",
    "on a line": b"def f(): return 1; x = 2\ny = [\n  1]\ndef g(\n  a): return a\n",
    "with other ends": b"x = 1\r\ndef f():\r\n    return 1\r\ny = 2\r\n",
    "with old ends": b"x = 1\rdef f():\r    return 1\ry = 2\r",
    "behind a mark": b"\xef\xbb\xbfdef f():\n    return '\xe4\xbd\xa0'\n\x0c\ndef g(): pass\nx = 1\n",
    "continued": b"x = 1 + \\\n  2\ndef f(): \\\n  return 1\nif x: y = 1\n",
    "without an end": b"x = 1\nif x:\n  def f():\n    return f'''{x\n!r}'''",
    "alone in a block": b"try:\n  def f(): pass\nfinally:\n  class C: pass\nfor x in y:\n  z()\n",
    "in a class in a block": b"if x:\n  class C:\n    def f(self):\n      def g(): pass\n    def f(self): pass\n",
}


@pytest.mark.parametrize("code", FORMS.values(), ids=FORMS)
def test_a_part_of_a_file_is_what_it_is_in_the_file(code: bytes) -> None:
    whole, parts = Sources({"m": code}), of_parts(code)
    for name, function in whole.functions_of("m"):
        part = parts.function(name)
        assert part is not None and ast.dump(part, include_attributes=True) == ast.dump(
            function, include_attributes=True
        )
        assert parts.body(name) is part.body and list(parts.nodes(name)) == list(own_nodes(part.body))
    body = Symbol("m", MODULE_BODY)
    assert dumped(parts.nodes(body)) == dumped(whole.nodes(body))


def test_parts_of_every_file_of_the_sample_are_what_they_are_in_it() -> None:
    for file in open_checkout(SAMPLE).files:
        whole, facts = Sources({"m": file.data}), facts_of(file.data)
        parts, body = Sources({"m": file.data}, files={"m": facts}), Symbol("m", MODULE_BODY)
        for name, function in whole.functions_of("m"):
            part = parts.function(name)
            assert part is not None, (file.path, name)
            assert dump(part) == dump(function)
        assert dumped(parts.nodes(body)) == dumped(whole.nodes(body)), file.path


@pytest.fixture
def parsed(monkeypatch: pytest.MonkeyPatch) -> list[bytes]:
    """What is parsed."""
    texts: list[bytes] = []

    def noted(data: bytes, path: str = "") -> ast.Module:
        texts.append(data)
        return parse(data)

    for room in (sources, parsing):
        monkeypatch.setattr(room, "parse", noted)
    return texts


def test_only_what_is_asked_for_is_parsed(afresh: None, parsed: list[bytes]) -> None:
    code = b"def f():\n    return 1\n\n\nclass C:\n    def g(self):\n        return 2\n\n\nx = lambda: 3\n"
    there = of_parts(code)
    parsed.clear()
    for _ in range(2):
        assert there.function(Symbol("m", "C.g")) is not None and there.nodes(Symbol("m", MODULE_BODY))
        assert there.function(Symbol("m", "x.<lambda>")) is None
    assert [text.split() for text in parsed] == [
        [b"if", b"1:", b"def", b"g(self):", b"return", b"2"],
        [b"pass", b"pass", b"x", b"=", b"lambda:", b"3"],
    ]
    assert there.cls(Symbol("m", "C")) is not None and parsed.pop() == code
    assert there.function(Symbol("m", "f")) is there.module("m").functions["f"] and len(parsed) == 2


@pytest.mark.parametrize(
    "code",
    [
        "# -*- coding: gbk -*-\ndef f():\n    return '你'\n".encode("gbk"),
        b"x = 'the encoding'\ndef f():\n    return 1\n",
    ],
)
def test_a_file_that_may_say_how_it_is_encoded_is_parsed_whole(afresh: None, parsed: list[bytes], code: bytes) -> None:
    there = of_parts(code)
    parsed.clear()
    assert there.function(Symbol("m", "f")) is there.module("m").functions["f"]
    assert there.nodes(Symbol("m", MODULE_BODY)) is not None
    assert parsed == [code]


def test_a_part_that_is_no_such_function_by_itself_is_not_taken() -> None:
    lines, facts = b"def f():\n    return 1\n".splitlines(keepends=True), facts_of(b"def f():\n    return 1\n")
    assert alone(lines, facts.functions["f"]) is not None
    assert alone(lines, replace(facts.functions["f"], line=2, more=0)) is None
    assert alone([b"x = 1\n", *lines], facts.functions["f"]) is None
    assert alone([b"def g():\n", lines[1]], facts.functions["f"]) is None
    assert not outside_of_definitions([*lines, b"x = (\n"], facts)
