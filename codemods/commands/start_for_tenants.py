"""Run what a class's `__init__` starts or makes for tenants from an event handler of its own instead."""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Annotated

import libcst as cst
from libcst.codemod import CodemodContext

from codemods.commands.editing.code import defined_names
from codemods.commands.editing.function_command import PlaceCommand
from codemods.commands.editing.imports import can_import, need_import_above
from codemods.messages import phrase
from codemods.places import Beginnings, Imported, Place

_OWNER = "started_plugin"
_HANDLER = '''
class {handler}({base}):
    """每个租户加载时，{does} {cls} 原来在 __init__ 中为所有人只{does}一次的{what}"""

    event_type = {enum}.{event}
    handler_name = "{name}"
    handler_description = "{does} {cls} 的{short}"
{first}    {owner}: "{cls}" = None

    async def execute(self, message):
{gate}        return True, True, None, None, None
'''
# Others of the tenant's loading work with what is made.
_FIRST = "    weight = 100000  # 先于其他处理器\n    intercept_message = True\n"
_GATE = f"        if self.{_OWNER} is None:\n            return True, True, None, None, None\n"

_Body = list[cst.BaseStatement | cst.SimpleStatementLine | cst.BaseCompoundStatement]


class StartForTenants(PlaceCommand, cst.CSTTransformer):
    """Move statements from a class's `__init__` into a handler of another event, which is then to be registered.

    A place is a class, its handler, and a statement of the class, such as `create_task(self.loop())`.
    """

    DESCRIPTION = "Run what a class's __init__ starts or makes from an event handler of its own."

    PLACE = Beginnings

    def __init__(
        self,
        context: CodemodContext,
        places: Sequence[Beginnings],
        *,
        becomes: Annotated[str, "the event of the handler"],
        enum: Imported,
        base: Imported,
    ) -> None:
        PlaceCommand.__init__(self, context)
        cst.CSTTransformer.__init__(self)
        self.event, self.enum, self.base = becomes, enum, base
        self.places: dict[str, dict[str, list[Beginnings]]] = defaultdict(lambda: defaultdict(list))
        for place in places:
            self.places[place.cls][place.handler].append(place)

    def looks_into(self, places: Sequence[Place]) -> Iterable[str]:
        return self.places

    def transform_module_impl(self, tree: cst.Module) -> cst.Module:
        if not all(can_import(self.context, tree, item) for item in (self.enum, self.base)):
            self.warn(phrase("a name is taken here that the new handler needs: start it for each tenant by hand"))
            return tree
        self.taken = defined_names(tree)
        body: _Body = []
        for statement in tree.body:
            by_handler = self.places.get(statement.name.value) if isinstance(statement, cst.ClassDef) else None
            made = self._apart(statement, by_handler) if by_handler and isinstance(statement, cst.ClassDef) else None
            body += [statement] if made is None else made
            if by_handler and made is None:
                place = next(iter(by_handler.values()))[0]
                self.warn(
                    phrase(
                        "{statement} is not in {cls} as it was read: start it by hand",
                        statement=place.statement,
                        cls=place.cls,
                    )
                )
        if len(body) == len(tree.body):
            return tree
        first = next(index for index, item in enumerate(tree.body) if item is not body[index])
        for item in (self.enum, self.base):
            need_import_above(self.context, tree.body[:first], item)
        return tree.with_changes(body=body)

    def _apart(self, cls: cst.ClassDef, by_handler: dict[str, list[Beginnings]]) -> _Body | None:
        """The handlers and the class without what they run; None where it is not as it was read."""
        init = _method(cls, "__init__")
        if not self.taken.isdisjoint(by_handler) or init is None or not isinstance(cls.body, cst.IndentedBlock):
            return None
        handlers: _Body = []
        changed: cst.FunctionDef = init
        for name, places in by_handler.items():
            moving = _Moving({place.statement for place in places}, name)
            after = changed.visit(moving)
            if len(moving.moved) != len(places) or not isinstance(after, cst.FunctionDef):
                return None
            changed = after
            handlers.append(self._handler(cls, name, places[0], moving.moved))
        members = [changed if item is init else item for item in cls.body.body]
        lines = cls.leading_lines
        above = [line for line in lines if line.comment is None]
        between = [cst.EmptyLine(indent=False) for _ in range(2)]
        handlers = [item.with_changes(leading_lines=between if index else above) for index, item in enumerate(handlers)]
        rest = cls.with_changes(
            body=cls.body.with_changes(body=members),
            leading_lines=[*between, *(line for line in lines if line.comment)],
        )
        return [*handlers, rest]

    def _handler(
        self, cls: cst.ClassDef, name: str, place: Beginnings, moved: Sequence[cst.SimpleStatementLine]
    ) -> cst.ClassDef:
        text = _HANDLER.format(
            handler=name,
            base=self.base.name,
            cls=cls.name.value,
            enum=self.enum.name,
            event=self.event,
            name=re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower(),
            owner=_OWNER,
            does="创建" if place.making else "启动",
            what="对象" if place.making else "任务",
            short="对象" if place.making else "后台任务",
            first=_FIRST if place.making else "",
            gate=_GATE if place.is_gated else "",
        )
        made = cst.parse_module(text.lstrip()).body[0]
        assert isinstance(made, cst.ClassDef)
        (execute,) = (item for item in made.body.body if isinstance(item, cst.FunctionDef))
        owned = [item.with_changes(leading_lines=()).visit(_Owned()) for item in moved]
        *before, answer = execute.body.body
        body = execute.body.with_changes(body=[*before, *owned, answer])
        members = [item.with_changes(body=body) if item is execute else item for item in made.body.body]
        return made.with_changes(body=made.body.with_changes(body=members))


class _Moving(cst.CSTTransformer):
    """Takes statements out of an `__init__`; in the place of the first, its object is made known to the handler."""

    def __init__(self, wanted: set[str], handler: str) -> None:
        super().__init__()
        self.wanted = wanted
        self.known = f"{handler}.{_OWNER} = self"
        self.moved: list[cst.SimpleStatementLine] = []

    def leave_SimpleStatementLine(
        self, original_node: cst.SimpleStatementLine, updated_node: cst.SimpleStatementLine
    ) -> cst.SimpleStatementLine | cst.RemovalSentinel:
        if _text(original_node) not in self.wanted:
            return updated_node
        self.moved.append(original_node)
        if len(self.moved) > 1:
            return cst.RemoveFromParent()
        known = cst.parse_statement(self.known)
        assert isinstance(known, cst.SimpleStatementLine)
        return known.with_changes(leading_lines=updated_node.leading_lines)


class _Owned(cst.CSTTransformer):
    """What was an object's own is now that of the object that the handler knows."""

    def leave_Name(self, original_node: cst.Name, updated_node: cst.Name) -> cst.BaseExpression:
        if original_node.value != "self":
            return updated_node
        return cst.Attribute(cst.Name("self"), cst.Name(_OWNER))


def _method(cls: cst.ClassDef, name: str) -> cst.FunctionDef | None:
    found = [item for item in cls.body.body if isinstance(item, cst.FunctionDef) and item.name.value == name]
    return found[0] if len(found) == 1 and isinstance(found[0].body, cst.IndentedBlock) else None


def _text(statement: cst.SimpleStatementLine) -> str:
    """A statement as Python itself would write it."""
    code = cst.Module([]).code_for_node(statement.with_changes(leading_lines=[])).strip()
    return ast.unparse(ast.parse(code))
