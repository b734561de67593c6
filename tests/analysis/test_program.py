"""What a chain stands for in a function: across files, through classes, and where nothing can be said."""

from __future__ import annotations

import pytest

from codemods.analysis.chains import Chain
from codemods.analysis.program import Value
from codemods.analysis.symbols import MODULE_BODY, Symbol
from tests.analysis.test_holders import program_of

UNKNOWN = {("unknown", "")}


def values(chain: Chain, frame: str = MODULE_BODY, **modules: str) -> set[tuple[str, str]]:
    found: tuple[Value, ...] = program_of(**modules).values(chain, Symbol("m", frame))
    return {(value.kind, str(value.name)) for value in found}


@pytest.mark.parametrize(
    ("code", "chain", "frame"),
    [
        ("def f(x):\n    pass", ("x",), "f"),
        ("def f(x):\n    pass", ("x", ".y", "()"), "f"),
        ("class A:\n    pass\na = A()", ("a", ".nothing"), MODULE_BODY),
        ("", ("nowhere",), MODULE_BODY),
        ("", (), MODULE_BODY),  # what has no name
    ],
)
def test_what_nobody_says_is_unknown(code: str, chain: Chain, frame: str) -> None:
    assert values(chain, frame, m=code) == UNKNOWN


@pytest.mark.parametrize(
    ("code", "chain", "frame", "expected"),
    [
        ("def f():\n    pass", ("f",), MODULE_BODY, {("function", "m:f")}),
        ("class A:\n    pass", ("A", "()"), MODULE_BODY, {("instance", "m:A")}),
        ("class A:\n    def f(self):\n        pass", ("self", ".f"), "A.f", {("function", "m:A.f")}),
        ("class A:\n    pass\ndef f() -> A:\n    pass", ("f", "()"), MODULE_BODY, {("instance", "m:A")}),
        ("class A:\n    pass\ndef f(x: A):\n    pass", ("x",), "f", {("instance", "m:A")}),
        ("class A:\n    pass\na = [A()]", ("a", "[]"), MODULE_BODY, {("instance", "m:A")}),
        ("import os", ("os", ".path"), MODULE_BODY, {("outside", "os:path")}),
        ("from os import path as p", ("p", ".join"), MODULE_BODY, {("outside", "os:path.join")}),
        (
            "if x:\n    def f(): pass\nelse:\n    f = len",
            ("f",),
            MODULE_BODY,
            {("function", "m:f"), ("outside", "len")},
        ),
    ],
)
def test_a_chain_stands_for_what_its_file_says(
    code: str, chain: Chain, frame: str, expected: set[tuple[str, str]]
) -> None:
    assert values(chain, frame, m=code) == expected


def test_names_are_followed_through_files_and_bases() -> None:
    modules = {
        "m": "from b import Bird\nbird = Bird()",
        "b": "from a import Animal\nclass Bird(Animal):\n    pass",
        "a": "class Animal:\n    def eat(self):\n        pass",
    }
    assert values(("bird", ".eat"), **modules) == {("function", "a:Animal.eat")}


@pytest.mark.parametrize("code", ["from a import enter", "import a\nenter = a.enter"])
def test_what_a_module_should_have_and_has_not_is_known_by_its_name(code: str) -> None:
    missing = {("outside", "a:enter")}
    assert values(("enter",), m=code, a="") == UNKNOWN | missing
    assert values(("enter",), m=code, a="enter = nowhere") == UNKNOWN
    assert values(("enter",), m=code, a="from b import *", b="def enter(): ...") == {("function", "b:enter")}


def test_a_module_out_of_sys_modules_may_be_any() -> None:
    found = values(("sys", ".modules", "[]", ".kept"), m="import sys\nkept = {}\nclass A: ...")
    assert found >= UNKNOWN


def test_a_base_of_some_kind_of_things_is_a_base() -> None:
    modules = {
        "m": "from a import Box\nclass Cage(Box[str]):\n    pass\nown = Cage()",
        "a": "class Box:\n    def open(self): ...",
    }
    assert values(("own", ".open"), **modules) == {("function", "a:Box.open")}


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("c = range(3)", {("outside", "range")}),
        ("[c for c in range(3)]", {("outside", "range"), ("function", "g:c")}),
        ("[x for x in range(3)]", {("function", "g:c")}),
    ],
)
def test_a_variable_of_a_comprehension_hides_a_name_only_in_it(body: str, expected: set[tuple[str, str]]) -> None:
    modules = {"m": f"from g import c\ndef f():\n    c()\n    {body}", "g": "def c():\n    pass"}
    assert values(("c",), "f", **modules) == expected


def test_what_leads_to_itself_ends() -> None:
    assert values(("a",), m="a = b\nb = a") == set()


def test_a_name_is_looked_for_where_it_stands() -> None:
    program = program_of(m="def f():\n    kept.get(1)\ndef g():\n    other.kept\ndef h():\n    pass")
    assert [identifier.qualname for identifier in program.naming("kept")] == ["f", "g"]


def test_of_what_a_class_gives_one_name_the_last_is_meant() -> None:
    inner, method = "    class f:\n        pass\n", "    @property\n    def f(self):\n        return 1\n"
    assert values(("A", ".f"), m="class A:\n" + method + inner) == {("class", "m:A.f")}
    assert values(("A", ".f"), m="class A:\n" + inner + method) == {("property", "m:A.f"), ("unknown", "")}
    program = program_of(m="class A:\n" + method + inner)
    assert not program.methods.keys() & {"f"}
