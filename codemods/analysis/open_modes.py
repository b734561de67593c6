"""The mode that a file is opened in: for reading, or for writing."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterable, Sequence
from typing import TYPE_CHECKING

from codemods.analysis.symbols import Symbol

if TYPE_CHECKING:
    from codemods.analysis.program import Program

# The modes of one that cannot be told.
ANY_MODE = ("r", "w")
# What a mode has in it that writes, and that keeps nothing of what was there to be read.
_WRITING, _ONLY_WRITING = frozenset("wax+"), frozenset("wax")
_DEEPEST = 4


def modes_in(program: Program, call: ast.Call, place: int, frame: Symbol) -> frozenset[str] | None:
    """What a call in a function may say as its argument of that number, or as `mode`; None where it cannot be told."""
    parameters = {item.name for item in program.functions[frame].parameters}
    return modes_of(call, place, program.sources.nodes(frame), parameters)


def modes_of(
    call: ast.Call, place: int, nodes: Sequence[ast.AST], parameters: Collection[str]
) -> frozenset[str] | None:
    """What a call may say as its argument of that number, or as `mode`, given the nodes and the parameters of the
    function that it stands in: reading where it says none, and None where that cannot be told."""
    given = [item.value for item in call.keywords if item.arg == "mode"] + call.args[place : place + 1]
    return _texts(given[0], [] if _is_one_of(given[0], parameters) else nodes, _DEEPEST) if given else frozenset({"r"})


def may_write(modes: Iterable[str]) -> bool:
    return any(not _WRITING.isdisjoint(mode.partition(":")[0]) for mode in modes)  # behind a colon is how it is packed


def may_read(modes: Iterable[str]) -> bool:
    return any(_ONLY_WRITING.isdisjoint(mode.partition(":")[0]) for mode in modes)


def _texts(node: ast.expr, nodes: Sequence[ast.AST], depth: int) -> frozenset[str] | None:
    """The texts that an expression may be, or None."""
    if isinstance(node, ast.Constant):
        return frozenset({node.value}) if isinstance(node.value, str) else None
    parts: list[ast.expr] = []
    if isinstance(node, ast.IfExp):
        parts = [node.body, node.orelse]
    elif isinstance(node, ast.Name):
        parts = _given(node.id, nodes)
    found = [_texts(part, nodes, depth - 1) if depth else None for part in parts]
    known = [texts for texts in found if texts is not None]
    return frozenset[str]().union(*known) if known and len(known) == len(found) else None


def _given(name: str, nodes: Sequence[ast.AST]) -> list[ast.expr]:
    """What a function's assignments give a name; nothing where it may get another value otherwise."""
    found: list[ast.expr] = []
    stored = 0
    for node in nodes:
        if isinstance(node, ast.Name) and node.id == name and isinstance(node.ctx, ast.Store):
            stored += 1
            continue
        targets = node.targets if isinstance(node, ast.Assign) else [node.target] if type(node) is ast.AnnAssign else []
        if len(targets) == 1 and _is_one_of(targets[0], (name,)) and (value := getattr(node, "value", None)):
            found.append(value)
    return found if stored == len(found) else []


def _is_one_of(node: ast.expr, names: Collection[str]) -> bool:
    return isinstance(node, ast.Name) and node.id in names
