"""Tables of SQLModel and SQLAlchemy, as classes of a tree declare them."""

from __future__ import annotations

import ast

from codemods.analysis.program import Program
from codemods.analysis.symbols import Symbol

_SQL_BASES = frozenset(
    {
        Symbol("sqlmodel", "SQLModel"),
        Symbol("sqlalchemy.orm", "DeclarativeBase"),
        Symbol("sqlalchemy.orm", "declarative_base"),
        Symbol("sqlalchemy.ext.declarative", "declarative_base"),
    }
)


def is_table(program: Program, identifier: Symbol) -> bool:
    """Whether a class is a table, and no schema or base of tables."""
    if _SQL_BASES.isdisjoint(program.lineage(identifier)[1:]):
        return False
    node = program.sources.cls(identifier)
    return node is not None and (_names_table(node) or any(item.arg == "table" for item in node.keywords))


def _names_table(node: ast.ClassDef) -> bool:
    targets = [
        target
        for item in node.body
        for target in (
            item.targets if isinstance(item, ast.Assign) else [item.target] if isinstance(item, ast.AnnAssign) else []
        )
    ]
    return any(isinstance(target, ast.Name) and target.id == "__tablename__" for target in targets)
