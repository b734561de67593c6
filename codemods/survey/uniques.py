"""What a model of peewee declares to be unique: columns, and indexes of its Meta."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from codemods.analysis.chains import chain_of
from codemods.analysis.nodes import walk
from codemods.analysis.symbols import MODULE_BODY, Symbol
from codemods.survey.program import TenantProgram

# Numbers that the database gives, which are nobody's to choose.
_SERIAL = frozenset({"AutoField", "BigAutoField", "IdentityField"})
META = "Meta"


@dataclass(frozen=True, slots=True)
class Unique:
    """Columns that together are unique. member: the column, or what of the Meta lists the index."""

    columns: tuple[str, ...]
    line: int
    member: str
    in_meta: bool = False
    is_key: bool = False


def shared_uniques(program: TenantProgram, at: Symbol) -> Iterator[Unique]:
    """What a model declares to be unique, and neither its columns nor a decorator keeps within a tenant."""
    node = program.sources.cls(at)
    if node is None:
        return
    narrowed = set(_narrowed(program, at, node))
    for unique in uniques(node):
        within = unique.columns in narrowed and not unique.is_key
        if not within and program.state.models.columns[0] not in unique.columns:
            yield unique


def _narrowed(program: TenantProgram, at: Symbol, node: ast.ClassDef) -> Iterator[tuple[str, ...]]:
    """What decorators of a model say to be unique within a tenant."""
    frame = Symbol(at.module, MODULE_BODY)
    for item in node.decorator_list:
        if isinstance(item, ast.Call) and program.named(chain_of(item), frame, program.state.models.narrowing):
            for argument in item.args:
                parts = argument.elts if isinstance(argument, (ast.Tuple, ast.List)) else [argument]
                yield tuple(str(part.value) for part in parts if isinstance(part, ast.Constant))


def uniques(node: ast.ClassDef) -> Iterator[Unique]:
    """What the body of a model declares to be unique, its key included."""
    for item in node.body:
        if isinstance(item, ast.ClassDef) and item.name == META:
            yield from _of_meta(item)
            continue
        target = item.targets[0] if isinstance(item, ast.Assign) else getattr(item, "target", None)
        value = item.value if isinstance(item, (ast.Assign, ast.AnnAssign)) else None
        said = _said(value) if isinstance(value, ast.Call) and isinstance(target, ast.Name) else frozenset()
        if isinstance(target, ast.Name) and said & {"unique", "primary_key"}:
            yield Unique((target.id,), item.lineno, target.id, is_key="primary_key" in said)


def _said(call: ast.Call) -> frozenset[str | None]:
    """What a column is said to be; nothing of what is no column, or has its number from the database."""
    kind = chain_of(call.func)[-1:]
    if not kind or not kind[0].lstrip(".").endswith("Field") or kind[0].lstrip(".") in _SERIAL:
        return frozenset()
    return frozenset(
        item.arg for item in call.keywords if isinstance(item.value, ast.Constant) and item.value.value is True
    )


def _of_meta(meta: ast.ClassDef) -> Iterator[Unique]:
    for item in meta.body:
        if not isinstance(item, ast.Assign) or not isinstance(item.targets[0], ast.Name):
            continue
        for part in walk(item.value):
            if isinstance(part, ast.Tuple) and len(part.elts) == 2:
                names, unique = part.elts
                is_unique = isinstance(unique, ast.Constant) and unique.value is True
                if is_unique and isinstance(names, (ast.Tuple, ast.List)):
                    texts = [str(name.value) for name in names.elts if isinstance(name, ast.Constant)]
                    yield Unique(tuple(texts), item.lineno, item.targets[0].id, in_meta=True)
