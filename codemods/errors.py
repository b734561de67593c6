"""The one exception that reaches the user as a sentence, and what helps to word it."""

from __future__ import annotations

from collections.abc import Iterable

from codemods.messages import listed, phrase


class TenantizeError(Exception):
    """A tree or an argument that cannot be used: one sentence that says what, and how to mend it."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


def suggestion(name: object, known: Iterable[str]) -> str:
    """What a misspelt name may have meant, or else all that may stand there; "" where nothing may."""
    from difflib import get_close_matches

    names = sorted(known)
    if close := get_close_matches(str(name), names, 1):
        return phrase("did you mean `{close}`?", close=close[0])
    return phrase("known: {names}.", names=listed(names)) if names else ""
