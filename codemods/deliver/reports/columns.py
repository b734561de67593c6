"""Where the code of a line begins: what editors and servers want to know besides the line."""

from __future__ import annotations

import tokenize
from functools import cache, partial
from io import BytesIO

from codemods.tree import Checkout


class Columns:
    """The columns of a checkout's lines. Each file is read once, when something of it is asked."""

    def __init__(self, checkout: Checkout) -> None:
        self._lines = cache(partial(lines_of, checkout))

    def of(self, path: str, line: int) -> int:
        """The column of a line's first code, counted from 1; 1 where there is no such line."""
        lines = self._lines(path)
        text = lines[line - 1] if 0 < line <= len(lines) else ""
        return len(text) - len(text.lstrip()) + 1


def lines_of(checkout: Checkout, path: str) -> list[str]:
    """A file's lines, as ast counts them; none where its first lines name an encoding that it is not in."""
    file = checkout.by_path.get(path)
    if file is None:
        return []
    try:
        encoding = tokenize.detect_encoding(BytesIO(file.data).readline)[0]
        return [line.decode(encoding, "replace") for line in file.data.splitlines()]
    except (SyntaxError, LookupError, ValueError):
        return []
