"""Have a file import names that its code uses already."""

from __future__ import annotations

from collections.abc import Sequence

import libcst as cst
from libcst.codemod import CodemodContext

from codemods.commands.editing.function_command import PlaceCommand
from codemods.commands.editing.imports import can_import, need_import
from codemods.messages import phrase
from codemods.places import Imported, Unimported


class ImportNames(PlaceCommand):
    """Put `from module import name` at the top of a file, for the names that it uses and does not import."""

    DESCRIPTION = "Have a file import names that its code uses already."

    PLACE = Unimported

    def __init__(self, context: CodemodContext, places: Sequence[Unimported]) -> None:
        super().__init__(context)
        self.names = [Imported(place.module, place.name) for place in places]

    def transform_module_impl(self, tree: cst.Module) -> cst.Module:
        for item in self.names:
            if can_import(self.context, tree, item):
                need_import(self.context, item)
            else:
                self.warn(phrase("the name {name} is taken here: import it by hand", name=item.name))
        return tree
