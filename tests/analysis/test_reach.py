"""Calls, and the ways that they make: what is no way, the shortest one, and that the order of questions is none's."""

from __future__ import annotations

from textwrap import dedent

import pytest

from codemods.analysis.chains import Chain
from codemods.analysis.facts import FileFacts, Use
from codemods.analysis.program import Program
from codemods.analysis.reach import Edge, Path, Reaches
from codemods.analysis.reading import read_facts
from codemods.analysis.sources import Sources
from codemods.analysis.symbols import Symbol
from codemods.analysis.values import Value

START = Symbol("main", "start")
TREASURE = "def dig(): pass\n"


class Digging:
    """Looks for calls of `dig`; `scope()` is a scope."""

    elsewhere = frozenset({Symbol("main", "elsewhere")})

    def is_scope(self, chain: Chain, frame: Symbol) -> bool:
        return chain == ("scope", "()")

    def enters(self, identifier: Symbol) -> bool:
        return identifier.name == "entering"

    def wraps(self, value: Value) -> bool:
        return False

    def scoped_lines(self, identifier: Symbol) -> list[tuple[int, float]]:
        return []

    def stays_outside(self, value: Value) -> bool:
        return value.kind == "outside"

    def touched(self, value: Value, following: Chain) -> str | None:
        return "treasure" if value.name.name == "dig" and following == ("()",) else None

    def makes(self, use: Use, identifier: Symbol) -> bool:
        return False

    def shared(self, value: Value) -> str | None:
        return None

    def part(self, module: str) -> str:
        return module if module.startswith("part") else ""

    def knows(self, part: str, method: Symbol) -> bool:
        return self.part(method.module) in ("", part) or method.name == "known"


def reaches(main: str, **others: str) -> Reaches:
    sources = {"main": main, "island": TREASURE, **others}
    data = {name: dedent(text).encode() for name, text in sources.items()}
    files = [read_facts(f"{name}.py", name, text) for name, text in data.items()]
    return Reaches(Program([file for file in files if isinstance(file, FileFacts)], sources=Sources(data)), Digging())


def way(found: Reaches, start: Symbol = START, *, unscoped_only: bool = True) -> Path | None:
    return found.path(start, unscoped_only=unscoped_only, but=frozenset(), past=frozenset())


IMPORT = "from island import dig\n"
NO_WAYS = {
    "nothing": "def start(): pass\n",
    "in a scope": IMPORT + "def start():\n    with scope():\n        dig()\n",
    "through what enters a scope": IMPORT + "def entering(): dig()\ndef start(): entering()\n",
    "through what runs elsewhere": IMPORT + "def elsewhere(): dig()\ndef start(): elsewhere()\n",
    "a common method of something unknown": IMPORT + "class A:\n    def get(self): dig()\ndef start(a): a.get()\n",
    "what an object's own item is not": IMPORT
    + "class A:\n    def dive(self): dig()\n    def __getitem__(self, key) -> int: return 1\na = A()\n"
    + "def start(): return a['x'].dive()\n",
}


@pytest.mark.parametrize("form", NO_WAYS)
def test_is_no_way(form: str) -> None:
    assert way(reaches(NO_WAYS[form])) is None


def test_a_scope_is_a_way_where_scopes_do_not_matter() -> None:
    assert str(way(reaches(NO_WAYS["in a scope"]), unscoped_only=False)) == "start → dig()"


def test_the_first_of_the_shortest_ways_is_told() -> None:
    code = IMPORT + "def a(): dig()\ndef b(): dig()\ndef far(): a()\ndef start():\n    far()\n    b()\n    a()\n"
    assert str(way(reaches(code))) == "start → b → dig()"


def test_a_call_of_something_unknown_is_a_guess() -> None:
    code = IMPORT + "class A:\n    def dive(self): dig()\nclass B:\n    def dive(self): pass\ndef start(a): a.dive()\n"
    found = reaches(code)
    path = way(found)
    assert path is not None and path.guessed and str(path) == "start → A.dive → dig()"
    assert [edge.target.qualname for edge in found.edges(START) if edge.guessed] == ["A.dive", "B.dive"]
    assert found.calls(START, frozenset({Symbol("main", "B.dive")})) == [
        Edge(Symbol("main", "B.dive"), 6, scoped=False, guessed=True)
    ]


@pytest.mark.parametrize(
    ("caller", "method", "is_way"),
    [
        ("part_left", "dive", True),  # of its own
        ("main", "dive", True),  # where all parts meet
        ("part_right", "dive", False),
        ("part_right", "known", True),
    ],
)
def test_a_guess_finds_no_object_of_another_part(caller: str, method: str, is_way: bool) -> None:
    modules = {
        "part_left": f"from island import dig\nclass A:\n    def {method}(self): dig()\n",
        "main": "",
        "part_right": "",
    }
    modules[caller] += f"def start(a): a.{method}()\n"
    found, start = reaches(**modules), Symbol(caller, "start")
    assert (way(found, start) is not None) is is_way
    assert any(found.edges(start)) is is_way


def test_callers_are_known() -> None:
    found = reaches("def f(): pass\ndef g(): f()\ndef start():\n    g()\n    f()\n")
    assert found.callers[Symbol("main", "f")] == [Symbol("main", "g"), START]


def test_a_generators_body_runs_where_it_is_read() -> None:
    code = IMPORT + "def all():\n    yield dig()\ndef start():\n    with scope():\n        return all()\n"
    assert str(way(reaches(code))) == "start → all → dig()"


def test_walks_tell_where_they_came_from() -> None:
    found = reaches("def f(): pass\ndef g(): f()\ndef start(): g()\n")
    starts = [Symbol("main", "start"), Symbol("main", "g")]
    origins = found.origins(starts, lambda edge: not edge.scoped)
    assert origins[Symbol("main", "f")] == Symbol("main", "g")


def test_the_order_of_questions_changes_no_answer() -> None:
    code = (
        IMPORT
        + "class A:\n    def __init__(self):\n        self.all = {}\n    def go(self):\n        for name in self.all:\n"
    )
    code += "            self.all[name] = self.all.get(name)\n        dig()\na = A()\ndef start(): a.go()\n"
    first, second = reaches(code), reaches(code)
    for function in reversed(list(second.program.functions)):
        second.of(function)
    assert {f: set(first.edges(f)) for f in first.program.functions} == {
        f: set(second.edges(f)) for f in second.program.functions
    }
    assert str(way(first)) == str(way(second))


DISPATCHED = """
from functools import singledispatch
from island import dig
@singledispatch
def show(value): return ''
{registered}
def start(value): return show(value)
"""


@pytest.mark.parametrize(
    "registered",
    [
        "@show.register\ndef _(value: int): dig()",
        "@show.register(int)\ndef number(value): dig()",
        "def number(value): dig()\nshow.register(int, number)",
    ],
)
def test_what_is_registered_with_a_function_runs_in_its_place(registered: str) -> None:
    assert str(way(reaches(DISPATCHED.format(registered=registered)))).startswith("start → show → ")
    assert way(reaches(DISPATCHED.format(registered="@other.register\ndef number(value): dig()"))) is None


@pytest.mark.parametrize(
    "line",
    [
        "return list(map(methodcaller('dive'), values))",
        "call = methodcaller('dive', 1)\n    return [call(value) for value in values]",
        "return [CALL(value) for value in values]",
    ],
)
def test_a_method_that_is_called_by_its_name_is_one(line: str) -> None:
    code = "from operator import methodcaller\nclass A:\n    def dive(self): dig()\nCALL = methodcaller('dive')\n"
    assert way(reaches(IMPORT + code + f"def start(values):\n    {line}\n")) is not None
    assert way(reaches(IMPORT + code.replace("def dive", "def other") + "def start(v):\n    return CALL(v)\n")) is None
