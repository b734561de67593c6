"""Imports that commands need, put where they belong in a file, once for all commands that ran over it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import dropwhile
from typing import TypeVar, cast

import libcst as cst
from libcst.codemod import CodemodContext
from libcst.helpers import get_absolute_module_from_package_for_import, get_full_name_for_node

from codemods.commands.editing.code import blocks_of, bound_inside, defined_names
from codemods.commands.editing.used import is_used, word_of
from codemods.places import Imported

_Statement = cst.SimpleStatementLine | cst.BaseCompoundStatement
_Import = TypeVar("_Import", cst.Import, cst.ImportFrom)

_NEEDED = "tenantize: imports"
_TEXT, _WRITER = "tenantize: text", "tenantize: writer"
# What a function uses any of its names by.
OF_ANY_NAME = ("locals", "vars", "eval", "exec")
# The longest line that the trees' own settings allow.
LINE_LENGTH = 120


def can_import(context: CodemodContext, tree: cst.Module, item: Imported) -> bool:
    """Whether a file may import a name: it does so already, or has no other use for it."""
    if mentions(context, tree, item.name) and item.name in bound_inside(tree):
        return False
    return item.name not in defined_names(tree) or _is_imported(context, tree.body, item)


def mentions(context: CodemodContext, tree: cst.Module, name: str) -> bool:
    """Whether a file mentioned a name before any command ran over it: where it did not, it has no other use for it."""
    if _TEXT not in context.scratch:
        context.scratch[_TEXT] = _text_of(context, tree)
    return word_of(name).search(context.scratch[_TEXT]) is not None


def written_by(context: CodemodContext, writer: Callable[[cst.Module], str], text: str) -> None:
    """Have a file's text asked of somebody who has written most of it already; `text`: before any command ran."""
    context.scratch[_WRITER], context.scratch[_TEXT] = writer, text


def _text_of(context: CodemodContext, tree: cst.Module) -> str:
    writer: Callable[[cst.Module], str] | None = context.scratch.get(_WRITER)
    return writer(tree) if writer else tree.code


def need_import(context: CodemodContext, item: Imported) -> None:
    """Have a file import a name, once all commands have run over it."""
    context.scratch.setdefault(_NEEDED, {}).setdefault(item.module, set()).add(item.name)


def need_module(context: CodemodContext, module: str) -> None:
    """Have a file import a module, once all commands have run over it."""
    context.scratch.setdefault(_NEEDED, {}).setdefault("", set()).add(module)


def need_import_above(context: CodemodContext, above: Sequence[_Statement], item: Imported) -> None:
    """Have a file import a name, unless one of the statements above the place that needs it does so."""
    if not _is_imported(context, above, item):
        need_import(context, item)


def _is_imported(context: CodemodContext, body: Sequence[_Statement], item: Imported) -> bool:
    smalls = [small for statement in body for small in _small(statement) if isinstance(small, cst.ImportFrom)]
    return any(item.name in _taken(small) and _home(context, small) == item.module for small in smalls)


def _home(context: CodemodContext, small: cst.ImportFrom) -> str | None:
    return get_absolute_module_from_package_for_import(context.full_package_name, small)


def _taken(small: cst.ImportFrom) -> set[str]:
    """The names that an import takes over as they are."""
    if isinstance(small.names, cst.ImportStar):
        return set()
    return {alias.evaluated_name for alias in small.names if not alias.asname}


def place_imports(context: CodemodContext, tree: cst.Module) -> cst.Module:
    """Add the imports that commands asked for to those at the top of a module; what is there already stays."""
    needed = {module: set(names) for module, names in context.scratch.get(_NEEDED, {}).items()}
    if not needed:
        return tree
    start, stop = _import_block(tree.body)
    head = list(tree.body[start:stop])
    first = 1 if head and _stays_first(head[0]) else 0
    last = first
    while last < len(head) and _is_import(head[last]) and len(_small(head[last])) == 1:
        last += 1
    for statement in head[first:last]:
        _strike(context, _small(statement)[0], needed)
    for index in range(first, last):
        head[index] = _joined(context, head[index], needed, tree)
    lines = _lines(needed, tree)
    if not lines:
        return tree if head == list(tree.body[start:stop]) else _with_head(tree, start, head, stop)
    # Between imports and code stands an empty line.
    body = [*head[:last], *lines, *_spaced([*head[last:], *tree.body[stop : stop + 1]])]
    is_new = start == stop - 1 and len(body) > 1 and body[1] is lines[0] and not _is_import(tree.body[start])
    if is_new:
        # Below a docstring, the first import of a file stands behind an empty line.
        body[1] = lines[0].with_changes(leading_lines=[cst.EmptyLine(indent=False)])
    return _with_head(tree, start, body, stop + 1)


def _with_head(tree: cst.Module, start: int, head: Sequence[_Statement], stop: int) -> cst.Module:
    return tree.with_changes(body=[*tree.body[:start], *head, *tree.body[stop:]])


def _strike(context: CodemodContext, small: cst.BaseSmallStatement, needed: dict[str, set[str]]) -> None:
    """Leave out of what is needed what an import brings already."""
    if isinstance(small, cst.Import):
        needed.get("", set()).difference_update(alias.evaluated_name for alias in small.names if alias.asname is None)
    elif isinstance(small, cst.ImportFrom) and (home := _home(context, small)) in needed:
        if isinstance(small.names, cst.ImportStar):
            needed[home].clear()
        needed[home] -= _taken(small)


def _joined(
    context: CodemodContext, statement: _Statement, needed: dict[str, set[str]], tree: cst.Module
) -> _Statement:
    """An import with the names that are needed of its module."""
    small = _small(statement)[0]
    if not isinstance(small, cst.ImportFrom) or isinstance(small.names, cst.ImportStar):
        return statement
    home = _home(context, small) or ""
    names = needed.pop(home, set()) if home else set()
    if not names:
        return statement
    aliases = [cst.ImportAlias(cst.Name(name)) for name in sorted(names)]
    return _folded(statement.with_changes(body=[small.with_changes(names=[*aliases, *small.names])]), tree)


def _lines(needed: dict[str, set[str]], tree: cst.Module) -> list[_Statement]:
    """New lines for what no import could take in."""
    texts = [f"import {module}" for module in sorted(needed.get("", ()))]
    homes = [(module, ", ".join(sorted(names))) for module, names in sorted(needed.items()) if module and names]
    texts += [f"from {module} import {names}" for module, names in homes]
    return [_folded(cst.parse_statement(text), tree) for text in texts]


def _spaced(statements: list[_Statement]) -> list[_Statement]:
    lines = statements[0].leading_lines if statements else ()
    if not statements or (lines and lines[0].comment is None):
        return statements
    return [statements[0].with_changes(leading_lines=(cst.EmptyLine(), *lines)), *statements[1:]]


def _small(statement: cst.BaseStatement) -> Sequence[cst.BaseSmallStatement]:
    return statement.body if isinstance(statement, cst.SimpleStatementLine) else ()


def _stays_first(statement: cst.BaseStatement) -> bool:
    """Whether a statement is a docstring, or the flag of strict modules."""
    small = _small(statement)[0] if len(_small(statement)) == 1 else None
    if isinstance(small, cst.Expr):
        return isinstance(small.value, cst.SimpleString)
    targets = [item.target for item in small.targets] if isinstance(small, cst.Assign) else []
    return len(targets) == 1 and isinstance(targets[0], cst.Name) and targets[0].value == "__strict__"


def _folded(statement: _Statement, tree: cst.Module) -> _Statement:
    """An import that has grown longer than a line may be, with a line for each name."""
    small = _small(statement)[0]
    if not isinstance(small, cst.ImportFrom) or isinstance(small.names, cst.ImportStar) or small.lpar is not None:
        return statement
    if len(tree.code_for_node(small)) <= LINE_LENGTH:
        return statement
    head, _, _ = tree.code_for_node(small).partition(" import ")
    names = [tree.code_for_node(alias.with_changes(comma=cst.MaybeSentinel.DEFAULT)) for alias in small.names]
    lines = [f"{head} import (", *(f"{tree.default_indent}{name}," for name in names), ")", ""]
    folded = cst.parse_statement(tree.default_newline.join(lines))
    assert isinstance(folded, cst.SimpleStatementLine)
    return statement.with_changes(body=folded.body)


def _import_block(body: Sequence[cst.BaseStatement]) -> tuple[int, int]:
    """Where the imports stand that ours belong to: behind docstring, `__future__` and changes of sys.path."""
    start = stop = 0
    for index, statement in enumerate(body):
        small = statement.body if isinstance(statement, cst.SimpleStatementLine) else ()
        is_head = (index == 0 and not _is_import(statement)) or (index == stop and _is_text(statement))
        if len(small) > 1 and ((is_head and _is_text(statement)) or any(_is_future(item) for item in small)):
            start = stop = index + 1  # several on one line: nothing may come between them
        elif any(_changes_path(item) for item in small):
            start = stop = index + 1
        elif (_is_import(statement) and stop == index) or is_head:
            stop = index + 1
        elif isinstance(statement, (cst.FunctionDef, cst.ClassDef)):
            break
    return start, stop


def _is_import(statement: cst.BaseStatement) -> bool:
    return isinstance(statement, cst.SimpleStatementLine) and isinstance(
        statement.body[0], (cst.Import, cst.ImportFrom)
    )


def _is_text(statement: cst.BaseStatement) -> bool:
    """Whether a statement is a text of its own, as some put below the docstring."""
    small = statement.body[0] if isinstance(statement, cst.SimpleStatementLine) else None
    return isinstance(small, cst.Expr) and isinstance(small.value, cst.SimpleString)


def _is_future(small: cst.BaseSmallStatement) -> bool:
    return isinstance(small, cst.ImportFrom) and get_full_name_for_node(small.module or "") == "__future__"


def _changes_path(small: cst.BaseSmallStatement) -> bool:
    return (
        isinstance(small, cst.Expr)
        and isinstance(small.value, cst.Call)
        and (get_full_name_for_node(small.value.func) or "").startswith("sys.path.")
    )


def without_import(context: CodemodContext, tree: cst.Module, name: str) -> cst.Module:
    """The module without the import outside of functions that brings a name, where nothing mentions it any more."""
    body: list[cst.CSTNode] = []
    for statement in tree.body:
        changed = statement.visit(_WithoutImport(name)) if name in _brought(statement) else statement
        if isinstance(changed, cst.CSTNode) and not (isinstance(changed, cst.SimpleStatementLine) and not changed.body):
            body.append(changed)
    if len(body) == len(tree.body) and all(after is before for after, before in zip(body, tree.body, strict=True)):
        return tree
    without = tree.with_changes(body=body)
    return tree if is_used(_text_of(context, without), name) else without


def without_own_imports(before: cst.FunctionDef, after: cst.FunctionDef) -> cst.FunctionDef:
    """A function that was edited, without what it imports itself and this has left without a use."""
    names = sorted({name for block in blocks_of(after) for name in _brought(block)})
    code, left = (_code_of(before), _code_of(after)) if names else ("", "")
    for name in names if left != code else ():
        if len(word_of(name).findall(left)) >= len(word_of(name).findall(code)):
            continue  # no use of it is gone
        without = _without_own(after, name)
        if not _needs(without, name) and _needs(_without_own(before, name), name):
            after = without
    return after


def _needs(function: cst.FunctionDef, name: str) -> bool:
    """Whether a function uses a name, or may, or gives it a meaning otherwise as well."""
    code = _code_of(function)
    return name in defined_names(function.body) or any(is_used(code, item) for item in (name, *OF_ANY_NAME))


def _without_own(function: cst.FunctionDef, name: str) -> cst.FunctionDef:
    return function.with_changes(body=function.body.visit(_WithoutImport(name)))


def _code_of(function: cst.FunctionDef) -> str:
    """What a function does, as code of a module."""
    block = function.body
    if isinstance(block, cst.SimpleStatementSuite):
        return cst.Module([cst.SimpleStatementLine(block.body)]).code
    return cst.Module(cast("Sequence[_Statement]", block.body)).code


def _brought(node: cst.CSTNode) -> Iterator[str]:
    """The names that a statement, or one in its blocks, imports; functions have their own."""
    if isinstance(node, (cst.Import, cst.ImportFrom)) and not isinstance(node.names, cst.ImportStar):
        yield from map(_name_of, node.names)
    elif not isinstance(node, cst.FunctionDef):
        for inner in blocks_of(node):
            yield from _brought(inner)


def _name_of(alias: cst.ImportAlias) -> str:
    """The name that an import binds: of `import a.b` the first."""
    return alias.evaluated_alias or alias.evaluated_name.partition(".")[0]


class _WithoutImport(cst.CSTTransformer):
    """Takes a name out of the imports that bring it, but for those in functions."""

    def __init__(self, name: str) -> None:
        self.name = name

    def visit_FunctionDef(self, node: cst.FunctionDef) -> bool:
        return False

    def leave_IndentedBlock(
        self, original_node: cst.IndentedBlock, updated_node: cst.IndentedBlock
    ) -> cst.IndentedBlock:
        """What is first where an import was has no empty line above it."""
        small = _small(original_node.body[0])[:1] if len(updated_node.body) < len(original_node.body) else ()
        if not any(self.name in _brought(item) for item in small) or not updated_node.body:
            return updated_node
        first, *others = updated_node.body
        lines = dropwhile(lambda line: line.comment is None, getattr(first, "leading_lines", ()))
        return updated_node.with_changes(body=[first.with_changes(leading_lines=list(lines)), *others])

    def leave_Import(self, original_node: cst.Import, updated_node: cst.Import) -> cst.Import | cst.RemovalSentinel:
        return self._without(updated_node, updated_node.names)

    def leave_ImportFrom(
        self, original_node: cst.ImportFrom, updated_node: cst.ImportFrom
    ) -> cst.ImportFrom | cst.RemovalSentinel:
        names = updated_node.names
        return updated_node if isinstance(names, cst.ImportStar) else self._without(updated_node, names)

    def _without(self, node: _Import, names: Sequence[cst.ImportAlias]) -> _Import | cst.RemovalSentinel:
        kept = [alias for alias in names if _name_of(alias) != self.name]
        if not kept:
            return cst.RemoveFromParent()
        if len(kept) < len(names):
            kept[-1] = kept[-1].with_changes(comma=names[-1].comma)
        return node.with_changes(names=kept)
