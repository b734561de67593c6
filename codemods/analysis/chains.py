"""Chains: expressions that start from a name, as tuples of what follows one another.

A chain is the name, then ".attribute", "()" for a call and "[]" for an item. `(await get_manager()).streams["x"].name`
is ("get_manager", "()", ".streams", "[]", ".name"). A module that is imported by a text starts as that: ("a.b", ".c").
"""

from __future__ import annotations

import ast
from collections.abc import Sequence
from sys import intern

from codemods.analysis.nodes import walk

Chain = tuple[str, ...]
# What chains are made of.
CHAINED = frozenset({ast.Attribute, ast.Call, ast.Subscript, ast.Await, ast.Name})
# An attribute or entry whose name is worked out: any that there is.
ANY = ".*"
# What gives a mapping of an object's attributes.
_MEMBERS = ".__dict__"
_SUPER = ("super", "()")
# What these functions of `operator` make reads of what it is given; "" stands for the attribute of that name.
_OF_OPERATOR: dict[str, Chain] = {"attrgetter": ("",), "itemgetter": ("[]",), "methodcaller": ("", "()")}
_IMPORTING = frozenset({"import_module", "__import__"})
# Calls of `contextlib` that give what they are given to whoever enters them, or enter it at once.
_ENTERING = frozenset({"nullcontext", "closing", "aclosing", "enter_context", "enter_async_context"})
# The names of calls that are more than calls; and what is called without a name may be.
_TELLING = _IMPORTING | _ENTERING | {"getattr", "vars", "__getattribute__"}
# Code says the same over and over: one object for all chains that are alike.
_known: dict[Chain, Chain] = {}
_known_names: dict[tuple[Chain, ...], tuple[Chain, ...]] = {}


def known_chain(chain: Chain) -> Chain:
    """The one object for all chains that are alike."""
    return _known.setdefault(chain, chain)


def uncalled(chain: Chain) -> Chain:
    """A chain without the call at its end: of the decorator `@cached(10)`, what `cached` is."""
    return chain[:-1] if chain[-1:] == ("()",) else chain


def expression(chain: Chain) -> str:
    """A chain as one would write it: get_manager().streams[...]."""
    text = "".join(chain[:1])
    for part in chain[1:]:
        text = f"getattr({text}, ...)" if part == ANY else text + ("[...]" if part == "[]" else part)
    return text


def plain_chain(node: ast.expr) -> Chain:
    """The chain of a dotted name; () for anything else."""
    parts: list[str] = []
    while type(node) is ast.Attribute:
        parts.append(intern("." + node.attr))
        node = node.value
    return known_chain((node.id, *reversed(parts))) if type(node) is ast.Name else ()


def chain_of(node: ast.expr) -> Chain:
    """The chain of an expression, () where it starts from no name."""
    if type(node) is ast.Constant:
        return ()
    parts: list[str] = []
    while True:
        if type(node) is ast.Attribute:
            parts.append(intern("." + node.attr))  # one object a name: less to send between processes
            node = node.value
        elif type(node) is ast.Name:
            parts.append(node.id)
            parts.reverse()
            return known_chain(tuple(parts))
        elif type(node) is ast.Call:
            name = called_name(node)
            if name and name not in _TELLING:
                parts.append("()")
                node = node.func
            elif (looked_up := _looked_up(node)) is not None:
                parts += reversed(looked_up[1])
                node = looked_up[0]
            elif (module := _imported(node)) is not None:
                return known_chain((module, *reversed(parts)))
            else:
                parts.append("()")
                node = node.func
        elif type(node) is ast.Subscript:
            owner = having(node.value)
            parts.append("[]" if owner is None else _named(node.slice))
            node = node.value if owner is None else owner
        elif type(node) is ast.Await or type(node) is ast.Starred:
            node = node.value
        elif type(node) is ast.IfExp:
            node = node.body if type(node.body) is not ast.Constant else node.orelse
        elif type(node) is ast.BoolOp:
            node = next((item for item in node.values if type(item) is not ast.Constant), node.values[0])
        elif type(node) is ast.NamedExpr:
            node = node.value
        else:
            return known_chain(("?", *reversed(parts))) if parts and parts[-1].startswith(".") else ()


def full_chain(node: ast.expr) -> Chain:
    """The chain of an expression with its calls and items, as in the facts; () for one that starts from no name."""
    parts: list[str] = []
    while True:
        if type(node) is ast.Attribute:
            parts.append("." + node.attr)
            node = node.value
        elif type(node) is ast.Call:
            parts.append("()")
            node = node.func
        elif type(node) is ast.Subscript:
            parts.append("[]")
            node = node.value
        elif type(node) is ast.Await:
            node = node.value
        elif type(node) is ast.Name:
            return (node.id, *reversed(parts))
        else:
            return ()


def annotation_chains(node: ast.expr | None) -> tuple[Chain, ...]:
    """The names that an annotation is made of, outermost first, also where it is written as a string."""
    if node is None:
        return ()
    found: list[Chain] = []
    parts = list(walk(node))
    inner = {id(part.value) for part in parts if isinstance(part, ast.Attribute)}
    for part in parts:
        if id(part) in inner:
            continue  # a module is no part of what `module.Name` says
        if isinstance(part, ast.Constant) and isinstance(part.value, str):
            try:
                found += annotation_chains(ast.parse(part.value, mode="eval").body)
            except SyntaxError:
                continue  # a Literal["..."] or a forward reference that is no expression
        elif isinstance(part, (ast.Name, ast.Attribute)):
            chain = plain_chain(part)
            if chain:
                found.append(chain)
    names = tuple(found)
    return _known_names.setdefault(names, names)


def asked_by(test: ast.expr) -> set[Chain]:
    """The chains that a test asks for being there: `x`, `not x`, `x is None`, `key in x`, `hasattr(x, "y")`."""
    if isinstance(test, ast.BoolOp):
        return {chain for part in test.values for chain in asked_by(part)}
    if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
        return asked_by(test.operand)
    if isinstance(test, ast.Compare) and len(test.ops) == 1:
        if isinstance(test.ops[0], (ast.In, ast.NotIn)):
            return {chain_of(test.comparators[0])}
        is_none = isinstance(test.comparators[0], ast.Constant) and test.comparators[0].value is None
        return {chain_of(test.left)} if is_none else set()
    if isinstance(test, ast.Call) and chain_of(test.func) == ("hasattr",) and len(test.args) == 2:
        return {(*chain_of(test.args[0]), "." + (constant_text(test.args[1]) or "*"))}
    return {chain} if isinstance(test, (ast.Name, ast.Attribute)) and (chain := chain_of(test)) else set()


def _looked_up(call: ast.Call) -> tuple[ast.expr, Chain] | None:
    """What a call looks into, and what it reads there: `getattr(x, "name")`, `vars(x)`, `x.__getattribute__("name")`,
    and what `operator` makes for that: `attrgetter("name")(x)`, `itemgetter(0)(x)`, `methodcaller("name")(x)`."""
    function = call.func
    if len(call.args) == 1 and called_name(call) in _ENTERING:
        return call.args[0], ()
    if isinstance(function, ast.Name) and call.args:
        if function.id == "getattr" and len(call.args) > 1:
            return call.args[0], (_named(call.args[1]),)
        return (call.args[0], (_MEMBERS,)) if function.id == "vars" else None
    if isinstance(function, ast.Attribute) and function.attr == "__getattribute__" and call.args:
        is_bound = len(call.args) == 1
        looked_into = function.value if is_bound else call.args[0]
        return (looked_into, (_named(call.args[-1]),)) if chain_of(looked_into) != _SUPER else None
    if isinstance(function, ast.Call) and len(call.args) == 1 and function.args:
        read = _OF_OPERATOR.get(called_name(function), ())
        name = _named(function.args[0]) if len(function.args) == 1 or read != ("",) else ANY
        return (call.args[0], tuple(name if part == "" else part for part in read)) if read else None
    return None


def having(node: ast.expr) -> ast.expr | None:
    """The object whose attributes are the items of an expression: `vars(x)`, `x.__dict__`."""
    if type(node) is ast.Attribute:
        return node.value if node.attr == "__dict__" else None
    if type(node) is ast.Call and type(node.func) is ast.Name and node.func.id == "vars" and node.args:
        return node.args[0]
    return None


def _named(node: ast.expr) -> str:
    """The attribute that a text names; any, where it is worked out."""
    name = constant_text(node)
    return "." + name if name and "." not in name else ANY


def _imported(call: ast.Call) -> str | None:
    """The module that a call imports by its text."""
    if not call.args or called_name(call) not in _IMPORTING:
        return None
    name = constant_text(call.args[0]) or ""
    return name if "." in name.strip(".") and not name.startswith(".") else None


def constant_text(node: ast.expr) -> str | None:
    if isinstance(node, ast.Constant) and isinstance(node.value, (str, bool)):
        return str(node.value)
    return None


def called_name(call: ast.Call) -> str:
    """The last part of what is called, or ""."""
    function = call.func
    if type(function) is ast.Attribute:
        return function.attr
    return function.id if type(function) is ast.Name else ""


def first_calls(body: Sequence[ast.stmt]) -> list[ast.Call]:
    """The calls that a function makes before anything that can branch, catch or fail on its own."""
    calls: list[ast.Call] = []
    for statement in body:
        if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant):
            continue  # a docstring, or a text behind it
        value = statement.value if isinstance(statement, (ast.Expr, ast.Assign, ast.AnnAssign)) else None
        if isinstance(statement, (ast.Import, ast.ImportFrom, ast.Global, ast.Nonlocal)):
            continue
        if not isinstance(value, ast.Call) or not plain_chain(value.func):
            break
        calls.append(value)
    return calls
