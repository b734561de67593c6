"""Python files, and single definitions of them, as syntax."""

from __future__ import annotations

import ast
import operator
import re
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import product
from typing import Any, cast

from codemods.analysis.facts import FileFacts, FunctionFacts
from codemods.analysis.literals import without_tables

Function = ast.FunctionDef | ast.AsyncFunctionDef
_WORD = re.compile(rb"[\w\x80-\xff]+")
_ENDS = tuple(product((ast.expr, ast.keyword, ast.arg, ast.alias), ("end_lineno", "end_col_offset")))
# With more than five attributes, a node takes a third more: nobody asks for these of these.
_UNASKED = (*_ENDS, *product((ast.Assign, ast.Raise), ("end_col_offset", "type_comment")))
# It takes any value, and keeps none: a function of Python's own is called less slowly than one of ours.
_LEFT_OUT = property(None, cast(Any, operator.is_))


def parse(data: bytes, path: str = "<unknown>") -> ast.Module:
    """A file as syntax, without what is passed over of long tables. What ast raises is the caller's."""
    with warnings.catch_warnings(), _without_ends():
        warnings.simplefilter("ignore")  # the tree's own escapes are not this tool's to report
        return ast.parse(without_tables(data), filename=path)


def says_the_same(one: bytes, other: bytes) -> bool:
    """Whether two texts are the same code and comments, with other lines, quotes or brackets at most."""
    if _WORD.findall(one) != _WORD.findall(other):
        return False
    try:
        return ast.dump(parse(one)) == ast.dump(parse(other))
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        return False


def alone(lines: Sequence[bytes], facts: FunctionFacts) -> Function | None:
    """A function of a file, parsed from its own lines; None where these do not show it."""
    first = facts.first
    own = lines[first - 1 : facts.line + facts.more]
    is_inner = own[0][:1].isspace()
    above = b"\n" * (first - 2) + b"if 1:\n" if is_inner else b"\n" * (first - 1)
    body = _parsed(lines, above + b"".join(own))
    if is_inner and len(body) == 1 and isinstance(body[0], ast.If):
        body = body[0].body
    node = body[0] if len(body) == 1 else None
    return node if isinstance(node, Function) and (node.name, node.lineno) == (facts.name, facts.line) else None


def outside_of_definitions(lines: Sequence[bytes], facts: FileFacts) -> Sequence[ast.stmt]:
    """The statements of a file, with `pass` in the place of its functions and classes; none where these cannot be left
    out."""
    left = list(lines)
    functions = [(item.first, item.line, item.more) for name, item in facts.functions.items() if "." not in name]
    classes = [(item.first, item.line, item.more) for name, item in facts.classes.items() if "." not in name]
    for first, line, more in (*functions, *classes):
        if more >= 0:
            indent = re.match(rb"\s*", lines[first - 1])
            left[first - 1] = (indent[0] if indent else b"") + b"pass\n"
            left[first : line + more] = [b"\n"] * (line + more - first)
    return _parsed(lines, b"".join(left))


def _parsed(lines: Sequence[bytes], text: bytes) -> list[ast.stmt]:
    """The statements of a text that was taken out of some lines; none where it is not by itself what it is there."""
    if any(b"coding" in line for line in lines[:2]):  # which may say how the text is written
        return []
    try:
        return parse(text).body
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        return []


@contextmanager
def _without_ends() -> Iterator[None]:
    """Where an expression ends is asked by nobody: left out, each takes three quarters of the memory."""
    for kind, name in _UNASKED:
        setattr(kind, name, _LEFT_OUT)
    try:
        yield
    finally:
        for kind, name in _UNASKED:
            setattr(kind, name, None)
