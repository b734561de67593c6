"""What a model of peewee declares to be unique: columns, and indexes of its Meta or added to it."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from codemods.analysis.chains import chain_of
from codemods.analysis.nodes import walk
from codemods.analysis.symbols import MODULE_BODY, Symbol
from codemods.survey.columns import columns_of, is_column, said
from codemods.survey.defined import Defined
from codemods.survey.program import TenantProgram

META = "Meta"
_UNIQUE, _KEY, _CONSTRAINTS = "unique", "primary_key", "constraints"
_UNIQUE_IN_SQL = re.compile(r"\bunique\s*\(([^)]*)\)", re.IGNORECASE)
# What makes an index, and what takes one in.
_INDEXING = frozenset({".add_index", ".index"})
_INDEX_CLASS = "ModelIndex"
_INDEX_WORDS = (".index", "add_index", _INDEX_CLASS)


@dataclass(frozen=True, slots=True)
class Unique:
    """Columns that together are unique. member: the column, or what of the Meta lists the index.

    is_fixed: whether it is so whatever decorators say, as a table's key is.
    """

    columns: tuple[str, ...]
    line: int
    member: str
    in_meta: bool = False
    is_fixed: bool = False


def shared_uniques(program: TenantProgram, at: Symbol) -> Iterator[Unique]:
    """What a model declares to be unique, and neither its columns nor a decorator keeps within a tenant."""
    node = program.sources.cls(at)
    if node is None:
        return
    narrowed = set(_narrowed(program, at, node))
    defined = Defined(program, at.module)
    makes_some = program.sources.says(at.module, _INDEX_WORDS)
    added = _added(program.sources.module(at.module).body, at.name) if makes_some else ()
    for unique in (*uniques(node, defined), *added):
        within = unique.columns in narrowed and not unique.is_fixed
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


def uniques(node: ast.ClassDef, defined: Defined) -> Iterator[Unique]:
    """What the body of a model declares to be unique, its key included."""
    for item in node.body:
        if isinstance(item, ast.ClassDef) and item.name == META:
            yield from _of_meta(item, defined)
            continue
        target = item.targets[0] if isinstance(item, ast.Assign) else getattr(item, "target", None)
        value = item.value if isinstance(item, (ast.Assign, ast.AnnAssign)) else None
        if not isinstance(value, ast.Call) or not isinstance(target, ast.Name) or not is_column(value, defined):
            continue
        about = said(value, defined)
        if about & {_UNIQUE, _KEY}:
            yield Unique((target.id,), item.lineno, target.id, is_fixed=_KEY in about)


def _of_meta(meta: ast.ClassDef, defined: Defined) -> Iterator[Unique]:
    for item in meta.body:
        if not isinstance(item, ast.Assign) or not isinstance(item.targets[0], ast.Name):
            continue
        member, value = item.targets[0].id, defined.value(item.value)
        if member == _KEY and isinstance(value, ast.Call):
            yield Unique(columns_of(value.args), item.lineno, member, in_meta=True, is_fixed=True)
        for columns in _in_sql(value) if member == _CONSTRAINTS else ():
            yield Unique(columns, item.lineno, member, in_meta=True, is_fixed=True)
        for part in walk(value):
            if isinstance(part, ast.Tuple) and len(part.elts) == 2:
                names, unique = map(defined.value, part.elts)
                is_unique = isinstance(unique, ast.Constant) and unique.value is True
                if is_unique and isinstance(names, (ast.Tuple, ast.List)):
                    yield Unique(columns_of(names.elts), item.lineno, member, in_meta=True)


def _in_sql(node: ast.expr) -> list[tuple[str, ...]]:
    """The columns that SQL in an expression says to be unique."""
    texts = [str(part.value) for part in walk(node) if isinstance(part, ast.Constant) and isinstance(part.value, str)]
    found = (columns for text in texts for columns in _UNIQUE_IN_SQL.findall(text))
    return [tuple(name.strip(" \"'`[]") for name in columns.split(",") if name.strip()) for columns in found]


def _added(body: Sequence[ast.stmt], model: str) -> Iterator[Unique]:
    """The unique indexes that a module makes for one of its models: those that no decorator knows of."""
    for statement in body:
        for node in walk(statement):
            chain = chain_of(node.func) if isinstance(node, ast.Call) else ()
            if not isinstance(node, ast.Call) or not any(_is_true(item, _UNIQUE) for item in node.keywords):
                continue
            if len(chain) == 2 and chain[0] == model and chain[1] in _INDEXING:
                fields: Sequence[ast.expr] = node.args
            elif chain[-1:] and chain[-1].lstrip(".") == _INDEX_CLASS and len(node.args) > 1:
                owner, listed = node.args[:2]
                fields = listed.elts if isinstance(listed, (ast.Tuple, ast.List)) else ()
                if chain_of(owner) != (model,):
                    continue
            else:
                continue
            if columns := columns_of(fields):
                yield Unique(columns, node.lineno, columns[0], is_fixed=True)


def _is_true(keyword: ast.keyword, name: str) -> bool:
    return keyword.arg == name and isinstance(keyword.value, ast.Constant) and keyword.value.value is True
