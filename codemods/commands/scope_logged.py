"""Have lines that functions log be a tenant's, where they stand outside of its scope."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from itertools import groupby
from typing import Annotated

import libcst as cst
from libcst.codemod import CodemodContext

from codemods.analysis.writes import LOGGING
from codemods.commands.editing.importing_command import ImportingCommand
from codemods.messages import phrase
from codemods.places import Imported, Scoping


class ScopeLogged(ImportingCommand):
    """`logger.info(x)` comes to stand in `with scope(tenant_id, agent_id):`, together with such lines next to it.

    Counted are the lines that are nothing but a call of a logger's method, or of `print`.
    """

    DESCRIPTION = "Have lines that functions log be a tenant's."

    PLACE = Scoping

    def __init__(
        self,
        context: CodemodContext,
        places: Sequence[Scoping],
        *,
        scope: Annotated[Imported, "what makes the scope of a tenant's ids"],
    ) -> None:
        super().__init__(context, scope, places)
        self.targets = frozenset(place.function for place in places)
        self._places = {(place.function, place.number): place for place in places}
        self._count: dict[str, int] = defaultdict(int)
        self._scoped: dict[cst.CSTNode, Scoping] = {}

    def taken(self) -> str:
        return phrase("the name {name} is taken here: log inside of the tenant's scope by hand", name=self.name)

    def missed(self, wanted: Scoping) -> str:
        return phrase("{function} logs other lines than when it was read", function=wanted.function)

    def visit_SimpleStatementLine(self, node: cst.SimpleStatementLine) -> bool | None:
        if _logs(node):
            place = self._places.get((self.current, self._count[self.current]))
            if place is not None and not self.is_taken(self.name):
                self._scoped[node] = place
                self.found.add(place)
            self._count[self.current] += 1
        return False

    def leave_IndentedBlock(
        self, original_node: cst.IndentedBlock, updated_node: cst.IndentedBlock
    ) -> cst.IndentedBlock:
        if self._scoped.keys().isdisjoint(original_node.body):
            return updated_node
        pairs = zip(map(self._given, original_node.body), updated_node.body, strict=True)
        body: list[cst.BaseStatement] = []
        for given, found in groupby(pairs, key=lambda pair: pair[0]):
            statements = [statement for _, statement in found]
            body += [self._with(given, statements)] if given else statements
        return updated_node.with_changes(body=body)

    def _given(self, statement: cst.CSTNode) -> tuple[str, ...]:
        place = self._scoped.get(statement)
        return place.given if place is not None else ()

    def _with(self, given: tuple[str, ...], lines: Sequence[cst.BaseStatement]) -> cst.With:
        first = cst.ensure_type(lines[0], cst.SimpleStatementLine)
        block = cst.IndentedBlock([first.with_changes(leading_lines=()), *lines[1:]])
        item = cst.WithItem(self.call(*map(cst.Name, given)))
        return cst.With([item], block, leading_lines=first.leading_lines)


def _logs(node: cst.SimpleStatementLine) -> bool:
    small = node.body[0]
    call = small.value if isinstance(small, cst.Expr) and isinstance(small.semicolon, cst.MaybeSentinel) else None
    if len(node.body) > 1 or not isinstance(call, cst.Call):
        return False
    name = call.func.attr if isinstance(call.func, cst.Attribute) else call.func
    return isinstance(name, cst.Name) and name.value in LOGGING
