"""What is kept for the next command is nobody's but the user's, and losing it costs time only."""

from __future__ import annotations

import os
import pickle
import sqlite3
import sys
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest

from codemods.analysis.symbols import Symbol
from codemods.survey import cache as users
from codemods.survey.cache import Cache, code_digest, file_digest, users_folder
from codemods.tree import Checkout, SourceFile

FILE = SourceFile("src/one.py", "src.one", b"x = 1")


class Names(Cache[SourceFile, Symbol]):
    """Of each file its module: what is kept of it comes of its name and bytes."""

    table = "names"
    kinds = (Symbol,)

    def key(self, of: SourceFile) -> bytes:
        return file_digest(of)


@pytest.fixture
def cache(tmp_path: Path) -> Names:
    return Names(tmp_path / "cache")


def found(cache: Names, *files: SourceFile) -> list[str]:
    """The paths of those of some files of which something is kept, and all that was."""
    known = cache.found(files)
    assert all(kept == Symbol(file.module) for file, kept in known)
    return [file.path for file, _ in known]


def kept(cache: Names, file: SourceFile = FILE) -> bool:
    """Keep something of a file, and say whether it is found again."""
    cache.put([(file, Symbol(file.module))])
    return bool(found(cache, file))


def test_what_nobody_asked_for_in_a_month_is_let_go_of(cache: Names, monkeypatch: pytest.MonkeyPatch) -> None:
    other = SourceFile("src/two.py", "src.two", b"x = 1")
    assert kept(cache) and kept(cache, other)
    today = users._today()
    monkeypatch.setattr(users, "_today", lambda: today + 20)
    assert found(cache, FILE)
    monkeypatch.setattr(users, "_today", lambda: today + 40)
    assert kept(cache, SourceFile("src/three.py", "src.three", b"x = 1"))
    assert found(cache, FILE, other) == [FILE.path]


def garbage(place: Path) -> None:
    place.write_bytes(b"no table at all" * 500)


def half(place: Path) -> None:
    place.write_bytes(place.read_bytes()[: place.stat().st_size // 2])


def replaced(packed: bytes) -> Callable[[Path], None]:
    def replace(place: Path) -> None:
        with sqlite3.connect(place) as table:
            table.execute("UPDATE names SET packed = ?", (packed,))

    return replace


class Running:
    def __reduce__(self) -> tuple[object, tuple[str]]:
        return os.mkdir, ("ran",)


@pytest.mark.parametrize(
    "damage",
    [
        garbage,
        half,
        replaced(b"no name"),
        replaced(zlib.compress(pickle.dumps(Running()))),
        replaced(zlib.compress(pickle.dumps("no name"))),
        replaced(zlib.compress(pickle.dumps(Symbol("a"))[:-3])),
        replaced(zlib.compress(b"ccodemods.analysis.symbols\nSymbol\n(I1\nI2\nI3\nI4\ntR.")),
    ],
)
def test_what_is_damaged_is_as_if_it_were_not_there(
    cache: Names,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    damage: Callable[[Path], None],
) -> None:
    assert kept(cache)
    monkeypatch.chdir(tmp_path)
    damage(tmp_path / "cache/kept.sqlite3")
    assert not found(cache, FILE)
    assert not (tmp_path / "ran").exists()
    assert kept(cache)


def test_another_users_file_is_not_read(cache: Names, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert kept(cache)
    monkeypatch.setattr(os, "geteuid", lambda: os.getuid() + 1)
    assert not found(cache, FILE)


def test_a_link_is_not_followed(cache: Names, tmp_path: Path) -> None:
    (tmp_path / "cache").mkdir()
    (tmp_path / "cache/kept.sqlite3").symlink_to(tmp_path / "elsewhere")
    assert not kept(cache)
    assert not (tmp_path / "elsewhere").exists()


def test_nobody_else_may_read_it(cache: Names, tmp_path: Path) -> None:
    assert kept(cache)
    assert (tmp_path / "cache").stat().st_mode & 0o077 == 0
    assert (tmp_path / "cache/kept.sqlite3").stat().st_mode & 0o077 == 0


def test_nobody_waits_for_long_for_another_process(cache: Names, tmp_path: Path) -> None:
    assert kept(cache)
    with sqlite3.connect(tmp_path / "cache/kept.sqlite3") as other:
        other.execute("BEGIN EXCLUSIVE")
        assert not kept(cache)
    assert found(cache, FILE)


def test_a_folder_that_cannot_be_made_keeps_nothing(tmp_path: Path) -> None:
    (tmp_path / "taken").touch()
    assert not kept(Names(tmp_path / "taken/cache"))


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    return Checkout(tmp_path / "tree", (FILE,))


def test_what_lies_in_the_checkout_is_nobodys_to_trust(
    checkout: Checkout, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TENANTIZE_CACHE_DIR", str(tmp_path / "another"))
    assert users_folder(checkout) is not None
    (tmp_path / "link").symlink_to(checkout.root)
    for place in ("tree", "tree/cache", "link/cache"):
        monkeypatch.setenv("TENANTIZE_CACHE_DIR", str(tmp_path / place))
        assert users_folder(checkout) is None


@pytest.mark.parametrize("place", ["", "~/cache"])
def test_where_there_is_no_place_nothing_is_kept(
    checkout: Checkout, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    monkeypatch.setenv("TENANTIZE_CACHE_DIR", place)
    assert users_folder(checkout) is None


@pytest.mark.skipif(sys.platform != "linux", reason="the system's own place is named")
def test_the_usual_place_is_the_users(checkout: Checkout, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TENANTIZE_CACHE_DIR")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "home"))
    assert users_folder(checkout) == tmp_path / "home/tenantize"


def test_of_a_large_tree_nothing_is_kept(checkout: Checkout, monkeypatch: pytest.MonkeyPatch) -> None:
    assert users_folder(checkout) is not None
    monkeypatch.setattr(users, "_LARGEST", len(FILE.data) - 1)
    assert users_folder(checkout) is None


def test_what_cannot_be_told_apart_is_not_kept(tmp_path: Path) -> None:
    class Archived(Names):
        def key(self, of: SourceFile) -> bytes:
            return code_digest([tmp_path / "archive.zip"])

    assert not kept(Archived(tmp_path / "cache"))


def test_other_code_is_told_apart(tmp_path: Path) -> None:
    room = tmp_path / "room"
    (room / "__pycache__").mkdir(parents=True)
    (room / "one.py").write_text("x = 1")
    before = code_digest([room])
    (room / "__pycache__/one.cpython-311.pyc").write_bytes(b"compiled")
    assert code_digest([room]) == before
    (room / "one.py").rename(room / "two.py")
    assert code_digest([room]) != before
    (room / "two.py").rename(room / "one.py")
    (room / "rules.toml").write_text("")
    assert code_digest([room]) != before


def test_a_damaged_row_is_no_reason_to_lose_the_others(cache: Names, tmp_path: Path) -> None:
    other = SourceFile("src/two.py", "src.two", b"x = 1")
    assert kept(cache) and kept(cache, other)
    with sqlite3.connect(tmp_path / "cache/kept.sqlite3") as table:
        table.execute("UPDATE names SET packed = ? WHERE key = ?", (b"no name", file_digest(FILE)))
    assert found(cache, FILE, other) == [other.path]
    assert kept(cache)
