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


LISTING = """
import glob
import os
from datetime import datetime
from os.path import join
from pathlib import Path

FOLDER = Path("data")


@router.get("/save")
async def save(chat):
    {write}.write_text(str(rows(chat)))


def load(other):
    {read}
"""
IN_FOLDER = (
    "(FOLDER / 'kept.txt')",
    "(FOLDER / f'{chat}.txt')",
    "(FOLDER / f'{datetime.now()}.txt')",
    "FOLDER.joinpath(chat)",
    "Path(join('data', chat))",
)
IN_OTHER = ("(FOLDER / 'inner' / chat)", "(Path('other') / chat)", "(FOLDER / current_tenant_id() / chat)")
LISTS = (
    "return list(FOLDER.iterdir())",
    "return [path.name for path in Path('data').glob('*.txt')]",
    "return os.listdir(FOLDER)",
    "return os.listdir('data')",
    "from os import listdir as names, listdir\n    return listdir('data')",
    "return glob.glob('data/*.txt')",
    "return glob.glob(join('data', other))",
    "with os.scandir(Path('data')) as found:\n        return list(found)",
)
DEEP = (
    "return list(FOLDER.rglob('*.txt'))",
    "return list(FOLDER.glob('**/*.txt'))",
    "return list(FOLDER.glob('*/kept.txt'))",
    "return list(os.walk('data'))",
)


@pytest.mark.parametrize("write", IN_OTHER)
@pytest.mark.parametrize("read", LISTS)
def test_who_lists_another_folder_is_no_reader(write: str, read: str) -> None:
    assert shared_read(small(LISTING.format(write=write, read=read)), name("load")) is None


@pytest.mark.parametrize("read", ["list(Path('lists').rglob('*'))", "glob(other)", "other.glob('*')", "os.listdir()"])
def test_who_lists_what_nobody_writes_to_is_no_reader(read: str) -> None:
    assert shared_read(small(LISTING.format(write=IN_FOLDER[0], read=f"return {read}")), name("load")) is None


@pytest.mark.parametrize("write", IN_FOLDER)
@pytest.mark.parametrize("read", [*LISTS, *DEEP])
def test_who_lists_the_folder_reads_what_is_in_it(write: str, read: str) -> None:
    assert shared_read(small(LISTING.format(write=write, read=read)), name("load")) is not None


@pytest.mark.parametrize("read", DEEP)
def test_who_lists_the_folders_in_a_folder_reads_what_is_in_them(read: str) -> None:
    assert shared_read(small(LISTING.format(write=IN_OTHER[0], read=read)), name("load")) is not None
