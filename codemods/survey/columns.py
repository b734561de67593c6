"""What a call that makes a column of peewee's says of it: by keywords, also through names, helpers and own kinds."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Sequence

from codemods.analysis.chains import chain_of
from codemods.analysis.nodes import walk
from codemods.survey.defined import Defined

# Numbers that the database gives, which are nobody's to choose.
_SERIAL = frozenset({"AutoField", "BigAutoField", "IdentityField"})
# So many helpers make each other's columns.
_DEEPEST = 4


def columns_of(nodes: Iterable[ast.expr]) -> tuple[str, ...]:
    """The columns that expressions name, by texts or as attributes of the model."""
    found = []
    for node in nodes:
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            found.append(node.value)
        elif isinstance(node, ast.Attribute):
            found.append(node.attr)
    return tuple(found)


def is_column(call: ast.Call, defined: Defined, depth: int = _DEEPEST) -> bool:
    """Whether a call makes a column that has no number from the database."""
    if _is_kind(call.func):
        return not _is_serial(call.func)
    bases = [base for own in _own_kinds(call.func, defined, depth) for base in own.bases]
    if bases:
        return any(_is_kind(base) and not _is_serial(base) for base in bases)
    return depth > 0 and any(is_column(made, there, depth - 1) for made, there in _made(call, defined))


def _is_kind(node: ast.expr) -> bool:
    return chain_of(node)[-1:] != () and chain_of(node)[-1].endswith("Field")


def _is_serial(node: ast.expr) -> bool:
    return chain_of(node)[-1].lstrip(".") in _SERIAL


def _own_kinds(node: ast.expr, defined: Defined, depth: int) -> Iterator[ast.ClassDef]:
    """The tree's own class that a kind of column is, and those that it is made of."""
    found = defined(node) if depth else None
    if found is not None and isinstance(found[0], ast.ClassDef):
        yield found[0]
        for base in found[0].bases:
            yield from _own_kinds(base, found[1], depth - 1)


def said(call: ast.Call, defined: Defined, depth: int = _DEEPEST) -> frozenset[str]:
    """What a column is said to be."""
    found = set(_said_here(call, defined))
    for made, there in _made(call, defined) if depth else ():
        found |= said(made, there, depth - 1)
    for own in _own_kinds(call.func, defined, depth):
        found |= set(_said_by_kind(own))
    return frozenset(found)


def _said_here(call: ast.Call, defined: Defined) -> Iterator[str]:
    for item in call.keywords:
        value = defined.value(item.value)
        if item.arg == "constraints" and any(_is_unique_sql(node) for node in walk(value)):
            yield "unique"
        if item.arg is not None:
            yield from _told(item.arg, value)
        elif isinstance(value, ast.Dict):
            for key, each in zip(value.keys, value.values, strict=True):
                if isinstance(key, ast.Constant):
                    yield from _told(str(key.value), each)
        elif isinstance(value, ast.Call) and chain_of(value.func) == ("dict",):
            yield from _said_here(value, defined)


def _told(name: str, value: ast.expr) -> Iterator[str]:
    if isinstance(value, ast.Constant) and value.value is True:
        yield name


def _is_unique_sql(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value.strip().upper() == "UNIQUE"


def _made(call: ast.Call, defined: Defined) -> Iterator[tuple[ast.Call, Defined]]:
    """The calls by which a `partial`, a lambda or a function that answers with some may make the column."""
    found = defined(call.func)
    if found is None:
        return
    node, there = found
    if isinstance(node, ast.Call) and chain_of(node.func)[-1:] in (("partial",), (".partial",)) and node.args:
        yield ast.Call(node.args[0], node.args[1:], node.keywords), there
    elif isinstance(node, ast.Lambda) and isinstance(node.body, ast.Call):
        yield node.body, there
    elif isinstance(node, ast.FunctionDef):
        yield from ((answer, there) for answer in _answers(node.body) if isinstance(answer, ast.Call))


def _answers(body: Sequence[ast.stmt]) -> list[ast.expr | None]:
    return [node.value for statement in body for node in walk(statement) if isinstance(node, ast.Return)]


def _said_by_kind(node: ast.ClassDef) -> Iterator[str]:
    """What the `__init__` of a tree's own kind of column hands on as true."""
    inits = (item for item in node.body if isinstance(item, ast.FunctionDef) and item.name == "__init__")
    for part in (part for init in inits for part in walk(init)):
        if isinstance(part, ast.keyword) and part.arg:
            yield from _told(part.arg, part.value)
        elif isinstance(part, ast.Assign) and isinstance(part.targets[0], ast.Subscript):
            key = part.targets[0].slice
            yield from _told(str(key.value), part.value) if isinstance(key, ast.Constant) else ()
        elif isinstance(part, ast.Call) and chain_of(part.func)[-1:] == (".setdefault",) and len(part.args) == 2:
            key = part.args[0]
            yield from _told(str(key.value), part.args[1]) if isinstance(key, ast.Constant) else ()
