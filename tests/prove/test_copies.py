"""A copy of a checkout holds what belongs to it, and leads nowhere else."""

from __future__ import annotations

import os
import socket
from pathlib import Path

import pytest

from codemods.errors import TenantizeError
from codemods.prove.copies import copy_tree
from tests.checkouts import grow


@pytest.fixture
def root(tmp_path: Path) -> Path:
    grow(tmp_path / "tree", "bot.py", "src/a.py", "plugins/one/plugin.py", "config/key.toml", "data/x.db", ".git/HEAD")
    grow(tmp_path / "tree", "env/pyvenv.cfg", "env/lib.py", "src/data/words.txt")
    (tmp_path / "secret").write_text("secret")
    return tmp_path / "tree"


def parts(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*")}


OWN = {"bot.py", "src", "src/a.py", "src/data", "src/data/words.txt", "plugins", "plugins/one", "plugins/one/plugin.py"}


def test_it_has_the_files_and_nothing_of_what_was_run_there(root: Path, tmp_path: Path) -> None:
    copy_tree(root, tmp_path / "copy/tree")
    assert parts(tmp_path / "copy/tree") == {*OWN, "data"}


def test_what_is_no_file_and_what_leads_out_is_left_out(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(root / "src")  # the name of a socket is short
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind("socket.py")
        os.mkfifo("pipe.py")
        Path("secret.py").symlink_to(tmp_path / "secret")
        Path("home").symlink_to(tmp_path)
        Path("itself.py").symlink_to("itself.py")
        Path("gone.py").symlink_to("nowhere.py")
        copy_tree(root, tmp_path / "copy")
    assert parts(tmp_path / "copy") == {*OWN, "data"}


def test_links_lead_to_the_copys_own(root: Path, tmp_path: Path) -> None:
    (root / "src/up").symlink_to("..")  # each way round would be a copy more
    (root / "src/again").symlink_to("..")
    (root / "plugins/two").symlink_to(root / "plugins/one")
    (root / "src/b.py").symlink_to(tmp_path / "tree/src/a.py")
    copy_tree(root, tmp_path / "copy")
    links = {"src/up", "src/again", "plugins/two", "src/b.py"}
    found = {
        Path(folder) / name for folder, folders, files in os.walk(tmp_path / "copy") for name in (*folders, *files)
    }
    assert {path.relative_to(tmp_path / "copy").as_posix() for path in found} == {*OWN, *links, "data"}
    for name in links:
        assert (tmp_path / "copy" / name).resolve().is_relative_to(tmp_path / "copy")
    assert (tmp_path / "copy/plugins/two/plugin.py").samefile(tmp_path / "copy/plugins/one/plugin.py")


def test_what_needs_more_room_than_there_is_is_refused_before_it_is_copied(root: Path, tmp_path: Path) -> None:
    (root / "model.bin").write_bytes(b"")
    os.truncate(root / "model.bin", 1 << 43)  # a hole: it takes no space here, and would in a copy
    with pytest.raises(TenantizeError, match="it needs 8388608 MB, and"):
        copy_tree(root, tmp_path / "copy")
    assert parts(tmp_path / "copy") == set()
