"""What has been read of a file is kept for the next command, by all that it comes of."""

from __future__ import annotations

from pathlib import Path

import grimp
import pytest

from codemods import analysis
from codemods.analysis.facts import BrokenFile, FileFacts
from codemods.survey import facts_cache, reading
from codemods.survey.facts_cache import FactsCache
from codemods.tree import SourceFile, open_checkout
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
    monkeypatch.setattr(analysis, "__path__", [str(tmp_path / "archive.zip")])
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
