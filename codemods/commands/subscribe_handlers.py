"""Subscribe event handlers to another event, wherever that is said."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import takewhile
from typing import Annotated

import libcst as cst
from libcst.codemod import CodemodContext

from codemods.commands.editing.code import assigned_name, defined_names, docstring, named_infos, written
from codemods.commands.editing.function_command import FunctionCommand
from codemods.commands.editing.imports import need_import, without_import
from codemods.messages import phrase
from codemods.places import Imported, Subscription

_SUBSCRIBING = frozenset({"event_type", "init_subscribe"})
_NAMING = frozenset({"handler_name", "handler_description", "name", "description"})
# What must not stand around a mention of the event: it may be a part of a name, and is a word in other text.
_PART, _WORD = "[A-Za-z]", "[A-Za-z0-9_]"


class SubscribeHandlers(FunctionCommand):
    """Change the event of handler classes, and of the EventHandlerInfo that registers them.

    A place is a class for what it says itself, or the `(EventHandlerInfo(...), Class)` of a function. Names and
    docstrings that tell the old event tell the new one; where others know a handler by its name, that stays as it is.
    """

    DESCRIPTION = "Subscribe event handlers to another event, wherever that is said."

    PLACE = Subscription

    def __init__(
        self,
        context: CodemodContext,
        places: Sequence[Subscription],
        *,
        event: Annotated[str, "such as ON_START"],
        becomes: Annotated[str, "the event instead"],
        enum: Imported,
    ) -> None:
        super().__init__(context)
        self.event, self.becomes, self.enum = event, becomes, enum
        self.keeping = {place.cls for place in places if place.keeps_name}
        self.classes = frozenset(place.cls for place in places if not place.function)
        # Functions and the classes that they register; no function where the class itself says its event.
        self.wanted = {(place.function, place.cls) for place in places}
        self.targets = frozenset(place.function for place in places if place.function)
        self.found: set[tuple[str, str]] = set()
        self.constants: dict[str, cst.BaseExpression] = {}
        # The names of infos in each function, and those whose event has been changed.
        self.infos: dict[str, set[str]] = {}
        self.keeps_name = False
        self.changed: set[tuple[str, str]] = set()
        # Names that the event is now said instead of.
        self.inlined: set[str] = set()

    def transform_module_impl(self, tree: cst.Module) -> cst.Module:
        self.taken = defined_names(tree)
        self.imported = _imported_names(tree)
        for statement in tree.body:
            for small in statement.body if isinstance(statement, cst.SimpleStatementLine) else ():
                if isinstance(small, cst.Assign) and isinstance(small.targets[0].target, cst.Name):
                    self.constants[small.targets[0].target.value] = small.value
        changed = super().transform_module_impl(tree)
        for name in sorted(self.inlined):
            changed = without_import(self.context, changed, name)
        for function, name in sorted(self.wanted - self.found):
            place = phrase("{cls} in {function}", cls=name, function=function) if function else name
            self.warn(
                phrase(
                    "{place} is not subscribed here as it was read: subscribe it to {becomes} by hand",
                    place=place,
                    becomes=self.becomes,
                )
            )
        return changed

    # A class

    def leave_ClassDef(self, original_node: cst.ClassDef, updated_node: cst.ClassDef) -> cst.ClassDef:
        name = self.current_class
        updated_node = super().leave_ClassDef(original_node, updated_node)
        if ("", name) not in self.wanted or not isinstance(updated_node.body, cst.IndentedBlock):
            return updated_node
        self.replaced = False
        self.keeps_name = name in self.keeping
        body = [self._in_class(item) for item in updated_node.body.body]
        if not self.replaced and (not self._can_name_event() or _SUBSCRIBING & defined_names(updated_node.body)):
            return updated_node  # it says its event in a way that was not understood
        if not self.replaced:
            place = 1 if docstring(body[0]) is not None else 0
            lines: Sequence[cst.EmptyLine] = ()
            if isinstance(following := body[place] if place < len(body) else None, cst.SimpleStatementLine):
                lines = list(takewhile(lambda line: line.comment is None, following.leading_lines))
                body[place] = following.with_changes(leading_lines=following.leading_lines[len(lines) :])
            body.insert(place, cst.SimpleStatementLine([self._own_event()], leading_lines=lines))
        self.found.add(("", name))
        return updated_node.with_changes(body=updated_node.body.with_changes(body=body))

    def _can_name_event(self) -> bool:
        return self.enum.name not in self.taken or self.enum.name in self.imported

    def _own_event(self) -> cst.Assign:
        if self.enum.name not in self.taken:
            need_import(self.context, self.enum)
        return cst.Assign([cst.AssignTarget(cst.Name("event_type"))], self._member())

    def _member(self) -> cst.Attribute:
        return cst.Attribute(cst.Name(self.enum.name), cst.Name(self.becomes))

    def _in_class(self, item: cst.BaseStatement) -> cst.BaseStatement:
        if isinstance(item, cst.FunctionDef) and isinstance(item.body, cst.IndentedBlock):
            first = self._in_docstring(item.body.body[0])
            return item.with_changes(body=item.body.with_changes(body=[first, *item.body.body[1:]]))
        name = assigned_name(item)
        if name in _SUBSCRIBING or name in _NAMING:
            assert isinstance(item, cst.SimpleStatementLine)
            small = item.body[0]
            assert isinstance(small, (cst.Assign, cst.AnnAssign))
            value = self._changed(small.value, name)
            return item.with_changes(body=[small.with_changes(value=value), *item.body[1:]])
        return self._in_docstring(item)

    def _in_docstring(self, item: cst.BaseStatement) -> cst.BaseStatement:
        """A statement; where it is a docstring, with the event renamed in it."""
        text = docstring(item)
        if text is None:
            return item
        changed = item.deep_replace(text, self._in_text(text, _WORD))
        assert isinstance(changed, cst.BaseStatement)
        return changed

    def _changed(self, value: cst.BaseExpression | None, name: str) -> cst.BaseExpression | None:
        """What an attribute of a class, or an argument of an info, becomes."""
        if value is None or (name.endswith("name") and self.keeps_name):
            return value
        if name in _NAMING:
            return self._in_text(value, _PART if name.endswith("name") else _WORD)
        if isinstance(value, cst.Name) and value.value not in self.constants and self._can_name_event():
            self.replaced = True
            self.inlined.add(value.value)
            return self._own_event().value
        # A constant may say it for others as well: what it stands for is said here instead.
        said = self.constants.get(value.value, value) if isinstance(value, cst.Name) else value
        changed = self._in_text(said, "")
        if changed.deep_equals(said):
            return value
        self.replaced = True
        return changed

    def _in_text(self, value: cst.BaseExpression, around: str) -> cst.BaseExpression:
        changed = value.visit(_Events(self.event, self.becomes, around))
        assert isinstance(changed, cst.BaseExpression)
        return changed

    # Where it is registered

    def visit_FunctionDef(self, node: cst.FunctionDef) -> bool | None:
        inside = super().visit_FunctionDef(node)
        if self.current in self.targets:
            classes = {name for function, name in self.wanted if function == self.current}
            self.infos[self.current] = named_infos(node, classes)
        return inside

    def leave_Tuple(self, original_node: cst.Tuple, updated_node: cst.Tuple) -> cst.Tuple:
        elements = updated_node.elements
        if len(elements) != 2 or not self._registers(elements[1].value):
            return updated_node
        info = elements[0].with_changes(value=self._registered(elements[0].value, elements[1].value))
        return updated_node.with_changes(elements=[info, elements[1]])

    def leave_Call(self, original_node: cst.Call, updated_node: cst.Call) -> cst.Call:
        args = updated_node.args
        if len(args) != 2 or not self._registers(args[1].value):
            return updated_node
        info = args[0].with_changes(value=self._registered(args[0].value, args[1].value))
        return updated_node.with_changes(args=[info, args[1]])

    def leave_Assign(self, original_node: cst.Assign, updated_node: cst.Assign) -> cst.Assign:
        names = {written(target.target) for target in updated_node.targets} & self.infos.get(self.current, set())
        if not names:
            return updated_node
        self.replaced, self.keeps_name = False, bool(self.keeping)
        value = self._info(updated_node.value)
        if self.replaced:
            self.changed |= {(self.current, name) for name in names}
        return updated_node.with_changes(value=value)

    def _registers(self, node: cst.BaseExpression) -> bool:
        return (self.current, written(node)) in self.wanted

    def _registered(self, info: cst.BaseExpression, cls: cst.BaseExpression) -> cst.BaseExpression:
        """The info that registers a class; the place is found when its event has become the other one."""
        self.replaced = (self.current, written(info)) in self.changed
        self.keeps_name = written(cls) in self.keeping
        changed = self._info(info)
        if self.replaced:
            self.found.add((self.current, written(cls)))
        return changed

    def _info(self, info: cst.BaseExpression) -> cst.BaseExpression:
        """`EventHandlerInfo(name=..., event_type=...)` with the new event."""
        if not isinstance(info, cst.Call):
            return info
        args = []
        for arg in info.args:
            keyword = arg.keyword.value if arg.keyword else ""
            value = self._changed(arg.value, keyword) if keyword in _NAMING | _SUBSCRIBING else None
            args.append(arg.with_changes(value=value or arg.value))
        return info.with_changes(args=args) if self.replaced else info


class _Events(cst.CSTTransformer):
    """Replaces an event in an expression: its member, its value as a string, and mentions in text.

    around: what must not stand around a mention; "" where a text is the event or nothing.
    """

    def __init__(self, event: str, becomes: str, around: str) -> None:
        self.event, self.becomes, self.around = event, becomes, around

    def leave_Attribute(self, original_node: cst.Attribute, updated_node: cst.Attribute) -> cst.Attribute:
        if updated_node.attr.value != self.event:
            return updated_node
        return updated_node.with_changes(attr=cst.Name(self.becomes))

    def leave_SimpleString(self, original_node: cst.SimpleString, updated_node: cst.SimpleString) -> cst.SimpleString:
        is_event = updated_node.raw_value.upper() == self.event
        return (
            updated_node.with_changes(value=self._renamed(updated_node.value))
            if self.around or is_event
            else updated_node
        )

    def leave_FormattedStringText(
        self, original_node: cst.FormattedStringText, updated_node: cst.FormattedStringText
    ) -> cst.FormattedStringText:
        return updated_node.with_changes(value=self._renamed(updated_node.value)) if self.around else updated_node

    def _renamed(self, text: str) -> str:
        around = self.around or _WORD
        for old, new in ((self.event, self.becomes), (self.event.lower(), self.becomes.lower())):
            text = re.sub(rf"(?<!{around}){old}(?!{around})", new, text)
        return text


def _imported_names(tree: cst.Module) -> set[str]:
    """The names that a module imports from others, wherever from: a package re-exports what it is made of."""
    found = set()
    for statement in tree.body:
        for small in statement.body if isinstance(statement, cst.SimpleStatementLine) else ():
            if isinstance(small, cst.ImportFrom) and not isinstance(small.names, cst.ImportStar):
                found |= {alias.evaluated_name for alias in small.names if not alias.asname}
    return found
