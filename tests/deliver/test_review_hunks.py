"""A change as hunks: any of them can be taken, to the byte, and each says whose it is."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codemods.changes import Change, Edit, Stage, lines_of
from codemods.deliver.review.hunks import Hunk, hunks_of, shown, with_hunks
from tests.test_changes import BODIES


def change(before: bytes | None, *steps: tuple[str, bytes]) -> Change:
    """A change of one file, recipe by recipe."""
    edits = tuple(Edit(recipe, ("x",)) for recipe, _ in steps)
    return Change("src/a.py", before, steps[-1][1], edits, tuple(Stage(*step, is_prerequisite=False) for step in steps))


def taken(of: Change, *hunks: Hunk) -> bytes:
    return with_hunks(of, dict.fromkeys(hunks, ()))


def texts(of: Change) -> list[tuple[str, ...]]:
    """The lines that each hunk brings."""
    lines = lines_of(of.after)
    return [
        tuple(line.decode().strip() for span in hunk.spans for line in lines[slice(*span.new)]) for hunk in hunks_of(of)
    ]


def parses(data: bytes | None) -> bool:
    try:
        compile(data or b"", "x", "exec")
    except (SyntaxError, ValueError):
        return False
    return True


@pytest.mark.parametrize("case", [name for name, pair in BODIES.items() if all(map(parses, pair))])
def test_all_of_them_are_the_change_and_none_is_the_file_as_it_was(case: str) -> None:
    before, after = BODIES[case]
    of = change(before, ("one", after))
    assert taken(of, *hunks_of(of)) == after
    assert taken(of) == (before or b"")


LINES = st.lists(st.sampled_from(["a = 1", "b = 2", "import os", "import re", "", "# 说明"]), max_size=12)


@given(LINES, st.lists(LINES, min_size=1, max_size=3), st.sampled_from([b"\n", b"\r\n"]))
def test_all_of_them_are_the_change_whatever_the_steps(before: list[str], after: list[list[str]], end: bytes) -> None:
    old, *new = [end.join(line.encode() for line in lines) for lines in (before, *after)]
    of = change(old, *((str(number), data) for number, data in enumerate(new)))
    hunks = hunks_of(of)
    assert taken(of, *hunks) == of.after
    assert taken(of) == old
    assert taken(of, *reversed(hunks)) == of.after


@given(LINES, LINES, st.data())
def test_any_of_them_is_between_the_two(before: list[str], after: list[str], data: st.DataObject) -> None:
    old, new = ("\n".join(lines).encode() for lines in (before, after))
    of = change(old, ("one", new))
    hunks = hunks_of(of)
    some = data.draw(st.lists(st.sampled_from(hunks), unique=True)) if hunks else []
    assert set(lines_of(taken(of, *some))) <= {
        *lines_of(old),
        *lines_of(new),
        *(line + b"\n" for line in lines_of(old)),
    }


def test_places_far_apart_are_hunks_of_their_own_and_close_ones_are_one() -> None:
    body = [f"x{number} = 0\n".encode() for number in range(40)]
    new = [*body[:10], b"a = 1\n", *body[10:14], b"b = 1\n", *body[14:30], b"c = 1\n", *body[30:]]
    assert texts(change(b"".join(body), ("one", b"".join(new)))) == [("a = 1", "b = 1"), ("c = 1",)]


def test_each_import_is_a_hunk_and_so_is_what_stands_beside_it() -> None:
    of = change(
        b"import os\n\nx = 1\n", ("one", b"import os\nimport re\n\nfrom a import (\n    b,\n)\n\ny = re\nx = 1\n")
    )
    assert [hunk.imports for hunk in hunks_of(of)] == [True, True, False]
    assert texts(of) == [("import re",), ("from a import (", "b,", ")", ""), ("y = re",)]


def test_empty_lines_go_with_what_is_beside_them() -> None:
    of = change(b"import os\n\nimport re\n\nx = 1\n", ("one", b"import os\nimport re\nimport sys\n\nx = 1\n"))
    assert [(hunk.imports, len(hunk.spans)) for hunk in hunks_of(of)] == [(True, 2)]
    body = b"x = 1\n" * 9
    of = change(b"y = 1\n\n" + body, ("one", b"y = 2\n" + body))
    assert len(hunks_of(of)) == 1
    # Where nothing is beside them, they are a change of their own.
    of = change(body + b"\n" + body, ("one", body + body))
    assert [hunk.blank for hunk in hunks_of(of)] == [True]


def test_an_import_that_shares_its_line_is_code() -> None:
    of = change(b"x = 1\n", ("one", b"import re; y = re\nx = 1\n"))
    assert [hunk.imports for hunk in hunks_of(of)] == [False]


def test_a_new_file_is_one_hunk() -> None:
    of = change(None, ("one", b"import os\n\n\ndef f():\n    return os\n"))
    assert len(hunks_of(of)) == 1
    assert next(shown(of, hunks_of(of))) == b"@@ -0,0 +1,5 @@\n"


def test_an_empty_new_file_has_a_hunk_too() -> None:
    of = change(None, ("one", b""))
    assert len(hunks_of(of)) == 1
    assert taken(of, *hunks_of(of)) == b""


def test_lines_that_python_counts_otherwise_are_taken_whole() -> None:
    of = change(
        b"a = 1\rb = 2\n" + b"x = 1\n" * 20, ("one", b"import os\na = 1\rb = 2\n" + b"x = 1\n" * 20 + b"y = 1\n")
    )
    assert len(hunks_of(of)) == 1
    assert taken(of, *hunks_of(of)) == of.after


# Whose they are


def test_lines_side_by_side_are_apart_by_recipe() -> None:
    before, first = b"def f():\n    pass\n", b"@one\ndef f():\n    pass\n"
    of = change(before, ("one", first), ("two", b"@two\n@one\ndef f():\n    pass\n"))
    two, one = hunks_of(of)
    assert (one.recipes, two.recipes) == (("one",), ("two",))
    assert taken(of, one) == first
    assert taken(of, two) == b"@two\ndef f():\n    pass\n"


def test_a_line_that_two_recipes_changed_waits_for_the_last() -> None:
    of = change(b"from a import b\n", ("one", b"from a import b, c\n"), ("two", b"from a import b, c, d\n"))
    (hunk,) = hunks_of(of)
    assert (hunk.recipes, hunk.recipe) == (("one", "two"), "two")


def test_a_line_that_is_removed_belongs_to_who_removed_it() -> None:
    before = b"x = 1\n" * 10 + b"gone = 1\n" + b"y = 1\n" * 10 + b"old = 1\n"
    first = before.replace(b"gone = 1\n", b"")
    of = change(before, ("one", first), ("two", first.replace(b"old = 1\n", b"")))
    assert [hunk.recipes for hunk in hunks_of(of)] == [("one",), ("two",)]
    assert taken(of, hunks_of(of)[0]) == first


def test_where_a_recipe_rewrites_anothers_lines_nothing_is_apart() -> None:
    before = b"x = 1\n" * 20
    of = change(before, ("one", b"a = 1\n" + before), ("two", b"a = 2\n" + before + b"b = 2\n"))
    assert [hunk.recipes for hunk in hunks_of(of)] == [("one", "two")] * 2


# What an import is without some of its names


@pytest.mark.parametrize(
    ("line", "unwanted", "expected"),
    [
        ("from a import b, c", ["b"], "from a import c"),
        ("from a import b, c", ["c"], "from a import b"),
        ("from a import b, c, d", ["b", "d"], "from a import c"),
        ("from b import b, c", ["b"], "from b import c"),
        ("from a import bb, b, abb", ["b"], "from a import bb, abb"),
        # What is left alone: an unused import harms nobody, a wrong one does.
        ("from a import b", ["b"], "from a import b"),
        ("from a import x as b, c", ["b"], "from a import x as b, c"),
        ("from a import c, x as b", ["b"], "from a import c, x as b"),
        ("from a import c, b as x", ["b"], "from a import c, b as x"),
    ],
)
def test_names_that_nothing_uses_are_not_imported(line: str, unwanted: list[str], expected: str) -> None:
    of = change(b"x = 1\r\n", ("one", line.encode() + b"\r\nx = 1\r\n"))
    (hunk,) = hunks_of(of)
    assert with_hunks(of, {hunk: unwanted}) == expected.encode() + b"\r\nx = 1\r\n"
