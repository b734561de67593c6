"""Support files of the WebUI: what FastAPI asks before each request does not wait for a thread."""

from __future__ import annotations

import ast

from codemods.knowledge.recipes import all_recipes


def test_what_is_asked_before_each_request_is_a_coroutine() -> None:
    """FastAPI runs a plain function in its pool of threads: that took each request up to three times as long."""
    asked, plain = set[str](), set[str]()
    for source in {item.source for recipe in all_recipes() for item in recipe.supports}:
        for node in ast.walk(ast.parse(source.read_bytes())):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Depends":
                asked |= {ast.unparse(argument) for argument in node.args}
            plain |= {node.name} if isinstance(node, ast.FunctionDef) else set()
    assert asked
    assert asked & plain == set()
