"""Shallow copies: new containers and objects that have the same things in them as what they are made of."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from codemods.analysis.chains import plain_chain

# What makes a container of what it is given first, and what copies that.
_MAKING = frozenset(
    {("dict",), ("list",), ("set",), ("tuple",), ("sorted",), ("deque",), ("collections", ".deque"), ("OrderedDict",)}
    | {("collections", ".OrderedDict"), ("copy",), ("copy", ".copy"), ("replace",), ("dataclasses", ".replace")}
)
# Methods that answer a copy of what they are called on.
_COPYING = frozenset({"copy", "model_copy", "_replace"})


def copied_by(value: ast.expr) -> Sequence[ast.expr]:
    """What an expression makes a shallow copy of, none where it makes no copy."""
    kind = type(value)
    if kind is ast.Call:
        return _called(value)  # type: ignore[arg-type]
    if isinstance(value, ast.Dict):
        return [item for key, item in zip(value.keys, value.values, strict=True) if key is None]
    if isinstance(value, (ast.List, ast.Tuple, ast.Set)):
        return [item.value for item in value.elts if type(item) is ast.Starred]
    if isinstance(value, ast.BinOp) and isinstance(value.op, (ast.BitOr, ast.Add)):
        return [*_part(value.left), *_part(value.right)]
    if isinstance(value, ast.Subscript) and isinstance(value.slice, ast.Slice):
        return [value.value]
    return ()


def _called(call: ast.Call) -> Sequence[ast.expr]:
    function = call.func
    if type(function) is ast.Attribute and function.attr in _COPYING and not call.args:
        return [function.value]
    if call.args and plain_chain(function) in _MAKING:
        return call.args[:1]
    return ()


def _part(value: ast.expr) -> Sequence[ast.expr]:
    """What a part of a sum brings into it: a name's things, or what is copied there."""
    return [value] if isinstance(value, (ast.Name, ast.Attribute)) else copied_by(value)
