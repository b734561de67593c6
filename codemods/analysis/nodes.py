"""The nodes of a file's syntax, but for those that only say how a name is used and which operator stands there.

`ast` has walks of its own, which ask each field of each node what it holds: here that is known by the node's class.
"""

from __future__ import annotations

import ast
from collections.abc import Sequence

# What is evaluated on its own: it does not run with what is around it.
_APART = frozenset({ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef})
# Fields that hold texts, numbers, operators and contexts.
_PLAIN = frozenset(
    {"ctx", "op", "ops", "id", "attr", "arg", "asname", "module", "level", "kind", "conversion", "simple"}
    | {"is_async", "type_comment", "rest", "kwd_attrs", "lineno", "tag"}
)
# Fields whose lists may hold something besides nodes: `{**a}`, `def f(*, a)`, `global a`.
_MIXED = frozenset({"keys", "kw_defaults", "names"})


class _Fields(dict[type[ast.AST], tuple[str, ...]]):
    """The fields of each class of node that may hold nodes."""

    def __missing__(self, kind: type[ast.AST]) -> tuple[str, ...]:
        names = kind._fields if kind is not ast.Constant else ()
        found = self[kind] = tuple(name for name in names if name not in _PLAIN)
        return found


_FIELDS = _Fields()


def children(node: ast.AST) -> list[ast.AST]:
    """The nodes right below one, in the order of its fields."""
    found: list[ast.AST] = []
    for name in _FIELDS[node.__class__]:
        value = getattr(node, name, None)
        if value.__class__ is list:
            found += [item for item in value if isinstance(item, ast.AST)] if name in _MIXED else value
        elif value is not None and isinstance(value, ast.AST):
            found.append(value)
    return found


def walk(node: ast.AST) -> Sequence[ast.AST]:
    """A node and all that are below it, the nearest first, as `ast.walk` has them."""
    found = [node]
    for item in found:  # which grows
        if _FIELDS[item.__class__]:
            found += children(item)
    return found


def own_nodes(body: Sequence[ast.stmt]) -> Sequence[ast.AST]:
    """Every node of these statements that runs with them: not what stands inside functions and classes of their own."""
    found: list[ast.AST] = []
    stack: list[ast.AST] = list(reversed(body))
    while stack:
        node = stack.pop()
        if node.__class__ in _APART:
            continue
        found.append(node)
        if _FIELDS[node.__class__]:
            stack += reversed(children(node))
    return found
