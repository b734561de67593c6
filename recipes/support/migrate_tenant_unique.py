"""把已有的数据库改成唯一性只在租户之内，可以反复运行：

    python -m src.common.database.migrate_tenant_unique --dry-run    # 只说明要改什么
    python -m src.common.database.migrate_tenant_unique              # 备份后修改

只增删索引，不改动任何一行；全部在一个事务里，中途被打断时数据库保持原样，再运行一次即可。
SQLite 会先备份到数据库旁边的 .before-tenant-unique-… 文件。PostgreSQL 请先用 pg_dump 备份，再加上 --backed-up。
MySQL 不能在一个事务里修改索引，不支持。
"""

import argparse
import importlib
import os
import sqlite3
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Dict, List, Optional, Sequence, Tuple
from unittest import mock

from peewee import Database, Model, SqliteDatabase
from playhouse.migrate import SchemaMigrator, migrate

from src.common.database.tenant_unique import declared, old_indexes, owner_columns

_ROOT = Path(__file__).resolve().parents[3]


@dataclass
class Step:
    """一个表的一处唯一性：要删去的旧索引，要建立的新索引。"""

    model: Any
    names: Tuple[str, ...]
    old: List[Any]
    has_new: bool

    @property
    def table(self) -> str:
        return str(self.model._meta.table_name)

    @property
    def columns(self) -> List[str]:
        return [self.model._meta.fields[name].column_name for name in self.names]

    @property
    def new_columns(self) -> List[str]:
        owner = [self.model._meta.fields[name].column_name for name in owner_columns(self.model)]
        return [*owner, *self.columns]

    def __str__(self) -> str:
        old = "、".join(index.name for index in self.old) or "无"
        return f"{self.table}：{', '.join(self.columns)} 改为在 {', '.join(self.new_columns)} 内唯一（旧索引：{old}）"


class MigrationError(RuntimeError):
    """数据库不能这样修改；没有改动任何东西。"""


def import_models() -> None:
    """导入所有声明了 unique_in_tenant 的模块，插件的也包括；导入时不建表，也不建索引。"""
    files = [path for folder in ("src", "plugins") for path in sorted((_ROOT / folder).rglob("*.py"))]
    with mock.patch.object(Database, "create_tables"), mock.patch.object(Model, "create_table"):
        for path in files:
            if "@unique_in_tenant(" in path.read_text(encoding="utf-8", errors="ignore"):
                importlib.import_module(".".join(path.relative_to(_ROOT).with_suffix("").parts))


def steps() -> List[Step]:
    """还要做的修改；已经改好的、表还没有建立的不在其中。"""
    found = []
    for model, unique in declared().items():
        meta: Any = model._meta
        if not model.table_exists():
            continue
        present = {column.name for column in meta.database.get_columns(meta.table_name, meta.schema)}
        for names in unique:
            step = Step(model, names, old_indexes(model, names), False)
            lacking = set(step.new_columns) - present
            if lacking:
                raise MigrationError(f"表 {step.table} 没有列 {', '.join(sorted(lacking))}，请先补上")
            indexes = meta.database.get_indexes(meta.table_name, meta.schema)
            step.has_new = any(index.unique and set(index.columns) == set(step.new_columns) for index in indexes)
            if step.old or not step.has_new:
                found.append(step)
    return found


def require_possible(step: Step) -> None:
    """新的唯一性必须与已有的行相符，旧的必须是可以删去的索引；否则抛出 MigrationError。"""
    for index in step.old:
        if index.sql is None:
            raise MigrationError(f"表 {step.table} 的 {', '.join(step.columns)} 在建表语句里唯一，请手动重建这个表")
    quoted = ", ".join(f'"{column}"' for column in step.new_columns)
    known = " AND ".join(f'"{column}" IS NOT NULL' for column in step.new_columns)
    query = f'SELECT {quoted} FROM "{step.table}" WHERE {known} GROUP BY {quoted} HAVING COUNT(*) > 1 LIMIT 1'
    twice = step.model._meta.database.execute_sql(query).fetchone()
    if twice is not None:
        columns = ", ".join(step.new_columns)
        raise MigrationError(f"表 {step.table} 中有多行的 {columns} 都是 {twice}，请先决定留下哪一行")


def backup(database: SqliteDatabase) -> Optional[Path]:
    """数据库旁边的备份；内存中的数据库没有备份。"""
    if database.is_closed():
        database.connect()
    file = Path(str(database.database))
    if not file.is_file():
        return None
    target = file.with_name(f"{file.name}.before-tenant-unique-{time.strftime('%Y%m%d-%H%M%S')}")
    unfinished = target.with_name(f"{target.name}.tmp")
    unfinished.unlink(missing_ok=True)
    copy = sqlite3.connect(unfinished)
    try:
        database.connection().backup(copy)
    finally:
        copy.close()
    os.replace(unfinished, target)
    return target


def change(database: Any, wanted: Sequence[Step]) -> None:
    """在一个事务里修改一个数据库；任何一步失败，什么也不会改变。"""
    migrator = SchemaMigrator.from_database(database)
    with database.atomic("IMMEDIATE") if isinstance(database, SqliteDatabase) else database.atomic():
        for step in wanted:
            require_possible(step)
            rows = _count(step)
            for index in step.old:
                migrate(migrator.drop_index(step.table, index.name))
            for index in _wanted(step):
                database.execute(index)
            if _count(step) != rows:
                raise MigrationError(f"表 {step.table} 的行数变了，全部撤销")


def _wanted(step: Step) -> List[Any]:
    """模型为这些列声明的索引：租户内唯一的，以及接替旧索引、名字与它相同的普通索引。"""
    found = []
    for index in step.model._meta.fields_to_index():
        columns = [getattr(field, "column_name", None) for field in index._expressions]
        if columns in (step.new_columns, step.columns):
            found.append(index)
    return found


def _count(step: Step) -> int:
    return int(step.model._meta.database.execute_sql(f'SELECT COUNT(*) FROM "{step.table}"').fetchone()[0])


def run(dry_run: bool, backed_up: bool) -> None:
    """说明并完成修改。抛出 MigrationError 时没有改动任何东西。"""
    by_database: Dict[Any, List[Step]] = {}
    for step in steps():
        require_possible(step)
        by_database.setdefault(step.model._meta.database, []).append(step)
        print(f"{'将修改' if dry_run else '修改'} {step}")
    if not by_database:
        print("没有需要修改的：唯一性都已在租户之内")
    for database, wanted in by_database.items():
        kind = type(SchemaMigrator.from_database(database)).__name__
        if "MySQL" in kind:
            raise MigrationError("MySQL 不能在一个事务里修改索引，不支持")
        if dry_run:
            continue
        if isinstance(database, SqliteDatabase):
            print(f"备份：{backup(database) or '内存中的数据库，没有备份'}")
        elif not backed_up:
            raise MigrationError("请先备份数据库（例如 pg_dump），再加上 --backed-up 运行")
        change(database, wanted)
        print(f"完成：{len(wanted)} 处唯一性已在租户之内，没有改动任何一行")


def main(arguments: Optional[Sequence[str]] = None) -> int:
    parser = argparse.ArgumentParser(description="把数据库里的唯一性限定在租户之内")
    parser.add_argument("--dry-run", action="store_true", help="只说明要改什么，不改")
    parser.add_argument("--backed-up", action="store_true", help="数据库已经备份（SQLite 会自动备份，不需要）")
    chosen = parser.parse_args(arguments)
    import_models()
    try:
        run(chosen.dry_run, chosen.backed_up)
    except MigrationError as error:
        print(f"没有修改：{error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
