"""Sentences in lines, as wide as the terminal has room for: Chinese letters take two columns, and break anywhere."""

from __future__ import annotations

import re
import shutil

# Lines that are wider than this are hard to read.
_WIDEST = 100
# What stays together: blanks, a wide letter with the marks that may not begin a line, or what is between them.
_WIDE = r"\u2e80-\u2fff\u3040-\u9fff\uac00-\ud7a3\uf900-\ufaff"
_OPENING, _CLOSING = "（「『“《", "，。、；：！？）」』”》"
_PIECE = rf"[{_OPENING}]*(?:[{_WIDE}]|[^\s{_WIDE}{_OPENING}{_CLOSING}]+)[{_CLOSING}]*"
_PIECES = re.compile(rf"\s+|{_PIECE}|[{_OPENING}{_CLOSING}]+")


def columns() -> int:
    """How wide a sentence may be on this terminal."""
    return max(min(shutil.get_terminal_size((80, 24)).columns, _WIDEST), 20)


def padded(text: str, width: int, *, right: bool = False) -> str:
    """A text that takes so many columns, `right` at their end."""
    from rich.cells import cell_len

    room = " " * (width - cell_len(text))
    return room + text if right else text + room


def wrapped(text: str, indent: str = "", follow: str | None = None) -> list[str]:
    """A text in lines; `follow` indents those behind the first."""
    from rich.cells import cell_len

    width, lines, line = columns(), list[str](), indent
    follow = indent if follow is None else follow
    is_begun = False
    for piece in _PIECES.findall(" ".join(text.split())):
        if is_begun and cell_len(line + piece.rstrip()) > width:
            lines.append(line.rstrip())
            line, is_begun = follow, False
        if is_begun or not piece.isspace():
            line, is_begun = line + piece, True
    return [*lines, line.rstrip()]
