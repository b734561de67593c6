"""MakePerTenant: the variable itself becomes the holder's value, and nothing else that has its name."""

from __future__ import annotations

import textwrap

import libcst as cst
import pytest
from libcst.codemod import CodemodContext

from codemods.commands.editing.imports import place_imports
from codemods.commands.make_per_tenant import MakePerTenant
from codemods.places import Imported, Role, State

FIRST, LACKING = Role.FIRST, Role.LACKING
KEPT, USED = State("<module>", "X", FIRST), State("run", "X")
IMPORTED = "from h import TenantLocal\n\n"


def made(code: str, *places: State) -> tuple[str, list[str]]:
    """The code after, which compiles, and the warnings."""
    context = CodemodContext(full_module_name="p.plugin", full_package_name="p")
    command = MakePerTenant(context, places, holder=Imported("h", "TenantLocal"))
    after = place_imports(context, command.transform_module_impl(cst.parse_module(code.encode()))).bytes
    compile(after, "a.py", "exec", dont_inherit=True)
    return after.decode(), context.warnings


def in_run(body: str) -> str:
    return "X = None\n\n\ndef run():\n" + textwrap.indent(body, "    ")


# What must not change


TAKEN = {
    "the name taken": "TenantLocal = 1\nX = None\n",
    "two targets": "X = Y = None\n",
    "a tuple": "X, Y = None, 1\n",
    "held already": "from h import TenantLocal\nX = TenantLocal(None)\n",
    "an assignment inside of the value": "X = [y := 1]\n",
    "not there": "Y = None\n",
}


@pytest.mark.parametrize("code", TAKEN.values(), ids=TAKEN)
def test_a_first_value_that_stays_and_is_reported(code: str) -> None:
    after, warnings = made(code, KEPT)
    assert after == code
    assert len(warnings) == 1


def test_a_value_that_needs_names_of_the_class_stays() -> None:
    code = "class A:\n    size = 5\n    x = [size]\n    y = None\n"
    assert made(code, State("A", "x", FIRST))[0] == code
    assert made(code, State("A", "y", FIRST))[0] != code


UNCLEAR = {
    "walrus": "global X\n(X := 3)\nreturn X\n",
    "del": "global X\nX = 1\ndel X\n",
    "del of several": "global X\nX = 1\ndel (a, X)\n",
    "except": "global X\ntry: pass\nexcept E as X: pass\nX = 1\n",
    "a capture": "global X\nX = 1\nmatch a:\n    case [1, X]: pass\n",
    "a star in a pattern": "global X\nX = 1\nmatch a:\n    case [1, *X]: pass\n",
    "the rest of a mapping": "global X\nX = 1\nmatch a:\n    case {'a': 1, **X}: pass\n",
    "a function": "global X\ndef X(): pass\nreturn X\n",
    "a class": "global X\nclass X: pass\nreturn X\n",
    "nothing but global": "global X\n",
}


@pytest.mark.parametrize("body", UNCLEAR.values(), ids=UNCLEAR)
def test_a_use_that_no_attribute_can_replace_leaves_the_file_as_it_is(body: str) -> None:
    after, warnings = made(in_run(body), KEPT, USED)
    assert after == in_run(body)
    assert warnings


def test_nonlocal_is_another_variable() -> None:
    code = in_run("X = 1\ndef inner():\n    nonlocal X\n    X = 2\n")
    assert made(code, KEPT, State("run.<locals>.inner", "X"))[0] == code


def test_one_place_that_is_missing_leaves_all_as_it_is() -> None:
    code = in_run("return X\n")
    after, warnings = made(code, KEPT, USED, State("run", "Y"))
    assert after == code
    assert warnings == ["Y is not in run as it was read: the state of this file must be mended by hand"]


# What has the name and is something else. "X@" is what becomes X.value.
USES = {
    "keywords": "f(X=1, y=X@)\n",
    "attributes": "a.X = X@.X\n",
    "lambdas": "return (lambda X: X), (lambda *X, k=X@: X), (lambda: X@)\n",
    "a list comprehension": "return [X for X in X@], [X@ for k in X@]\n",
    "other comprehensions": "return {X for X in X@}, {X: X for X in a for b in X}, [*(X for k in X@ for X in k)]\n",
    "a pattern": "match a:\n    case C(X=1): return X@\n    case X@.b: pass\n",
    "texts": "return 'X', f'X {X@!r:>{X@}}', cast('X', X@)\n",
    "annotations": "a: X = X@\nb: 'X' = 1\n",
    "an inner function": "def inner(X=1):\n    return X\ndef third():\n    X = 1\n    return X\nreturn X@\n",
    "an inner class": "class A:\n    X = 1\n    y = X\n    def m(self):\n        return X\nreturn X@\n",
    "an import": "from .a import X\nreturn X@\n",
    "an import of a module of its name": "from .X import X\nreturn X@\n",
    "line continuation": "a = X@; b = X@  # X\nreturn a if X@ else \\\n    X@\n",
    "items": "X@[X@] = 1\nX@[0] += 1\ndel X@[0]\nreturn (X)@, -X@, *X@\n",
    "statements": "assert X@, X@\nif X@: pass\nwhile X@: X@.pop()\nwith X@ as y, X@: pass\nraise X@ from X@\n",
    "a generator": "yield X@\nyield from X@\n",
}


@pytest.mark.parametrize("body", USES.values(), ids=USES)
def test_uses(body: str) -> None:
    assert made(in_run(body.replace("@", "")), USED) == (in_run(body.replace("@", ".value")), [])


STORES = {
    "assignments": "X! = z = 1\nX! += 1\nX!, z = 1, 2\n[X!, *z] = 1, 2\n",
    "loops and with": "for X! in y: pass\nwith a as X!: pass\n",
}


@pytest.mark.parametrize("body", STORES.values(), ids=STORES)
def test_stores(body: str) -> None:
    before = in_run("global X\n" + body.replace("!", ""))
    after = in_run(body.replace("!", ".value")).replace("X = None", "X = TenantLocal(None)")
    assert made(before, KEPT, USED) == (IMPORTED + after, [])


def test_async_generators() -> None:
    code = "async def run():\n    async for a in X:\n        yield X\n    async with X as y:\n        await X\n"
    assert made(code, USED) == (code.replace("X", "X.value"), [])


def test_decorators_and_defaults_are_read_outside_of_the_function() -> None:
    code = "@d(X)\ndef run(a: X = X, *, b=X) -> X:\n    return X\n"
    assert made(code, USED) == (code.removesuffix("X\n") + "X.value\n", [])


def test_only_the_named_one_of_several() -> None:
    code = "def f(): return X\n\n\ndef f(): return X\n"
    assert made(code, State("f#2", "X")) == ("def f(): return X\n\n\ndef f(): return X.value\n", [])


def test_attributes() -> None:
    code = """\
class A:
    x = None

    def f(self, a):
        self.x = a.x or A.x or self.y.x or self.x.y
        (self).x
        get(self).x, self.x()[0].x, (lambda self: self.x)
        f(x=self . x, k=[self.x for self in a])
"""
    after = """\
class A:
    x = TenantLocal(None)

    def f(self, a):
        self.x.value = a.x or A.x.value or self.y.x or self.x.value.y
        (self).x.value
        get(self).x, self.x.value()[0].x, (lambda self: self.x)
        f(x=self . x.value, k=[self.x for self in a])
"""
    assert made(code, State("A", "x", FIRST), State("A.f", "self.x"), State("A.f", "A.x")) == (IMPORTED + after, [])


# `global`

GLOBALS = {
    "alone": ("global X\nX = 1\n", "X.value = 1\n"),
    "a comment behind": ("global X  # noqa\nX = 1\n", "X.value = 1\n"),
    "a comment above": ("a()\n# why\nglobal X\nX = 1\n", "a()\n# why\nX.value = 1\n"),
    "a comment above at the start": ("# why\nglobal X\n\nX = 1\n", "# why\n\nX.value = 1\n"),
    "a comment above the last statement": ("X = 1\n# why\nX = 2\n", "X.value = 1\n# why\nX.value = 2\n"),
    "empty lines": ("'doc'\n\nglobal X\n\nX = 1\n", "'doc'\n\nX.value = 1\n"),
    "an empty line below": ("global X\n\nX = 1\n", "X.value = 1\n"),
    "with others": ("global  Y,  X,   Z  # c\nX = 1\n", "global  Y,  Z  # c\nX.value = 1\n"),
    "the last of several": ("global Y, \\\n    X\nX = 1\n", "global Y\nX.value = 1\n"),
    "on a line with others": ("global X; X = 1\n", "X.value = 1\n"),
    "the only one of a block": ("if a:\n    global X\nX = 1\n", "if a:\n    pass\nX.value = 1\n"),
}


@pytest.mark.parametrize(("before", "after"), GLOBALS.values(), ids=GLOBALS)
def test_global(before: str, after: str) -> None:
    assert made(in_run(before), USED) == (in_run(after), [])


def test_global_of_a_function_on_one_line() -> None:
    assert made("def run(): global X; X = 1\n", USED) == ("def run(): X.value = 1\n", [])


# First values

VALUES = {
    "None": "(None)",
    "-1": "(-1)",
    "'a'": "('a')",
    "{}": "(factory=dict)",
    "[]": "(factory=list)",
    "set()": "(factory=set)",
    "a.B()": "(factory=a.B)",
    "A(1)": "(factory=lambda: A(1))",
    "a()()": "(factory=lambda: a()())",
    "{1: 2}": "(factory=lambda: {1: 2})",
    "1, 2": "(factory=lambda: (1, 2))",
    "a if b else c": "(factory=lambda: a if b else c)",
    "{  # c\n}": "(factory=lambda: {  # c\n})",
    "(\n    []  # c\n)": "(factory=lambda: (\n    []  # c\n))",
}


@pytest.mark.parametrize(("value", "held"), VALUES.items(), ids=VALUES)
def test_first_values(value: str, held: str) -> None:
    assert made(f"X={value}  # c\n", KEPT) == (f"{IMPORTED}X=TenantLocal{held}  # c\n", [])


ANNOTATED = {
    "X: int": "X: TenantLocal[int] = TenantLocal(None)",
    "X : 'int'=1": "X : TenantLocal['int']=TenantLocal(1)",
    "X: t.ClassVar[int] = 1": "X: t.ClassVar[TenantLocal[int]] = TenantLocal(1)",
    "X: Final[dict] = {}": "X: Final[TenantLocal[dict]] = TenantLocal(factory=dict)",
    "X: Final = {}": "X: Final = TenantLocal(factory=dict)",
}


@pytest.mark.parametrize(("before", "after"), ANNOTATED.items(), ids=ANNOTATED)
def test_annotations(before: str, after: str) -> None:
    assert made(before + "\n", KEPT) == (f"{IMPORTED}{after}\n", [])


def test_the_import_stands_above_a_first_line_that_uses_it() -> None:
    assert made("X = None; Y = 2\n", KEPT) == (f"{IMPORTED}X = TenantLocal(None); Y = 2\n", [])


def test_classes_and_init() -> None:
    assert made("class A: x = None\n", State("A", "x", FIRST))[0] == f"{IMPORTED}class A: x = TenantLocal(None)\n"
    code = "class A:\n    def __init__(self, x):\n        self.x: int = x\n        self.y = lambda: self.x\n"
    after = code.replace(": int = x", ": TenantLocal[int] = TenantLocal(x)").replace(": self.x\n", ": self.x.value\n")
    assert made(code, State("A.__init__", "self.x", FIRST), State("A.__init__", "self.x")) == (IMPORTED + after, [])


def test_an_attribute_that_a_class_lacks() -> None:
    code = "class A:\n    'doc'\n|\n    # c\n    @d\n    def f(self): pass\n    y = 1\n"
    after, warnings = made(code.replace("|", ""), State("A", "x", LACKING), State("A", "w", LACKING))
    lines = "    w = TenantLocal(None)\n    x = TenantLocal(None)\n"
    assert (after, warnings) == (IMPORTED + code.replace("|", lines), [])
    assert made("class A: pass\n", State("A", "x", LACKING))[0] == "class A: pass\n"


def test_bytes_around_stay() -> None:
    code = (
        "\ufeff'''doc'''\r\nfrom h import TenantLocal\r\nX = None\r\n\r\n\r\ndef f():\r\n\tglobal X\n\tX = 1\r\n# end"
    )
    after, warnings = made(code, KEPT, State("f", "X"))
    assert after == code.replace("X = None", "X = TenantLocal(None)").replace("\tglobal X\n", "").replace(
        "X = 1", "X.value = 1"
    )
    assert warnings == []
