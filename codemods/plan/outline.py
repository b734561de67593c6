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
_MARKED = re.compile(rf"(?:# |def \w+\(\): |class \w+: )?{_MARK}(\d+)")
# What is shorter is folded for nothing.
_SHORT = 80


class MovedError(Exception):
    """What was folded is indented otherwise now, or a part of a line, so that it would not be what it was."""


@dataclass
class Wanted:
    """What commands look at: the code of these functions and classes, and all that mentions one of these words."""

    words: set[bytes] = field(default_factory=set)
    # Classes that are edited, whatever becomes of the code of their methods.
    classes: set[str] = field(default_factory=set)
    # How many statements behind the texts at its top a command looks at, at most; None for all of them.
    tops: dict[str, int | None] = field(default_factory=dict)
    # What stands around these.
    _around: set[str] = field(default_factory=set)

    def add(self, names: Iterable[str], top: int | None, classes: Iterable[str] = ()) -> None:
        """Have commands look at more functions and classes, and edit more classes."""
        for name in classes:
            self.classes.add(name)
            self._around.update(_around(name))
        for name in (re.sub(r"#\d+", "", name) for name in names):
            known = self.tops.get(name, 0)
            self.tops[name] = None if top is None or known is None else max(top, known)
            self._around.update(_around(name))

    def has(self, name: str) -> bool:
        """Whether something of a function or class is looked at, if only where it stands."""
        return name in self.classes or name in self.tops or self._is_part(name)

    def top(self, name: str) -> int | None:
        """How many statements of a function are looked at."""
        return None if self._is_part(name) else self.tops.get(name, 0)

    def _is_part(self, name: str) -> bool:
        """Whether one stands in or around something that is looked at."""
        return name in self._around or not self.tops.keys().isdisjoint(_around(name))


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
        above = text[start - len(indent) - 1 : start] if start else "\n"
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
    """What of a file is not looked at: from one byte to before another, and what stands before the mark for it."""
    lines = data.splitlines(keepends=True)
    starts = list(accumulate(map(len, lines), initial=0))
    statement: ast.stmt | None
    for name, node in _definitions(body, ""):
        if isinstance(node, ast.ClassDef):
            statement, before = (None if wanted.has(name) else node), f"class {node.name}: "
        elif wanted.has(name):
            statement, before = _below(node, wanted.top(name)), ""
        else:
            statement, before = node, f"def {node.name}(): "
        first = _begins(statement, lines) if statement is not None else None
        last = _end(node, lines) if statement is node else node.end_lineno or 0
        if first is None or lines[last - 1].rstrip().endswith(b"\\"):
            continue
        if not any(data.find(word, starts[first], starts[last]) >= 0 for word in wanted.words):
            yield starts[first], starts[last], before.encode()
    for start, end in passed_over(data):
        yield start, end, b"# "


def _definitions(body: Sequence[ast.AST], prefix: str) -> Iterator[tuple[str, Function | ast.ClassDef]]:
    """The classes of a module and their functions and its own; those of one name have the same."""
    for node in body:
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            yield prefix + node.name, node
        elif isinstance(node, ast.ClassDef):
            yield prefix + node.name, node
            yield from _definitions(node.body, f"{prefix}{node.name}.")
        else:
            for block in BLOCKS:
                yield from _definitions(getattr(node, block, ()), prefix)


def _below(function: Function, top: int | None) -> ast.stmt | None:
    """The first statement of a function that is not looked at."""
    if top is None:
        return None
    texts = next((index for index, item in enumerate(function.body) if not _is_text(item)), len(function.body))
    return next(iter(function.body[top + texts if top else 0 :]), None)


def _begins(statement: ast.stmt, lines: Sequence[bytes]) -> int | None:
    """The line that a statement begins on; None where something else stands there too."""
    decorators = getattr(statement, "decorator_list", [])
    first = min([statement.lineno, *(item.lineno for item in decorators)]) - 1
    before = lines[first].lstrip()[:1] if decorators else lines[first][: statement.col_offset].strip()
    return first if before == (b"@" if decorators else b"") else None


def _end(node: Function | ast.ClassDef, lines: Sequence[bytes]) -> int:
    """The line behind a definition, and behind the comments that are indented like its code: they belong to it."""
    end = node.end_lineno or 0
    for number in range(end, len(lines) if node.body[0].lineno > node.lineno else end):
        line = lines[number].lstrip()
        if line and not line.startswith(b"#"):
            break
        if line and len(lines[number]) - len(line) >= node.body[0].col_offset:
            end = number + 1
    return end


def _is_text(statement: ast.stmt) -> bool:
    value = statement.value if isinstance(statement, ast.Expr) else None
    return isinstance(value, ast.Constant) and isinstance(value.value, str)
