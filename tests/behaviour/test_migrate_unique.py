"""A database that was made before: its rows, defaults, foreign keys and other indexes are what they were, and what was
unique among all tenants is so within each."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.conftest import SAMPLE, copy_of, migrate

MODULE = "src.common.database.migrate_tenant_unique"
# What the owner of the database added by hand.
MORE = """
CREATE TABLE visits (id INTEGER PRIMARY KEY, person INTEGER NOT NULL REFERENCES personinfo (id), at REAL DEFAULT 7.5);
CREATE INDEX visits_at ON visits (at);
CREATE UNIQUE INDEX personinfo_nick_user ON personinfo (nickname, user_id);
CREATE TRIGGER touched AFTER UPDATE ON personinfo BEGIN UPDATE visits SET at = 0; END;
"""
# It ends when the second of the new indexes is about to be made.
CUT_OFF = f"""
import os
from {MODULE.rpartition(".")[0]} import {MODULE.rpartition(".")[2]} as migration
wanted, seen = migration._wanted, []
def cut_off(step):
    seen.append(step)
    return wanted(step) if len(seen) < 2 else os._exit(9)
migration._wanted = cut_off
migration.main([])
"""
PERSON = "INSERT INTO personinfo (tenant_id, agent_id, person_id, platform, user_id, nickname, know_times, last_know)"


def ran(tree: Path, file: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(tree), "DATABASE_URL": f"sqlite:///{file}"}
    return subprocess.run(
        [sys.executable, *arguments], cwd=tree, env=environment, capture_output=True, text=True, check=False
    )


@contextmanager
def opened(file: Path) -> Iterator[sqlite3.Connection]:
    connection = sqlite3.connect(file)
    connection.execute("PRAGMA foreign_keys = ON")
    try:
        with connection:
            yield connection
    finally:
        connection.close()


@pytest.fixture(scope="module")
def trees(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The migrated sample, and a database that the unmigrated one made, with rows."""
    folder = tmp_path_factory.mktemp("unique")
    before, after = (copy_of(SAMPLE, folder / name) for name in ("before", "after"))
    migrate(after)
    file = folder / "old.db"
    assert ran(before, file, "-c", "import src.common.database.database_model").returncode == 0
    with opened(file) as database:
        database.executescript(MORE)
        for number in range(30):
            database.execute(f"{PERSON} VALUES ('acme', 'bot', ?, 'qq', ?, '某人', 1, 2)", (f"p{number}", str(number)))
            database.execute("INSERT INTO visits (person) VALUES (?)", (number + 1,))
    return after, file


@pytest.fixture
def old(trees: tuple[Path, Path], tmp_path: Path) -> Path:
    file = tmp_path / "mini.db"
    with opened(trees[1]) as source, opened(file) as target:
        source.backup(target)
    return file


def contents(file: Path, *, but: str = "index") -> list[tuple[str, ...]]:
    """All rows, and all of the schema but for indexes."""
    with opened(file) as database:
        schema = database.execute("SELECT name, sql FROM sqlite_master WHERE type != ? ORDER BY name", (but,))
        rows = [schema.fetchall()]
        tables = database.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name").fetchall()
        rows += [database.execute(f'SELECT * FROM "{name}"').fetchall() for (name,) in tables]
    return [tuple(map(str, each)) for each in rows]


def indexes(file: Path) -> dict[str, str]:
    with opened(file) as database:
        return dict(database.execute("SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL"))


def backups(file: Path) -> list[Path]:
    return sorted(path for path in file.parent.iterdir() if "before-tenant-unique" in path.name)


def test_a_dry_run_says_what_there_is_to_do_and_changes_nothing(trees: tuple[Path, Path], old: Path) -> None:
    rows, schema = contents(old), indexes(old)
    done = ran(trees[0], old, "-m", MODULE, "--dry-run")
    assert done.returncode == 0, done.stderr
    assert "将修改 personinfo：person_id 改为在 tenant_id, agent_id, person_id 内唯一" in done.stdout
    assert (contents(old), indexes(old), backups(old)) == (rows, schema, [])


def test_rows_and_all_else_stay_and_a_second_run_has_nothing_to_do(trees: tuple[Path, Path], old: Path) -> None:
    rows, schema = contents(old), indexes(old)
    done = ran(trees[0], old, "-m", MODULE)
    assert done.returncode == 0, done.stderr
    (backup,) = backups(old)
    assert contents(backup) == rows == contents(old)
    assert indexes(backup) == schema
    after = indexes(old)
    assert after.pop("personinfo_person_id") == 'CREATE INDEX "personinfo_person_id" ON "personinfo" ("person_id")'
    assert {"personinfo_tenant_id_agent_id_person_id", "emoji_tenant_id_agent_id_emoji_hash_format"} < after.keys()
    kept = {
        name: sql for name, sql in schema.items() if name not in ("personinfo_person_id", "emoji_emoji_hash_format")
    }
    assert kept.items() <= after.items()
    again = ran(trees[0], old, "-m", MODULE)
    assert (again.returncode, backups(old)) == (0, [backup])
    assert "没有需要修改的" in again.stdout
    require_narrow(old)


def require_narrow(file: Path) -> None:
    """Another tenant can store the person, and nobody can do so twice; a visit needs its person."""
    with opened(file) as database:
        database.execute(f"{PERSON} VALUES ('admin', 'local', 'p1', 'qq', '1', '别人', 1, 2)")
        assert database.execute("SELECT DISTINCT at FROM visits").fetchall() == [(7.5,)]
        for wrong in (
            f"{PERSON} VALUES ('acme', 'bot', 'p1', 'qq', '1', '又', 1, 2)",
            "INSERT INTO visits (person) VALUES (999)",
        ):
            with pytest.raises(sqlite3.IntegrityError):
                database.execute(wrong)


def test_one_that_is_cut_off_leaves_all_as_it_was_and_can_be_run_again(trees: tuple[Path, Path], old: Path) -> None:
    rows, schema = contents(old), indexes(old)
    assert ran(trees[0], old, "-c", CUT_OFF).returncode == 9
    assert (contents(old), indexes(old)) == (rows, schema)
    done = ran(trees[0], old, "-m", MODULE)
    assert (done.returncode, contents(old)) == (0, rows)
    require_narrow(old)


def test_rows_that_would_collide_are_named_and_nothing_is_changed(trees: tuple[Path, Path], old: Path) -> None:
    with opened(old) as database:
        database.execute("DROP INDEX personinfo_person_id")
        database.execute(f"{PERSON} VALUES ('acme', 'bot', 'p1', 'qq', '1', '又', 1, 2)")
    rows, schema = contents(old), indexes(old)
    done = ran(trees[0], old, "-m", MODULE)
    assert done.returncode == 1
    assert "没有修改：表 personinfo 中有多行的 tenant_id, agent_id, person_id 都是 ('acme', 'bot', 'p1')" in done.stderr
    assert (contents(old), indexes(old), backups(old)) == (rows, schema, [])


def test_the_app_says_that_its_database_has_not_followed(trees: tuple[Path, Path], old: Path) -> None:
    code = """
import logging
logging.basicConfig()
from src.common.database.database_model import PersonInfo
from src.common.message.tenant_context import tenant_context
with tenant_context("acme", "bot"):
    for number in range(2):
        PersonInfo.create(person_id=f"new{number}", user_id=f"new{number}")
"""
    done = ran(trees[0], old, "-c", code)
    assert done.returncode == 0, done.stderr
    said = (done.stdout + done.stderr).count("仍让 person_id 在所有租户之间唯一，请运行 python -m " + MODULE)
    assert said == 1
