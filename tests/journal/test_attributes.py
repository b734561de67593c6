"""What a file has besides its bytes stays: mode, owner, extended attributes; and undo gives them back."""

from __future__ import annotations

import os
import struct
import subprocess
from pathlib import Path

import pytest

from codemods.changes import Change
from codemods.journal import runs
from tests.conftest import commit_all
from tests.journal.trees import OLD, apply

FILE = "src/bom.py"
CHANGE = Change(FILE, OLD[FILE][0], b"x = 2\n", ())


# An access control list as Linux keeps it: user::rw-, user:1:rw-, group::r--, mask::rw-, other::r--.
ENTRIES = ((1, 6, 0xFFFFFFFF), (2, 6, 1), (4, 4, 0xFFFFFFFF), (16, 6, 0xFFFFFFFF), (32, 4, 0xFFFFFFFF))
LIST = struct.pack("<I", 2) + b"".join(struct.pack("<HHI", *entry) for entry in ENTRIES)


def attributes(path: Path) -> tuple[int, int, int, dict[str, bytes]]:
    status = path.stat()
    extended = {name: os.getxattr(path, name) for name in os.listxattr(path)}
    return status.st_mode, status.st_uid, status.st_gid, extended


def with_note(path: Path, name: str = "user.note", value: bytes = b"\0mine\xff") -> None:
    try:
        os.setxattr(path, name, value)
    except OSError as error:
        pytest.skip(f"this file system keeps no such attributes ({error.strerror})")


def assert_kept(tree: Path) -> None:
    before = attributes(tree / FILE)
    apply(tree, CHANGE)
    assert (tree / FILE).read_bytes() == CHANGE.after
    assert attributes(tree / FILE) == before
    runs.undo(tree)
    assert (tree / FILE).read_bytes() == CHANGE.before
    assert attributes(tree / FILE) == before


needs_extended = pytest.mark.skipif(not hasattr(os, "setxattr"), reason="Python reads such attributes on Linux only")
needs_root = pytest.mark.skipif(os.name == "nt" or os.geteuid() != 0, reason="only root gives files away")


@needs_extended
@pytest.mark.parametrize("mode", [0o400, 0o444, 0o644, 0o755, 0o2755, 0o600])
def test_mode_and_extended_attributes_stay(mode: int, tree: Path) -> None:
    with_note(tree / FILE)
    with_note(tree / FILE, "user.another", b"")
    (tree / FILE).chmod(mode)
    assert_kept(tree)


@needs_extended
def test_access_control_lists_stay(tree: Path) -> None:
    with_note(tree / FILE, "system.posix_acl_access", LIST)
    assert_kept(tree)


@needs_extended
def test_a_file_does_not_get_the_lists_that_its_folder_gives_to_new_ones(tree: Path) -> None:
    with_note(tree, "system.posix_acl_default", LIST)
    assert_kept(tree)


@needs_extended
@needs_root
@pytest.mark.parametrize("mode", [0o640, 0o4755])
def test_the_owner_stays(mode: int, tree: Path) -> None:
    os.chown(tree / FILE, 12345, 23456)
    (tree / FILE).chmod(mode)
    assert_kept(tree)


@needs_root
def test_what_cannot_be_given_to_its_owner_acts_for_nobody_else(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    os.chown(tree / FILE, 12345, 23456)
    (tree / FILE).chmod(0o6755)

    def refused(*_arguments: object) -> None:
        raise PermissionError

    monkeypatch.setattr(os, "fchown", refused)
    apply(tree, CHANGE)
    status = (tree / FILE).stat()
    assert (status.st_uid, status.st_mode & 0o7777) == (os.geteuid(), 0o755)


def test_a_file_that_git_is_told_to_assume_unchanged_is_written_as_it_is(tree: Path) -> None:
    """The journal goes by bytes: what git believes of a file does not count."""
    commit_all(tree)
    for word in ("--assume-unchanged", "--skip-worktree"):
        subprocess.run(["git", "-C", str(tree), "update-index", word, FILE], check=True)
    (tree / FILE).write_bytes(b"mine\n")
    apply(tree, Change(FILE, b"mine\n", b"ours\n", ()))
    runs.undo(tree)
    assert (tree / FILE).read_bytes() == b"mine\n"
