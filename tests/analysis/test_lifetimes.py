"""Which classes the process has one object of."""

from __future__ import annotations

import pytest

from codemods.analysis.lifetimes import one_of_process
from codemods.analysis.symbols import MODULE_BODY, Symbol
from tests.analysis.test_holders import program_of


def of_process(code: str, *hosted: Symbol) -> set[str]:
    return {item.qualname for item in one_of_process(program_of(m=code), hosted)}


@pytest.mark.parametrize(
    "code",
    [
        "class A:\n    pass",
        "class A:\n    pass\ndef f():\n    return A()",
        "class A:\n    pass\ndef f():\n    a = A()\n    return a.b",
        "import functools\nclass A:\n    pass\n@functools.cache\ndef f(key):\n    return A()",
        "class A:\n    def __init__(self, a):\n        self.__dict__ = dict(a)",
        "class A:\n    def __init__(self):\n        self.__dict__ = {}",
    ],
)
def test_what_each_call_makes_is_not_of_the_process(code: str) -> None:
    assert of_process(code) == set()


@pytest.mark.parametrize(
    "code",
    [
        "class A:\n    pass\na = A()",
        "class A:\n    pass\na = None\ndef f():\n    global a\n    a = A()",
        "class A:\n    pass\na = None\ndef f():\n    global a\n    made = A()\n    a = made",
        "import functools\nclass A:\n    pass\n@functools.cache\ndef f():\n    return A()",
        "class A:\n    def __new__(cls):\n        cls.one = super().__new__(cls)\n        return cls.one",
        "class Base:\n    pass\nclass A(Base):\n    pass\na = A()",
        "class A:\n    shared = {}\n    def __init__(self):\n        self.__dict__ = self.shared",
    ],
)
def test_what_a_module_a_cache_or_the_class_keeps_is(code: str) -> None:
    assert of_process(code) == {"A"}


@pytest.mark.parametrize(
    ("init", "found"),
    [
        ("self.b = B()", {"A", "B"}),
        ("b = B()\n        self.b = b", {"A", "B"}),
        ("b = given or B()\n        c = b\n        self.b = c", {"A", "B"}),
        ("b: B = given\n        self.b = b", {"A"}),
        ("self.b = given", {"A"}),
        ("b = B()\n        b.do()", {"A"}),
    ],
)
def test_what_such_an_object_keeps_is_too(init: str, found: set[str]) -> None:
    code = f"class B:\n    pass\nclass A:\n    def __init__(self, given: B):\n        {init}\na = A()"
    assert of_process(code) == found


def test_a_host_makes_one_object_of_each_subclass() -> None:
    assert of_process("class Base:\n    pass\nclass A(Base):\n    pass", Symbol("m", "Base")) == {"A"}


A = "class A:\n    def do(self):\n        pass\nkept = {}\ndef put(name, thing=None):\n    kept[name] = thing\n"


def put_at_start(code: str, *functions: str) -> set[str]:
    starting = frozenset(Symbol("m", name) for name in (MODULE_BODY, *functions))
    return {item.qualname for item in one_of_process(program_of(m=A + code), (), frozenset(), starting)}


@pytest.mark.parametrize(
    "code",
    [
        "def f():\n    kept['a'] = A()",
        "def f(a: A):\n    kept['a'] = a",
        "print(A())",
        "print(A().name)",
        "A().do()",
        "f = lambda: A()",
        "put('a', lambda: A())",
    ],
    ids=["in a call", "handed to a call", "shown", "of an attribute", "for a moment", "later", "by a factory"],
)
def test_what_is_not_put_anywhere_at_start_is_not_of_the_process(code: str) -> None:
    assert put_at_start(code) == set()


@pytest.mark.parametrize(
    "code",
    [
        "kept['a'] = A()",
        "every = []\nevery.append(A())",
        "every = [A() for _ in range(2)]",
        "put('a', A())",
        "put('a', thing=A())",
        "import functools\nf = functools.partial(A().do, 1)",
        "class B:\n    every = {}\n    @classmethod\n    def start(cls):\n        cls.every['a'] = A()",
        "class B:\n    one = None\nB.one = A()",
        "class B:\n    one = None\ndef start():\n    B.one = A()",
        "def start():\n    kept['a'] = A()",
    ],
    ids=["an item", "of a list", "one by one", "handed", "by its name", "a method", "of a class", "an attribute", "by a"
         " function", "an item by a function"],
)  # fmt: skip
def test_what_the_start_of_the_process_puts_somewhere_is(code: str) -> None:
    assert put_at_start(code, "start", "B.start") == {"A"}


def test_what_keeps_a_value_for_each_tenant_is_none() -> None:
    program, body = program_of(m=A + "kept['a'] = A()\n"), Symbol("m", MODULE_BODY)
    assert one_of_process(program, (), frozenset({Symbol("m", "A")}), frozenset({body})) == set()
