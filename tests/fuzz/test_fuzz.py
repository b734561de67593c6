"""A little of `make fuzz`, and that what it looks for would be found."""

from __future__ import annotations

import codecs
import random
from dataclasses import replace
from pathlib import Path

import pytest

from codemods.changes import Change, Edit
from codemods.plan.make import Plan
from codemods.tree import SourceFile
from tests.conftest import SAMPLE
from tests.fuzz.checks import Trouble, troubles_of
from tests.fuzz.files import changed_files, half_merged
from tests.fuzz.mutate import MUTATORS, mutant
from tests.fuzz.run import fuzz_of, report
from tests.fuzz.source import Mutator, Source, parses

SOME = 40


@pytest.mark.usefixtures("afresh")
def test_mutants_of_the_sample_are_audited_and_planned_like_any_tree(tmp_path: Path) -> None:
    fuzz = fuzz_of(SAMPLE, tmp_path)
    number = 0
    while fuzz.counts.mutants < SOME:
        fuzz.batch(f"test-{number}")
        number += 1
    assert fuzz.counts.troubles == [], "\n".join(report(fuzz))
    assert fuzz.counts.edited > SOME / 4


def test_a_seed_makes_the_same_mutants() -> None:
    data = (SAMPLE / "src/webui/chat_routes.py").read_bytes()
    first, again, other = (mutant(data, data, random.Random(seed)) for seed in ("7", "7", "8"))
    assert data != first == again != other


WHOLE = """
import os
from typing import Dict


class Held:
    @property
    def names(self, more=None) -> Dict:
        if os.name:
            return self.kept
        return {}

    async def load(self):
        await self.names()


def made():
    with open("x") as file:
        return Held(), file
"""


@pytest.mark.parametrize("kind", MUTATORS, ids=lambda kind: kind.__name__)
def test_each_kind_of_edit_makes_another_file_that_python_reads(kind: Mutator) -> None:
    source = Source(WHOLE)
    made = {kind(random.Random(seed), source, source) for seed in range(40)} - {WHOLE}
    assert any(parses(text) for text in made)


def test_files_are_lost_moved_and_half_merged() -> None:
    data = b"".join(b"%d\n" % number for number in range(9))
    after = data.replace(b"1\n", b"new 1\n").replace(b"5\n", b"new 5\n").replace(b"7\n", b"")
    parts = {half_merged(data, after, random.Random(seed)) for seed in range(60)}
    assert len(parts - {data, after}) > 2
    assert all(part.replace(b"new ", b"").replace(b"7\n", b"") == data.replace(b"7\n", b"") for part in parts)
    file, other = SourceFile("a/b.py", "a.b", data), SourceFile("c/d.py", "c.d", after)
    made = [changed_files(file, other, {}, random.Random(seed)) for seed in range(200)]
    assert {"a/b.py": None} in made and {"a/b.py": b""} in made and {"a/b.py": after, "c/d.py": data} in made
    assert {"a/b/__init__.py": data, "a/b.py": None} in made and {"c/b.py": data} in made


BEFORE = b"import os\n\n\ndef f():\n    return os.name  # why\n\n\ndef g():\n    return 1\n"


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        (b"return os.name", b"return (os.name", "does not compile"),
        (b"return os.name", b"return os.name + name", "new: Undefined name `name`"),
        (b"  # why", b"", "comments are lost"),
        (b"return 1", b"return 2", "outside of what is edited: line 9"),
        (b"import os\n", b"import os\r\n", ""),
        (b"return os.name", b"return os.sep", ""),
    ],
)
def test_what_it_looks_for_is_found(old: bytes, new: bytes, told: str, tmp_path: Path) -> None:
    change = Change("a.py", BEFORE, BEFORE.replace(old, new), (Edit("recipe", ("f",)),))
    found = [trouble.what for trouble in troubles_of(Plan((change,), (), ()), tmp_path)]
    assert any(told in what for what in found) if told else found == []


@pytest.mark.parametrize(
    ("top", "said", "troubles"),
    [
        ("", "", 1),
        ("", "    global os\n", 0),
        ("NAME = os.name\n", "", 0),  # which is what the import is for, however late it comes
        ("NAME = posix.name\n", "", 1),
    ],
)
def test_an_import_that_nothing_uses_any_more_is_found(top: str, said: str, troubles: int, tmp_path: Path) -> None:
    before = f"{top}import os\n\n\ndef f():\n{said}    return os.name\n".encode()
    after = before.replace(b"return os.name", b"return 1")
    change = Change("a.py", before, after, (Edit("recipe", ("f",)),))
    assert len(list(troubles_of(Plan((change,), (), ()), tmp_path))) == troubles


@pytest.mark.parametrize(("old", "troubles"), [("os.name", 1), ("lost", 0)])
def test_a_name_that_nothing_defines_in_the_place_of_another_is_no_new_one(
    old: str, troubles: int, tmp_path: Path
) -> None:
    before = f"import os\n\n\ndef f():\n    return {old}, os\n".encode()
    change = Change("a.py", before, before.replace(old.encode(), b"unknown"), (Edit("recipe", ("f",)),))
    assert len(list(troubles_of(Plan((change,), (), ()), tmp_path))) == troubles


def test_what_is_found_is_kept(tmp_path: Path) -> None:
    found = fuzz_of(SAMPLE, tmp_path, tmp_path / "kept")
    found._found("a-1", found.plain.checkout, [])
    assert not (tmp_path / "kept").exists()
    found._found("a-1", found.plain.checkout, [Trouble("bot.py", "why")])
    kept = tmp_path / "kept" / f"{SAMPLE.name}-a-1"
    assert all((kept / file.path).read_bytes() == file.data for file in found.plain.checkout.files)


def test_what_comes_in_first_takes_the_byte_order_mark_along(tmp_path: Path) -> None:
    before, marked = BEFORE.removeprefix(b"import os\n\n\n").replace(b"os.name", b"1"), codecs.BOM_UTF8
    changes = [Change("a.py", marked + before, after + before, (Edit("recipe", ("g",)),)) for after in (marked, b"")]
    changes[0] = replace(changes[0], after=marked + b"import os\n\nos.sep\n" + before)
    found = [[trouble.what for trouble in troubles_of(Plan((change,), (), ()), tmp_path)] for change in changes]
    assert found == [[], ["its byte order mark"]]
