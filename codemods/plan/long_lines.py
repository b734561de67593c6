"""Lines that an edit has made longer than a line may be, laid out as the trees' formatters would do it."""

from __future__ import annotations

import ast
import warnings
from collections import defaultdict
from collections.abc import Mapping, Sequence
from io import StringIO
from itertools import pairwise
from unicodedata import east_asian_width

from codemods.analysis.chains import chain_of
from codemods.analysis.nodes import children
from codemods.commands.editing.imports import LINE_LENGTH

# What may stand at the start of a file, and ast takes in bytes only.
_MARK = "\ufeff"
# What may stand behind the last expression of a line; and before one that may get brackets.
_ENDS, _VALUED = frozenset({b"", b",", b":"}), (b"=", b"return")


def laid_out(text: str, before: str) -> str:
    """A file's text; where a line is too long that was not there, what is in its last brackets has lines of its own.

    A line that ends in something else than a call or a list, or for which that is not enough, stays as it is.
    """
    if text.startswith(_MARK):
        return _MARK + laid_out(text.removeprefix(_MARK), before)
    lines, there = _lines(text), set(_lines(before))
    long = [number for number, line in enumerate(lines) if line not in there and _is_long(line)]
    known = {line.strip() for line in there} if long else set()
    long = [number for number in long if lines[number].strip() not in known]
    if not long:
        return text
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the tree's own escapes are not this tool's to report
        outermost = _outermost(ast.parse(text))
    for number in long:
        if number in outermost:
            lines[number] = _split(lines[number], outermost[number])
    return "".join(lines)


def _lines(text: str) -> list[str]:
    """The lines of a text as Python counts them, with their ends."""
    return StringIO(text, newline="").readlines()


def _is_long(line: str) -> bool:
    return len(line) > LINE_LENGTH // 2 and _width(line.rstrip()) > LINE_LENGTH


def _width(text: str) -> int:
    """How many columns a text takes: a Chinese letter takes two."""
    return len(text) if text.isascii() else sum(2 if east_asian_width(letter) in "WF" else 1 for letter in text)


def _outermost(tree: ast.Module) -> Mapping[int, Sequence[ast.expr]]:
    """The expressions that begin and end on a line and are no part of another such, in order, by lines from 0."""
    found: dict[int, list[ast.expr]] = defaultdict(list)
    stack: list[ast.AST] = [tree]
    while stack:
        node = stack.pop()
        if isinstance(node, ast.expr) and node.lineno == node.end_lineno:
            found[node.lineno - 1].append(node)
        elif not isinstance(node, ast.JoinedStr):  # before Python 3.12, what is in one does not say where it is
            stack += children(node)
    return {number: sorted(nodes, key=lambda node: node.col_offset) for number, nodes in found.items()}


def _split(line: str, nodes: Sequence[ast.expr]) -> str:
    """What becomes of a line with these outermost expressions."""
    data, last = line.encode(), nodes[-1]
    stop = last.end_col_offset or 0
    code = data[stop:].partition(b"#")[0].strip()
    if code not in _ENDS or _width(data[:stop].decode()) + len(code) <= LINE_LENGTH:
        return line  # all that is too long may be a comment
    if len(nodes) > 1 and b"," in data[nodes[-2].end_col_offset : last.col_offset]:
        return line
    indent, end = line[: len(line) - len(line.lstrip())], line[len(line.rstrip("\r\n")) :]
    deeper = indent + ("\t" if "\t" in indent else "    ")
    value = last.value if isinstance(last, (ast.Await, ast.Starred)) else last
    if elements := _elements(value):
        begin = data.index(b"(", value.func.end_col_offset) if isinstance(value, ast.Call) else value.col_offset
        start = begin + 1
        head, rows, tail = data[:start], [data[start : stop - 1]], data[stop - 1 :]
        if _width(deeper + rows[0].decode()) > LINE_LENGTH:
            rows = _apart(data, start, elements, stop - 1)
    elif _is_chain(value) and data[: last.col_offset].rstrip().endswith(_VALUED):
        head, rows, tail = data[: last.col_offset] + b"(", [data[last.col_offset : stop]], b")" + data[stop:]
    else:
        return line
    parts = [head.decode(), *(deeper + row.decode().strip() for row in rows), indent + tail.decode().rstrip("\r\n")]
    return end.join([*parts, ""]) if max(map(_width, parts[:-1])) <= LINE_LENGTH else line


def _elements(node: ast.expr) -> list[ast.expr | ast.keyword]:
    """What a call is given, or a list has, in order."""
    if isinstance(node, ast.Call):
        return sorted([*node.args, *node.keywords], key=lambda item: item.col_offset)
    return list(node.elts) if isinstance(node, ast.List) else []


def _apart(data: bytes, start: int, elements: Sequence[ast.expr | ast.keyword], stop: int) -> list[bytes]:
    """Each element with the comma behind it."""
    between = [(one.end_col_offset or 0, other.col_offset) for one, other in pairwise(elements)]
    cuts = [start, *(data.index(b",", *pair) + 1 for pair in between), stop]
    rows = [data[one:other].strip() for one, other in pairwise(cuts)]
    is_generator = len(elements) == 1 and isinstance(elements[0], ast.GeneratorExp)
    return rows if is_generator or rows[-1].endswith(b",") else [*rows[:-1], rows[-1] + b","]


def _is_chain(node: ast.expr) -> bool:
    """Whether an expression calls what a call gives: `rows.where(name).get()`."""
    return isinstance(node, ast.Call) and "()" in chain_of(node.func)
