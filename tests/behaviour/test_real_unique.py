"""A real checkout's database, made and filled before the migration: afterwards both tenants know one user in it.

Runs where real_setup.py says.
"""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
from pathlib import Path
from typing import Any

from tests.behaviour.real_setup import only_real, real_copy
from tests.conftest import migrate

pytestmark = only_real
PROJECT = Path(__file__).parents[2]
NOBODY: dict[str, list[str]] = {"persons": [], "pictures": [], "streams": []}


def ran(tree: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    path = os.pathsep.join([str(tree), os.environ["MAIM_DB_SRC"], str(PROJECT)])
    environment = {**os.environ, "PYTHONPATH": path, "DATABASE_URL": f"sqlite:///{tree.parent / 'tree.db'}"}
    command = [os.environ["MAIMBOT_PYTHON"], *arguments]
    return subprocess.run(command, cwd=tree, env=environment, capture_output=True, text=True, check=False)


def seen(tree: Path) -> dict[str, Any]:
    """What each tenant has after it has met the user."""
    output = tree.parent / "seen.json"
    done = ran(tree, str(PROJECT / "tests/behaviour/real_unique.py"), str(output))
    assert done.returncode == 0, done.stderr[-2000:]
    found: dict[str, Any] = json.loads(output.read_text(encoding="utf-8"))
    return found


def rows(tree: Path) -> dict[str, list[Any]]:
    with sqlite3.connect(tree.parent / "tree.db") as database:
        tables = database.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name").fetchall()
        return {name: database.execute(f'SELECT * FROM "{name}" ORDER BY 1').fetchall() for (name,) in tables}


def of(tenant: str) -> dict[str, list[str]]:
    return {"persons": [f"known by {tenant}"], "pictures": [f"seen by {tenant}"], "streams": [f"of {tenant}"]}


def test_one_user_of_two_tenants_before_and_after(tmp_path: Path) -> None:
    tree = real_copy(tmp_path, migrated=False)
    for _ in range(3):  # a fresh checkout writes its configuration files and stops, once for each of them
        ran(tree, "-c", "import src.config.config")
    # Before: the second can store neither user nor picture, and takes the first one's stream away.
    assert seen(tree) == {"甲": of("甲"), "乙": NOBODY | {"streams": ["of 乙"]}}
    migrate(tree)
    before = rows(tree)
    script = ["-m", "src.common.database.migrate_tenant_unique"]
    for arguments, said in ((["--dry-run"], "将修改 person_info"), ([], "完成：6 处"), ([], "没有需要修改的")):
        done = ran(tree, *script, *arguments)
        assert done.returncode == 0 and said in done.stdout, done.stdout + done.stderr[-2000:]
        assert rows(tree) == before
    assert seen(tree) == {"甲": of("甲"), "乙": of("乙")}
