"""What git would call uncommitted of a checkout."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from codemods.errors import TenantizeError
from tests.checkouts import dirty, git, grow, maimbot, refusal
from tests.conftest import commit_all


def test_edited_staged_and_untracked_files_are_uncommitted_and_clean_ones_are_not(tmp_path: Path) -> None:
    root = maimbot(tmp_path, "src/clean.py", "src/edited.py", "src/staged.py", "src/other.py", "src/gone.py")
    commit_all(root)
    grow(root, "src/edited.py", "src/staged.py", "src/untracked.py", "src/other.py", text="y = 2\n")
    git(root, "add", "src/staged.py")
    (root / "src/gone.py").unlink()
    asked = ["src/clean.py", "src/edited.py", "src/staged.py", "src/untracked.py", "src/gone.py", "src/absent.py"]
    assert dirty(root, *asked) == ["src/edited.py", "src/gone.py", "src/staged.py", "src/untracked.py"]


def test_uncommitted_files_have_their_path_from_the_tree_not_from_the_repository(tmp_path: Path) -> None:
    root = maimbot(tmp_path / "outer" / "deep" / "bot", "src/a b.py", "src/中.py")
    commit_all(tmp_path / "outer")
    grow(root, "src/a b.py", "src/中.py", text="y = 2\n")
    assert dirty(root, "src/a b.py", "src/中.py") == ["src/a b.py", "src/中.py"]


def test_a_plain_folder_has_nothing_uncommitted(tmp_path: Path) -> None:
    assert dirty(maimbot(tmp_path, "src/a.py"), "src/a.py") == []


def test_a_name_that_looks_like_a_glob_stands_for_itself_only(tmp_path: Path) -> None:
    root = maimbot(tmp_path, "src/[ab].py", "src/a.py")
    commit_all(root)
    grow(root, "src/a.py", text="y = 2\n")
    assert dirty(root, "src/[ab].py") == []


def test_a_repository_that_git_refuses_to_open_is_not_taken_for_clean(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = maimbot(tmp_path, "src/a.py")
    commit_all(root)
    grow(root, "src/a.py", text="y = 2\n")
    # What git does where a checkout belongs to another user, as in many containers.
    monkeypatch.setenv("GIT_TEST_ASSUME_DIFFERENT_OWNER", "1")
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    with pytest.raises(TenantizeError, match="dubious ownership"):
        dirty(root, "src/a.py")
    message = refusal(root)
    assert message.startswith(f"git refuses to read {root}") and "\n" not in message
