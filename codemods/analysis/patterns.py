"""Patterns of `match` that LibCST's parser does not come to the end of: it goes through each bracket's inside anew."""

from __future__ import annotations

import re

_CASE = re.compile(rb"^[ \t\f]*case\b", re.MULTILINE)
_BRACKET_OR_END = re.compile(rb"[\[\](){}\n]")
# What a bracket multiplies the work by, as a power of two; and the most that is waited for, some tenths of a second.
_WORK = {b"[": 1, b"(": 1, b"{": 2}
_TOO_MUCH = 14
# Longer than any pattern; what never ends its brackets, as a text that begins so, is looked at no further.
_LONGEST = 10_000


def are_too_deep(data: bytes) -> bool:
    """Whether a file has such patterns. Nobody writes any by hand."""
    return any(_work(data, case.end()) > _TOO_MUCH for case in _CASE.finditer(data))


def _work(data: bytes, start: int) -> int:
    """The most that a line which begins with `case` needs, and what its brackets hold of the next."""
    open_now, most = list[int](), 0
    for found in _BRACKET_OR_END.finditer(data, start, start + _LONGEST):
        if found[0] in _WORK:
            open_now.append(_WORK[found[0]])
            most = max(most, sum(open_now)) if len(open_now) <= _TOO_MUCH else _TOO_MUCH + 1
        elif found[0] != b"\n" and open_now:
            open_now.pop()
        elif not open_now or most > _TOO_MUCH:
            break
    return most
