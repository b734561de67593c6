"""Shallow copies: new containers and objects that have the same things in them as what they are made of."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

from codemods.analysis.chains import plain_chain

# What makes a container of what it is given first, and what copies that.
_MAKING = frozenset(
    {("dict",), ("list",), ("set",), ("tuple",), ("sorted",), ("deque",), ("collections", ".deque"), ("OrderedDict",)}
    | {("collections", ".OrderedDict"), ("copy",), ("copy", ".copy"), ("replace",), ("dataclasses", ".replace")}
)
# Methods that answer a copy of what they are called on.
_COPYING = frozenset({"copy", "model_copy", "_replace"})
# What gives one thing of what it is given first, and what gives all of what it is given one by one.
_PICKING = frozenset({("next",), ("max",), ("min",), ("choice",), ("random", ".choice")})
_PASSING = frozenset({("iter",), ("enumerate",), ("zip",), ("reversed",), ("chain",), ("itertools", ".chain")})

# The kinds of expressions that may copy something, or take one thing out of it.
MAY_COPY = frozenset(
    {ast.Call, ast.Subscript, ast.BinOp, ast.Dict, ast.List, ast.Tuple, ast.Set}
    | {ast.DictComp, ast.ListComp, ast.SetComp}
)


def is_passing(value: ast.expr) -> bool:
    """Whether it is one of Python's own calls that give what they are given one by one."""
    return type(value) is ast.Call and ((called := plain_chain(value.func)) in _PASSING or called == ("filter",))


def picked_by(value: ast.expr) -> Sequence[ast.expr]:
    """What an expression takes one thing out of, whichever that is; none where it does not."""
    if isinstance(value, ast.Call) and value.args and plain_chain(value.func) in _PICKING:
        return passed_by(value.args[0])
    if isinstance(value, ast.Subscript) and not isinstance(value.slice, ast.Slice):
        return () if plain_chain(value.value) else copied_by(value.value)
    return ()


def inside_copies(node: ast.expr) -> Iterator[tuple[ast.expr, tuple[str, ...]]]:
    """What an expression looks into by a shallow copy that it makes, and how: `sorted(x)[0].name` into `x`, by an item
    and `.name` of that."""
    parts: list[str] = []
    while True:
        behind = tuple(reversed(parts))
        if isinstance(node, ast.Call) and node.args and plain_chain(node.func) in _PICKING:
            yield from ((item, ("[]", *behind)) for item in picked_by(node))
        for copied in copied_by(node) if parts else ():
            yield from ((item, behind) for item in passed_by(copied))
        if isinstance(node, ast.Attribute):
            parts.append("." + node.attr)
            node = node.value
        elif isinstance(node, ast.Subscript) and not isinstance(node.slice, ast.Slice):
            parts.append("[]")
            node = node.value
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            parts.append("()")
            node = node.func
        else:
            return


def passed_by(value: ast.expr) -> Sequence[ast.expr]:
    """What the things come from that an expression gives one by one."""
    if isinstance(value, (ast.GeneratorExp, ast.ListComp, ast.SetComp)):
        first = value.generators[0]
        one, each = value.elt, first.target
        is_same = isinstance(one, ast.Name) and isinstance(each, ast.Name) and one.id == each.id
        return passed_by(first.iter) if is_same else ()
    if isinstance(value, ast.Call) and plain_chain(value.func) in _PASSING:
        return [item for part in value.args for item in passed_by(part)]
    if isinstance(value, ast.Call) and plain_chain(value.func) == ("filter",) and len(value.args) > 1:
        return passed_by(value.args[1])
    return copied_by(value) or [value]


def copied_by(value: ast.expr) -> Sequence[ast.expr]:
    """What an expression makes a shallow copy of, none where it makes no copy."""
    if isinstance(value, ast.Call):
        return _called(value)
    if isinstance(value, ast.Dict):
        return [item for key, item in zip(value.keys, value.values, strict=True) if key is None]
    if isinstance(value, ast.DictComp):
        names = value.generators[0].target
        kept = names.elts[1] if isinstance(names, ast.Tuple) and len(names.elts) == 2 else None
        is_same = isinstance(kept, ast.Name) and isinstance(value.value, ast.Name) and kept.id == value.value.id
        return [value.generators[0].iter] if is_same else ()
    if isinstance(value, (ast.ListComp, ast.SetComp)):
        return passed_by(value)
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
