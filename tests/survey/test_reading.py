"""Files are read into facts: the same ones in one process and in several, and the reader is told how far it is."""

from __future__ import annotations

import gc

import pytest

from codemods.analysis.facts import BrokenFile
from codemods.survey.reading import read_all
from codemods.terminal.progress import to_nobody
from codemods.tree import SourceFile, module_name


def files(count: int, size: int) -> list[SourceFile]:
    texts = {f"src/a{number}.py": f"def f{number}(): pass\n" + "# ...\n" * size * number for number in range(count)}
    texts["src/broken.py"] = "def :\n"
    return [SourceFile(path, module_name(path), text.encode()) for path, text in texts.items()]


def test_files_are_read_in_order_and_broken_ones_are_kept() -> None:
    read = read_all(files(3, 0), 1, to_nobody)
    assert [item.path for item in read] == ["src/a0.py", "src/a1.py", "src/a2.py", "src/broken.py"]
    assert [isinstance(item, BrokenFile) for item in read] == [False, False, False, True]


@pytest.mark.usefixtures("afresh")
def test_several_processes_read_what_one_does() -> None:
    large = files(8, 5000)
    assert sum(len(file.data) for file in large) > 500_000
    assert repr(read_all(large, 2, to_nobody)) == repr(read_all(large, 1, to_nobody))


def test_the_reader_is_told_how_far_it_is_and_collects_garbage_afterwards() -> None:
    told: list[tuple[str, int, int]] = []
    read_all(files(2, 0), 1, lambda *step: told.append(step))
    assert told == [("Reading", 1, 3), ("Reading", 2, 3), ("Reading", 3, 3)]
    assert gc.isenabled()
