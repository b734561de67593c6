"""Whether a file uses a name of the module's, and no other of the same name."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from codemods.analysis.nodes import children, own_nodes


def word_of(name: str) -> re.Pattern[str]:
    """Where a name is mentioned, and not as a part of another."""
    text = re.escape(name)
    return re.compile(rf"{text}(?<!\w{text})\b")  # what begins with a text is found sooner than what begins with \b


def is_used(text: str, name: str) -> bool:
    """Whether code uses a module's name, or may: a text that is no statement of its own may be an annotation."""
    word = word_of(name)
    mentions = list(word.finditer(text))
    # Most are seen to be used without a look at the syntax, which takes its time: annotations, and parts of these.
    for found in mentions:
        before = text[text.rfind("\n", 0, found.start()) + 1 : found.start()].rstrip(" ")
        if before.endswith((":", ",", "[", "->")) and not any(letter in before for letter in "#'\""):
            return True
    return bool(mentions) and any(_uses(node, name, word) for node in _seeing(ast.parse(text), name))


def _uses(node: ast.AST, name: str, word: re.Pattern[str]) -> bool:
    if isinstance(node, ast.Constant):
        return isinstance(node.value, str) and word.search(node.value) is not None
    if isinstance(node, ast.Global | ast.Nonlocal):
        return name in node.names
    if isinstance(node, ast.AugAssign):  # which reads what it stores into
        return isinstance(node.target, ast.Name) and node.target.id == name
    return isinstance(node, ast.Name) and node.id == name and not isinstance(node.ctx, ast.Store)


def _seeing(node: ast.AST, name: str) -> Iterator[ast.AST]:
    """The nodes to which a name is the module's: not those of a function that gives it a meaning of its own."""
    yield node
    inner = children(node)
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
        return
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and _binds(node, name):
        inner = [item for item in inner if item not in node.body]
    for item in inner:
        yield from _seeing(item, name)


def _binds(function: ast.FunctionDef | ast.AsyncFunctionDef, name: str) -> bool:
    nodes = own_nodes(function.body)
    if any(isinstance(node, ast.Global | ast.Nonlocal) and name in node.names for node in nodes):
        return False
    stored = any(
        isinstance(node, ast.Name) and node.id == name and not isinstance(node.ctx, ast.Load) for node in nodes
    )
    return stored or any(
        (alias.asname or alias.name) == name
        for node in nodes
        if isinstance(node, ast.Import | ast.ImportFrom)
        for alias in node.names
    )
