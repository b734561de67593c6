"""Add one decorator line to functions, below the decorators that register them."""

from __future__ import annotations

from collections.abc import Sequence

import libcst as cst
from libcst.codemod import CodemodContext

from codemods.commands.editing.code import written
from codemods.commands.editing.importing_command import ImportingCommand
from codemods.messages import phrase
from codemods.places import Decorators, Imported

_BINDING = ("classmethod", "staticmethod")


class DecorateFunctions(ImportingCommand):
    """Put a decorator on functions, below the N decorators that register each.

    A route decorator registers what stands below it, so this is the highest place at which FastAPI still gets the
    decorated function. Without functions, it decorates those handlers that the file by itself shows to do tenant work.
    """

    DESCRIPTION = "Run functions inside a tenant, by one decorator line below their route decorators."

    PLACE = Decorators
    top = 0

    def __init__(
        self, context: CodemodContext, places: Sequence[Decorators] | None = None, *, decorator: Imported
    ) -> None:
        super().__init__(context, decorator, ())
        self.places = places
        self.below: dict[str, int] = {}

    def transform_module_impl(self, tree: cst.Module) -> cst.Module:
        places = self.places
        if places is None:
            from codemods.survey.alone import handlers_alone

            places = handlers_alone(self.context.filename or "module.py", tree.bytes)
        self.below = {place.function: place.below for place in places}
        self.wanted = self.targets = frozenset(self.below)
        return super().transform_module_impl(tree) if self.wanted else tree

    def taken(self) -> str:
        return phrase("the name {name} is taken here: decorate its handlers by hand", name=self.name)

    def missed(self, wanted: str) -> str:
        return phrase("{function} cannot be decorated here, so it is left alone: decorate it by hand", function=wanted)

    def leave_FunctionDef(self, original_node: cst.FunctionDef, updated_node: cst.FunctionDef) -> cst.FunctionDef:
        name = self.current
        updated_node = super().leave_FunctionDef(original_node, updated_node)
        if name not in self.targets or self.is_taken(self.name):
            return updated_node
        self.found.add(name)
        return _decorated(updated_node, self.name, self.below[name])


def _decorated(node: cst.FunctionDef, name: str, place: int) -> cst.FunctionDef:
    if any(isinstance(item.decorator, cst.Name) and item.decorator.value == name for item in node.decorators):
        return node
    # What these two make of a function is none, and no other decorator's to wrap.
    bound = [index for index, item in enumerate(node.decorators) if written(item.decorator) in _BINDING]
    place = max([place, *(index + 1 for index in bound)])
    decorator = cst.Decorator(cst.Name(name))
    if node.decorators:
        # A file may mix newlines: the new line ends as its neighbour does.
        newline = node.decorators[max(place - 1, 0)].trailing_whitespace.newline
        decorator = decorator.with_changes(trailing_whitespace=cst.TrailingWhitespace(newline=newline))
    return node.with_changes(decorators=[*node.decorators[:place], decorator, *node.decorators[place:]])
