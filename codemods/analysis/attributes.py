"""Attributes that are given a value otherwise than by their name: by `setattr`, or in an object's own mapping."""

from __future__ import annotations

import ast
from typing import TypeGuard

from codemods.analysis.chains import constant_text, having

# What sets an attribute, called as a function or as a method of the object.
SETTING = frozenset({"setattr", "__setattr__"})


def is_self_attribute(node: ast.expr) -> TypeGuard[ast.Attribute]:
    return isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in ("self", "cls")


def set_by_call(call: ast.Call) -> tuple[ast.Attribute, ast.expr] | None:
    """The attribute that a call sets, and to what: `setattr(x, "name", value)`, `x.__setattr__("name", value)`,
    `object.__setattr__(x, "name", value)`; None where its name is worked out."""
    given = list(call.args)
    if isinstance(call.func, ast.Attribute) and len(given) == 2:
        if isinstance(call.func.value, ast.Call):  # super().__setattr__("name", value)
            return _named(ast.copy_location(ast.Name("self", ast.Load()), call), given[0], given[1])
        given.insert(0, call.func.value)
    return _named(*given) if len(given) == 3 else None


def set_by_item(target: ast.Subscript) -> ast.Attribute | None:
    """The attribute that an item is: `x.__dict__["name"]`, `vars(x)["name"]`."""
    owner = having(target.value)
    found = _named(owner, target.slice, target) if owner is not None else None
    return found[0] if found is not None else None


def _named(owner: ast.expr, name: ast.expr, value: ast.expr) -> tuple[ast.Attribute, ast.expr] | None:
    text = constant_text(name)
    if text is None or isinstance(owner, ast.Starred):
        return None
    return ast.copy_location(ast.Attribute(owner, text, ast.Store()), owner), value
