"""What a keeper hands out: what it was made with, and what it was set to since."""

from __future__ import annotations

import pytest

from codemods.analysis.facts import FileFacts
from codemods.analysis.program import Program
from codemods.analysis.reading import read_facts
from codemods.analysis.sources import Sources
from codemods.analysis.symbols import MODULE_BODY, Symbol

KEEPER = """
class Keeper:
    def __init__(self, default=None, *, factory=None):
        self.factory = factory

    @property
    def value(self):
        return self.factory()


class Described:
    def __init__(self, factory):
        self.factory = factory

    def __get__(self, instance, owner=None):
        return self.factory()


class A:
    def f(self):
        pass


class B:
    pass


"""
KEEPERS = {Symbol("m", "Keeper"): ".value", Symbol("m", "Described"): ""}
UNKNOWN = {("unknown", "")}


BODY = Symbol("m", MODULE_BODY)


def program_of(text: bytes, other: bytes) -> Program:
    texts = {"m": text, "other": other}
    read = [read_facts(f"{module}.py", module, data) for module, data in texts.items()]
    return Program([facts for facts in read if isinstance(facts, FileFacts)], sources=Sources(texts), keepers=KEEPERS)


def handed_out(code: str) -> set[tuple[str, str]]:
    """What `m.x.value` is in another file, but for the keeper's own way to it."""
    program = program_of((KEEPER + code).encode(), b"from m import x, Holder\n")
    chain = ("Holder", ".x", ".value") if "class Holder" in code else ("x", ".value")
    found = program.values(chain, Symbol("other", MODULE_BODY))
    assert found[0].kind == "property"
    return {(value.kind, str(value.name)) for value in found[1:]}


@pytest.mark.parametrize(
    "code",
    ["x = Keeper(None)", "x = Keeper()", "x = Keeper(factory=lambda: None)", "x = Keeper(factory=FACTORIES[0]())"],
)
def test_what_nobody_says_is_unknown(code: str) -> None:
    assert handed_out(code) == UNKNOWN


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("x = Keeper(factory=A)", {("instance", "m:A")}),
        ("x = Keeper(factory=lambda: A())", {("instance", "m:A")}),
        ("x: Keeper = Keeper(A())", {("instance", "m:A")}),
        ("x: 'Keeper[B]' = Keeper(None)", {("instance", "m:B")}),
        ("x = Keeper(factory=dict)", {("outside", "dict")}),
        ("class Holder:\n    x = Keeper(factory=A)", {("instance", "m:A")}),
        ("x = Keeper(None)\ndef f():\n    x.value = B()", {("instance", "m:B")}),
        (
            "class Holder:\n    x = Keeper(factory=A)\n    def f(self):\n        self.x.value = B()",
            {("instance", "m:A"), ("instance", "m:B")},
        ),
        ("x = Keeper(factory=A)\ndef f():\n    x.value = B(A)", {("instance", "m:A"), ("instance", "m:B")}),
        ("x = Keeper(factory=A)\ndef f(x):\n    x.value = B()", {("instance", "m:A")}),
        (
            "if A:\n    x = Keeper(factory=A)\nelse:\n    x = Keeper(factory=B)",
            {("instance", "m:A"), ("instance", "m:B")},
        ),
    ],
)
def test_a_keeper_hands_out_what_its_file_says(code: str, expected: set[tuple[str, str]]) -> None:
    assert handed_out(code) == expected


@pytest.mark.parametrize(
    "other",
    [
        "from m import B, x\ndef f():\n    x.value = B()\n",
        "from m import B, x as kept\ndef f():\n    kept.value = B()\n",
        "import m\nfrom m import B\ndef f():\n    m.x.value = B()\n",
    ],
)
def test_what_another_file_sets_it_to_is_handed_out_as_well(other: str) -> None:
    program = program_of((KEEPER + "x = Keeper(factory=A)").encode(), other.encode())
    found = {(value.kind, str(value.name)) for value in program.values(("x", ".value"), BODY)[1:]}
    assert found == {("instance", "m:A"), ("instance", "m:B")}


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("class C:\n    x = Described(A)", {("function", "m:A.f")}),
        ("class C:\n    x = Described(lambda: None)\n    def g(self):\n        self.x = A()", {("function", "m:A.f")}),
        ("class C:\n    x = Described(lambda: None)", UNKNOWN),
    ],
)
def test_a_descriptor_is_what_it_keeps_to_whoever_asks_that_for_more(code: str, expected: set[tuple[str, str]]) -> None:
    program = program_of((KEEPER + code + "\nc = C()").encode(), b"")
    assert {(value.kind, str(value.name)) for value in program.values(("c", ".x", ".f"), BODY)} == expected
