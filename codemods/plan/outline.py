"""A file in outline: code of functions that no command looks into is one line, and itself again in what comes out.

LibCST takes ten times as long as ast over the same code, so it is given what is edited, and what tells of names.
"""

from __future__ import annotations

import ast
import re
import tokenize
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from io import BytesIO
from itertools import accumulate

from codemods.analysis.literals import passed_over
from codemods.analysis.sources import Function, parse
from codemods.commands.editing.code import BLOCKS

_MARK = "folded_by_tenantize_"
_MARKED = re.compile(rf"(?:# )?{_MARK}(\d+)")
# What is shorter is folded for nothing.
_SHORT = 80


class MovedError(Exception):
    """What was folded is indented otherwise now, or a part of a line, so that it would not be what it was."""


@dataclass
class Wanted:
    """What commands look at: the code of these functions and classes, and all that mentions one of these words."""

    words: set[bytes] = field(default_factory=set)
    # How many statements behind the texts at its top a command looks at, at most; None for all of them.
    tops: dict[str, int | None] = field(default_factory=dict)
    # What stands around these.
    _around: set[str] = field(default_factory=set)

    def add(self, names: Iterable[str], top: int | None) -> None:
        """Have commands look at more functions and classes."""
        for name in (re.sub(r"#\d+", "", name) for name in names):
            known = self.tops.get(name, 0)
            self.tops[name] = None if top is None or known is None else max(top, known)
            self._around.update(_around(name))

    def top(self, name: str) -> int | None:
        """How much of a function is looked at: nothing is 0 only where nothing in it is."""
        if name in self._around or not self.tops.keys().isdisjoint(_around(name)):
            return None
        return self.tops.get(name, 0)


def _around(name: str) -> Iterator[str]:
    """The names of the functions and classes around one."""
    return (name[: match.start()].removesuffix(".<locals>") for match in re.finditer(r"\.(?!<locals>)", name))


@dataclass(frozen=True, slots=True)
class Outline:
    """A file's bytes with lines in the place of code, and that code, by the numbers in these lines."""

    data: bytes
    # The indentation of each, and its text without that and without the end of its last line.
    folded: tuple[tuple[str, str], ...] = ()

    def unfolded(self, text: str) -> str:
        """A text of the outline as one of the file. Raises MovedError where code would not be what it was."""
        return _MARKED.sub(self._code, text) if self.folded else text

    def _code(self, found: re.Match[str]) -> str:
        indent, code = self.folded[int(found[1])]
        text, start, end = found.string, found.start(), found.end()
        above = text[start - len(indent) - 1 : start]  # no file begins with one
        if above not in (f"\n{indent}", f"\r{indent}") or text[end : end + 1].strip("\r\n"):
            raise MovedError
        return code


def outline_of(data: bytes, wanted: Wanted) -> Outline:
    """A file in outline: the whole of one that ast does not take, or that is not in UTF-8."""
    try:
        encoding, _ = tokenize.detect_encoding(BytesIO(data).readline)
        body = parse(data).body if encoding.startswith("utf-8") and _MARK.encode() not in data else []
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        body = []
    parts, folded, done = list[bytes](), list[tuple[str, str]](), 0
    for start, end, before in sorted(_unseen(data, body, wanted)) if body else ():
        code = data[start:end].rstrip(b"\r\n")
        indent = code[: len(code) - len(code.lstrip(b" \t\f"))]
        if start >= done and len(code) > _SHORT:
            parts += data[done:start], indent, b"%s%s%d" % (before, _MARK.encode(), len(folded))
            folded.append((indent.decode(), code[len(indent) :].decode()))
            done = start + len(code)
    return Outline(b"".join([*parts, data[done:]]), tuple(folded))


def _unseen(data: bytes, body: Sequence[ast.stmt], wanted: Wanted) -> Iterator[tuple[int, int, bytes]]:
    """What of a file is not looked at: from one byte to before another, and what makes the line for it a comment."""
    lines = data.splitlines(keepends=True)
    starts = list(accumulate(map(len, lines), initial=0))
    for name, function in _functions(body, ""):
        first, last = _below(function, wanted.top(name), lines)
        code = data[starts[first] : starts[last]]
        if not any(word in code for word in wanted.words):
            yield starts[first], starts[last], b""
    for start, end in passed_over(data):
        yield start, end, b"# "


def _functions(body: Sequence[ast.AST], prefix: str) -> Iterator[tuple[str, Function]]:
    """The functions of a module and its classes, in order; those of one name have the same."""
    for node in body:
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            yield prefix + node.name, node
        elif isinstance(node, ast.ClassDef):
            yield from _functions(node.body, f"{prefix}{node.name}.")
        else:
            for block in BLOCKS:
                yield from _functions(getattr(node, block, ()), prefix)


def _below(function: Function, top: int | None, lines: Sequence[bytes]) -> tuple[int, int]:
    """The lines of a function that are not looked at, from one to before another, where they are lines of its own."""
    count = len(function.body)
    seen = count if top is None else top
    if top:
        seen += next((index for index, item in enumerate(function.body) if not _is_text(item)), count)
    if seen >= count:
        return 0, 0
    statement, last = function.body[seen], function.end_lineno or 0
    decorated = getattr(statement, "decorator_list", [])
    first = min([statement.lineno, *(item.lineno for item in decorated)]) - 1
    before = lines[first].lstrip() if decorated else lines[first][: statement.col_offset].strip()
    is_apart = before.startswith(b"@") if decorated else not before
    return (first, last) if is_apart and not lines[last - 1].rstrip().endswith(b"\\") else (0, 0)


def _is_text(statement: ast.stmt) -> bool:
    value = statement.value if isinstance(statement, ast.Expr) else None
    return isinstance(value, ast.Constant) and isinstance(value.value, str)
