"""A file in outline: code that no command looks into is one line, and itself again in what comes out. It is functions,
and the statements of others that mention nothing of what is looked for there.

LibCST takes ten times as long as ast over the same code, so it is given what is edited, and what tells of names.
"""

from __future__ import annotations

import ast
import re
import tokenize
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from io import BytesIO
from itertools import accumulate
from types import MappingProxyType

from codemods.analysis.literals import passed_over
from codemods.analysis.parsing import Function, parse
from codemods.commands.editing.code import BLOCKS
from codemods.commands.editing.imports import OF_ANY_NAME

_MARK = "folded_by_tenantize_"
_MARKED = re.compile(rf"{_MARK}(\d+)")
_INDENTED = re.compile(rb"^[ \t]", re.MULTILINE)
# What may stand before a line, or behind it: nothing at the start and the end of a text.
_ENDS = ("", "\n", "\r")
# What is shorter is folded for nothing.
_SHORT = 40
# What mentions all words of one of these is looked at.
_Words = Collection[frozenset[bytes]]


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
    # What else of these functions: the statements that mention all words of one of these.
    looked_for: dict[str, set[frozenset[bytes]]] = field(default_factory=dict)
    # What stands around these.
    _around: set[str] = field(default_factory=set)

    def add(
        self,
        names: Iterable[str],
        top: int | None,
        classes: Iterable[str] = (),
        looked_for: Mapping[str, Iterable[Iterable[str]]] = MappingProxyType({}),
    ) -> None:
        """Have commands look at more functions and classes, and edit more classes.

        `looked_for`: by function, words of which what is edited there mentions all of one, where these are known.
        """
        for name in classes:
            self.classes.add(name)
            self._around.update(_around(name))
        for given in names:
            name, found = re.sub(r"#\d+", "", given), looked_for.get(given, ())
            self.looked_for.setdefault(name, set()).update(frozenset(word.encode() for word in each) for each in found)
            known, more = self.tops.get(name, 0), 0 if found else top
            self.tops[name] = None if more is None or known is None else max(more, known)
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
    # What stands before the mark of each on its line, and its text without the end of its last line.
    folded: tuple[tuple[str, str], ...] = ()
    # What the file indents by, where no line of the outline shows it.
    indent: str = ""

    def unfolded(self, text: str) -> str:
        """A text of the outline as one of the file. Raises MovedError where code would not be what it was."""
        parts, done = list[str](), 0
        for found in _MARKED.finditer(text) if self.folded else ():
            head, code = self.folded[int(found[1])]
            start, end = found.start() - len(head), found.end()
            is_there = start >= 0 and text.startswith(head, start) and text[max(start - 1, 0) : start] in _ENDS
            if not is_there or text[end : end + 1] not in _ENDS:
                raise MovedError
            parts += text[done:start], code
            done = end
        return "".join([*parts, text[done:]])


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
            parts += data[done:start], b"%s%s%s%d" % (indent, before, _MARK.encode(), len(folded))
            folded.append(((indent + before).decode(), code.decode()))
            done = start + len(code)
    given = b"".join([*parts, data[done:]])
    indents = _indents(body, data.splitlines()) if folded and not _INDENTED.search(given) else iter(())
    return Outline(given, tuple(folded), next(indents, b"").decode())


def _indents(body: Iterable[ast.AST], lines: Sequence[bytes]) -> Iterator[bytes]:
    """What stands before the statements of blocks."""
    for node in body:
        before = lines[node.lineno - 1][: node.col_offset] if isinstance(node, ast.stmt) else b""
        if before and not before.strip():
            yield before
        for name in BLOCKS:
            yield from _indents(getattr(node, name, ()), lines)


def _unseen(data: bytes, body: Sequence[ast.stmt], wanted: Wanted) -> Iterator[tuple[int, int, bytes]]:
    """What of a file is not looked at: from one byte to before another, and what stands before the mark for it."""
    lines, written = _Lines(data), {frozenset({word}) for word in wanted.words}
    for name, node in _definitions(body, ""):
        if not wanted.has(name):
            before = f"class {node.name}: " if isinstance(node, ast.ClassDef) else f"def {node.name}(): "
            yield from ((*part, before.encode()) for part in lines.definition(node, written))
        elif not isinstance(node, ast.ClassDef) and (top := wanted.top(name)) is not None:
            found = wanted.looked_for.get(name)
            words = written | found | _imported(node) if found else written
            yield from ((*part, b"") for part in lines.runs(node.body, words, top + _texts(node) if top else 0))
    for start, end in passed_over(data):
        yield start, end, b"# "


class _Lines:
    """The lines of a file, and which bytes of it are statements that are not looked at."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._lines = data.splitlines(keepends=True)
        self._starts = list(accumulate(map(len, self._lines), initial=0))

    def definition(self, node: Function | ast.ClassDef, words: _Words) -> Iterator[tuple[int, int]]:
        """A class or function, with the comments behind it that are indented like its code: they belong to it."""
        begin, end = self._begin(node), node.end_lineno or 0
        for number in range(end, len(self._lines) if node.body[0].lineno > node.lineno else end):
            line = self._lines[number].lstrip()
            if line and not line.startswith(b"#"):
                break
            if line and len(self._lines[number]) - len(line) >= node.body[0].col_offset:
                end = number + 1
        if begin is not None and not self._lines[end - 1].rstrip().endswith(b"\\"):
            yield from self._unless_mentioned(begin, end, words)

    def runs(self, block: Iterable[ast.AST], words: _Words, top: int = 0) -> Iterator[tuple[int, int]]:
        """Statements that stand one below the other, but for those at the top; of the others, such of their blocks."""
        run: tuple[int, int] | None = None
        for index, node in enumerate(block):
            found = next(self._statement(node, words), None) if index >= top else None
            if found is not None:
                run = (run or found)[0], found[1]
                continue
            if run is not None:
                yield run
                run = None
            for name in BLOCKS:
                yield from self.runs(getattr(node, name, ()), words)
        if run is not None:
            yield run

    def _statement(self, node: ast.AST, words: _Words) -> Iterator[tuple[int, int]]:
        """A statement that has its lines for itself; what begins with `elif` is a part of one, as is a `case`."""
        if not isinstance(node, ast.stmt):
            return
        begin, end = self._begin(node), node.end_lineno or 0
        rest = self._lines[end - 1][node.end_col_offset or 0 :].strip()
        if begin is not None and rest[:1] in b"#" and not self._lines[begin].lstrip().startswith(b"elif"):
            yield from self._unless_mentioned(begin, end, words)

    def _begin(self, node: ast.stmt) -> int | None:
        """The number of lines above a statement; None where something else stands on its first one too."""
        decorators = getattr(node, "decorator_list", [])
        first = min([node.lineno, *(item.lineno for item in decorators)]) - 1
        line = self._lines[first]
        before = line.lstrip()[:1] if decorators else line[: node.col_offset].strip()
        return first if before == (b"@" if decorators else b"") else None

    def _unless_mentioned(self, begin: int, end: int, words: _Words) -> Iterator[tuple[int, int]]:
        start, stop = self._starts[begin], self._starts[end]
        if not any(all(self._data.find(word, start, stop) >= 0 for word in each) for each in words):
            yield start, stop


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


def _imported(function: Function) -> set[frozenset[bytes]]:
    """What is used of what a function imports itself: an edit may leave it without a use."""
    imports = [node for node in ast.walk(function) if isinstance(node, (ast.Import, ast.ImportFrom))]
    names = {(alias.asname or alias.name).partition(".")[0] for node in imports for alias in node.names}
    return {frozenset({name.encode()}) for name in (*names, *OF_ANY_NAME)} if names else set()


def _texts(function: Function) -> int:
    """How many texts stand at the top of a function."""
    return next((index for index, item in enumerate(function.body) if not _is_text(item)), len(function.body))


def _is_text(statement: ast.stmt) -> bool:
    value = statement.value if isinstance(statement, ast.Expr) else None
    return isinstance(value, ast.Constant) and isinstance(value.value, str)
