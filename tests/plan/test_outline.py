"""A file in outline: what LibCST is not given comes out as it was, and what a command looks at is there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import libcst as cst
import pytest
from libcst.codemod import CodemodContext

from codemods.commands.editing.function_command import FunctionCommand, PlaceCommand
from codemods.places import Beginning, Definition, Expression, Place
from codemods.plan import rewrite
from codemods.plan.files import FileToEdit, Run
from codemods.plan.outline import MovedError, Outline, Wanted, outline_of
from codemods.plan.text import Text

WORK = "        return 'so much work that it is worth a line of its own, which is to be read by nobody at all'\n"
LONG = WORK.removeprefix("    ")
TREE = f'''\
import os


class Hub:
    """Of rooms."""

    def first(self):
        """Says so."""
        text = 1
        # of this
{WORK}
    @property
    def second(self):
        if self:
    {WORK}
        # at the end


# it stands alone
def alone():
{LONG}

def nesting():
    def inner():
{WORK}
    return inner


if os.name:
    def by_system():
{WORK}else:
    try:
        async def by_system():
    {WORK}    finally:
        pass
'''


def outlined(
    code: str,
    *names: str,
    top: int | None = None,
    words: Iterable[bytes] = (),
    classes: Iterable[str] = (),
    looked_for: Mapping[str, Iterable[Iterable[str]]] | None = None,
) -> str:
    wanted = Wanted(set(words))
    wanted.add(names, top, classes, looked_for or {})
    outline = outline_of(code.encode(), wanted)
    given = outline.data.decode()
    assert outline.unfolded(given) == code
    return given


def test_code_that_nobody_looks_into_is_a_line() -> None:
    given = outlined(TREE)
    assert "so much work" not in given and "Says so" not in given
    assert given.count("def by_system(): folded") == 2 and "class Hub: folded" in given
    assert "# at the end" not in given and "# it stands alone" in given


def test_of_a_class_with_something_that_is_looked_at_the_rest_is_there() -> None:
    for given in (outlined(TREE, "Hub.second"), outlined(TREE, classes=["Hub"])):
        assert '"""Of rooms."""' in given and "Says so" not in given and "def first(): folded" in given


@pytest.mark.parametrize(
    "name", ["Hub.first", "Hub.second", "alone", "nesting.<locals>.inner", "by_system", "by_system#2", "Hub"]
)
def test_what_is_looked_into_is_there(name: str) -> None:
    given = outlined(TREE, name)
    expected = {"Hub": 2, "by_system": 2, "by_system#2": 2}.get(name, 1)
    assert given.count("so much work") == expected


def test_what_mentions_a_word_that_commands_write_is_there() -> None:
    assert outlined(TREE, words=[b"inner"]).count("so much work") == 1


def test_the_top_of_a_function_is_there() -> None:
    given = outlined(TREE, "Hub.first", top=1)
    assert '"""Says so."""\n        text = 1\n        # of this\n        folded' in given


LOOKED_INTO = f"""\
def f(rooms):
    if rooms.first:
    {WORK}
    elif rooms.all():
{WORK}
    else:
        with rooms:
    {WORK}
            # before it
            for room in rooms.all(): x = 'a long line with what is looked for in a text of it, which nobody can know'
    {WORK}
    try:
        import shutil as first, os.path
{WORK}
    except OSError:
        match rooms:
            case [shown]:
                all = rooms; done = 'a line with two statements, of which neither can be folded without the other'
        {WORK}
                class Room:
                    x = (
                        first)
{WORK}"""


def test_of_what_something_is_looked_for_in_only_the_statements_that_mention_it_are_there() -> None:
    given = outlined(LOOKED_INTO, "f", looked_for={"f": [["rooms", "all"]]})
    assert "so much work" not in given
    for line in (
        "elif rooms.all():",
        "else:",
        "with rooms:",
        "# before it",
        "for room in rooms.all(): x =",
        "case [shown]:",
    ):
        assert line in given
    # What the function imports may be left without a use, which is told by all of its uses.
    assert "import shutil as first, os.path" in given and "first)" in given and "all = rooms; done" in given


def test_what_is_looked_for_comes_beside_the_top_and_in_functions_of_which_all_is_known() -> None:
    both = Wanted()
    both.add(["f"], 1)
    both.add(["f"], None, looked_for={"f": [["shown"]]})
    given = outline_of(LOOKED_INTO.encode(), both).data.decode()
    assert "if rooms.first" in given and "case [shown]:" in given and "# before it" not in given
    both.add(["f"], None)
    assert outline_of(LOOKED_INTO.encode(), both) == Outline(LOOKED_INTO.encode())


ODD = {
    "statements in statements": LOOKED_INTO.encode(),
    "statements in statements, with tabs and CRLF": LOOKED_INTO.replace("    ", "\t").replace("\n", "\r\n").encode(),
    "nothing": b"",
    "one line": b"def f(): return 'a text that is long enough for a line of its own, but stands behind the name of it'",
    "no last newline": f"def f():\n{LONG}".rstrip("\n").encode(),
    "CRLF": TREE.replace("\n", "\r\n").encode(),
    "from the first line on": f"def g():\n{LONG}def f():\n{LONG}".encode(),
    "tabs": TREE.replace("    ", "\t").encode(),
    "a mark": b"\xef\xbb\xbf" + TREE.encode(),
    "an encoding": f"# coding: gbk\n# 中文\n{TREE}".encode("gbk"),
    "form feeds": TREE.replace("\n\n\n", "\n\f\n\n").encode(),
    "a backslash": f"def f():\n{LONG}".rstrip("\n").encode() + b" \\\n\nx = 1\n",
    "behind a colon": f"def f(): \\\n{LONG}".encode(),
    "two on a line": f"def f():\n    a = 1; b = '{'x' * 100}'\n{LONG}".encode(),
    "a comment behind it": f"def f():\n{LONG}".rstrip("\n").encode() + b"  # says who\n    # and how\n  # and\n# why\n",
    "decorated inside": f"def f():\n    @g\n    def h(): 1\n    @(\n        g\n    )\n    def h():\n{WORK}".encode(),
    "it has such lines": f"folded_by_tenantize_0 = 1\ndef f():\n{LONG}".encode(),
    "no Python": b"def f(:\n    x\n",
}


@pytest.mark.parametrize("top", [0, 1])
@pytest.mark.parametrize("word", ["", "inner", "room", "1"])
@pytest.mark.parametrize("code", ODD.values(), ids=ODD)
def test_an_odd_file_is_given_back(code: bytes, word: str, top: int) -> None:
    wanted = Wanted()
    wanted.add(["f"], top, looked_for={"f": [[word]]} if word else {})
    outline = outline_of(code, wanted)
    try:
        tree = cst.parse_module(outline.data)
    except cst.ParserSyntaxError:
        assert outline == Outline(code)
        return
    assert Text(outline).code(tree).encode(tree.encoding) == code


def test_a_long_table_is_given_back() -> None:
    table = "WORDS = {\n" + "    'word': ['one', 2, 3.0, None],  # three\n    'other': 1,\n" * 10_000 + "}\n"
    for text in (f"{table}\n{TREE}", f"{TREE}\n{table}", f"{TREE}\n{table}".replace("\n", "\r\n")):
        outline = outline_of(text.encode(), Wanted())
        assert len(outline.data) < len(text) / 10
        assert Text(outline).code(cst.parse_module(outline.data)) == text


def test_code_that_would_be_indented_otherwise_is_not_given_out() -> None:
    outline = outline_of(TREE.encode(), Wanted())
    assert outline.folded
    for moved in (
        "if x:\n            folded_by_tenantize_0\n    ",
        "\n    x = folded_by_tenantize_0\n",
        "x = class Hub: folded_by_tenantize_0",
    ):
        with pytest.raises(MovedError):
            outline.unfolded(moved)


class Nested(FunctionCommand):
    """Puts all of a module below a test, so that nothing is indented as it was."""

    PLACE = Definition

    def __init__(self, context: CodemodContext, places: Sequence[Place]) -> None:
        super().__init__(context)

    def transform_module_impl(self, tree: cst.Module) -> cst.Module:
        self.warn(f"of {len(tree.code)}")
        return tree.with_changes(body=[cst.If(cst.Name("True"), cst.IndentedBlock(tree.body))])


class Measured(PlaceCommand):
    """Says how long the code is that it is given."""

    PLACE = Definition

    def __init__(self, context: CodemodContext, places: Sequence[Place]) -> None:
        super().__init__(context)

    def transform_module_impl(self, tree: cst.Module) -> cst.Module:
        self.warn(f"of {len(tree.code)}")
        return tree


@pytest.mark.parametrize("command", [Nested, Measured])
def test_a_file_is_given_whole_to_what_needs_all_of_it(
    command: type[PlaceCommand], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("codemods.commands.editing.named.command_named", lambda name: command)
    file = FileToEdit("a.py", "a", TREE.encode(), TREE.encode())
    file.runs.append(Run("recipe", "command", (Definition("of"),), {}))
    result = rewrite.rewritten(file, stages=False)
    assert [warned.reason for warned in result.warnings] == [f"of {len(TREE)}"]
    assert result.after.count(b"so much work") == TREE.count("so much work") and b"folded" not in result.after


def test_what_a_file_is_brought_is_indented_as_the_file_is_though_none_of_its_blocks_is_there(tmp_path: Path) -> None:
    (tmp_path / "support.py").write_text("def added():\n    return 1\n")
    data = f"def f():\n{LONG}".replace("    ", "\t").encode()
    file = FileToEdit("a.py", "a", data, data)
    options = {"source": str(tmp_path / "support.py")}
    file.runs.append(Run("recipe", "add_definitions.AddDefinitions", (Definition("added"),), options))
    assert rewrite.rewritten(file, stages=False).after == data + b"def added():\n\treturn 1\n"


def test_what_is_not_found_in_outline_is_looked_for_in_all_of_the_file() -> None:
    # Python reads both names as one, and so does what names the place.
    data = "def f(base, \ufb01le):\n    return base.joined_together_with_other_folders / \ufb01le\n".encode()
    file = FileToEdit("a.py", "a", data, data)
    place = Expression("f", "base.joined_together_with_other_folders / file")
    file.runs.append(Run("recipe", "keep_below.KeepBelow", (place,), {"by": "paths:below"}))
    result = rewrite.rewritten(file, stages=False)
    assert b"return below(base.joined_together_with_other_folders, " in result.after and not result.warnings


def test_all_of_the_statements_that_are_put_first_are_seen_to_be_there() -> None:
    statement = "if x:\n    first()\nsecond(); third()"
    given = f"def f(x):\n    '''Says so.'''\n    fourth()\n{LONG * 3}"
    options = {"statement": statement}

    def after(data: bytes) -> bytes:
        file = FileToEdit("a.py", "a", data, data)
        file.runs.append(Run("recipe", "insert_first.InsertFirst", (Beginning("f"),), options))
        return rewrite.rewritten(file, stages=False).after

    once = after(given.encode())
    assert b"second(); third()" in once and b"folded" not in once
    assert after(once) == once
