"""Imports: with those that are there, below docstrings, and what needs none stays byte for byte."""

from __future__ import annotations

import libcst as cst
import pytest
from libcst.codemod import CodemodContext

from codemods.commands.editing.imports import (
    can_import,
    need_import,
    need_module,
    place_imports,
    without_import,
    without_own_imports,
)
from codemods.places import Imported

LOAD, STORE = Imported("m", "load"), Imported("n", "store")


def placed(code: str, *items: Imported | str, module: str = "p.a") -> str:
    """The code with these names and modules imported, which compiles."""
    context = CodemodContext(full_module_name=module, full_package_name=module.rpartition(".")[0])
    for item in items:
        need_module(context, item) if isinstance(item, str) else need_import(context, item)
    after = place_imports(context, cst.parse_module(code)).code
    compile(after, "a.py", "exec", dont_inherit=True)
    return after


# What must not change

LONG = "from m import load, " + ", ".join(f"name_{number}" for number in range(20)) + "\n"
THERE = {
    "it already": "from m import load\n\nx = 1\n",
    "in a long line": LONG,
    "among others": "import a\nfrom m import (\n    load,\n    other,\n)\n",
    "all of it": "from m import *\n",
}


@pytest.mark.parametrize("code", THERE.values(), ids=THERE)
def test_what_is_imported_stays(code: str) -> None:
    assert placed(code, LOAD) == code


def test_what_is_imported_from_here_stays() -> None:
    code = "from ..m import load\n"
    assert placed(code, Imported("a.m", "load"), module="a.b.c") == code


def test_long_lines_that_get_no_name_stay() -> None:
    code = LONG.replace("load, ", "") + "from n import x\n"
    assert placed(code, STORE) == code.replace("import x", "import store, x")


def test_nothing_needed_nothing_changed() -> None:
    assert placed(LONG) == LONG


def test_a_name_with_another_use_cannot_be_imported() -> None:
    context = CodemodContext()
    for code in ("load = 1\n", "from o import load\n", "for (a, [load]) in x: pass\n", "if x:\n    def load(): pass\n"):
        assert not can_import(context, cst.parse_module(code), LOAD), code
    for code in ("", "from m import load\n", "def f():\n    load = 1\n", "x = [load for load in y]\n"):
        assert can_import(context, cst.parse_module(code), LOAD), code


# What is added

ADDED = {
    "behind a docstring": ('"""a"""\nx = 1\n', '"""a"""\n\nfrom m import load\n\nx = 1\n'),
    "behind imports": ("import a\n\nx = 1\n", "import a\nfrom m import load\n\nx = 1\n"),
    "before all else": ("def f():\n    pass\n", "from m import load\n\ndef f():\n    pass\n"),
    "below changes of the path": (
        "import sys\n\nsys.path.insert(0, '.')\n\nimport a\n\nx = 1\n",
        "import sys\n\nsys.path.insert(0, '.')\n\nimport a\nfrom m import load\n\nx = 1\n",
    ),
    "with others of its module": ("from m import a\n", "from m import load, a\n"),
    "below a comment": ("# a\nx = 1\n", "# a\nfrom m import load\n\nx = 1\n"),
}


@pytest.mark.parametrize(("before", "after"), ADDED.values(), ids=ADDED)
def test_where_an_import_goes(before: str, after: str) -> None:
    assert placed(before, LOAD) == after


def test_modules_come_first_and_names_of_one_module_together() -> None:
    items = (STORE, LOAD, Imported("m", "all"), "sys", "os")
    assert placed("x = 1\n", *items) == "import os\nimport sys\nfrom m import all, load\nfrom n import store\n\nx = 1\n"


def test_imports_that_were_there_keep_what_stands_above_them() -> None:
    code = "from m import a\n\n# what n is for\nfrom n import b\n\nprint(a, b)\n"
    assert (
        placed(code, LOAD, STORE) == "from m import load, a\n\n# what n is for\nfrom n import store, b\n\nprint(a, b)\n"
    )


def test_the_first_imports_of_a_file_stand_together() -> None:
    after = placed("def f():\n    return 1\n", LOAD, STORE)
    assert after.startswith("from m import load\nfrom n import store\n\n")


# What goes

GONE = {
    "alone": ("from t import Dict\n\nx = {}\n", "\nx = {}\n"),
    "among others": ("from t import Any, Dict\n", "from t import Any\n"),
    "below a condition": ("if T:\n    from t import Dict\n    y = 1\n", "if T:\n    y = 1\n"),
    "another of its name": (
        "from t import Dict\ndef f():\n    'Dict'\n    Dict = 1  # Dict\n    return Dict\n",
        "def f():\n    'Dict'\n    Dict = 1  # Dict\n    return Dict\n",
    ),
    "used beside another of its name": ("from t import Dict\ndef f(a: Dict):\n    Dict = 1\n", None),
    "global": ("from t import Dict\ndef f():\n    global Dict\n    Dict = 1\n", None),
    "gone by itself": ("from t import Dict\ndel Dict\n", None),
    "used": ("from t import Dict\nx: Dict = {}\n", None),
    "used in a text": ("from t import Dict\nx: 'Dict' = {}\n", None),
    "in a function": ("def f():\n    from t import Dict\n", None),
    "not there": ("from t import Any\n", None),
}


@pytest.mark.parametrize(("before", "after"), GONE.values(), ids=GONE)
def test_an_import_that_nothing_needs_goes(before: str, after: str | None) -> None:
    without = without_import(CodemodContext(), cst.parse_module(before), "Dict")
    assert without.code == (before if after is None else after)


def test_a_module_goes_as_a_name_does() -> None:
    tree = cst.parse_module("import t, u.v, w as x\n")
    assert without_import(CodemodContext(), tree, "t").code == "import u.v, w as x\n"
    assert without_import(CodemodContext(), tree, "u").code == "import t, w as x\n"
    assert without_import(CodemodContext(), tree, "w").code == tree.code


# What a function imports itself

USE = "    x: Dict = {}\n"
KEPT = {
    "used still": "    from t import Dict\n    y: Dict = {}\n",
    "used in a text": "    from t import Dict\n    y: 'Dict' = {}\n",
    "used by a function in it": "    from t import Dict\n    def g(y: Dict): pass\n",
    "used by a class in it": "    from t import Dict\n    class A:\n        y: Dict\n",
    "given by a function in it": "    from t import Dict\n    def g():\n        nonlocal Dict\n        Dict = 1\n",
    "the module's": "    global Dict\n    from t import Dict\n",
    "by another way as well": "    try:\n        from t import Dict\n    except ImportError:\n        Dict = dict\n",
    "gone by itself": "    from t import Dict\n    del Dict\n",
    "all there is": "    from t import Dict\n    return locals()\n",
    "of a function in it": "    def g():\n        from t import Dict\n",
    "by a star": "    from t import *\n",
}


@pytest.mark.parametrize("code", KEPT.values(), ids=KEPT)
def test_what_a_function_imports_stays(code: str) -> None:
    assert left_by(f"def f():\n{code}{USE}", f"def f():\n{code}") == f"def f():\n{code}"


def test_what_it_did_not_use_before_stays() -> None:
    code = "def f():\n    from t import Dict\n    x = 1\n"
    assert left_by(code, code.replace("1", "2")) == code.replace("1", "2")


OWN = {
    "alone": ("    from t import Dict\n    return 1\n", "    return 1\n"),
    "among others": ("    from t import Any, Dict\n    return Any\n", "    from t import Any\n    return Any\n"),
    "below a condition": ("    if T:\n        from t import Dict\n", "    if T:\n        pass\n"),
    "all there is": ("    from t import Dict\n", "    pass\n"),
    "on the line of a condition": ("    if T: from t import Dict\n", "    if T: pass\n"),
    "another of its name": (
        "    from t import Dict\n    def g():\n        from u import Dict\n        return Dict\n",
        "    def g():\n        from u import Dict\n        return Dict\n",
    ),
}


@pytest.mark.parametrize(("code", "after"), OWN.values(), ids=OWN)
def test_what_a_function_imports_and_needs_no_more_goes(code: str, after: str) -> None:
    assert left_by(f"def f():\n{code}{USE}", f"def f():\n{code}") == f"def f():\n{after}"


def test_a_module_that_a_function_imports_goes_as_well() -> None:
    assert left_by("def f():\n    import t\n    x: t.Dict\n", "def f():\n    import t\n") == "def f():\n    pass\n"


def test_a_function_on_one_line_keeps_something_to_do() -> None:
    assert left_by("def f(): import t; t.g()\n", "def f(): import t; g()\n") == "def f(): g()\n"
    assert left_by("def f(): import t; t.g()\n", "def f(): import t\n") == "def f(): pass\n"


def left_by(before: str, after: str) -> str:
    """What becomes of a function that was edited."""
    functions = [cst.parse_statement(code) for code in (before, after)]
    first, second = [item for item in functions if isinstance(item, cst.FunctionDef)]
    return cst.Module([without_own_imports(first, second)]).code
