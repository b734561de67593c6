"""Files that do not parse: reported by place, left alone, and only what the plan needs stops it."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest

from tests.cli.running import (
    CHAT,
    CONTEXT,
    PERSON,
    Tenantize,
    process,
)
from tests.conftest import commit_all
from tests.journal.trees import state

# It parses with Python 3.12 and later.
NEWER = "def first[T](items: list[T]) -> T:\n    return items[0]\n"


def test_a_broken_file_is_reported_with_its_place_and_the_rest_is_done(tenantize: Tenantize, tree: Path) -> None:
    (tree / "src/broken.py").write_text("x = 1\nif x\n    y = 2\n")
    for name in ("audit", "diff"):
        answer = tenantize(name, tree)
        assert answer.status == 0
        assert "src/broken.py:2:5: expected ':'; left alone." in answer.err.splitlines()
        assert CHAT in answer.out
    answer = tenantize("apply", tree)
    assert answer.status == 0
    assert "1 file did not parse; the others were done." in answer.err
    assert b"@webui_tenant" in (tree / CHAT).read_bytes()
    assert (tree / "src/broken.py").read_text() == "x = 1\nif x\n    y = 2\n"
    assert tenantize("undo", tree).status == 0


def test_a_broken_handler_file_is_left_alone_and_its_neighbours_are_migrated(tenantize: Tenantize, tree: Path) -> None:
    (tree / CHAT).write_bytes((tree / CHAT).read_bytes() + b"def (:\n")
    before = (tree / CHAT).read_bytes()
    commit_all(tree)
    assert tenantize("apply", tree).status == 0
    assert (tree / CHAT).read_bytes() == before
    assert b"@webui_tenant" in (tree / PERSON).read_bytes()


@pytest.mark.parametrize("needed", [CONTEXT, "src/webui/token_manager.py"])
def test_a_broken_file_that_the_plan_needs_stops_it_whole(needed: str, tenantize: Tenantize, tree: Path) -> None:
    (tree / needed).write_text("def (:\n")
    before = state(tree)
    for name in ("diff", "apply"):
        answer = tenantize(name, tree)
        assert (answer.status, answer.out) == (2, "")
        assert f"tenantize: {needed}:1:5 cannot be read (invalid syntax), and " in answer.err
        assert "Nothing was changed" in answer.err
    assert state(tree) == before


BROKEN = {
    "null byte": b"x = 1\x00\n",
    "unknown encoding": b"# -*- coding: klingon -*-\nx = 1\n",
    "wrong encoding": b"# \xd6\xd0\nx = '\xd6\xd0'\n",
    "utf-16": "x = 1\n".encode("utf-16"),
    "python 2": b'print "x"\n',
    "never closed": b"x = (\n",
    "deep": b"x = " + b"-" * 50_000 + b"1\n",
    "long": b"x = " + b" + ".join([b"a"] * 5_000) + b"\n",
}


@pytest.mark.parametrize("case", BROKEN)
def test_whatever_python_makes_of_a_file_the_others_are_done(case: str, tenantize: Tenantize, tree: Path) -> None:
    (tree / "src/odd.py").write_bytes(BROKEN[case])
    answer = tenantize("diff", tree)
    assert CHAT in answer.out
    assert answer.status == 0
    (line,) = [line for line in answer.err.splitlines() if line.startswith("src/odd.py")]
    # Line and column count from 1.
    assert re.match(r"src/odd\.py:[1-9]\d*:[1-9]\d*: \S.*; left alone\.$", line)


def parses(source: str) -> bool:
    try:
        compile(source, "x", "exec")
    except SyntaxError:
        return False
    return True


@pytest.mark.skipif(parses(NEWER), reason="this Python parses it")
def test_syntax_of_a_newer_python_is_no_syntax_error_but_asks_for_that_python(tenantize: Tenantize, tree: Path) -> None:
    (tree / "src/newer.py").write_text(NEWER)
    answer = tenantize("diff", tree)
    assert answer.status == 0
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    (line,) = [line for line in answer.err.splitlines() if line.startswith("src/newer.py:1:")]
    assert f"newer than Python {version}" in line and "run tenantize with the Python that runs the tree" in line


@pytest.mark.skipif(parses(NEWER), reason="this Python parses it")
def test_a_needed_file_in_syntax_of_a_newer_python_asks_for_that_python(tenantize: Tenantize, tree: Path) -> None:
    (tree / CONTEXT).write_text(NEWER + (tree / CONTEXT).read_text(encoding="utf-8"), encoding="utf-8")
    answer = tenantize("diff", tree)
    assert (answer.status, answer.out) == (2, "")
    (line,) = [line for line in answer.err.splitlines() if line.startswith("tenantize: ")]
    # It needs no mending.
    assert "newer than Python" in line and "mend that file" not in line


def test_a_sloppy_escape_in_the_tree_makes_no_noise(tree: Path) -> None:
    (tree / "src/sloppy.py").write_text('x = "\\d"\n')
    # From Python 3.12 on, such warnings are shown by default.
    assert "Warning" not in process("audit", tree, PYTHONWARNINGS="default").stderr
