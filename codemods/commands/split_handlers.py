"""Split event handlers in two: the process's half stays, a tenant's half gets a class and an event of its own."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import dropwhile
from typing import Annotated

import libcst as cst
import libcst.matchers as m
from libcst.codemod import CodemodContext

from codemods.commands.editing.code import assigned_name, defined_names, docstring, named_infos, written
from codemods.commands.editing.function_command import FunctionCommand
from codemods.commands.editing.imports import can_import, need_import
from codemods.messages import phrase
from codemods.places import Half, Halves, Imported, Splitting, Tried

_SUBSCRIBING = ("event_type", "init_subscribe")
# What means something else in a class of another name: the class that is meant, and names that are mangled with it.
_OF_THIS_CLASS = m.Name("super") | m.Name("__class__") | m.Name(m.MatchRegex(r"__\w*?[^_]_?$"))
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
    """Split handlers' execute by whose each of its statements is, and register both halves.

    A place is a class with its statements' halves, or the `(info, Class)` of a function. The new class inherits from
    the old one, and with it all but the event, the name and execute.
    """

    DESCRIPTION = "Split event handlers in two, and register both."

    PLACE = Splitting

    def __init__(
        self,
        context: CodemodContext,
        places: Sequence[Splitting],
        *,
        event: Annotated[str, "such as ON_START"],
        becomes: Annotated[str, "the event of the other half"],
        enum: Imported,
    ) -> None:
        super().__init__(context)
        self.event, self.becomes, self.enum = event, becomes, enum
        self.halves = {place.cls: place.halves for place in places if not place.function}
        self.classes = frozenset(self.halves)
        # Functions and the classes that they register; no function where the class itself is split.
        self.wanted = {(place.function, place.cls) for place in places}
        self.targets = frozenset(place.function for place in places if place.function)
        self.found: set[tuple[str, str]] = set()
        # The names of infos in each function, and those that have one for the tenant's half.
        self.infos: dict[str, set[str]] = {}
        self.doubled: set[tuple[str, str]] = set()

    def transform_module_impl(self, tree: cst.Module) -> cst.Module:
        there = defined_names(tree)
        for name in sorted(map(tenant_class, self.halves)):
            if name in there:
                self.warn(
                    phrase("the name {name} is taken here, so its handler is left whole: split it by hand", name=name)
                )
                return tree
        self.can_import = can_import(self.context, tree, self.enum)
        self.lacks_enum = False
        self.indent = tree.default_indent
        changed = super().transform_module_impl(tree)
        missing = self.wanted - self.found
        for name in sorted(function or cls for function, cls in missing):
            self.warn(phrase("{name} is not there as it was read: split its handler by hand", name=name))
        if missing:
            return tree
        if self.lacks_enum:
            need_import(self.context, self.enum)
        return changed

    # The class

    def leave_ClassDef(  # type: ignore[override]
        self, original_node: cst.ClassDef, updated_node: cst.ClassDef
    ) -> cst.ClassDef | cst.FlattenSentinel[cst.BaseStatement]:
        name = self.current_class
        updated_node = super().leave_ClassDef(original_node, updated_node)
        body = updated_node.body.body
        executes = [item for item in body if isinstance(item, cst.FunctionDef) and item.name.value == "execute"]
        if name not in self.halves or len(executes) != 1 or not isinstance(executes[0].body, cst.IndentedBlock):
            return updated_node
        if updated_node.decorators or self.is_taken(tenant_class(name)):
            return updated_node  # what the decorators do, they would have to do to both
        halves = [self._half(executes[0], self.halves[name], half) for half in (Half.PROCESS, Half.TENANT)]
        process, tenant = halves
        enum = self._enum_of(updated_node)
        if process is None or tenant is None or enum is None or m.findall(tenant, _OF_THIS_CLASS):
            return updated_node
        if _needs_names_of(updated_node, tenant, enum):
            return updated_node
        self.found.add(("", name))
        kept = updated_node.deep_replace(executes[0], process)
        assert isinstance(kept, cst.ClassDef)
        return cst.FlattenSentinel([kept, self._tenant_class(updated_node, tenant, enum)])

    def _half(self, execute: cst.FunctionDef, halves: Halves, half: Half) -> cst.FunctionDef | None:
        """`execute` with the statements of one half, or None where the halves do not fit."""
        assert isinstance(execute.body, cst.IndentedBlock)
        body = _chosen(execute.body, halves, half, skip=1 if docstring(execute.body.body[0]) else 0)
        return None if body is None else execute.with_changes(body=body)

    def _tenant_class(self, node: cst.ClassDef, execute: cst.FunctionDef, enum: cst.BaseExpression) -> cst.ClassDef:
        lines: list[cst.BaseStatement] = []
        text = docstring(node.body.body[0])
        if isinstance(text, cst.SimpleString):
            lines.append(cst.SimpleStatementLine([cst.Expr(_first_line(text))]))
        event = cst.Attribute(enum, cst.Name(self.becomes))
        own = {assigned_name(item): item for item in node.body.body}
        if own.keys().isdisjoint(_SUBSCRIBING):
            lines.append(_assignment("event_type", event))  # else it has the event of the class that it inherits
        for assigned, item in own.items():
            if assigned == "event_type":
                lines.append(_assignment("event_type", event))
            elif assigned == "init_subscribe":
                lines.append(_assignment("init_subscribe", cst.List([cst.Element(event)])))
            elif assigned == "handler_name":
                lines.append(_assignment("handler_name", _handler_name(_value(item))))
        if "handler_name" not in own:
            inherited = cst.Attribute(cst.Name(node.name.value), cst.Name("handler_name"))
            lines.append(_assignment("handler_name", _handler_name(inherited)))
        if isinstance(text, cst.SimpleString):
            lines[1:2] = [item.with_changes(leading_lines=[cst.EmptyLine(indent=False)]) for item in lines[1:2]]
        execute = execute.with_changes(leading_lines=[cst.EmptyLine(indent=False)])
        return cst.ClassDef(
            cst.Name(tenant_class(node.name.value)),
            cst.IndentedBlock([*lines, execute]),
            [cst.Arg(cst.Name(node.name.value))],
            leading_lines=[cst.EmptyLine(indent=False), cst.EmptyLine(indent=False)],
            lpar=cst.MaybeSentinel.DEFAULT,
        )

    def _enum_of(self, node: cst.ClassDef) -> cst.BaseExpression | None:
        """The enumeration of events, as the class writes it; None where its name is taken."""
        for item in node.body.body:
            for found in (
                m.findall(item, m.Attribute(attr=m.Name(self.event))) if assigned_name(item) in _SUBSCRIBING else ()
            ):
                if isinstance(found, cst.Attribute):
                    return found.value
        self.lacks_enum = True
        return cst.Name(self.enum.name) if self.can_import else None

    # Where it is registered

    def visit_FunctionDef(self, node: cst.FunctionDef) -> bool | None:
        inside = super().visit_FunctionDef(node)
        if self.current in self.targets:
            there = defined_names(node.body)
            infos = named_infos(node, self._classes_here())
            self.infos[self.current] = {name for name in infos if f"tenant_{name}" not in there}
        return inside

    def leave_List(self, original_node: cst.List, updated_node: cst.List) -> cst.List:
        is_one_line = "\n" not in cst.Module([]).code_for_node(original_node)
        changed = updated_node
        for index in reversed(range(len(updated_node.elements))):
            if (pair := self._other_pair(updated_node.elements[index].value)) is not None:
                changed = _with_another(changed, index, pair)
        return changed if changed is updated_node or not is_one_line else _one_a_line(changed, self.indent)

    def leave_SimpleStatementLine(
        self, original_node: cst.SimpleStatementLine, updated_node: cst.SimpleStatementLine
    ) -> cst.BaseStatement | cst.FlattenSentinel[cst.BaseStatement]:
        small = updated_node.body[0]
        info = self._doubled(small) if isinstance(small, cst.Assign) else None
        if info is not None and isinstance(small, cst.Assign):
            name = cst.Name(f"tenant_{written(small.targets[0].target)}")
            other = cst.Assign([cst.AssignTarget(name)], info)
            return cst.FlattenSentinel([updated_node, updated_node.with_changes(body=[other], leading_lines=[])])
        call = small.value if isinstance(small, cst.Expr) else None
        if not isinstance(call, cst.Call) or not written(call.func).endswith(".append") or len(call.args) != 1:
            return updated_node
        pair = self._other_pair(call.args[0].value)
        if pair is None:
            return updated_node
        added = cst.Expr(call.with_changes(args=[call.args[0].with_changes(value=pair)]))
        return cst.FlattenSentinel([updated_node, updated_node.with_changes(body=[added], leading_lines=[])])

    def _doubled(self, node: cst.Assign) -> cst.Call | None:
        """The info of the tenant's half, where a statement gives a name to that of the whole."""
        name = written(node.targets[0].target)
        if name not in self.infos.get(self.current, ()) or not isinstance(node.value, cst.Call):
            return None
        info = self._for_tenant(node.value)
        if info is not None:
            self.doubled.add((self.current, name))
        return info

    def _classes_here(self) -> set[str]:
        return {cls for function, cls in self.wanted if function == self.current}

    def _other_pair(self, node: cst.BaseExpression) -> cst.Tuple | None:
        """The `(info, Class)` of the new class, for that of the old one."""
        if not isinstance(node, cst.Tuple) or len(node.elements) != 2:
            return None
        info, cls = (element.value for element in node.elements)
        place = (self.current, written(cls))
        if place not in self.wanted or not isinstance(cls, cst.Name):
            return None
        new = cst.Name(tenant_class(cls.value))
        other: cst.BaseExpression | None = None
        if isinstance(info, cst.Name) and (self.current, info.value) in self.doubled:
            other = cst.Name(f"tenant_{info.value}")
        elif isinstance(info, cst.Call):
            other = self._for_tenant(info)
        if other is None:
            return None
        self.found.add(place)
        elements = [node.elements[0].with_changes(value=other), node.elements[1].with_changes(value=new)]
        return node.with_changes(elements=elements)

    def _for_tenant(self, info: cst.Call) -> cst.Call | None:
        """The info of the tenant's half, or None where the call does not say by keywords what must become another."""
        cls = written(info.func).removesuffix(".get_handler_info")
        if isinstance(info.func, cst.Attribute) and cls in self._classes_here():
            return info.with_changes(func=info.func.with_changes(value=cst.Name(tenant_class(cls))))
        if not {"name", "event_type"} <= {arg.keyword.value for arg in info.args if arg.keyword}:
            return None
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


def _needs_names_of(node: cst.ClassDef, execute: cst.FunctionDef, enum: cst.BaseExpression) -> bool:
    """Whether what a class that inherits from this one says of itself has names that only this one's body knows."""
    names = [_value(item) for item in node.body.body if assigned_name(item) == "handler_name"]
    parts = [enum, *filter(None, names), execute.params, *filter(None, [execute.returns]), *execute.decorators]
    own = defined_names(node.body)
    return any(
        isinstance(found, cst.Name) and found.value in own for part in parts for found in m.findall(part, m.Name())
    )


def _handler_name(value: cst.BaseExpression | None) -> cst.BaseExpression:
    if not isinstance(value, cst.SimpleString):
        return cst.BinaryOperation(value or cst.SimpleString('""'), cst.Add(), cst.SimpleString('"_tenant_load"'))
    text = f"{value.raw_value}_tenant_load"
    for old, new in _HANDLER_NAMES:
        if re.search(old, value.raw_value):
            text = re.sub(old, new, value.raw_value, count=1)
            break
    return value.with_changes(value=f"{value.prefix}{value.quote}{text}{value.quote}")


def _chosen(block: cst.IndentedBlock, halves: Halves, half: Half, skip: int = 0) -> cst.IndentedBlock | None:
    """A block with those statements that belong to a half; None where the halves do not fit."""
    body = list(block.body[:skip])
    if len(block.body) - skip != len(halves):
        return None
    for statement, whose in zip(block.body[skip:], halves, strict=True):
        if isinstance(whose, Tried):
            if not isinstance(statement, cst.Try) or not isinstance(statement.body, cst.IndentedBlock):
                return None
            inner = _chosen(statement.body, whose.halves, half)
            if inner is None:
                return None
            body.append(statement.with_changes(body=inner))
        elif whose in (half, Half.BOTH):
            body.append(statement)
    if body and body[0] is not block.body[0]:
        lines = dropwhile(lambda line: line.comment is None, getattr(body[0], "leading_lines", ()))
        body[0] = body[0].with_changes(leading_lines=list(lines))  # a block begins with no empty line
    return block.with_changes(body=body) if body else None


def _with_another(node: cst.List, index: int, value: cst.BaseExpression) -> cst.List:
    """A list with one element more behind another one: what follows that on its line stays there."""
    elements = list(node.elements)
    commas = [item.comma for item in elements if isinstance(item.comma, cst.Comma)]
    is_last = index == len(elements) - 1
    comma = elements[index].comma
    gap = comma.whitespace_after if isinstance(comma, cst.Comma) and not is_last else node.rbracket.whitespace_before
    spaces = [node.lbracket.whitespace_after, *(item.whitespace_after for item in commas), gap]
    like = next((item for item in spaces if isinstance(item, cst.ParenthesizedWhitespace)), None)
    between: cst.BaseParenthesizableWhitespace = cst.SimpleWhitespace(" ")
    if like is not None:
        end = gap.first_line if isinstance(gap, cst.ParenthesizedWhitespace) else cst.TrailingWhitespace()
        between = like.with_changes(first_line=end, empty_lines=[])
    if isinstance(gap, cst.ParenthesizedWhitespace):
        gap = gap.with_changes(first_line=cst.TrailingWhitespace(newline=gap.first_line.newline))
    first = comma if isinstance(comma, cst.Comma) else cst.Comma()
    other = cst.Element(value, comma.with_changes(whitespace_after=gap) if isinstance(comma, cst.Comma) else comma)
    if is_last:
        other = cst.Element(value, comma)
        node = node.with_changes(rbracket=node.rbracket.with_changes(whitespace_before=gap))
    elements[index : index + 1] = [
        elements[index].with_changes(comma=first.with_changes(whitespace_after=between)),
        other,
    ]
    return node.with_changes(elements=elements)


def _one_a_line(node: cst.List, indent: str) -> cst.List:
    """A list that was one line, with each of its elements on a line of its own."""
    space = cst.ParenthesizedWhitespace(indent=True, last_line=cst.SimpleWhitespace(indent))
    commas = [cst.Comma(whitespace_after=space) for _ in node.elements]
    commas[-1] = cst.Comma(whitespace_after=cst.ParenthesizedWhitespace(indent=True))
    return node.with_changes(
        lbracket=node.lbracket.with_changes(whitespace_after=space),
        elements=[item.with_changes(comma=comma) for item, comma in zip(node.elements, commas, strict=True)],
        rbracket=node.rbracket.with_changes(whitespace_before=cst.SimpleWhitespace("")),
    )


def _first_line(text: cst.SimpleString) -> cst.SimpleString:
    """A docstring that says whose half it is."""
    first = text.raw_value.strip().partition("\n")[0].rstrip("。. ")
    quote = text.quote if len(text.quote) > 1 else '"""'
    return cst.SimpleString(f"{text.prefix}{quote}{first}（每个租户的部分）{quote}")


def _assignment(name: str, value: cst.BaseExpression) -> cst.SimpleStatementLine:
    return cst.SimpleStatementLine([cst.Assign([cst.AssignTarget(cst.Name(name))], value)])


def _value(item: cst.CSTNode) -> cst.BaseExpression | None:
    small = item.body[0] if isinstance(item, cst.SimpleStatementLine) else None
    return small.value if isinstance(small, (cst.Assign, cst.AnnAssign)) else None
