"""A real checkout's database, made and filled before the migration: afterwards both tenants know one user in it.

Runs where running.py says.
"""

from __future__ import annotations

import os
import sqlite3
import subprocess
from pathlib import Path
from typing import Any

from codemods.prove.process import DATABASE
from tests.behaviour.running import copied, only_real, real_settings_of, real_tree, start_real
from tests.conftest import migrate

pytestmark = only_real
NOBODY: dict[str, list[str]] = {"persons": [], "pictures": [], "streams": []}


def rows(tree: Path) -> dict[str, list[Any]]:
    with sqlite3.connect(tree.parent / DATABASE) as database:
        tables = database.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name").fetchall()
        return {name: database.execute(f'SELECT * FROM "{name}" ORDER BY 1').fetchall() for (name,) in tables}


def of(tenant: str) -> dict[str, list[str]]:
    return {"persons": [f"known by {tenant}"], "pictures": [f"seen by {tenant}"], "streams": [f"of {tenant}"]}


def test_one_user_of_two_tenants_before_and_after(tmp_path: Path) -> None:
    tree = copied(tmp_path, migrated=False, source=real_tree())
    # Before: the second can store neither user nor picture, and takes the first one's stream away.
    assert start_real(tree, "real_unique").result() == {"甲": of("甲"), "乙": NOBODY | {"streams": ["of 乙"]}}
    migrate(tree)
    before = rows(tree)
    script = [os.environ["MAIMBOT_PYTHON"], "-m", "src.common.database.migrate_tenant_unique"]
    for arguments, said in ((["--dry-run"], "将修改 person_info"), ([], "完成：6 处"), ([], "没有需要修改的")):
        command = [*script, *arguments]
        done = subprocess.run(
            command, cwd=tree, env=real_settings_of(tree), capture_output=True, encoding="utf-8", check=False
        )
        assert done.returncode == 0 and said in done.stdout, done.stdout + done.stderr[-2000:]
        assert rows(tree) == before
    assert start_real(tree, "real_unique").result() == {"甲": of("甲"), "乙": of("乙")}
