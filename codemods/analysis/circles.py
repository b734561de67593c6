"""What leads to itself, as names of a loop do: `child = node.left`, and `node = child`.

What is asked for on the way to itself adds nothing to what it stands for; but to what asks for it there, it does. So
what was worked out in a circle counts in it only, and is worked out again when it is asked behind it.
"""

from __future__ import annotations

from codemods.analysis.chains import Chain
from codemods.analysis.values import Value, Values

# What leads to what leads to something is followed so far, and no further.
DEEPEST = 60


class Begun(tuple[Value, ...]):
    """What is known of what is being worked out: nothing yet. depth: how much was begun before it and has not ended."""

    depth: int

    @classmethod
    def at(cls, depth: int) -> Begun:
        begun = cls()
        begun.depth = depth
        return begun


BEGUN = [Begun.at(depth) for depth in range(DEEPEST + 1)]


class Circles:
    """The circles of what is being worked out. is_open: whether one was met that has not ended."""

    def __init__(self) -> None:
        self.is_open = False
        self._depth = DEEPEST  # where the outermost begins
        self._unsure: list[tuple[dict[Chain, Values], Chain]] = []

    def met(self, begun: Begun) -> None:
        """Something was asked for on the way to itself."""
        self.is_open, self._depth = True, min(self._depth, begun.depth)

    def worked_out(self, known: dict[Chain, Values], chain: Chain, depth: int) -> None:
        """Something was worked out while a circle is open, of which it is a part or the beginning."""
        if depth > self._depth:
            self._unsure.append((known, chain))
            return
        for others, other in self._unsure:
            del others[other]
        self.is_open, self._depth = False, DEEPEST
        self._unsure.clear()
