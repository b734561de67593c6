"""The nodes of syntax, against those that ast itself walks."""

from __future__ import annotations

import ast
from textwrap import dedent

import pytest

from codemods.analysis.nodes import children, own_nodes, walk

_QUIET = (ast.expr_context, ast.operator, ast.unaryop, ast.boolop, ast.cmpop)

SOURCES = [
    "a = {**b, 'c': d}",
    "def f(a, /, b: int = 1, *c, d, e=2, **g) -> h: return -a + b < c is not d",
    "class A(B, metaclass=M):\n    global x, y\n    x: int = 1",
    "match a:\n    case {'b': c, **rest}: pass\n    case D(e, f=g) | [h, *i] | None as j: pass",
    "try: import a.b as c\nexcept (A, B) as e: raise\nelse: from . import d\nfinally: del d[1:2]",
    "x = [f'{a!r:>{b}}' async for a in c if d if e] and (lambda *, k: (yield k))",
    "async with a as b, c: await d",
]


def _told(nodes: list[ast.AST]) -> list[ast.AST]:
    return [node for node in nodes if not isinstance(node, _QUIET)]


@pytest.mark.parametrize("source", SOURCES)
def test_a_walk_meets_what_asts_own_walk_meets(source: str) -> None:
    tree = ast.parse(source)
    assert list(walk(tree)) == _told(list(ast.walk(tree)))
    for node in ast.walk(tree):
        assert children(node) == _told(list(ast.iter_child_nodes(node)))


def test_own_nodes_leave_out_what_functions_and_classes_hold() -> None:
    tree = ast.parse(
        dedent("""
        a = lambda: b
        def f(): c
        class D: e
        if g:
            h = i
    """)
    )
    names = [node.id for node in own_nodes(tree.body) if isinstance(node, ast.Name)]
    assert names == ["a", "b", "g", "h", "i"]
