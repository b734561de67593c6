"""What a name of a module stands for as it is written: a value, a function or a class, also through imports."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from msgspec import Struct

from codemods.analysis.chains import chain_of
from codemods.analysis.symbols import Symbol
from codemods.survey.program import TenantProgram

Definition = ast.expr | ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
# Imports are followed so far.
_DEEPEST = 4


class Defined(Struct, frozen=True):
    """The names of one module."""

    program: TenantProgram
    module: str

    def __call__(self, node: ast.expr) -> tuple[Definition, Defined] | None:
        """What a dotted name stands for, and the names of where that is written; None where it cannot be told."""
        chain = chain_of(node)
        return self._of(chain[-1].lstrip("."), chain[:-1], _DEEPEST) if chain else None

    def value(self, node: ast.expr) -> ast.expr:
        """An expression, or what the name that it is was given."""
        found = self(node) if isinstance(node, (ast.Name, ast.Attribute)) else None
        return found[0] if found is not None and isinstance(found[0], ast.expr) else node

    def _of(self, name: str, owner: Sequence[str], depth: int) -> tuple[Definition, Defined] | None:
        file = self.program.files.get(self.module)
        if file is None or depth == 0 or len(owner) > 1:
            return None
        imported = file.body.imports.get(owner[0] if owner else name)
        if imported is None:
            return None if owner else self._here(name)
        target = imported.member(name) if owner else imported
        return Defined(self.program, target.module)._of(target.qualname, (), depth - 1) if _is_plain(target) else None

    def _here(self, name: str) -> tuple[Definition, Defined] | None:
        for statement in reversed(self.program.sources.module(self.module).body):
            if isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
                if statement.name == name:
                    return statement, self
                continue
            targets = statement.targets if isinstance(statement, ast.Assign) else [getattr(statement, "target", None)]
            value = statement.value if isinstance(statement, (ast.Assign, ast.AnnAssign)) else None
            if value is not None and any(isinstance(item, ast.Name) and item.id == name for item in targets):
                return value, self
        return None


def _is_plain(target: Symbol) -> bool:
    return bool(target.qualname) and "." not in target.qualname
