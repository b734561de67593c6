"""Have functions do something before all else."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Annotated

import libcst as cst
from libcst.codemod import CodemodContext

from codemods.commands.editing.code import docstring
from codemods.commands.editing.function_command import FunctionCommand
from codemods.commands.editing.imports import can_import, need_import
from codemods.messages import phrase
from codemods.places import Beginning, Imported

_PLACE = re.compile(r"\{(\d+|\*)\}")


class InsertFirst(FunctionCommand):
    """Put a statement at the top of functions, behind the docstring and other texts there.

    `{0}`, `{1}`, ... in the statement stand for the function's own parameters, `self` and `cls` not counted, and `{*}`
    for all of them; for those that are named with the function, where some are.
    """

    DESCRIPTION = "Put a statement at the top of functions, behind the docstring."

    PLACE = Beginning

    def __init__(
        self,
        context: CodemodContext,
        places: Sequence[Beginning],
        *,
        statement: Annotated[str, "such as 'await load({0}, {1})'"],
        imports: Annotated[Sequence[Imported], "what it uses"] = (),
    ) -> None:
        super().__init__(context)
        self.statement = statement
        self.top = 1 + statement.count("\n") + statement.count(";")
        self.given = {place.function: list(place.parameters) for place in places if place.parameters}
        self.targets = frozenset(place.function for place in places)
        self.imports = imports
        self.found: set[str] = set()

    def transform_module_impl(self, tree: cst.Module) -> cst.Module:
        taken = [name for name in self.imports if not can_import(self.context, tree, name)]
        if taken:
            self.warn(phrase("the name {name} is taken here, so nothing was added", name=taken[0].name))
            return tree
        changed = super().transform_module_impl(tree)
        for function in sorted(self.targets - self.found):
            self.warn(
                phrase(
                    "{function} is not there, or cannot begin with {statement!r}: put it there by hand",
                    function=function,
                    statement=self.statement,
                )
            )
        if self.found:
            for name in self.imports:
                need_import(self.context, name)
        return changed

    def leave_FunctionDef(self, original_node: cst.FunctionDef, updated_node: cst.FunctionDef) -> cst.FunctionDef:
        name = self.current
        is_taken = any(self.is_taken(item.name) for item in self.imports)
        updated_node = super().leave_FunctionDef(original_node, updated_node)
        if name not in self.targets or is_taken:
            return updated_node
        text, block = self._for(name, updated_node), _block(updated_node.body)
        if text is None or _shares_its_docstring(block.body[0]):
            return updated_node
        self.found.add(name)
        opened = self._opened(block, text)
        return updated_node.with_changes(body=opened) if opened is not block else updated_node

    def _for(self, name: str, node: cst.FunctionDef) -> str | None:
        """The statement with a function's parameters, or None where it lacks one."""
        parameters = [*node.params.posonly_params, *node.params.params]
        names = [item.name.value for item in parameters if item.name.value not in ("self", "cls")]
        extra = [
            item.name.value for item in (node.params.star_arg, node.params.star_kwarg) if isinstance(item, cst.Param)
        ]
        there = {*names, *extra, *(item.name.value for item in node.params.kwonly_params)}
        names = self.given.get(name, names)
        needed = [int(place) for place in _PLACE.findall(self.statement) if place != "*"]
        if max(needed, default=-1) >= len(names) or not set(self.given.get(name, ())) <= there:
            return None
        every = ", ".join(names)
        return _PLACE.sub(lambda match: every if match[1] == "*" else names[int(match[1])], self.statement)

    def _opened(self, block: cst.IndentedBlock, text: str) -> cst.IndentedBlock:
        statements = cst.parse_module(text).body
        place = 0
        while place < len(block.body) and docstring(block.body[place]) is not None:
            place += 1
        there = block.body[place : place + len(statements)]
        if len(there) == len(statements) and all(map(cst.CSTNode.deep_equals, there, statements)):
            return block
        return block.with_changes(body=[*block.body[:place], *statements, *block.body[place:]])


def _block(body: cst.BaseSuite) -> cst.IndentedBlock:
    """A function's body in lines of its own: where it stands behind the colon, nothing comes before it."""
    if not isinstance(body, cst.SimpleStatementSuite):
        return cst.ensure_type(body, cst.IndentedBlock)
    first, *others = body.body
    text = cst.SimpleStatementLine([first.with_changes(semicolon=cst.MaybeSentinel.DEFAULT)])
    begins = bool(others) and docstring(text) is not None
    rest = cst.SimpleStatementLine(others if begins else body.body, trailing_whitespace=body.trailing_whitespace)
    return cst.IndentedBlock([text, rest] if begins else [rest])


def _shares_its_docstring(statement: cst.BaseStatement) -> bool:
    """Whether a docstring stands on one line with other statements, so that nothing can come behind it alone."""
    first = statement.with_changes(body=statement.body[:1]) if isinstance(statement, cst.SimpleStatementLine) else None
    return first is not None and docstring(first) is not None and docstring(statement) is None
