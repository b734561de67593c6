"""Start what a class's `__init__` starts from an event handler of its own instead."""

from __future__ import annotations

import argparse
import ast
import re
from collections import defaultdict
from collections.abc import Sequence

import libcst as cst
import libcst.matchers as m
from libcst.codemod import CodemodContext

from codemods.commands.editing.arguments import add_imported, add_places
from codemods.commands.editing.code import defined_names
from codemods.commands.editing.function_command import PlaceCommand
from codemods.commands.editing.imports import can_import, need_import
from codemods.messages import phrase
from codemods.places import Beginnings, Imported

_OWNER = "started_plugin"
_SELF = re.compile(r"(?<![\w.])self(?=[.])")
_HANDLER = '''
class {handler}({base}):
    """每个租户加载时，启动 {cls} 原来在 __init__ 中为所有人只启动一次的任务"""

    event_type = {enum}.{event}
    handler_name = "{name}"
    handler_description = "启动 {cls} 的后台任务"
    {owner}: "{cls}" = None

    async def execute(self, message):
{started}
        return True, True, None, None, None
'''


class StartForTenants(PlaceCommand, cst.CSTTransformer):
    """Move statements from a plugin's `__init__` into a handler of another event, which the plugin registers as well.

    A place is a class, the method that lists what it registers, and a statement: "Digest=components=create_task(...)".
    """

    DESCRIPTION = "Start what a class's __init__ starts from an event handler of its own."

    PLACE = Beginnings

    def __init__(
        self, context: CodemodContext, places: Sequence[Beginnings], *, becomes: str, enum: Imported, base: Imported
    ) -> None:
        PlaceCommand.__init__(self, context)
        cst.CSTTransformer.__init__(self)
        self.event, self.enum, self.base = becomes, enum, base
        self.places: dict[str, list[Beginnings]] = defaultdict(list)
        for place in places:
            self.places[place.cls].append(place)

    @staticmethod
    def add_args(arg_parser: argparse.ArgumentParser) -> None:
        arg_parser.add_argument("--becomes", required=True, metavar="NAME", help="the event of the handler")
        add_imported(arg_parser, "--enum", "the enumeration of events")
        add_imported(arg_parser, "--base", "the handler's base class")
        add_places(
            arg_parser,
            "--places",
            Beginnings,
            "such as 'Digest=components=asyncio.create_task(self.loop())'",
            metavar="PLACE",
        )

    def transform_module_impl(self, tree: cst.Module) -> cst.Module:
        if not all(can_import(self.context, tree, item) for item in (self.enum, self.base)):
            self.warn(phrase("a name is taken here that the new handler needs: start it for each tenant by hand"))
            return tree
        self.taken = defined_names(tree)
        body: list[cst.BaseStatement | cst.SimpleStatementLine | cst.BaseCompoundStatement] = []
        for statement in tree.body:
            places = self.places.get(statement.name.value) if isinstance(statement, cst.ClassDef) else None
            made = self._apart(statement, places, tree) if places and isinstance(statement, cst.ClassDef) else None
            body += [statement] if made is None else made
            if places and made is None:
                self.warn(phrase("{place} is not there as it was read: start it by hand", place=places[0]))
        if len(body) == len(tree.body):
            return tree
        need_import(self.context, self.enum)
        need_import(self.context, self.base)
        return tree.with_changes(body=body)

    def _apart(
        self, cls: cst.ClassDef, places: Sequence[Beginnings], tree: cst.Module
    ) -> list[cst.BaseCompoundStatement | cst.SimpleStatementLine] | None:
        """The handler and the class without what it starts; None where it is not as it was read."""
        name = f"{cls.name.value}TenantLoad"
        init, listing = _method(cls, "__init__"), _method(cls, places[0].listing)
        if name in self.taken or init is None or listing is None:
            return None
        wanted = {place.statement for place in places}
        begun = [item for item in init.body.body if _text(item, tree) in wanted]
        if len(begun) != len(wanted) or not isinstance(cls.body, cst.IndentedBlock):
            return None
        listed = listing.visit(_Listing(name))
        assert isinstance(listed, cst.FunctionDef)
        if listed.deep_equals(listing):
            return None
        changed = {init: _without(init, begun, name), listing: listed}
        members = [changed.get(item, item) if isinstance(item, cst.FunctionDef) else item for item in cls.body.body]
        handler = self._handler(cls, name, [_text(item, tree) for item in begun])
        lines = cls.leading_lines
        handler = handler.with_changes(leading_lines=[line for line in lines if line.comment is None])
        rest = cls.with_changes(
            body=cls.body.with_changes(body=members),
            leading_lines=[*(cst.EmptyLine(indent=False) for _ in range(2)), *(line for line in lines if line.comment)],
        )
        return [handler, rest]

    def _handler(self, cls: cst.ClassDef, name: str, begun: Sequence[str]) -> cst.ClassDef:
        started = "\n".join("        " + _SELF.sub(f"self.{_OWNER}", text) for text in begun)
        snake = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()
        text = _HANDLER.format(
            handler=name,
            base=self.base.name,
            cls=cls.name.value,
            enum=self.enum.name,
            event=self.event,
            name=snake,
            owner=_OWNER,
            started=started,
        )
        made = cst.parse_module(text.lstrip()).body[0]
        assert isinstance(made, cst.ClassDef)
        return made


class _Listing(m.MatcherDecoratableTransformer):
    """Adds a handler's pair to what a method returns, but for what functions inside of it do."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.pair = cst.parse_expression(f"({name}.get_handler_info(), {name})")
        self.depth = 0

    def visit_FunctionDef(self, node: cst.FunctionDef) -> bool:
        self.depth += 1
        return self.depth == 1

    def leave_FunctionDef(self, original_node: cst.FunctionDef, updated_node: cst.FunctionDef) -> cst.FunctionDef:
        self.depth -= 1
        return updated_node

    def leave_Return(self, original_node: cst.Return, updated_node: cst.Return) -> cst.Return:
        value = updated_node.value
        if value is None:
            return updated_node
        if not isinstance(value, cst.List):
            return updated_node.with_changes(value=cst.List([cst.StarredElement(value), cst.Element(self.pair)]))
        elements = list(value.elements)
        comma: cst.Comma | cst.MaybeSentinel = cst.MaybeSentinel.DEFAULT
        if elements:
            comma = elements[-1].comma
            inside = value.lbracket.whitespace_after
            space = inside if isinstance(inside, cst.ParenthesizedWhitespace) else cst.SimpleWhitespace(" ")
            elements[-1] = elements[-1].with_changes(comma=cst.Comma(whitespace_after=space))
        elements.append(cst.Element(self.pair, comma))
        return updated_node.with_changes(value=value.with_changes(elements=elements))


def _method(cls: cst.ClassDef, name: str) -> cst.FunctionDef | None:
    found = [item for item in cls.body.body if isinstance(item, cst.FunctionDef) and item.name.value == name]
    return found[0] if len(found) == 1 and isinstance(found[0].body, cst.IndentedBlock) else None


def _text(statement: cst.CSTNode, tree: cst.Module) -> str:
    """A plain statement as Python itself would write it; "" for any other."""
    if not isinstance(statement, cst.SimpleStatementLine):
        return ""
    code = tree.code_for_node(statement.with_changes(leading_lines=[])).strip()
    return ast.unparse(ast.parse(code))


def _without(init: cst.FunctionDef, begun: Sequence[cst.CSTNode], name: str) -> cst.FunctionDef:
    """An `__init__` that makes its object known to the handler, in the place of what it started."""
    body: list[cst.CSTNode] = []
    for item in init.body.body:
        if item is begun[0] and isinstance(item, cst.SimpleStatementLine):
            known = cst.parse_statement(f"{name}.{_OWNER} = self")
            assert isinstance(known, cst.SimpleStatementLine)
            body.append(known.with_changes(leading_lines=item.leading_lines))
        elif item not in begun:
            body.append(item)
    return init.with_changes(body=init.body.with_changes(body=body))
