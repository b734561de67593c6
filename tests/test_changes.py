"""A change's diff: what `git apply` makes of it is the change, to the byte."""

from __future__ import annotations

import os
import subprocess
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from codemods.changes import Change

# Nobody's own git settings may mend whitespace on the way.
PLAIN_GIT = {**os.environ, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1", "GIT_DIR": "/nonexistent"}
NOTE = "# 说明".encode()

BODIES = {
    "a line more": (b"a = 1\nb = 2\n", b"a = 1\nx = 0\nb = 2\n"),
    "a line less": (b"a = 1\nb = 2\n", b"b = 2\n"),
    "far apart": (b"x\n" * 60, b"first\n" + b"x\n" * 60 + b"last\n"),
    "CRLF": (b"a = 1\r\nb = 2\r\n", b"a = 1\r\nx = 0\r\nb = 2\r\n"),
    "CRLF to LF": (b"a = 1\r\nb = 2\r\n", b"a = 1\nb = 2\n"),
    "mixed newlines": (b"a\r\nb\nc\rd\r\n\r\ne\n", b"a\r\nb\nnew\r\nc\rd\r\n\r\ne!\n"),
    "only carriage returns": (b"a\rb\r", b"a\rb\rc\r"),
    "form feed and other breaks that are none to git": (
        "a\n\x0cb\x1c\u2028\x85c\nd\n".encode(),
        "a\n\x0cB\x1c\u2028\x85c\nd\n".encode(),
    ),
    "no last newline before": (b"a\nb", b"a\nb\nc\n"),
    "no last newline after": (b"a\nb\n", b"a\nB"),
    "no last newline in both": (b"a\nb\nc\nd\ne\nf\ng\nh\nlast", b"A\nb\nc\nd\ne\nf\ng\nh\nlast"),
    "only the last newline added": (b"a", b"a\n"),
    "only the last newline removed": (b"a\n", b"a"),
    "BOM": (b"\xef\xbb\xbfa = 1\n", b"\xef\xbb\xbfx = 0\na = 1\n"),
    "GBK": ("# 旧说明\nx = 1\n".encode("gbk"), "# 旧说明\nx = 1\ny = '新'\n".encode("gbk")),
    "lines that look like a patch": (b"--- a/x\n+++ b/x\n@@ -1 +1 @@\n", b"--- a/x\n+++ b/y\n@@ -1 +1 @@\n\\ No\n"),
    "trailing blanks": (b"a  \n\t\n \n", b"a  \n\t\nb \t\n \n"),
    "emptied": (b"a\nb\n", b""),
    "filled": (b"", b"a\nb\n"),
    "new": (None, b"a = 1\nb = 2\n"),
    "new without a last newline": (None, b"a = 1"),
    "new with CRLF and BOM": (None, b"\xef\xbb\xbfa\r\nb\r\n"),
    "new and empty": (None, b""),
    "new with one empty line": (None, b"\n"),
}
PATHS = [
    "src/a.py",
    "a.py",
    "with space/and more .py",
    " leading.py",
    "b/src/a.py",
    "x b/x.py",
    "目录/中文 文件.py",
    'src/a"quote".py',
    "src/back\\slash.py",
    "src/new\nline.py",
    "src/tab\there.py",
    "src/bell\x07del\x7f.py",
    "src/'single'.py",
    os.fsdecode(b"src/gbk \xd6\xd0.py"),
]


def change_of(before: bytes | None, after: bytes, path: str = "src/a.py") -> Change:
    return Change(path, before, after, ())


def git_apply(root: Path, patch: bytes, *options: str) -> bytes:
    done = subprocess.run(
        ["git", "-C", str(root), "apply", *options], input=patch, capture_output=True, env=PLAIN_GIT, check=False
    )
    assert done.returncode == 0, done.stderr.decode(errors="replace") + repr(patch)
    return done.stdout


def assert_git_makes_the_same(root: Path, *changes: Change) -> None:
    for change in changes:
        if change.before is not None:
            (root / change.path).parent.mkdir(parents=True, exist_ok=True)
            (root / change.path).write_bytes(change.before)
    patch = b"".join(change.diff() for change in changes)
    git_apply(root, patch, "--check")
    git_apply(root, patch)
    assert {change.path: (root / change.path).read_bytes() for change in changes} == {
        change.path: change.after for change in changes
    }


@pytest.mark.parametrize("case", BODIES)
def test_git_apply_gives_exactly_the_bytes_after(case: str, tmp_path: Path) -> None:
    assert_git_makes_the_same(tmp_path, change_of(*BODIES[case]))


@pytest.mark.parametrize("case", BODIES)
def test_git_apply_in_reverse_gives_exactly_the_bytes_before(case: str, tmp_path: Path) -> None:
    before, after = BODIES[case]
    (tmp_path / "src").mkdir()
    (tmp_path / "src/a.py").write_bytes(after)
    git_apply(tmp_path, change_of(before, after).diff(), "--reverse")
    left = tmp_path / "src/a.py"
    assert (left.read_bytes() if left.exists() else None) == before


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("case", ["a line more", "new", "new and empty"])
def test_git_apply_finds_a_file_whatever_its_name(path: str, case: str, tmp_path: Path) -> None:
    assert_git_makes_the_same(tmp_path, change_of(*BODIES[case], path))


def test_a_new_file_brings_its_folders_and_is_no_executable(tmp_path: Path) -> None:
    assert_git_makes_the_same(tmp_path, change_of(None, b"x\n", "src/new/deep/a.py"))
    assert not (tmp_path / "src/new/deep/a.py").stat().st_mode & 0o111


def test_an_executable_file_stays_executable(tmp_path: Path) -> None:
    (tmp_path / "bot.py").write_bytes(b"a\n")
    (tmp_path / "bot.py").chmod(0o755)
    git_apply(tmp_path, change_of(b"a\n", b"b\n", "bot.py").diff())
    assert (tmp_path / "bot.py").stat().st_mode & 0o777 == 0o755


def test_diffs_one_after_another_are_one_patch(tmp_path: Path) -> None:
    changes = [change_of(*body, f"src/{number}.py") for number, body in enumerate(BODIES.values())]
    assert_git_makes_the_same(tmp_path, *changes)


def test_a_diff_does_not_fit_a_file_that_was_edited_since(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_bytes(b"somebody else's\n")
    patch = change_of(b"a\n", b"b\n", "a.py").diff()
    done = subprocess.run(
        ["git", "-C", str(tmp_path), "apply", "--check"], input=patch, capture_output=True, env=PLAIN_GIT, check=False
    )
    assert done.returncode != 0


def test_the_same_change_has_the_same_diff() -> None:
    change = change_of(*BODIES["mixed newlines"])
    assert change.diff() == change.diff()


@pytest.mark.parametrize("case", BODIES)
def test_lines_are_counted_as_git_counts_them(case: str, tmp_path: Path) -> None:
    change = change_of(*BODIES[case])
    numbers = git_apply(tmp_path, change.diff(), "--numstat").split(b"\t")[:2]
    assert change.counts == tuple(int(number) for number in numbers)


# Few different lines, so that equal ones are moved, doubled and mistaken for one another.
LINES = st.sampled_from(
    [b"", b"x", b"x\r", b"\t", b"-x", b"+x", b"\\ No newline at end of file", NOTE, b"\xff\xfe", b"@"]
)
TAILS = st.sampled_from([b"", b"\n", b"\r\n", b"last", b"\r"])


@st.composite
def edited(draw: st.DrawFn) -> tuple[bytes, bytes]:
    """Some bytes, and what a few random edits of their lines make of them."""
    lines = draw(st.lists(LINES, max_size=14))
    after = list(lines)
    for _ in range(draw(st.integers(1, 4))):
        place = draw(st.integers(0, len(after)))
        after[place : place + draw(st.integers(0, 2))] = draw(st.lists(LINES, max_size=2))
    return b"\n".join(lines) + draw(TAILS), b"\n".join(after) + draw(TAILS)


# Many files a patch, for starting git is what takes the time.
@settings(max_examples=25, derandomize=True, deadline=None, database=None)
@given(st.lists(edited().filter(lambda pair: pair[0] != pair[1]), min_size=1, max_size=12))
def test_git_apply_gives_exactly_the_bytes_of_any_edit(pairs: list[tuple[bytes, bytes]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        assert_git_makes_the_same(Path(folder), *(change_of(*pair, f"{n}.py") for n, pair in enumerate(pairs)))
