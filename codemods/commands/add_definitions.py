"""Bring functions and classes of a support file into a module that does not have them yet."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Annotated

import libcst as cst
from libcst.codemod import CodemodContext

from codemods.commands.editing.code import defined_names, names_in
from codemods.commands.editing.function_command import PlaceCommand
from codemods.commands.editing.imports import need_import, need_module
from codemods.places import Definition, Imported, Place


class AddDefinitions(PlaceCommand):
    """Copy the named top-level definitions of `source` behind the definition `after`, with the imports they use.

    What the module already defines stays as it is. Where it has no `after`, they go to its end.
    """

    DESCRIPTION = "Add definitions of a support file to a module, where it lacks them."

    PLACE = Definition

    def __init__(
        self,
        context: CodemodContext,
        places: Sequence[Definition],
        *,
        source: Annotated[str, "the support file"],
        after: Annotated[str, "the definition to put them behind"] = "",
    ) -> None:
        super().__init__(context)
        self.source = source
        self.names = {place.name for place in places}
        self.after = after

    def looks_into(self, places: Sequence[Place]) -> Iterable[str]:
        return ()

    def transform_module_impl(self, tree: cst.Module) -> cst.Module:
        support = cst.parse_module(Path(self.source).read_text(encoding="utf-8"))
        there = defined_names(tree)
        missing = [
            statement
            for statement in support.body
            if isinstance(statement, (cst.FunctionDef, cst.ClassDef))
            and statement.name.value in self.names
            and statement.name.value not in there
        ]
        if not missing:
            return tree
        self._import_what_they_use(support, missing)
        body = list(tree.body)
        places = [index + 1 for index, item in enumerate(body) if _name_of(item) == self.after]
        place = places[-1] if places else len(body)
        return tree.with_changes(body=[*body[:place], *missing, *body[place:]])

    def _import_what_they_use(self, support: cst.Module, definitions: Sequence[cst.BaseStatement]) -> None:
        used = {name for definition in definitions for name in names_in(definition)}
        for statement in support.body:
            for small in statement.body if isinstance(statement, cst.SimpleStatementLine) else ():
                if isinstance(small, cst.Import):
                    for alias in small.names:
                        if alias.evaluated_name in used:
                            need_module(self.context, alias.evaluated_name)
                elif isinstance(small, cst.ImportFrom) and not isinstance(small.names, cst.ImportStar):
                    module = cst.helpers.get_full_name_for_node(small.module) if small.module else None
                    for alias in small.names:
                        if module not in (None, "__future__") and alias.evaluated_name in used:
                            need_import(self.context, Imported(module, alias.evaluated_name))


def _name_of(statement: cst.BaseStatement) -> str | None:
    return statement.name.value if isinstance(statement, (cst.FunctionDef, cst.ClassDef)) else None
