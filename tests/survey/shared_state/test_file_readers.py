"""Who reads a file that tenant work writes is found by how the path is spelled, whatever it is made of."""

from __future__ import annotations

import pytest

from codemods.survey.shared_state.sharing import shared_read
from tests.survey.shared_state.small import name, small

WRITER = """
from os.path import join
from pathlib import Path

FOLDER = Path("data")


@router.get("/save")
async def save(chat):
    {write}


def load(other):
    {read}
"""
WRITE = "(FOLDER / 'kept.txt').write_text(str(rows(chat)))"
SAME = (
    "return Path('data/kept.txt').read_text()",
    "return open('data/kept.txt').read()",
    "return open(Path('data') / 'kept.txt')",
    "return open(join('data', 'kept.txt'), 'rb')",
    "where = FOLDER / 'kept.txt'\n    return where.read_bytes()",
    "return FOLDER.joinpath('kept.txt').open()",
    "return tarfile.open('data/kept.txt').getnames()",
    "return zipfile.ZipFile('data/kept.txt').namelist()",
)
OTHER = (
    "return Path('data/other.txt').read_text()",
    "return open(other).read()",
    "return open(f'data/{other}.txt').read()",
    "kept = other\n    return (FOLDER / kept).read_text()",
)


@pytest.mark.parametrize("read", OTHER)
def test_another_path_is_no_readers(read: str) -> None:
    assert shared_read(small(WRITER.format(write=WRITE, read=read)), name("load")) is None


def test_what_reads_it_is_called_by_its_name() -> None:
    text = WRITER.format(write=WRITE, read="return sqlite3.connect('data/kept.txt')")
    assert str(shared_read(small(text), name("load"))) == "load → sqlite3.connect()"


@pytest.mark.parametrize("read", SAME)
def test_the_same_path_is_however_it_is_written(read: str) -> None:
    assert shared_read(small(WRITER.format(write=WRITE, read=read)), name("load")) is not None
