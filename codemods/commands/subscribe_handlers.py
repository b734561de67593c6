"""Subscribe event handlers to another event, wherever that is said."""

from __future__ import annotations

import argparse
import re
from collections.abc import Sequence

import libcst as cst
from libcst.codemod import CodemodContext
from libcst.codemod.visitors import AddImportsVisitor

from codemods.commands.scoped import FunctionCommand, defined_names, named_infos, split_name, written

_SUBSCRIBING = frozenset({"event_type", "init_subscribe"})
_TELLING = frozenset({"handler_name", "handler_description", "name", "description"})


class SubscribeHandlers(FunctionCommand):
    """Change the event of handler classes, and of the EventHandlerInfo that registers them.

    A place is "Class" for what a class itself says, "Class>NewName" to rename it as well, or "function=Class" for the
    `(EventHandlerInfo(...), Class)` of a function. Names and docstrings that tell the old event tell the new one.
    """

    DESCRIPTION = "Subscribe event handlers to another event, wherever that is said."

    def __init__(self, context: CodemodContext, event: str, becomes: str, enum: str, places: Sequence[str]) -> None:
        super().__init__(context)
        self.event, self.becomes, self.enum = event, becomes, enum
        self.classes = {place.partition(">")[0]: place for place in places if "=" not in place}
        self.names = {old: new for old, _, new in (place.partition(">") for place in self.classes.values()) if new}
        self.registered = {place for place in places if "=" in place}
        self.targets = frozenset(place.partition("=")[0] for place in self.registered)
        self.found: set[str] = set()
        self.constants: dict[str, cst.BaseExpression] = {}
        self.infos: set[str] = set()

    @staticmethod
    def add_args(arg_parser: argparse.ArgumentParser) -> None:
        arg_parser.add_argument("--event", required=True, metavar="NAME", help="such as ON_START")
        arg_parser.add_argument("--becomes", required=True, metavar="NAME", help="the event instead")
        arg_parser.add_argument("--enum", required=True, metavar="MODULE:NAME", help="the enumeration of events")
        arg_parser.add_argument("--places", nargs="+", required=True, metavar="PLACE", help="such as StartHandler")

    def transform_module_impl(self, tree: cst.Module) -> cst.Module:
        self.taken = defined_names(tree)
        for statement in tree.body:
            for small in statement.body if isinstance(statement, cst.SimpleStatementLine) else ():
                if isinstance(small, cst.Assign) and isinstance(small.targets[0].target, cst.Name):
                    self.constants[small.targets[0].target.value] = small.value
        changed = super().transform_module_impl(tree)
        if self.names:
            changed = changed.visit(_Rename(self.names))
        for place in sorted({*self.classes.values(), *self.registered} - self.found):
            self.warn(f"{place} is not subscribed here as it was read: subscribe it to {self.becomes} by hand")
        return changed

    # A class

    def leave_ClassDef(self, original_node: cst.ClassDef, updated_node: cst.ClassDef) -> cst.ClassDef:
        name = "".join(self._scopes)[:-1]
        updated_node = super().leave_ClassDef(original_node, updated_node)
        if name not in self.classes or not isinstance(updated_node.body, cst.IndentedBlock):
            return updated_node
        before = updated_node.body.body
        body = [self._in_class(item) for item in before]
        own = [index for index, item in enumerate(body) if _assigned(item) in _SUBSCRIBING]
        if own and all(body[index].deep_equals(before[index]) for index in own):
            return updated_node  # it says its event in a way that was not understood
        if not own:
            place = 1 if _docstring(body[0]) is not None else 0
            following = body[place] if place < len(body) else None
            lines = following.leading_lines if isinstance(following, cst.SimpleStatementLine) else ()
            body[place : place + bool(lines)] = (
                [following.with_changes(leading_lines=())] if lines and following else []
            )
            body.insert(place, cst.SimpleStatementLine([self._own_event()], leading_lines=lines))
        self.found.add(self.classes[name])
        return updated_node.with_changes(body=updated_node.body.with_changes(body=body))

    def _own_event(self) -> cst.Assign:
        module, name = split_name(self.enum)
        if name not in self.taken:
            AddImportsVisitor.add_needed_import(self.context, module, name)
        return cst.Assign([cst.AssignTarget(cst.Name("event_type"))], self._member())

    def _member(self) -> cst.Attribute:
        return cst.Attribute(cst.Name(split_name(self.enum)[1]), cst.Name(self.becomes))

    def _in_class(self, item: cst.BaseStatement) -> cst.BaseStatement:
        if isinstance(item, cst.FunctionDef) and isinstance(item.body, cst.IndentedBlock):
            first = self._told(item.body.body[0])
            return item.with_changes(body=item.body.with_changes(body=[first, *item.body.body[1:]]))
        name = _assigned(item)
        if name in _SUBSCRIBING or name in _TELLING:
            assert isinstance(item, cst.SimpleStatementLine)
            small = item.body[0]
            assert isinstance(small, (cst.Assign, cst.AnnAssign))
            value = self._changed(small.value, telling=name in _TELLING)
            return item.with_changes(body=[small.with_changes(value=value), *item.body[1:]])
        return self._told(item)

    def _told(self, item: cst.BaseStatement) -> cst.BaseStatement:
        """A docstring that tells the event."""
        text = _docstring(item)
        if text is None:
            return item
        changed = item.deep_replace(text, self._in_text(text))
        assert isinstance(changed, cst.BaseStatement)
        return changed

    def _changed(self, value: cst.BaseExpression | None, *, telling: bool) -> cst.BaseExpression | None:
        if isinstance(value, cst.Name) and not telling:
            # A constant may say it for others as well: what it stands for is said here instead.
            value = self.constants.get(value.value) or self._own_event().value
        return None if value is None else self._in_text(value, anywhere=telling)

    def _in_text(self, value: cst.BaseExpression, *, anywhere: bool = True) -> cst.BaseExpression:
        changed = value.visit(_Events(self.event, self.becomes, anywhere=anywhere))
        assert isinstance(changed, cst.BaseExpression)
        return changed

    # Where it is registered

    def visit_FunctionDef(self, node: cst.FunctionDef) -> bool | None:
        inside = super().visit_FunctionDef(node)
        if self.current in self.targets:
            classes = {place.partition("=")[2] for place in self.registered}
            self.infos |= named_infos(node, classes)
        return inside

    def leave_Tuple(self, original_node: cst.Tuple, updated_node: cst.Tuple) -> cst.Tuple:
        elements = updated_node.elements
        if len(elements) != 2 or not self._registers(elements[1].value):
            return updated_node
        info = elements[0].with_changes(value=self._info(elements[0].value))
        return updated_node.with_changes(elements=[info, elements[1]])

    def leave_Call(self, original_node: cst.Call, updated_node: cst.Call) -> cst.Call:
        args = updated_node.args
        if len(args) != 2 or not self._registers(args[1].value):
            return updated_node
        return updated_node.with_changes(args=[args[0].with_changes(value=self._info(args[0].value)), args[1]])

    def leave_Assign(self, original_node: cst.Assign, updated_node: cst.Assign) -> cst.Assign:
        if self.current in self.targets and written(updated_node.targets[0].target) in self.infos:
            return updated_node.with_changes(value=self._info(updated_node.value))
        return updated_node

    def _registers(self, node: cst.BaseExpression) -> bool:
        place = f"{self.current}={written(node)}"
        if place not in self.registered:
            return False
        self.found.add(place)
        return True

    def _info(self, info: cst.BaseExpression) -> cst.BaseExpression:
        """`EventHandlerInfo(name=..., event_type=...)` with the new event."""
        if not isinstance(info, cst.Call):
            return info
        args = []
        for arg in info.args:
            keyword = arg.keyword.value if arg.keyword else ""
            value = (
                self._changed(arg.value, telling=keyword in _TELLING) if keyword in _TELLING | _SUBSCRIBING else None
            )
            args.append(arg.with_changes(value=value or arg.value))
        return info.with_changes(args=args)


class _Events(cst.CSTTransformer):
    """Replaces an event in an expression: its member, its value as a string, and (`anywhere`) every mention in text."""

    def __init__(self, event: str, becomes: str, *, anywhere: bool) -> None:
        self.event, self.becomes, self.anywhere = event, becomes, anywhere

    def leave_Attribute(self, original_node: cst.Attribute, updated_node: cst.Attribute) -> cst.Attribute:
        if updated_node.attr.value != self.event:
            return updated_node
        return updated_node.with_changes(attr=cst.Name(self.becomes))

    def leave_SimpleString(self, original_node: cst.SimpleString, updated_node: cst.SimpleString) -> cst.SimpleString:
        text = updated_node.value
        if self.anywhere or updated_node.raw_value.upper() == self.event:
            for old, new in ((self.event, self.becomes), (self.event.lower(), self.becomes.lower())):
                text = re.sub(rf"(?<![A-Za-z]){old}(?![A-Za-z])", new, text)
        return updated_node.with_changes(value=text)


class _Rename(cst.CSTTransformer):
    """Replaces names of the module, and their mentions in `__all__`."""

    def __init__(self, names: dict[str, str]) -> None:
        self.names = names
        self.attributes: set[int] = set()

    def visit_Attribute(self, node: cst.Attribute) -> None:
        self.attributes.add(id(node.attr))

    def leave_Name(self, original_node: cst.Name, updated_node: cst.Name) -> cst.Name:
        if id(original_node) in self.attributes:
            return updated_node
        return updated_node.with_changes(value=self.names.get(updated_node.value, updated_node.value))


def _assigned(item: cst.BaseStatement) -> str:
    """The name that a line gives a value, or ""."""
    small = item.body[0] if isinstance(item, cst.SimpleStatementLine) else None
    if isinstance(small, cst.AnnAssign) and small.value is not None:
        return written(small.target)
    return written(small.targets[0].target) if isinstance(small, cst.Assign) else ""


def _docstring(item: cst.CSTNode) -> cst.BaseExpression | None:
    small = item.body[0] if isinstance(item, cst.SimpleStatementLine) and len(item.body) == 1 else None
    if isinstance(small, cst.Expr) and isinstance(small.value, (cst.SimpleString, cst.ConcatenatedString)):
        return small.value
    return None
