"""Files are read when something of them is needed, each once, and what is known of them is taken over."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from codemods.analysis.facts import BrokenFile, FileFacts
from codemods.knowledge.state import TenantState
from codemods.survey import read_files, reading
from codemods.survey.answers import Asked
from codemods.survey.decided import Decisions
from codemods.survey.read_files import Files, KnownFile
from codemods.terminal.progress import to_nobody
from codemods.tree import SourceFile

ONE, TWO = SourceFile("src/one.py", "src.one", b"x = 1"), SourceFile("src/two.py", "src.two", b"y = 2")


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The paths of the files that are read."""
    paths: list[str] = []

    def noted(files: Sequence[SourceFile], *rest: Any) -> list[FileFacts | BrokenFile]:
        paths.extend(file.path for file in files)
        return reading.read_all(files, *rest)

    monkeypatch.setattr(read_files, "read_all", noted)
    return paths


def files(state: TenantState, *there: SourceFile, known: Mapping[str, KnownFile] | None = None) -> Files:
    return Files(Asked(there, state, Decisions(), ()), 1, to_nobody, known or {}, None)


def test_nothing_is_read_before_it_is_needed_and_nothing_twice(state: TenantState, read: list[str]) -> None:
    both = files(state, ONE, TWO)
    both.let_go()
    assert not read
    assert both.read.plain.files.keys() == {"src.one", "src.two"} and both.read is both.read
    assert read == ["src/one.py", "src/two.py"]
    both.let_go()
    assert "program" not in vars(both.read)  # which ways lead to tenants is asked for nobody's sake
    assert both.read.program.files.keys() == both.read.plain.files.keys() and len(read) == 2


@pytest.mark.parametrize(
    ("file", "is_read"),
    [
        (ONE, False),
        (SourceFile("src/one.py", "src.one", b"x = 2"), True),
        (SourceFile("src/one/__init__.py", "src.one", b"x = 1"), True),
    ],
)
def test_what_is_known_of_the_same_file_is_taken_over(
    state: TenantState, read: list[str], file: SourceFile, is_read: bool
) -> None:
    facts = files(state, ONE).read.plain.files["src.one"]
    read.clear()
    again = files(state, file, known={"src.one": KnownFile(facts, ONE.data)})
    assert (again.read.plain.files["src.one"] is facts) is not is_read
    assert read == ([file.path] if is_read else [])


def test_what_does_not_parse_is_named(state: TenantState) -> None:
    broken = files(state, ONE, SourceFile("src/two.py", "src.two", b"def (:")).read
    assert [item.path for item in broken.broken] == ["src/two.py"] and broken.is_incomplete
    assert broken.plain.files.keys() == {"src.one"}
