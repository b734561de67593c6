"""Texts that a guest has made: told here, in whatever language is asked for."""

from __future__ import annotations

import string
from typing import Any

from codemods.messages import Phrase

# No wording of ours is longer.
_LONGEST = 200


def told_of(read: dict[str, Any]) -> Any:
    """What an object of a guest's JSON is: a text, where it is made of a wording and what fills it.

    Raises ValueError for a text that none of ours is.
    """
    if read.keys() != {"wording", "arguments"}:
        return read
    wording, arguments = read["wording"], read["arguments"]
    if not isinstance(wording, str) or len(wording) > _LONGEST or not isinstance(arguments, dict):
        raise ValueError("no text is like that")
    for _, name, form, conversion in string.Formatter().parse(wording):
        if name is not None and (name not in arguments or not name.isidentifier() or form or conversion):
            raise ValueError(f"nothing fills {wording}")
    return Phrase(wording, wording, arguments)
