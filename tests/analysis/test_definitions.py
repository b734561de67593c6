"""What runs as functions and classes are defined, and what a decorated name runs when it is called later."""

from __future__ import annotations

import pytest

from codemods.analysis.definitions import is_only_answered, run_by_defining
from codemods.analysis.symbols import MODULE_BODY, Symbol
from tests.analysis.test_holders import program_of
from tests.analysis.test_reach import reaches

WRAPS = "def d(f):\n    note()\n    def w():\n        return f()\n    return w\n"
NOTES = "kept = {}\ndef d(name):\n    def note(f):\n        kept[name] = f\n        return f\n    return note\n"


def defining(code: str) -> set[str]:
    found = run_by_defining(program_of(m=code))
    assert set(found.values()) <= {Symbol("m", MODULE_BODY)}
    return {item.qualname for item in found}


def called(code: str, function: str = "g") -> set[str]:
    """What a function runs, of what is in view."""
    return {edge.target.qualname for edge in reaches(code).edges(Symbol("main", function))}


@pytest.mark.parametrize(
    "code",
    [
        "def d(f):\n    return f\n",
        "def d(f):\n    return f\ndef g():\n    @d\n    def inner():\n        pass\n",
        "class Base:\n    def __init_subclass__(cls):\n        pass\n",
        "class Field:\n    def __set_name__(self, owner, name):\n        pass\n",
        "class Base:\n    def __init_subclass__(cls):\n        pass\ndef g():\n    class A(Base):\n        pass\n",
    ],
    ids=["nothing below it", "in a function", "no heir", "no object of it", "an heir in a function"],
)
def test_what_nothing_is_defined_with_does_not_run_on_import(code: str) -> None:
    assert defining(code) == set()


@pytest.mark.parametrize(
    ("code", "run"),
    [
        (WRAPS + "@d\ndef g():\n    pass\n", {"d"}),
        (NOTES + "@d('a')\ndef g():\n    pass\n", {"d", "d.<locals>.note"}),
        ("class D:\n    def __init__(self, f):\n        pass\n    def __call__(self):\n        pass\n"
         "@D\ndef g():\n    pass\n", {"D.__init__"}),
        ("class D:\n    def __init__(self, name):\n        pass\n    def __call__(self, f):\n        return f\n"
         "@D('a')\ndef g():\n    pass\n", {"D.__init__", "D.__call__"}),
        ("class Base:\n    def __init_subclass__(cls):\n        pass\nclass A(Base):\n    pass\n",
         {"Base.__init_subclass__"}),
        ("class Meta(type):\n    def __new__(cls, *given):\n        pass\n    def __call__(cls):\n        pass\n"
         "class A(metaclass=Meta):\n    pass\nclass B(A):\n    pass\n", {"Meta.__new__"}),
        ("class Field:\n    def __set_name__(self, owner, name):\n        pass\nclass A:\n    a = Field()\n",
         {"Field.__set_name__"}),
    ],
    ids=["a decorator", "called", "a class", "a class that is called", "a base", "a metaclass", "an attribute"],
)  # fmt: skip
def test_what_python_runs_as_something_is_defined(code: str, run: set[str]) -> None:
    assert defining(code) == run


def test_what_takes_the_place_of_a_function_is_only_answered() -> None:
    program = program_of(m=WRAPS + "def e(f):\n    def w():\n        pass\n    w()\n    return w\n")
    assert is_only_answered(program, Symbol("m", "d.<locals>.w"))
    assert not is_only_answered(program, Symbol("m", "e.<locals>.w"))
    assert not is_only_answered(program, Symbol("m", "d"))


@pytest.mark.parametrize(
    ("code", "run"),
    [
        (WRAPS + "@d\ndef g():\n    pass\n", {"d.<locals>.w"}),
        (NOTES + "@d('a')\ndef g():\n    pass\n", set()),
        ("def d(f):\n    return f\n@d\ndef g():\n    pass\n", set()),
        ("def d(n):\n    def e(f):\n        def w():\n            pass\n        return w\n    return e\n"
         "@d(1)\ndef g():\n    pass\n", {"d.<locals>.e.<locals>.w"}),
        ("def d(f):\n    return wrapped(f)\n@d\ndef g():\n    pass\n", {"d"}),
        ("class D:\n    def __call__(self):\n        pass\n@D\ndef g():\n    pass\n", {"D.__call__"}),
        ("class D:\n    def __call__(self, f):\n        def w():\n            pass\n        return w\n"
         "@D()\ndef g():\n    pass\n", {"D.__call__.<locals>.w"}),
        ("def d(f):\n    return f\ndef g():\n    @d\n    def inner():\n        pass\n", {"d"}),
    ],
    ids=["wraps", "notes", "answers it", "called", "wraps elsewhere", "a class", "a called class", "around another"],
)  # fmt: skip
def test_a_decorated_function_runs_what_takes_its_place(code: str, run: set[str]) -> None:
    assert called(code) == run


def test_what_a_decorator_notes_down_is_what_stands_below_it() -> None:
    below = "@d('a')\ndef one():\n    pass\n\n@d('b')\nclass Two:\n    def __init__(self):\n        pass\n"
    assert called(NOTES + below + "def g():\n    kept['a']()\n") == {"one", "Two.__init__"}


def test_what_a_decorator_of_classes_notes_down_is_what_stands_below_it() -> None:
    """Also where it calls what it is given as methods call their class."""
    code = "kept = {}\ndef d(cls):\n    kept[cls.__name__] = cls\n    return cls\n"
    code += "@d\nclass Two:\n    def run(self):\n        pass\n"
    assert called(code + "def g():\n    kept['Two']().run()\n") == {"Two.run"}


def test_what_a_decorator_wraps_is_none_of_what_others_put_there() -> None:
    """Else each decorated function would lead to all others."""
    code = WRAPS + "@d\ndef one():\n    pass\n\n@d\ndef g():\n    pass\n"
    assert called(code, "d.<locals>.w") == set()


TRACK = """from contextlib import AsyncContextDecorator, ContextDecorator
class Track(BASE):
    def __enter__(self):
        pass
    async def __aenter__(self):
        pass
    def __exit__(self, *error):
        pass
    def other(self):
        pass
track = Track()
"""


@pytest.mark.parametrize(
    ("base", "code", "run"),
    [
        ("object", "@Track()\ndef g():\n    pass\n", set()),
        ("ContextDecorator", "def g():\n    pass\n", set()),
        ("ContextDecorator", "@Track\ndef g():\n    pass\n", set()),
        (
            "ContextDecorator",
            "@Track()\ndef g():\n    pass\n",
            {"Track.__enter__", "Track.__aenter__", "Track.__exit__"},
        ),
        ("ContextDecorator", "@track\ndef g():\n    pass\n", {"Track.__enter__", "Track.__aenter__", "Track.__exit__"}),
        (
            "AsyncContextDecorator",
            "@track\nasync def g():\n    pass\n",
            {"Track.__enter__", "Track.__aenter__", "Track.__exit__"},
        ),
        (
            "ContextDecorator",
            "class Heir(Track):\n    pass\n@Heir()\ndef g():\n    pass\n",
            {"Track.__enter__", "Track.__aenter__", "Track.__exit__"},
        ),
    ],
)
def test_what_is_entered_around_each_call_of_a_function(base: str, code: str, run: set[str]) -> None:
    assert called(TRACK.replace("BASE", base) + code) == run
    assert "Track.__enter__" not in defining(TRACK.replace("BASE", base) + code)


@pytest.mark.parametrize(
    ("default", "run"), [("one()", {"one"}), ("[one()]", {"one"}), ("one", set()), ("later(one)", {"later"})]
)
def test_what_a_default_calls_is_called_where_the_function_is_defined(default: str, run: set[str]) -> None:
    code = "def one():\n    pass\ndef later(f):\n    return [f]\n"
    assert called(f"{code}def g():\n    def inner(a={default}):\n        return a\n    return 1\n") == run
