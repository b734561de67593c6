"""What somebody looks for in a program: the marks by which walks through its calls know it."""

from __future__ import annotations

from typing import Protocol

from codemods.analysis.chains import Chain
from codemods.analysis.facts import Use
from codemods.analysis.symbols import Symbol
from codemods.analysis.values import Value


class Marks(Protocol):
    """What somebody looks for in a program."""

    # What is run by others than those who name it: no way leads through it.
    elsewhere: frozenset[Symbol]

    def is_scope(self, chain: Chain, frame: Symbol) -> bool:
        """Whether a `with` item enters a scope."""

    def enters(self, identifier: Symbol) -> bool:
        """Whether a function as a whole runs in a scope, which one of its decorators enters."""

    def wraps(self, value: Value) -> bool:
        """Whether a decorator is one of those, which are no calls of the function's own."""

    def scoped_lines(self, identifier: Symbol) -> list[tuple[int, float]]:
        """Between which lines a function is in a scope otherwise."""

    def stays_outside(self, value: Value) -> bool:
        """Whether a chain that starts here leads to nothing of the program's, whatever comes behind."""

    def touched(self, value: Value, following: Chain) -> str | None:
        """What is touched where a chain stands for a value, and goes on like this."""

    def makes(self, use: Use, identifier: Symbol) -> bool:
        """Whether a use only gives something its first value, which touches nothing yet."""

    def shared(self, value: Value) -> str | None:
        """The name of a shared object that a value is."""

    def part(self, module: str) -> str:
        """The part of the program that a module belongs to, whose objects are no other part's; "" where all meet."""

    def knows(self, part: str, method: Symbol) -> bool:
        """Whether code of a part may have an object that has this method."""
