"""数据库连接"""

import os
from pathlib import Path

from peewee import SqliteDatabase

_SCHEME = "sqlite:///"
_DEFAULT_PATH = Path(__file__).resolve().parents[3] / "data" / "mini.db"


def _database_path() -> str:
    url = os.environ.get("DATABASE_URL", "")
    if not url:
        path = _DEFAULT_PATH
    elif url.startswith(_SCHEME):
        path = Path(url[len(_SCHEME) :])
    else:
        raise ValueError(f"不支持的数据库地址: {url}")
    path.parent.mkdir(parents=True, exist_ok=True)
    return str(path)


db = SqliteDatabase(
    _database_path(),
    pragmas={"journal_mode": "wal", "synchronous": "off"},
    timeout=10,
    check_same_thread=False,
)
