"""Split event handlers in two: the process's half stays, a tenant's half gets a class and an event of its own."""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterator, Sequence

import libcst as cst
from libcst.codemod import CodemodContext

from codemods.commands.scoped import FunctionCommand, defined_names, named_infos, split_name, written

_CLASS_NAMES = (
    (r"OnStart(?![a-z])", "OnTenantLoad"),
    (r"Startup(?![a-z])", "TenantLoad"),
    (r"Start(?![a-z])", "TenantLoad"),
)
_HANDLER_NAMES = (
    (r"(?<![a-z])on_start(?![a-z])", "on_tenant_load"),
    (r"(?<![a-z])startup(?![a-z])", "tenant_load"),
    (r"(?<![a-z])start(?![a-z])", "tenant_load"),
)


class SplitHandlers(FunctionCommand):
    """Split handlers' execute by a word that has a letter for each of its statements, and register both halves.

    A place is "Class=word" (see codemods.survey.splitting), or "function:=Class" for an `(info, Class)` of a function.
    The new class inherits from the old one, and with it all but the event, the name and execute.
    """

    DESCRIPTION = "Split event handlers in two, and register both."

    def __init__(self, context: CodemodContext, event: str, becomes: str, enum: str, places: Sequence[str]) -> None:
        super().__init__(context)
        self.event, self.becomes, self.enum = event, becomes, enum
        self.words = dict(place.split("=", 1) for place in places if ":=" not in place)
        self.registered = {place for place in places if ":=" in place}
        self.targets = frozenset(place.partition(":=")[0] for place in self.registered)
        self.found: set[str] = set()
        self.infos: set[str] = set()
        self.new_names = {name: tenant_class(name) for name in self.words}

    @staticmethod
    def add_args(arg_parser: argparse.ArgumentParser) -> None:
        arg_parser.add_argument("--event", required=True, metavar="NAME", help="such as ON_START")
        arg_parser.add_argument("--becomes", required=True, metavar="NAME", help="the event of the other half")
        arg_parser.add_argument("--enum", required=True, metavar="MODULE:NAME", help="the enumeration of events")
        arg_parser.add_argument("--places", nargs="+", required=True, metavar="PLACE", help="such as StartHandler=PTB")

    def transform_module_impl(self, tree: cst.Module) -> cst.Module:
        there = defined_names(tree)
        for name in sorted(self.new_names.values()):
            if name in there:
                self.warn(f"the name {name} is taken here, so its handler is left whole: split it by hand")
                return tree
        changed = super().transform_module_impl(tree)
        missing = {*(f"{name}={word}" for name, word in self.words.items()), *self.registered} - self.found
        for place in sorted(missing):
            self.warn(f"{place.partition('=')[0].rstrip(':')} is not there as it was read: split its handler by hand")
        return tree if missing else changed

    # The class

    def leave_ClassDef(  # type: ignore[override]
        self, original_node: cst.ClassDef, updated_node: cst.ClassDef
    ) -> cst.ClassDef | cst.FlattenSentinel[cst.BaseStatement]:
        name = "".join(self._scopes)[:-1]
        updated_node = super().leave_ClassDef(original_node, updated_node)
        body = updated_node.body.body
        executes = [item for item in body if isinstance(item, cst.FunctionDef) and item.name.value == "execute"]
        if name not in self.words or len(executes) != 1 or not isinstance(executes[0].body, cst.IndentedBlock):
            return updated_node
        halves = [self._half(executes[0], self.words[name], letter) for letter in "PT"]
        if None in halves:
            return updated_node
        self.found.add(f"{name}={self.words[name]}")
        process, tenant = halves
        assert process is not None and tenant is not None
        kept = updated_node.deep_replace(executes[0], process)
        assert isinstance(kept, cst.ClassDef)
        return cst.FlattenSentinel([kept, self._tenant_class(updated_node, tenant)])

    def _half(self, execute: cst.FunctionDef, word: str, letter: str) -> cst.FunctionDef | None:
        """`execute` with the statements of one half, or None where the word does not fit."""
        assert isinstance(execute.body, cst.IndentedBlock)
        letters = iter(word)
        body = _chosen(execute.body, letters, letter, skip=1 if _docstring(execute.body.body[0]) else 0)
        if body is None or next(letters, None) is not None:
            return None
        return execute.with_changes(body=body)

    def _tenant_class(self, node: cst.ClassDef, execute: cst.FunctionDef) -> cst.ClassDef:
        lines: list[cst.BaseStatement] = []
        text = _docstring(node.body.body[0])
        if isinstance(text, cst.SimpleString):
            lines.append(cst.SimpleStatementLine([cst.Expr(_first_line(text))]))
        event = cst.Attribute(self._enum_of(node), cst.Name(self.becomes))
        for item in node.body.body:
            assigned = _assigned(item)
            if assigned == "event_type":
                lines.append(_assignment("event_type", event))
            elif assigned == "init_subscribe":
                lines.append(_assignment("init_subscribe", cst.List([cst.Element(event)])))
            elif assigned == "handler_name":
                lines.append(_assignment("handler_name", _handler_name(_value(item))))
        if lines and text is not None:
            lines[1:2] = [item.with_changes(leading_lines=[cst.EmptyLine(indent=False)]) for item in lines[1:2]]
        execute = execute.with_changes(leading_lines=[cst.EmptyLine(indent=False)])
        return cst.ClassDef(
            cst.Name(tenant_class(node.name.value)),
            cst.IndentedBlock([*lines, execute]),
            [cst.Arg(cst.Name(node.name.value))],
            leading_lines=[cst.EmptyLine(indent=False), cst.EmptyLine(indent=False)],
            lpar=cst.MaybeSentinel.DEFAULT,
        )

    def _enum_of(self, node: cst.ClassDef) -> cst.BaseExpression:
        """The enumeration of events, as the class writes it."""
        for item in node.body.body:
            value = _value(item)
            if _assigned(item) == "event_type" and isinstance(value, cst.Attribute):
                return value.value
        return cst.Name(split_name(self.enum)[1])

    # Where it is registered

    def visit_FunctionDef(self, node: cst.FunctionDef) -> bool | None:
        inside = super().visit_FunctionDef(node)
        if self.current in self.targets:
            self.infos |= named_infos(node, {place.partition(":=")[2] for place in self.registered})
        return inside

    def leave_List(self, original_node: cst.List, updated_node: cst.List) -> cst.List:
        elements: list[cst.BaseElement] = []
        for element in updated_node.elements:
            elements.append(element)
            if (pair := self._other_pair(element.value)) is not None:
                elements.append(element.with_changes(value=pair))
        if len(elements) == len(updated_node.elements):
            return updated_node
        return _one_a_line(updated_node.with_changes(elements=elements))

    def leave_SimpleStatementLine(
        self, original_node: cst.SimpleStatementLine, updated_node: cst.SimpleStatementLine
    ) -> cst.BaseStatement | cst.FlattenSentinel[cst.BaseStatement]:
        small = updated_node.body[0]
        if isinstance(small, cst.Assign) and self._is_info(small):
            assert isinstance(small.value, cst.Call)
            name = cst.Name(f"tenant_{written(small.targets[0].target)}")
            other = cst.Assign([cst.AssignTarget(name)], self._for_tenant(small.value))
            return cst.FlattenSentinel([updated_node, updated_node.with_changes(body=[other], leading_lines=[])])
        call = small.value if isinstance(small, cst.Expr) else None
        if not isinstance(call, cst.Call) or not written(call.func).endswith(".append") or len(call.args) != 1:
            return updated_node
        pair = self._other_pair(call.args[0].value)
        if pair is None:
            return updated_node
        added = small.with_changes(value=call.with_changes(args=[call.args[0].with_changes(value=pair)]))
        return cst.FlattenSentinel([updated_node, updated_node.with_changes(body=[added], leading_lines=[])])

    def _is_info(self, node: cst.Assign) -> bool:
        is_named = self.current in self.targets and written(node.targets[0].target) in self.infos
        return is_named and isinstance(node.value, cst.Call)

    def _other_pair(self, node: cst.BaseExpression) -> cst.Tuple | None:
        """The `(info, Class)` of the new class, for that of the old one."""
        if not isinstance(node, cst.Tuple) or len(node.elements) != 2:
            return None
        info, cls = (element.value for element in node.elements)
        place = f"{self.current}:={written(cls)}"
        if place not in self.registered or not isinstance(cls, cst.Name):
            return None
        new = cst.Name(tenant_class(cls.value))
        if isinstance(info, cst.Name) and info.value in self.infos:
            other: cst.BaseExpression = cst.Name(f"tenant_{info.value}")
        elif isinstance(info, cst.Call) and written(info.func) == f"{cls.value}.get_handler_info":
            other = info.with_changes(func=cst.Attribute(new, cst.Name("get_handler_info")))
        elif isinstance(info, cst.Call):
            other = self._for_tenant(info)
        else:
            return None
        self.found.add(place)
        elements = [node.elements[0].with_changes(value=other), node.elements[1].with_changes(value=new)]
        return node.with_changes(elements=elements)

    def _for_tenant(self, info: cst.Call) -> cst.Call:
        return info.with_changes(args=[self._argument(arg) for arg in info.args])

    def _argument(self, arg: cst.Arg) -> cst.Arg:
        keyword = arg.keyword.value if arg.keyword else ""
        if keyword == "name":
            return arg.with_changes(value=_handler_name(arg.value))
        if keyword == "event_type" and isinstance(arg.value, cst.Attribute):
            return arg.with_changes(value=arg.value.with_changes(attr=cst.Name(self.becomes)))
        if keyword == "event_type":
            return arg.with_changes(value=cst.SimpleString(f'"{self.becomes.lower()}"'))
        return arg


def tenant_class(name: str) -> str:
    """The name of the class that takes a tenant's half of a handler."""
    for old, new in _CLASS_NAMES:
        if re.search(old, name):
            return re.sub(old, new, name, count=1)
    return f"{name.removesuffix('Handler')}TenantLoad{'Handler' * name.endswith('Handler')}"


def _handler_name(value: cst.BaseExpression | None) -> cst.BaseExpression:
    if not isinstance(value, cst.SimpleString):
        return cst.BinaryOperation(value or cst.SimpleString('""'), cst.Add(), cst.SimpleString('"_tenant_load"'))
    text = value.raw_value
    for old, new in _HANDLER_NAMES:
        if re.search(old, text):
            return value.with_changes(value=value.value.replace(text, re.sub(old, new, text, count=1)))
    return value.with_changes(value=value.value.replace(text, f"{text}_tenant_load"))


def _chosen(block: cst.IndentedBlock, letters: Iterator[str], half: str, skip: int = 0) -> cst.IndentedBlock | None:
    """A block with those statements that belong to a half; None where the letters do not fit."""
    body = list(block.body[:skip])
    for statement in block.body[skip:]:
        letter = next(letters, None)
        if letter is None:
            return None
        if letter == "(":
            if not isinstance(statement, cst.Try) or not isinstance(statement.body, cst.IndentedBlock):
                return None
            inner = _chosen(statement.body, letters, half)
            if inner is None or next(letters, None) != ")":
                return None
            body.append(statement.with_changes(body=inner))
        elif letter in (half, "B"):
            body.append(statement)
    return block.with_changes(body=body) if body else None


def _one_a_line(node: cst.List) -> cst.List:
    """A list with each of its elements on a line of its own, as it is where that is so already."""
    if isinstance(node.lbracket.whitespace_after, cst.ParenthesizedWhitespace):
        space = node.lbracket.whitespace_after
    else:
        space = cst.ParenthesizedWhitespace(indent=True, last_line=cst.SimpleWhitespace("    "))
    last = node.elements[-1].comma
    if not isinstance(last, cst.Comma):
        last = cst.Comma(whitespace_after=cst.ParenthesizedWhitespace(indent=True))
    elements = [
        item
        if isinstance(item.comma, cst.Comma) and item.comma is not last
        else item.with_changes(comma=cst.Comma(whitespace_after=space))
        for item in node.elements[:-1]
    ]
    return node.with_changes(
        lbracket=node.lbracket.with_changes(whitespace_after=space),
        elements=[*elements, node.elements[-1].with_changes(comma=last)],
        rbracket=node.rbracket.with_changes(whitespace_before=cst.SimpleWhitespace("")),
    )


def _first_line(text: cst.SimpleString) -> cst.SimpleString:
    """A docstring that says whose half it is."""
    first = text.raw_value.strip().partition("\n")[0].rstrip("。. ")
    return cst.SimpleString(f'"""{first}（每个租户的部分）"""')


def _assignment(name: str, value: cst.BaseExpression) -> cst.SimpleStatementLine:
    return cst.SimpleStatementLine([cst.Assign([cst.AssignTarget(cst.Name(name))], value)])


def _assigned(item: cst.CSTNode) -> str:
    """The name that a line gives a value, or ""."""
    small = item.body[0] if isinstance(item, cst.SimpleStatementLine) else None
    if isinstance(small, cst.AnnAssign) and small.value is not None:
        return written(small.target)
    return written(small.targets[0].target) if isinstance(small, cst.Assign) else ""


def _value(item: cst.CSTNode) -> cst.BaseExpression | None:
    small = item.body[0] if isinstance(item, cst.SimpleStatementLine) else None
    return small.value if isinstance(small, (cst.Assign, cst.AnnAssign)) else None


def _docstring(item: cst.CSTNode) -> cst.BaseExpression | None:
    small = item.body[0] if isinstance(item, cst.SimpleStatementLine) and len(item.body) == 1 else None
    if isinstance(small, cst.Expr) and isinstance(small.value, (cst.SimpleString, cst.ConcatenatedString)):
        return small.value
    return None
