"""AddEnumMember: one line, among members that are texts."""

from __future__ import annotations

import libcst as cst
import pytest
from libcst.codemod import CodemodContext

from codemods.commands.add_enum_member import AddEnumMember
from codemods.places import Definition


def added(code: str, *classes: str, value: str = "on_load", comment: str = "") -> tuple[str, list[str]]:
    context = CodemodContext()
    command = AddEnumMember(
        context,
        list(map(Definition, classes or ("E",))),
        member="ON_LOAD",
        value=value,
        after="ON_START",
        comment=comment,
    )
    after = command.transform_module_impl(cst.parse_module(code.encode())).bytes
    compile(after, "a.py", "exec", dont_inherit=True)
    return after.decode(), context.warnings


THERE = {
    "as it would be": "class E(Enum):\n    ON_START = 'a'\n    ON_LOAD = 'b'\n",
    "with an annotation": "class E(Enum):\n    ON_START = 'a'\n    ON_LOAD: str = 'b'\n",
    "as an alias": "class E(Enum):\n    FIRST = ON_LOAD = 'a'\n    ON_START = 'x'\n",
    "on a line with others": "class E(Enum):\n    ON_START = 'a'; ON_LOAD = 'b'\n",
    "below a condition": "class E(Enum):\n    ON_START = 'a'\n    if FULL:\n        ON_LOAD = 'b'\n",
}


@pytest.mark.parametrize("code", THERE.values(), ids=THERE)
def test_what_is_there_stays(code: str) -> None:
    assert added(code) == (code, [])


STAYS = {
    "no such class": "class F(Enum):\n    ON_START = 'a'\n",
    "a class in a function": "def f():\n    class E(Enum):\n        ON_START = 'a'\n",
    "a class in another": "class Outer:\n    class E(Enum):\n        ON_START = 'a'\n",
    "a body on one line": "class E(Enum): ON_START = 'a'\n",
    "no member": "class E(Enum):\n    'doc'\n",
    "numbers": "class E(IntEnum):\n    ON_START = 1\n    ON_STOP = 2\n",
    "auto": "class E(Enum):\n    ON_START = auto()\n    ON_STOP = auto()\n",
    "only what is no member": "class E(Enum):\n    _order_ = 'A'\n\n    def f(self): pass\n",
}


@pytest.mark.parametrize("code", STAYS.values(), ids=STAYS)
def test_stays_and_is_reported(code: str) -> None:
    after, warnings = added(code)
    assert after == code
    assert warnings == ["E is not there, or has no member of text to put ON_LOAD behind"]


PLACES = {
    "behind the named member": "class E(str, Enum):\n    '''doc'''\n\n    ON_START = 'a'  # c\n|    B = 'b'\n",
    "behind its text": "class E(Enum):\n    ON_START = 'a'\n    '''starts'''\n|\n    B = 'b'\n",
    "behind an alias": "class E(Enum):\n    ON_BEGIN = ON_START = 'a'\n|    B = 'b'\n",
    "behind an annotated one": "class E(Enum):\n    ON_START: str = ('a')\n|    B = 'b'\n",
    "behind a line of several": "class E(Enum):\n    A = 'x'; ON_START = 'a'\n|    B = 'b'\n",
    "behind the last, above methods": (
        "class E(Enum):\n    A = 'a'\n    B = 'b'\n|    C = B\n\n"
        "    def f(self):\n        ON_START = 1\n\n    _hidden = 'x'\n"
    ),
    "above a comment at the end": "class E(Enum):\n    ON_START = 'a'\n|    # tail\n",
    "in tabs": "class E(Enum):\n\tON_START = 'a'\n|\tB = 'b'\n",
    "not in a class inside": "class E(Enum):\n    ON_START = 'a'\n|\n    class E:\n        ON_START = 'a'\n",
}


@pytest.mark.parametrize("code", PLACES.values(), ids=PLACES)
def test_place(code: str) -> None:
    indent = "\t" if "\t" in code else "    "
    after, warnings = added(code.replace("|", ""), comment="说明")
    assert after == code.replace("|", f'{indent}ON_LOAD = "on_load"  # 说明\n')
    assert added(after) == (after, warnings) == (after, [])


def test_by_the_whole_name() -> None:
    code = "class Outer:\n    class E(Enum):\n        ON_START = 'a'\n\n\nclass E(Enum):\n    ON_START = 'b'\n"
    after, _ = added(code, "Outer.E")
    assert after == code.replace("= 'a'\n", "= 'a'\n        ON_LOAD = \"on_load\"\n")


def test_newlines_are_the_neighbours_and_the_rest_stays() -> None:
    code = "\ufeffx = 1\n\n\nclass E(Enum):\r\n    ON_START = 'a'\r\n    B = 'b'"
    after, _ = added(code)
    assert after == code.replace("'a'\r\n", "'a'\r\n    ON_LOAD = \"on_load\"\r\n")


def test_a_value_with_quotes() -> None:
    after, _ = added("class E(Enum):\n    ON_START = 'a'\n", value='a"b')
    assert after.endswith('    ON_LOAD = "a\\"b"\n')
