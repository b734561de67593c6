"""Canaries: words that nobody else has, each with whose it is and where it was put in."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from .texts import phrase

WORD = re.compile(r"z[a-e]q\d{6}")
# Who has words: two tenants, a second agent of the first, and the admin.
FIRST, SECOND, SISTER, ADMIN = phrase("tenant A"), phrase("tenant B"), phrase("A's second agent"), phrase("the admin")
_LETTERS = {FIRST: "a", SECOND: "b", SISTER: "c", ADMIN: "d"}
NOBODY = phrase("nobody")
# What both tenants know: the same user, the same text.
COMMON = phrase("what both know")
# Agents of one tenant may see what their tenant has: what the audit judges is tenants.
_SAME_TENANT = frozenset({FIRST, SISTER})


@dataclass(frozen=True)
class Canary:
    """One word."""

    text: str
    owner: str
    put_in: str


class Words:
    """All that has been put in."""

    def __init__(self) -> None:
        self._known: dict[str, Canary] = {}
        self._aliases: re.Pattern[str] | None = None

    def new(self, owner: str, put_in: str) -> str:
        """A fresh word of somebody's."""
        text = f"z{_LETTERS[owner]}q{len(self._known):06d}"
        self._known[text] = Canary(text, owner, put_in)
        return text

    def alias(self, text: str, owner: str, put_in: str) -> None:
        """An id that the tree has made of somebody's: it tells as much as a word."""
        if len(text) >= 8 and text not in self._known:
            self._known[text] = Canary(text, owner, put_in)
            others = sorted((item for item in self._known if not WORD.fullmatch(item)), key=len, reverse=True)
            self._aliases = re.compile("|".join(map(re.escape, others)))

    def put_in(self) -> list[Canary]:
        """All of them."""
        return list(self._known.values())

    def remember(self, canaries: Iterable[Canary]) -> None:
        """Know what was put in before this process was."""
        for canary in canaries:
            if WORD.fullmatch(canary.text):
                self._known[canary.text] = canary
            else:
                self.alias(canary.text, canary.owner, canary.put_in)

    def in_text(self, text: str) -> set[str]:
        """The words that a text has in it."""
        found = {word for word in WORD.findall(text) if word in self._known}
        if self._aliases is not None:
            found.update(self._aliases.findall(text))
        return found

    def masked(self, text: str) -> str:
        """A text with a mark where words are: what many were told is one then."""
        for word in sorted(self.in_text(text), key=len, reverse=True):
            text = text.replace(word, "…")
        return text

    def own(self, text: str, owner: str) -> set[str]:
        """What of a text is somebody's."""
        return {word for word in self.in_text(text) if self._known[word].owner == owner}

    def foreign(self, text: str, viewer: str, given: Iterable[str] = ()) -> list[Canary]:
        """What of a text is somebody else's, but for what the viewer has given himself."""
        own = _SAME_TENANT if viewer in _SAME_TENANT else {viewer}
        known = set(given)
        found = (self._known[word] for word in sorted(self.in_text(text) - known))
        return [canary for canary in found if canary.owner not in own]
