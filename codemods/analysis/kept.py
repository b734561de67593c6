"""Holders: what keeps something longer than a call, what changes one, and what uses one."""

from __future__ import annotations

from msgspec import Struct

from codemods.analysis.containers import WHOLE
from codemods.analysis.facts import Use
from codemods.analysis.symbols import Symbol
from codemods.analysis.writes import Write

NAME, ATTRIBUTE, LOCAL, DEFAULT, APPLICATION = "name", "attribute", "local", "default", "application"
ANSWER = "answer"


class Holder(Struct, frozen=True, order=True, gc=False):
    """kind: NAME of a module, ATTRIBUTE of a class's objects or of the class, LOCAL of a function that inner ones keep,
    DEFAULT of a parameter, of the web APPLICATION, or the ANSWER that a cache gives again of a function. at: where it
    is defined, with its own name last."""

    kind: str
    at: Symbol

    @property
    def name(self) -> str:
        return self.at.name

    @property
    def owner(self) -> Symbol:
        """The class that an attribute is of."""
        return self.at.owner


class Change(Struct, frozen=True, gc=False):
    """A write with the holder that it changes, in a function; `entry`: not the holder itself, but something in it."""

    holder: Holder
    function: Symbol
    write: Write
    entry: bool


class Reading(Struct, frozen=True, gc=False):
    """A use of a holder in a function: the first `cut` parts of its chain are the holder."""

    function: Symbol
    use: Use
    cut: int

    @property
    def is_of_all(self) -> bool:
        """Whether it looks at all of the holder, or hands it on whole."""
        following = self.use.chain[self.cut :]
        if following:
            return following[0][1:] in WHOLE
        return self.use.role not in ("test", "store", "size")
