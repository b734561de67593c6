"""InsertFirst: at the very top, behind the docstring, and nowhere where that cannot be."""

from __future__ import annotations

import libcst as cst
import pytest
from libcst.codemod import CodemodContext

from codemods.commands.editing.imports import place_imports
from codemods.commands.insert_first import InsertFirst
from codemods.places import Beginning, Imported

IMPORTED = "from m import load\n\n"


def inserted(code: str, function: str = "f", statement: str = "load({0})") -> tuple[str, list[str]]:
    """The code after, which compiles, and the warnings."""
    context = CodemodContext()
    command = InsertFirst(context, [Beginning(function)], statement=statement, imports=[Imported("m", "load")])
    after = place_imports(context, command.transform_module_impl(cst.parse_module(code.encode()))).bytes
    compile(after, "a.py", "exec", dont_inherit=True)
    return after.decode(), context.warnings


STAYS = {
    "a docstring that shares its line": "def f(a):\n    'doc'; x = 1\n    return x\n",
    "no such function": "def g(a):\n    return 1\n",
    "a function inside of another": "def g():\n    def f(a):\n        return 1\n",
    "no parameter": "def f():\n    return 1\n",
    "only self": "def f(self):\n    return 1\n",
    "only *args": "def f(*args, **kwargs):\n    return 1\n",
    "only keywords": "def f(*, a):\n    return 1\n",
    "the name taken by the module": "load = 1\n\n\ndef f(a):\n    return 1\n",
    "the name taken by a parameter": "def f(a, load):\n    return 1\n",
    "the name taken by *": "def f(a, *load):\n    return 1\n",
    "the name taken by a keyword": "def f(a, *, load=None):\n    return 1\n",
    "the name taken by a walrus": "def f(a):\n    return (load := a)\n",
    "the name taken by a capture": "def f(a):\n    match a:\n        case [1, *load]:\n            return load\n",
    "the name taken by global": "def f(a):\n    global load\n    load = a\n",
    "the name taken in the function": "def f(a):\n    load = 2\n    return load\n",
}


@pytest.mark.parametrize("code", STAYS.values(), ids=STAYS)
def test_stays_and_is_reported(code: str) -> None:
    after, warnings = inserted(code)
    assert after == code
    assert len(warnings) == 1


def test_what_is_there_is_not_put_there_again() -> None:
    once, _ = inserted("def f(a):\n    'doc'\n    return 1\n", statement="\nif {0}:\n    load({0})")
    assert inserted(once, statement="\nif {0}:\n    load({0})") == (once, [])


BEHIND_THE_COLON = {
    "one statement": ("def f(a): return 1  # c\n", "    load(a)\n    return 1  # c\n"),
    "several": ("def f(a): b = a; return b\n", "    load(a)\n    b = a; return b\n"),
    "a docstring": ("def f(a): 'doc'\n", "    'doc'\n    load(a)\n"),
    "a docstring and more": ("def f(a): 'doc'; return 1  # c\n", "    'doc'\n    load(a)\n    return 1  # c\n"),
}


@pytest.mark.parametrize(("code", "body"), BEHIND_THE_COLON.values(), ids=BEHIND_THE_COLON)
def test_a_body_behind_the_colon_gets_lines_of_its_own(code: str, body: str) -> None:
    assert inserted(code) == (f"{IMPORTED}def f(a):\n{body}", [])
    lines = code.replace("\n", "\r\n")
    assert inserted(f"class A:\r\n\tasync {lines}", "A.f")[0].count("\r\n\t\tload(a)\r\n") == 1


OPENED = {
    "a docstring": ("def f(a):\n    'doc'\n", "    return 1\n"),
    "only a docstring": ("def f(a):\n    'doc' 'two'  # c\n", "    # d\n"),
    "an empty line below the docstring": ("def f(a):\n    'doc'\n", "\n    # why\n    return 1\n"),
    "no docstring": ("def f(a):  # behind\n", "    # why\n    return 1  # end\n"),
    "a text that is worked out": ("def f(a):\n", "    f'doc {a}'\n"),
    "bytes": ("def f(a):\n", "    b'doc'\n"),
    "global": ("def f(a):\n", "    global X\n    X = a\n"),
    "match": ("def f(a):\n", "    match a:\n        case 1: pass\n"),
    "positional-only": ("def f(a, /, b, *, c):\n", "    return a, \\\n        b\n"),
    "no last newline": ("def f(a):\n", "    return 1"),
    "a decorator": ("@d(lambda load: load)\ndef f(a=load_all()):\n", "    return [load for load in a]\n"),
}


@pytest.mark.parametrize(("above", "below"), OPENED.values(), ids=OPENED)
def test_at_the_top(above: str, below: str) -> None:
    last = "" if below.endswith("\n") else "\n"
    after, warnings = inserted(above + below)
    assert after + last == f"{IMPORTED}{above}    load(a)\n{below}{last}"
    assert warnings == []


def test_only_the_named_one_of_several() -> None:
    code = (
        "class A:\n    @property\n    def f(self):\n        return 1\n\n"
        "    @f.setter\n    def f(self, f):\n        self._f = f\n\n\ndef f(a):\n    return 1\n"
    )
    after, _ = inserted(code, "A.f#2")
    assert after == IMPORTED + code.replace("        self._f", "        load(f)\n        self._f")


def test_several_lines_in_the_indentation_and_newlines_of_the_file() -> None:
    code = "\ufefffrom m import load\r\n\r\n\r\nasync def f(a):\r\n\tyield a\r\n"
    after, _ = inserted(code, statement="\nif {0}:  # 说明\n    load({0})\n    return")
    assert after == code.replace("\tyield", "\tif a:  # 说明\r\n\t\tload(a)\r\n\t\treturn\r\n\tyield")


def test_other_braces_are_the_statements_own() -> None:
    after, _ = inserted("def f(a):\n    return 1\n", statement="load({0}, {}, {'k': {0}})")
    assert "    load(a, {}, {'k': a})\n" in after
