"""Put a support file in the place of a module that does the same less safely."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Annotated

import libcst as cst
from libcst.codemod import CodemodContext

from codemods.commands.editing.function_command import PlaceCommand
from codemods.messages import phrase
from codemods.places import Definition, Place


class ReplaceModule(PlaceCommand):
    """A module that defines all of the places becomes the file `source` of recipes/support."""

    DESCRIPTION = "Replace a module by a support file that defines the same classes."

    PLACE = Definition

    def __init__(
        self,
        context: CodemodContext,
        places: Sequence[Definition],
        *,
        source: Annotated[str, "such as context_aware_map.py"],
    ) -> None:
        super().__init__(context)
        self.source = source
        self.classes = frozenset(place.name for place in places)

    def looks_into(self, places: Sequence[Place]) -> Iterable[str]:
        return ()

    def transform_module_impl(self, tree: cst.Module) -> cst.Module:
        from codemods.knowledge.recipes import recipes_folder

        there = {item.name.value for item in tree.body if isinstance(item, cst.ClassDef)}
        missing = sorted(self.classes - there)
        if missing:
            self.warn(phrase("it does not define {missing} any more, so it is left alone", missing=missing[0]))
            return tree
        text = (recipes_folder() / "support" / self.source).read_text(encoding="utf-8")
        return cst.parse_module(text.replace("\n", tree.default_newline))
