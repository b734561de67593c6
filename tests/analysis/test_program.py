"""What a chain stands for in a function: across files, through classes, and where nothing can be said."""

from __future__ import annotations

import pytest

from codemods.analysis.chains import Chain
from codemods.analysis.symbols import MODULE_BODY, Symbol
from codemods.analysis.values import Value
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


_ATTRIBUTES = """
from abc import ABC
from typing import Generic, TypeVar
from elsewhere import Far
T = TypeVar("T")
class Thing:
    def work(self): ...
class Below: ...
class Keeps(ABC, Below):
    def __init__(self, other):
        this = self
        this.first = Thing()
        setattr(self, "second", Thing())
        object.__setattr__(self, "third", Thing())
        self.__setattr__("fourth", Thing())
        self.__dict__["fifth"] = Thing()
        vars(self)["sixth"] = Thing()
        self.seventh, self.eighth = Thing(), 1
        this.things = {}
        this.things["a"] = Thing()
        this.listed = []
        this.listed.append(Thing())
        other.ninth = Thing()
        setattr(other, "ninth", Thing())
class Of(Generic[T]): ...
class Out(Far): ...
keeps = Keeps()
keeps.tenth = Thing()
of = Of()
out = Out()
setattr(Of, "eleventh", Thing())
"""
_THING = {("instance", "m:Thing")}


@pytest.mark.parametrize(
    ("chain", "expected"),
    [
        (("keeps", ".ninth"), UNKNOWN),  # put there by nobody who is seen to
        (("keeps", ".eighth"), UNKNOWN),
        (("of", ".nothing"), UNKNOWN),
        (("out", ".nothing"), {("outside", "")}),
        (("keeps", ".first"), _THING),
        (("keeps", ".second"), _THING),
        (("keeps", ".third"), _THING),
        (("keeps", ".fourth"), _THING),
        (("keeps", ".fifth"), _THING),
        (("keeps", ".sixth"), _THING),
        (("keeps", ".seventh"), _THING),
        (("keeps", ".things", "[]"), _THING),
        (("keeps", ".listed", "[]"), _THING),
        (("keeps", ".tenth"), _THING),
        (("of", ".eleventh"), _THING),
    ],
)
def test_an_attribute_is_what_it_is_given_however_that_is_said(chain: Chain, expected: set[tuple[str, str]]) -> None:
    assert values(chain, m=_ATTRIBUTES) == expected


_KINDS = """
from abc import ABC
from typing import Type
class Plain:
    def get(self, key): return 1
class Called(ABC):
    def __call__(self): return Plain()
class Base(ABC):
    def work(self): ...
class Heir(Base):
    def work(self): ...
plain = Plain()
called = Called()
base = Base()
kept: dict[str, Base] = {}
made = {"a": Heir()}
answering: dict[str, Called] = {}
classes: dict[str, Type[Base]] = {}
given = {"a": Heir}
"""
_HEIR, _BASE, _CALLED = (("instance", f"m:{name}") for name in ("Heir", "Base", "Called"))


@pytest.mark.parametrize(
    ("chain", "expected"),
    [
        (("plain", ".get", "()"), UNKNOWN),
        (("called", "()"), {("instance", "m:Plain")}),
        (("base", ".work", "()"), UNKNOWN),
    ],
)
def test_what_an_object_answers_is_what_its_class_says(chain: Chain, expected: set[tuple[str, str]]) -> None:
    assert values(chain, m=_KINDS) == expected


@pytest.mark.parametrize(
    ("chain", "expected"),
    [
        (("kept", "[]"), _BASE),
        (("kept", ".get", "()"), _BASE),
        (("kept", ".values", "()", "[]"), _BASE),
        (("made", ".get", "()"), _HEIR),
        (("made", ".pop", "()"), _HEIR),
        (("answering", ".get", "()"), _CALLED),
        (("classes", "[]", "()"), _BASE),
        (("classes", ".get", "()", "()"), _BASE),
        (("given", ".get", "()", "()"), _HEIR),
        (("given", ".values", "()", "[]", "()"), _HEIR),
    ],
)
def test_what_a_mapping_hands_out_is_what_it_holds_whatever_it_inherits(
    chain: Chain, expected: tuple[str, str]
) -> None:
    assert expected in values(chain, m=_KINDS)
