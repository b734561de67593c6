"""Hand what assignments give a name to a function: `x = value` becomes `x = function(value)`."""

from __future__ import annotations

from collections.abc import Sequence

import libcst as cst
from libcst.codemod import CodemodContext

from codemods.commands.editing.code import written
from codemods.commands.editing.importing_command import ImportingCommand
from codemods.messages import phrase
from codemods.places import Imported, State


class WrapValues(ImportingCommand):
    """Call a function with the value of every assignment to a name or attribute in a module, class or function.

    A place is what is assigned, and where: STORE in "<module>", self.path in "Store.__init__".
    """

    DESCRIPTION = "Hand what assignments give a name to a function."

    PLACE = State
    ALL_OR_NONE = True

    def __init__(self, context: CodemodContext, places: Sequence[State], *, function: Imported) -> None:
        self.by_text = {(place.scope, place.text): place for place in places}
        super().__init__(context, function, self.by_text.values())
        self.targets = self.classes = frozenset(place.scope for place in places)

    def taken(self) -> str:
        return phrase("the name {name} is taken here, so its files stay shared: mend it by hand", name=self.name)

    def missed(self, wanted: State) -> str:
        return phrase(
            "{text} is not in {scope} as it was read: mend the file of this name by hand",
            text=wanted.text,
            scope=wanted.scope,
        )

    def visit_SimpleStatementLine(self, node: cst.SimpleStatementLine) -> bool | None:
        return self.current in self.targets or self.current_class in self.targets

    def leave_Assign(self, original_node: cst.Assign, updated_node: cst.Assign) -> cst.Assign:
        texts = [written(target.target) for target in original_node.targets]
        wraps = any(self._wraps(text, original_node.value) for text in texts)
        return updated_node.with_changes(value=self._wrapped(updated_node.value)) if wraps else updated_node

    def leave_AnnAssign(self, original_node: cst.AnnAssign, updated_node: cst.AnnAssign) -> cst.AnnAssign:
        if updated_node.value is None or not self._wraps(written(original_node.target), original_node.value):
            return updated_node
        return updated_node.with_changes(value=self._wrapped(updated_node.value))

    def _wraps(self, text: str, value: cst.BaseExpression | None) -> bool:
        place = self.by_text.get((self.current_class or self.current, text))
        if place is None:
            return False
        self.found.add(place)
        is_none = isinstance(value, cst.Name) and value.value == "None"
        return not is_none and not self.is_call(value)

    def _wrapped(self, value: cst.BaseExpression) -> cst.Call:
        if isinstance(value, cst.Tuple) and not value.lpar:
            value = value.with_changes(lpar=[cst.LeftParen()], rpar=[cst.RightParen()])
        return self.call(value)
