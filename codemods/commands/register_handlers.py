"""Have a function register event handlers as well as those that it returns."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

import libcst as cst
from libcst.codemod import CodemodContext

from codemods.commands.editing.function_command import FunctionCommand
from codemods.commands.editing.imports import can_import, need_import
from codemods.messages import phrase
from codemods.places import Imported, Registration


class RegisterHandlers(FunctionCommand):
    """`return [a]` becomes `return [a, (Start.get_handler_info(), Start)]` in the functions named.

    A place is a function and a handler, of the file itself or of a module that the file then imports it from.
    """

    DESCRIPTION = "Have a function register event handlers as well."

    PLACE = Registration

    def __init__(self, context: CodemodContext, places: Sequence[Registration]) -> None:
        super().__init__(context)
        self.by_function: dict[str, list[Registration]] = defaultdict(list)
        for place in places:
            self.by_function[place.function].append(place)
        self.targets = frozenset(self.by_function)
        self.found: set[Registration] = set()

    def transform_module_impl(self, tree: cst.Module) -> cst.Module:
        wanted = [place for places in self.by_function.values() for place in places]
        imported = [Imported(place.module, place.handler) for place in wanted if place.module]
        if not all(can_import(self.context, tree, item) for item in imported):
            self.warn(phrase("a name is taken here that the new handler needs: register it by hand"))
            return tree
        changed = super().transform_module_impl(tree)
        if missed := sorted(set(wanted) - self.found):
            place = missed[0]
            self.warn(
                phrase(
                    "{function} is not there as it was read: have it register {handler} by hand",
                    function=place.function,
                    handler=place.handler,
                )
            )
            return tree
        for item in imported:
            need_import(self.context, item)
        return changed

    def leave_Return(self, original_node: cst.Return, updated_node: cst.Return) -> cst.Return:
        value = updated_node.value
        for place in self.by_function.get(self.current, ()) if value is not None else ():
            pair = cst.parse_expression(f"({place.handler}.get_handler_info(), {place.handler})")
            self.found.add(place)
            value = _with(value, pair)
        return updated_node.with_changes(value=value)


def _with(value: cst.BaseExpression | None, pair: cst.BaseExpression) -> cst.List:
    """A list with one more element."""
    if not isinstance(value, cst.List):
        return cst.List([cst.StarredElement(value or cst.List([])), cst.Element(pair)])
    elements = list(value.elements)
    comma: cst.Comma | cst.MaybeSentinel = cst.MaybeSentinel.DEFAULT
    if elements:
        comma = elements[-1].comma
        elements[-1] = elements[-1].with_changes(comma=cst.Comma(whitespace_after=_plain(value.lbracket)))
    elements.append(cst.Element(pair, comma))
    return value.with_changes(elements=elements)


def _plain(bracket: cst.LeftSquareBracket) -> cst.BaseParenthesizableWhitespace:
    """What stands between elements: what does behind the bracket, without its comments."""
    space = bracket.whitespace_after
    if not isinstance(space, cst.ParenthesizedWhitespace):
        return cst.SimpleWhitespace(" ")
    return space.with_changes(first_line=cst.TrailingWhitespace(), empty_lines=[])
