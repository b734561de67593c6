"""What the `__init__` of a plugin starts: it runs when the process does, and without a tenant."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from codemods.analysis.chains import full_chain
from codemods.analysis.sources import own_nodes
from codemods.analysis.symbols import Symbol
from codemods.messages import phrase
from codemods.survey.plugins.plugin_code import PluginCode

_STARTING = frozenset({"create_task", "ensure_future"})


@dataclass(frozen=True, slots=True)
class Begun:
    """A statement of a plugin's `__init__` that starts a task, and the method that registers the plugin's handlers.

    lines: its own. others: those of the rest. obstacle: why nobody else may start it, or "".
    """

    cls: Symbol
    init: Symbol
    registering: str
    text: str
    lines: range
    others: tuple[range, ...]
    obstacle: str


def begun_in(code: PluginCode) -> Iterator[Begun]:
    """What the plugins' `__init__`s of one plugin's code start, statement by statement."""
    state = code.program.state.plugins
    for cls in sorted(code.program.classes):
        methods = code.program.classes[cls].methods
        listing = next((name for name in state.listing if name in methods), None)
        if not code.owns(cls) or "__init__" not in methods or listing is None:
            continue
        if code.program.inherits(cls, frozenset(state.singletons)):
            yield from _begun(code, cls, Symbol(cls.module, methods["__init__"]), methods[listing])


def _begun(code: PluginCode, cls: Symbol, init: Symbol, registering: str) -> Iterator[Begun]:
    body = list(code.program.sources.body(init))
    for statement in body:
        call = _start(statement)
        if call is not None:
            others = tuple(_lines(item) for item in body if item is not statement)
            obstacle = _obstacle(code, cls, init, registering, statement, call)
            yield Begun(cls, init, registering, ast.unparse(statement), _lines(statement), others, obstacle)


def _start(statement: ast.stmt) -> ast.Call | None:
    """The call that starts a task, where a statement is one, keeps its answer or asks first whether to."""
    for node in own_nodes([statement]):
        chain = full_chain(node.func) if isinstance(node, ast.Call) and node.args else ()
        if isinstance(node, ast.Call) and chain and chain[-1].lstrip(".") in _STARTING:
            return node
    return None


def _obstacle(
    code: PluginCode, cls: Symbol, init: Symbol, registering: str, statement: ast.stmt, call: ast.Call
) -> str:
    if not isinstance(statement, ast.Expr) or statement.value is not call:
        return phrase("line {line} does more than to start it", line=statement.lineno)
    if "." in cls.qualname:
        return phrase("{name} stands inside of another class", name=cls.qualname)
    own = code.program.functions[init]
    names = {node.id for node in ast.walk(statement) if isinstance(node, ast.Name)} - {"self"}
    local = sorted(names & {*own.assigned, *own.imports, *(item.name for item in own.parameters)})
    if local:
        return phrase("line {line} needs {name} of __init__", line=statement.lineno, name=local[0])
    target = call.args[0].func if isinstance(call.args[0], ast.Call) else call.args[0]
    if not isinstance(call.args[0], ast.Call) or full_chain(target)[:1] != ("self",) or len(full_chain(target)) != 2:
        return phrase("what line {line} starts is no method of its own", line=statement.lineno)
    if call.args[0].args or call.args[0].keywords:
        return phrase("line {line} hands on what __init__ has", line=statement.lineno)
    inside = code.program.sources.nodes(Symbol(cls.module, registering))
    answers = [node for node in inside if isinstance(node, ast.Return) and node.value is not None]
    if not answers or any(isinstance(node, (ast.Yield, ast.YieldFrom)) for node in inside):
        return phrase("{name} does not return what it registers", name=registering)
    taken = code.program.files[cls.module].body
    name = f"{cls.qualname}TenantLoad"
    if name in taken.assigned or name in taken.imports or Symbol(cls.module, name) in code.program.classes:
        return phrase("the name {name} is taken", name=name)
    return ""


def _lines(node: ast.stmt) -> range:
    return range(node.lineno, (node.end_lineno or node.lineno) + 1)
