"""What a model of peewee declares to be unique: columns, and indexes of its Meta."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from codemods.analysis.chains import chain_of

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


def uniques(node: ast.ClassDef) -> Iterator[Unique]:
    """What the body of a model declares to be unique, its key included."""
    for item in node.body:
        if isinstance(item, ast.ClassDef) and item.name == META:
            yield from _of_meta(item)
            continue
        target = item.targets[0] if isinstance(item, ast.Assign) else getattr(item, "target", None)
        value = item.value if isinstance(item, (ast.Assign, ast.AnnAssign)) else None
        if isinstance(value, ast.Call) and isinstance(target, ast.Name) and _is_unique(value):
            yield Unique((target.id,), item.lineno, target.id)


def _is_unique(call: ast.Call) -> bool:
    kind = chain_of(call.func)[-1:]
    if not kind or not kind[0].lstrip(".").endswith("Field") or kind[0].lstrip(".") in _SERIAL:
        return False
    return any(
        item.arg in ("unique", "primary_key") and isinstance(item.value, ast.Constant) and item.value.value is True
        for item in call.keywords
    )


def _of_meta(meta: ast.ClassDef) -> Iterator[Unique]:
    for item in meta.body:
        if not isinstance(item, ast.Assign) or not isinstance(item.targets[0], ast.Name):
            continue
        for part in ast.walk(item.value):
            if isinstance(part, ast.Tuple) and len(part.elts) == 2:
                names, unique = part.elts
                is_unique = isinstance(unique, ast.Constant) and unique.value is True
                if is_unique and isinstance(names, (ast.Tuple, ast.List)):
                    texts = [str(name.value) for name in names.elts if isinstance(name, ast.Constant)]
                    yield Unique(tuple(texts), item.lineno, item.targets[0].id, in_meta=True)
