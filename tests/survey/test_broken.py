"""Files that do not parse: what is wrong in words, and whether the app could miss them."""

from __future__ import annotations

from codemods.analysis.facts import BrokenFile, FileFacts
from codemods.analysis.reading import read_facts
from codemods.survey.broken import CONFLICT, explained, is_missed

CONFLICTING = b"a = 1\n<<<<<<< ours\nb = 1\n=======\nb = 2\n>>>>>>> theirs\n"


def broken(data: bytes) -> BrokenFile:
    read = read_facts("src/a.py", "src.a", data)
    assert isinstance(read, BrokenFile)
    return explained(read, data)


def test_what_is_simply_wrong_keeps_the_parsers_words() -> None:
    data = b"def :\n"
    assert broken(data) == read_facts("src/a.py", "src.a", data)


def test_a_conflict_is_named_where_it_begins() -> None:
    assert (broken(CONFLICTING).line, broken(CONFLICTING).message) == (2, CONFLICT)


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
