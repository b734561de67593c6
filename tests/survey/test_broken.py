"""Files that do not parse: what is wrong in words, and whether the app could miss them."""

from __future__ import annotations

from concurrent import futures

import pytest

from codemods.analysis.facts import BrokenFile, FileFacts
from codemods.analysis.reading import read_facts
from codemods.survey.broken import CONFLICT, explained, is_missed

CONFLICTING = b"a = 1\n<<<<<<< ours\nb = 1\n=======\nb = 2\n>>>>>>> theirs\n"


def broken(data: bytes) -> BrokenFile:
    read = read_facts("src/a.py", "src.a", data)
    assert isinstance(read, BrokenFile)
    return explained([read], {read.path: data})[0]


def test_what_is_simply_wrong_keeps_the_parsers_words() -> None:
    data = b"def :\n"
    assert broken(data) == read_facts("src/a.py", "src.a", data)


def test_a_conflict_is_named_where_it_begins() -> None:
    assert (broken(CONFLICTING).line, broken(CONFLICTING).message) == (2, CONFLICT)


def test_markers_without_an_end_are_no_conflict_and_take_no_time() -> None:
    data = b"<<<<<<< ours\n" * 100_000
    assert broken(data) == read_facts("src/a.py", "src.a", data)


def test_what_no_python_takes_is_no_newer_syntax() -> None:
    """LibCST takes a second mark of byte order, and any number of brackets."""
    assert "U+FEFF" in broken(b"\xef\xbb\xbf\xef\xbb\xbfx = 1\n").message
    assert "nested" in broken(b"x = " + b"[" * 250 + b"]" * 250).message


def test_many_that_do_not_parse_share_a_process(monkeypatch: pytest.MonkeyPatch) -> None:
    pools: list[int] = []

    class Counted(futures.ProcessPoolExecutor):
        def __init__(self, workers: int) -> None:
            pools.append(workers)
            super().__init__(workers)

    monkeypatch.setattr(futures, "ProcessPoolExecutor", Counted)
    data = {f"src/a{number}.py": b"def f(:\n" for number in range(4)}
    data["src/b.py"] = b"a = " + b"(" * 4000 + b"1" + b")" * 4000  # LibCST's parser overflows its stack
    data["src/c.py"] = b"except* = 1\n"
    read = [read_facts(path, "src.a", code) for path, code in data.items()]
    files = [file for file in read if isinstance(file, BrokenFile)]
    assert list(explained(files, data)) == files and len(pools) <= 2


def test_a_part_of_the_app_is_missed_and_a_stray_file_is_not() -> None:
    facts = read_facts("run.py", "run", b"from helpers import tools\nimport config\n")
    assert isinstance(facts, FileFacts)
    for module, missed in (
        ("src.a", True),
        ("plugins.say.plugin", True),
        ("config", True),
        ("helpers.tools", True),
        ("helpers.others", False),
        ("scripts.old", False),
    ):
        assert is_missed(module, [facts]) == missed
