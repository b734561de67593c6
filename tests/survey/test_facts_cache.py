"""What has been read of a file is kept for the next command, and is nobody's but the user's."""

from __future__ import annotations

import os
import pickle
import sqlite3
import sys
import zlib
from collections.abc import Callable
from pathlib import Path

import grimp
import pytest

from codemods import analysis
from codemods.analysis.facts import BrokenFile, FileFacts
from codemods.analysis.symbols import Symbol
from codemods.survey import facts_cache, reading
from codemods.survey.facts_cache import FactsCache, users_cache
from codemods.tree import Checkout, SourceFile, open_checkout
from tests.conftest import SAMPLE

CODE = """
import asyncio
from typing import Annotated

KEPT: dict[str, list[str]] = {}


class Keeper:
    made = KEPT

    @property
    def names(self) -> list[str]:
        return sorted(self.made)


async def work(name: Annotated[str, print()], *names: str) -> None:
    global KEPT
    for KEPT[name] in names:
        asyncio.create_task(work(name))


if __name__ == "__main__":
    asyncio.run(work("a"))
"""


@pytest.fixture
def cache(tmp_path: Path) -> FactsCache:
    return FactsCache(tmp_path / "cache")


@pytest.fixture
def file() -> SourceFile:
    return SourceFile("src/one.py", "src.one", CODE.encode())


def facts_of(file: SourceFile) -> FileFacts:
    [facts] = reading.read_all([file], 1, lambda *_: None)
    assert isinstance(facts, FileFacts)
    return facts


def kept(cache: FactsCache, file: SourceFile) -> bool:
    """Keep what is read of a file, and say whether it is found again."""
    cache.keep([file], [facts_of(file)])
    return bool(cache.known([file]))


@pytest.mark.parametrize(
    "other",
    [
        SourceFile("src/one.py", "src.one", CODE.encode() + b"\n"),
        SourceFile("src/two.py", "src.one", CODE.encode()),
        SourceFile("src/one.py", "src.two", CODE.encode()),
    ],
)
def test_another_file_is_not_known(cache: FactsCache, file: SourceFile, other: SourceFile) -> None:
    assert kept(cache, file)
    assert not cache.known([other])


def test_nothing_is_known_to_other_code_that_reads(
    cache: FactsCache, file: SourceFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert kept(cache, file)
    monkeypatch.setattr(facts_cache, "_reader", lambda: b"another")
    assert not cache.known([file])


def test_without_the_code_that_reads_at_hand_nothing_is_known(
    cache: FactsCache, file: SourceFile, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(analysis, "__path__", [str(tmp_path)])
    facts_cache._reader.cache_clear()
    assert not kept(cache, file)
    monkeypatch.undo()
    assert kept(cache, file)


def test_facts_come_of_nothing_that_the_key_does_not_tell() -> None:
    graph = grimp.build_graph("codemods", exclude_type_checking_imports=True, cache_dir=None)
    read_by = graph.find_upstream_modules("codemods.analysis.reading") - {"codemods"}
    # What is said of a file that does not parse is not kept.
    beside = {module for module in read_by if not module.startswith("codemods.analysis")}
    assert beside == {"codemods.messages"}


def test_a_file_that_does_not_parse_is_read_each_time(cache: FactsCache) -> None:
    broken = SourceFile("src/one.py", "src.one", b"def :")
    read = reading.read_all([broken], 1, lambda *_: None)
    assert isinstance(read[0], BrokenFile)
    cache.keep([broken], read)
    assert not cache.known([broken])


def test_what_is_kept_comes_back_as_it_was(cache: FactsCache, file: SourceFile) -> None:
    files = [file, *open_checkout(SAMPLE).files]
    read = [item for item in reading.read_all(files, 1, lambda *_: None) if isinstance(item, FileFacts)]
    cache.keep(files, read)
    assert cache.known(files) == {item.path: item for item in read}


def test_a_name_that_is_no_text_is_kept_as_well(cache: FactsCache) -> None:
    assert kept(cache, SourceFile("src/\udcff.py", "src.\udcff", b"x = 1"))


def test_what_nobody_asked_for_in_a_month_is_let_go_of(
    cache: FactsCache, file: SourceFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked, other = file, SourceFile("src/two.py", "src.two", b"x = 1")
    assert kept(cache, asked) and kept(cache, other)
    today = facts_cache._today()
    monkeypatch.setattr(facts_cache, "_today", lambda: today + 20)
    assert cache.known([asked])
    monkeypatch.setattr(facts_cache, "_today", lambda: today + 40)
    assert kept(cache, SourceFile("src/three.py", "src.three", b"x = 1"))
    assert cache.known([asked, other]).keys() == {"src/one.py"}


def garbage(place: Path) -> None:
    place.write_bytes(b"no table at all" * 500)


def half(place: Path) -> None:
    place.write_bytes(place.read_bytes()[: place.stat().st_size // 2])


def replaced(packed: bytes) -> Callable[[Path], None]:
    def replace(place: Path) -> None:
        with sqlite3.connect(place) as table:
            table.execute("UPDATE facts SET facts = ?", (packed,))

    return replace


class Running:
    def __reduce__(self) -> tuple[object, tuple[str]]:
        return os.mkdir, ("ran",)


@pytest.mark.parametrize(
    "damage",
    [
        garbage,
        half,
        replaced(b"no facts"),
        replaced(zlib.compress(pickle.dumps(Running()))),
        replaced(zlib.compress(pickle.dumps("no facts"))),
        replaced(zlib.compress(pickle.dumps(Symbol("a"))[:-3])),
        replaced(zlib.compress(b"ccodemods.analysis.symbols\nSymbol\n(I1\nI2\nI3\nI4\ntR.")),
    ],
)
def test_what_is_damaged_is_as_if_it_were_not_there(
    cache: FactsCache,
    file: SourceFile,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    damage: Callable[[Path], None],
) -> None:
    assert kept(cache, file)
    monkeypatch.chdir(tmp_path)
    damage(tmp_path / "cache/facts.sqlite3")
    assert not cache.known([file])
    assert not (tmp_path / "ran").exists()
    assert kept(cache, file)


def test_another_users_file_is_not_read(
    cache: FactsCache, file: SourceFile, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert kept(cache, file)
    monkeypatch.setattr(os, "geteuid", lambda: os.getuid() + 1)
    assert not cache.known([file])


def test_a_link_is_not_followed(cache: FactsCache, file: SourceFile, tmp_path: Path) -> None:
    (tmp_path / "cache").mkdir()
    (tmp_path / "cache/facts.sqlite3").symlink_to(tmp_path / "elsewhere")
    assert not kept(cache, file)
    assert not (tmp_path / "elsewhere").exists()


def test_nobody_else_may_read_it(cache: FactsCache, file: SourceFile, tmp_path: Path) -> None:
    assert kept(cache, file)
    assert (tmp_path / "cache").stat().st_mode & 0o077 == 0
    assert (tmp_path / "cache/facts.sqlite3").stat().st_mode & 0o077 == 0


def test_nobody_waits_for_long_for_another_process(cache: FactsCache, file: SourceFile, tmp_path: Path) -> None:
    assert kept(cache, file)
    with sqlite3.connect(tmp_path / "cache/facts.sqlite3") as other:
        other.execute("BEGIN EXCLUSIVE")
        assert not kept(cache, file)
    assert cache.known([file])


def test_a_folder_that_cannot_be_made_keeps_nothing(file: SourceFile, tmp_path: Path) -> None:
    (tmp_path / "taken").touch()
    assert not kept(FactsCache(tmp_path / "taken/cache"), file)


@pytest.fixture
def checkout(tmp_path: Path, file: SourceFile) -> Checkout:
    return Checkout(tmp_path / "tree", (file,))


def test_what_lies_in_the_checkout_is_nobodys_to_trust(
    checkout: Checkout, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TENANTIZE_CACHE_DIR", str(tmp_path / "another"))
    assert users_cache(checkout) is not None
    (tmp_path / "link").symlink_to(checkout.root)
    for place in ("tree", "tree/cache", "link/cache"):
        monkeypatch.setenv("TENANTIZE_CACHE_DIR", str(tmp_path / place))
        assert users_cache(checkout) is None


@pytest.mark.parametrize("place", ["", "~/cache"])
def test_where_there_is_no_place_nothing_is_kept(
    checkout: Checkout, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    monkeypatch.setenv("TENANTIZE_CACHE_DIR", place)
    assert users_cache(checkout) is None


def test_the_usual_place_is_the_users(checkout: Checkout, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TENANTIZE_CACHE_DIR")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "home"))
    cache = users_cache(checkout)
    assert cache is not None and kept(cache, checkout.files[0])
    if sys.platform == "linux":
        assert (tmp_path / "home/tenantize/facts.sqlite3").exists()


def test_of_a_large_tree_nothing_is_kept(checkout: Checkout, monkeypatch: pytest.MonkeyPatch) -> None:
    assert users_cache(checkout) is not None
    monkeypatch.setattr(facts_cache, "_LARGEST", len(CODE) - 1)
    assert users_cache(checkout) is None
