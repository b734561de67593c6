"""Writing a set of changes: all of it or none, and taken back to the byte."""

from __future__ import annotations

import errno
import os
import sys
from pathlib import Path
from typing import Any

import pytest

from codemods.changes import Change
from codemods.errors import TenantizeError
from codemods.journal import runs
from tests.conftest import commit_all
from tests.journal.killing import watched
from tests.journal.trees import (
    CHANGES,
    OLD,
    apply,
    edit,
    git_status,
    refusal,
    state,
)

# All of it


def test_apply_writes_the_bytes_and_keeps_the_modes(tree: Path) -> None:
    apply(tree)
    found = state(tree)
    for change in CHANGES:
        entry = found[change.path]
        assert entry is not None and entry[0] == change.after
        assert change.path not in OLD or entry[1] == OLD[change.path][1]
    assert found["src/untouched.py"] == OLD["src/untouched.py"]


def test_a_new_file_has_the_mode_that_the_users_umask_gives(tree: Path) -> None:
    previous = os.umask(0o027)
    try:
        apply(tree)
    finally:
        os.umask(previous)
    assert (tree / "src/new/deep/x.py").stat().st_mode & 0o777 == 0o640


def test_undo_gives_back_bytes_modes_and_folders_and_names_the_files(tree: Path) -> None:
    before = state(tree)
    apply(tree)
    assert runs.undo(tree) == [change.path for change in CHANGES]
    assert state(tree) == before


def test_undo_keeps_a_folder_that_someone_put_a_file_into(tree: Path) -> None:
    apply(tree)
    (tree / "src/new/deep/mine.txt").write_text("mine")
    runs.undo(tree)
    assert (tree / "src/new/deep/mine.txt").read_text() == "mine"
    assert not (tree / "src/new/__init__.py").exists()


def test_undo_keeps_an_empty_folder_that_was_there_before(tree: Path) -> None:
    (tree / "src/new").mkdir()
    before = state(tree)
    apply(tree)
    runs.undo(tree)
    assert state(tree) == before


def test_each_undo_takes_back_one_more_apply(tree: Path) -> None:
    states = [state(tree)]
    for number in range(12):  # more than nine, so that their order is not that of single digits
        apply(tree, edit(tree, "src/bom.py", b"x = %d\n" % number), edit(tree, f"src/{number}.py", b""))
        states.append(state(tree))
    while len(states) > 1:
        assert state(tree) == states.pop()
        runs.undo(tree)
    assert state(tree) == states[0]
    assert "nothing to undo" in refusal(lambda: runs.undo(tree))


def test_an_apply_after_an_undo_can_be_undone(tree: Path) -> None:
    before = state(tree)
    for _ in range(3):
        apply(tree)
        runs.undo(tree)
    assert state(tree) == before


def test_two_runs_over_some_of_the_same_files_are_undone_in_turn(tree: Path) -> None:
    first = state(tree)
    apply(tree, edit(tree, "src/crlf.py", b"1\r\n"), edit(tree, "src/gbk.py", b"1\n"))
    second = state(tree)
    apply(tree, edit(tree, "src/gbk.py", b"2\n"), edit(tree, "src/bom.py", b"2\n"))
    runs.undo(tree)
    assert state(tree) == second
    apply(tree, edit(tree, "src/crlf.py", b"3\n"))
    runs.undo(tree)
    runs.undo(tree)
    assert state(tree) == first


def test_a_file_edited_between_two_runs_stops_only_the_undo_that_would_lose_it(tree: Path) -> None:
    apply(tree, edit(tree, "src/crlf.py", b"1\n"))
    apply(tree, edit(tree, "src/bom.py", b"2\n"))
    (tree / "src/crlf.py").write_bytes(b"mine\n")
    runs.undo(tree)
    assert "src/crlf.py" in refusal(lambda: runs.undo(tree))
    assert (tree / "src/crlf.py").read_bytes() == b"mine\n"


def test_a_tree_without_an_apply_has_nothing_to_undo(tree: Path) -> None:
    assert "There is nothing to undo" in refusal(lambda: runs.undo(tree))


def test_a_tree_without_an_interrupted_run_has_nothing_to_recover(tree: Path) -> None:
    assert runs.recover(tree) is None
    apply(tree)
    assert runs.recover(tree) is None
    assert not runs.is_interrupted(tree)


def test_the_journal_never_shows_in_git(tree: Path) -> None:
    commit_all(tree)
    apply(tree)
    assert ".tenantize" not in git_status(tree)
    runs.undo(tree)
    assert git_status(tree) == ""


# Or none


@pytest.mark.parametrize("spoil", [b"mine\n", None], ids=["edited", "deleted"])
def test_undo_refuses_what_would_lose_an_edit_names_the_file_and_changes_nothing(
    spoil: bytes | None, tree: Path
) -> None:
    apply(tree)
    (tree / "src/bom.py").unlink() if spoil is None else (tree / "src/bom.py").write_bytes(spoil)
    before = state(tree)
    message = refusal(lambda: runs.undo(tree))
    assert "src/bom.py" in message and "src/crlf.py" not in message
    assert state(tree) == before
    # Put back to what apply wrote, it can be undone after all.
    (tree / "src/bom.py").write_bytes(CHANGES[2].after)
    runs.undo(tree)
    assert (tree / "src/crlf.py").read_bytes() == OLD["src/crlf.py"][0]


def test_a_file_that_changed_since_the_plan_stops_the_apply(tree: Path) -> None:
    (tree / "src/bom.py").write_bytes(b"mine\n")
    before = state(tree)
    message = refusal(lambda: apply(tree))
    assert message.startswith("src/bom.py has changed") and "run the command again" in message
    assert state(tree) == before


@pytest.mark.parametrize("path", ["src/new", "src/new/__init__.py"])
@pytest.mark.parametrize("link", [False, True], ids=["file", "dangling link"])
def test_what_is_in_the_way_of_a_new_file_is_named(path: str, link: bool, tree: Path) -> None:
    (tree / path).parent.mkdir(exist_ok=True)
    (tree / path).symlink_to("nowhere") if link else (tree / path).write_bytes(b"mine\n")
    message = refusal(lambda: apply(tree))
    assert message.startswith(f"{path} is in the way") and "move it" in message
    assert not (tree / "src/new/deep").exists()
    assert (tree / path).is_symlink() if link else (tree / path).read_bytes() == b"mine\n"


def test_a_file_that_vanished_since_the_plan_stops_the_apply(tree: Path) -> None:
    (tree / "src/bom.py").unlink()
    before = state(tree)
    assert refusal(lambda: apply(tree)).startswith("src/bom.py has changed")
    assert state(tree) == before


def test_a_file_saved_in_an_editor_while_apply_writes_keeps_the_edit_and_blocks_nothing(tree: Path) -> None:
    before = state(tree)

    def save(number: int, name: str, arguments: tuple[Any, ...]) -> None:
        if name == "replace" and (tree / "src/bom.py").read_bytes() == OLD["src/bom.py"][0]:
            (tree / "src/bom.py").write_bytes(b"mine\n")

    with watched(before=save):
        assert "src/bom.py" in refusal(lambda: apply(tree))
    assert state(tree) == {**before, "src/bom.py": (b"mine\n", 0o644)}
    # The next plan starts from the edit.
    assert not runs.is_interrupted(tree)
    apply(tree, edit(tree, "src/bom.py", b"planned anew\n"))


def test_a_file_saved_in_an_editor_while_undo_writes_keeps_the_edit_and_blocks_nothing(tree: Path) -> None:
    before = state(tree)
    apply(tree)

    def save(number: int, name: str, arguments: tuple[Any, ...]) -> None:
        if name == "replace":
            (tree / "src/bom.py").write_bytes(b"mine\n")

    with watched(before=save):
        message = refusal(lambda: runs.undo(tree))
    assert "taken back, but for src/bom.py" in message and "stays as it is" in message
    assert state(tree) == {**before, "src/bom.py": (b"mine\n", 0o644)}
    assert not runs.is_interrupted(tree)


def test_a_disk_that_is_full_while_somebody_edits_says_both(tree: Path) -> None:
    def save_and_fail(number: int, name: str, arguments: tuple[Any, ...]) -> None:
        if name == "mkdir" and arguments[0] == "new" and runs.is_interrupted(tree):
            (tree / "src/crlf.py").write_bytes(b"mine\n")
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), arguments[0])

    with watched(before=save_and_fail):
        message = refusal(lambda: apply(tree))
    assert message.startswith("src/new/__init__.py cannot be written (No space left on device): nothing was changed")
    assert "but for src/crlf.py" in message
    assert (tree / "src/crlf.py").read_bytes() == b"mine\n"
    assert (tree / "src/gbk.py").read_bytes() == OLD["src/gbk.py"][0]


@pytest.mark.parametrize("link", ["src/new", "src/new/deep"])
def test_a_folder_that_is_a_link_to_outside_is_refused(link: str, tree: Path, tmp_path: Path) -> None:
    (tmp_path / "outside").mkdir()
    (tree / link).parent.mkdir(exist_ok=True)
    (tree / link).symlink_to(tmp_path / "outside")
    before = state(tree)
    message = refusal(lambda: apply(tree))
    assert "outside of the checkout" in message and "nothing was changed" in message
    assert state(tree) == before
    assert list((tmp_path / "outside").iterdir()) == []


@pytest.mark.parametrize("there", [True, False], ids=["link to a file", "dangling link"])
def test_a_file_that_is_a_link_to_outside_is_refused(there: bool, tree: Path, tmp_path: Path) -> None:
    link = tree / "src/link.py"
    link.symlink_to(tmp_path / "outside.py")
    if there:
        (tmp_path / "outside.py").write_bytes(b"theirs\n")
    message = refusal(lambda: apply(tree, Change("src/link.py", b"theirs\n" if there else None, b"ours\n", ())))
    assert "src/link.py" in message
    assert link.is_symlink()
    assert not there or (tmp_path / "outside.py").read_bytes() == b"theirs\n"


def test_a_folder_in_the_place_of_a_new_file_is_named_and_nothing_is_written(tree: Path) -> None:
    (tree / "src/new/deep/x.py").mkdir(parents=True)
    before = state(tree)
    message = refusal(lambda: apply(tree))
    # The user's file, not the copy in .tenantize.
    assert "src/new/deep/x.py" in message and ".tenantize" not in message
    assert state(tree) == before


def test_a_checkout_that_may_not_be_written_is_left_as_it_is(tree: Path) -> None:
    if os.geteuid() == 0:
        pytest.skip("root may write everything")
    before = state(tree)
    tree.chmod(0o555)
    try:
        assert "cannot be written" in refusal(lambda: apply(tree))
    finally:
        tree.chmod(0o755)
    assert state(tree) == before


# What is still as a run left it


def test_what_a_run_left_behind_and_cannot_be_removed_is_named_with_the_way_out(
    tree: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tree / ".tenantize/staging/new").mkdir(parents=True)
    before = state(tree)
    with monkeypatch.context() as patch:
        patch.setattr("shutil.rmtree", lambda *_arguments, **_named: None)
        with pytest.raises(TenantizeError, match=r"\.tenantize/staging.* cannot be removed: delete it"):
            apply(tree)
    assert state(tree) == before
    apply(tree)


@pytest.mark.skipif(sys.platform == "win32", reason="there is no such PATH")
def test_a_plain_folder_needs_no_git_to_be_undone(tree: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    before = state(tree)
    apply(tree)
    monkeypatch.setenv("PATH", str(tmp_path / "nothing"))
    runs.undo(tree)
    assert state(tree) == before


def test_only_what_nobody_touched_since_is_as_it_was_written(tree: Path) -> None:
    paths = [change.path for change in CHANGES]
    assert runs.as_written(tree, paths) == []
    apply(tree)
    assert runs.as_written(tree, paths) == paths
    assert runs.as_written(tree, ["src/other.py"]) == []
    (tree / paths[0]).write_bytes(b"mine\n")
    (tree / paths[1]).unlink()
    assert runs.as_written(tree, paths) == paths[2:]
    # The last run that wrote a file is the one that counts.
    apply(tree, Change(paths[0], b"mine\n", b"ours\n", ()))
    assert runs.as_written(tree, paths) == [paths[0], *paths[2:]]
    runs.undo(tree)
    assert runs.as_written(tree, paths) == paths[2:]
