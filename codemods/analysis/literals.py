"""Tables of constants that run over thousands of lines: the first lines of one say what it is, and the rest is passed
over. As syntax, each of their bytes takes two hundred.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from types import CodeType

# In a file of fewer bytes, no table is looked for.
_LARGE = 500_000
# So many lines of a table are kept, and so many bytes at once are looked at.
_KEPT, _AT_ONCE = 20, 50_000
# Indented lines between one that opens a bracket and one that begins with what closes it.
_TABLE = re.compile(rb"^[^\s#].*([\[{])[ \t]*\r?\n((?:[ \t].*\n|\r?\n)+)(?=[\]}])", re.MULTILINE)
_CLOSING = {b"[": b"]", b"{": b"}"}
_TEXT = re.compile(rb"[^\r\n]+")


@lru_cache(maxsize=4)
def passed_over(data: bytes) -> tuple[tuple[int, int], ...]:
    """The parts of a file, from one byte to before another, that are whole lines of constants in a long table."""
    tables = _TABLE.finditer(data) if len(data) > _LARGE else ()
    return tuple(part for table in tables for part in _parts(data, table))


def without_tables(data: bytes) -> bytes:
    """A file in which what is passed over is empty lines."""
    kept, done = list[bytes](), 0
    for start, end in passed_over(data):
        kept += data[done:start], _TEXT.sub(b"", data[start:end])
        done = end
    return b"".join([*kept, data[done:]])


def _parts(data: bytes, table: re.Match[bytes]) -> Iterator[tuple[int, int]]:
    opening, (start, end) = table[1], table.span(2)
    lines = table[2].splitlines(keepends=True)
    indent = len(lines[0]) - len(lines[0].lstrip())
    begun, place, is_whole = -1, start, False
    for number, line in enumerate(lines):
        # An item begins on a line that is indented like the first one, behind one that ends an item.
        if is_whole and len(line) - len(line.lstrip()) == indent and number >= _KEPT:
            if begun < 0:
                begun = place
            elif place - begun > _AT_ONCE:
                if _is_constant(opening + data[begun:place] + _CLOSING[opening]):
                    yield begun, place
                begun = place
        is_whole = line.rstrip().endswith(b",") if line.strip() else is_whole
        place += len(line)
    if 0 <= begun < end and _is_constant(opening + data[begun:end] + _CLOSING[opening]):
        yield begun, end


def _is_constant(text: bytes) -> bool:
    """Whether a table by itself is one, and names, calls and makes nothing."""
    try:
        code = compile(text, "<table>", "eval", dont_inherit=True)
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        return False
    return not code.co_names and not any(isinstance(item, CodeType) for item in code.co_consts)
