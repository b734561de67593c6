"""Which classes the process has one object of."""

from __future__ import annotations

import pytest

from codemods.analysis.lifetimes import one_of_process
from codemods.analysis.symbols import Symbol
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
        "import functools\nclass A:\n    pass\n@functools.cache\ndef f():\n    return A()",
        "class A:\n    def __new__(cls):\n        cls.one = super().__new__(cls)\n        return cls.one",
        "class Base:\n    pass\nclass A(Base):\n    pass\na = A()",
        "class A:\n    shared = {}\n    def __init__(self):\n        self.__dict__ = self.shared",
    ],
)
def test_what_a_module_a_cache_or_the_class_keeps_is(code: str) -> None:
    assert of_process(code) == {"A"}


def test_what_such_an_object_keeps_is_too() -> None:
    code = "class B:\n    pass\nclass A:\n    def __init__(self):\n        self.b = B()\na = A()"
    assert of_process(code) == {"A", "B"}


def test_a_host_makes_one_object_of_each_subclass() -> None:
    assert of_process("class Base:\n    pass\nclass A(Base):\n    pass", Symbol("m", "Base")) == {"A"}
