"""What is in the way of a handler because an `__init__` does it too early: done for each tenant, it no longer is.

The first value of an attribute is made by its factory, when a tenant first asks for it. Any other statement is run by a
handler of its own, before those that work with what it makes.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

from codemods.analysis.chains import plain_chain
from codemods.analysis.symbols import Symbol
from codemods.survey.plugins.begun import Begun, Block, Init, InitWork, is_branching, lines_of
from codemods.survey.plugins.first_values import PluginHolder, needs_factory
from codemods.survey.plugins.occurrences import Occurrences
from codemods.survey.plugins.plugin_code import Evidence, Part
from codemods.survey.plugins.start_handler import SPLITS, EarlyUse, StartHandler


class EarlyWork:
    """What of one plugin's `__init__`s is done for each tenant so that its handlers can be."""

    def __init__(self, occurrences: Occurrences, init_work: InitWork, handlers: list[StartHandler]) -> None:
        self.occurrences, self.state = occurrences, occurrences.state
        self.init_work, self.handlers = init_work, handlers
        self._tried: set[tuple[Symbol, int]] = set()

    def mend(self, handler: StartHandler, uses: Iterable[EarlyUse]) -> bool:
        """Have what `__init__`s do to these uses done for each tenant. False where none of it can be."""
        mended = False
        for use in uses:
            for init, block, statement in list(self._statements(use)):
                place = (init.function, statement.lineno)
                if place not in self._tried:
                    self._tried.add(place)
                    mended |= self._is_mended(handler, use, init, block, statement)
        return mended

    def _is_mended(self, handler: StartHandler, use: EarlyUse, init: Init, block: Block, statement: ast.stmt) -> bool:
        if self._is_more(init, statement):
            return False
        # What uses something else that is kept has an effect at once, which no factory has.
        is_effect = use.is_mention and use.function == init.function
        holder = None if is_effect else self._first_value(init, statement)
        if holder is not None:
            handler.made.add(holder)
            return True
        kept = next((item for item in self.handlers if _is_of(item.begun, init, block)), None)
        if kept is None or kept.begun is None:
            begun = self.init_work.begun(init, block, [statement], making=True)
            kept = StartHandler(init.cls, init.function, [], decision=SPLITS, cause=handler)
        else:
            begun = self.init_work.extended(kept.begun, [statement], making=True)
        if begun.obstacle:
            return False
        kept.begin(begun, [Evidence(statement.lineno, ast.unparse(statement))])
        self.handlers += [kept] if kept not in self.handlers else []
        return True

    def _is_more(self, init: Init, statement: ast.stmt) -> bool:
        """Whether a statement does the process's work as well, or calls what cannot be followed."""
        part = Part(init.function, (lines_of(statement),))
        unfollowed = (self.state.code.unfollowed(each) for each in self.state.closure([part]))
        return bool(self.state.code.evidence("process", part)) or any(unfollowed)

    def _statements(self, use: EarlyUse) -> Iterator[tuple[Init, Block, ast.stmt]]:
        """The statements of `__init__`s that get to a line, and that no handler runs instead."""
        for init in self.init_work.inits:
            for block in self.init_work.blocks(init):
                for statement in block.statements:
                    if not is_branching(statement) and not self._is_moved(init, statement):
                        # Not what a method of the same name may run: that it is this one must be known.
                        parts = self.state.closure([Part(init.function, (lines_of(statement),))])
                        if any(part.function == use.function and part.has(use.line) for part in parts):
                            yield init, block, statement

    def _is_moved(self, init: Init, statement: ast.stmt) -> bool:
        begun = [item.begun for item in self.handlers if item.begun and item.begun.init == init]
        return any(statement.lineno in lines for each in begun for lines in each.lines)

    def _first_value(self, init: Init, statement: ast.stmt) -> PluginHolder | None:
        """What an `__init__` makes there for the first time, which a factory can make for each tenant; or None."""
        targets = statement.targets if isinstance(statement, ast.Assign) else [getattr(statement, "target", None)]
        if len(targets) != 1 or not isinstance(targets[0], ast.Attribute):
            return None
        chain = plain_chain(targets[0])
        if len(chain) != 2 or chain[0] != "self" or not needs_factory(getattr(statement, "value", None)):
            return None
        holder = PluginHolder(init.cls.module, init.cls.qualname, chain[1][1:])
        first = next(iter(self.state.first_values.of(holder)), None)
        is_first = first is not None and (first[0], first[1].lineno) == (init.function, statement.lineno)
        places, _ = self.occurrences.of(holder)
        return holder if is_first and not all(place.declared for place in places) else None


def _is_of(begun: Begun | None, init: Init, block: Block) -> bool:
    return begun is not None and begun.init == init and begun.block.first == block.first
