"""Make an attribute that all tenants share one that every tenant has for itself."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Sequence

import libcst as cst
import libcst.matchers as m
from libcst.codemod import CodemodContext

from codemods.analysis.containers import MAKING
from codemods.commands.editing.code import assigned_name, defined_names, docstring, names_in, parameters_of, written
from codemods.commands.editing.importing_command import ImportingCommand
from codemods.messages import phrase
from codemods.places import Imported, Member, Place

# What makes the first value of each tenant.
_FACTORIES = {
    "[]": "list",
    "list()": "list",
    "set()": "set",
    "{}": "dict",
    "dict()": "dict",
    "0": "int",
    "False": "bool",
}
_CONTAINERS = (cst.Call, cst.Dict, cst.List, cst.Set, cst.Tuple)


class PartitionAttributes(ImportingCommand):
    """`self.count = 0` in `__init__` becomes `count = Attribute(int)` in the class; it is read and written as before.

    A place is an attribute that `__init__` or the class itself gives a plain first value.
    """

    DESCRIPTION = "Make an attribute that all tenants share one that every tenant has for itself."

    PLACE = Member

    def __init__(self, context: CodemodContext, places: Sequence[Member], *, attribute: Imported) -> None:
        super().__init__(context, attribute, places)
        self.targets = frozenset(f"{place.owner}.__init__" for place in places)
        self.classes = frozenset(place.owner for place in places)
        # What the function that is looked at names itself.
        self.own_names: set[str] = set()
        # By class: what its `__init__` no longer does.
        self.moved: dict[str, list[cst.SimpleStatementLine]] = {}

    def transform_module_impl(self, tree: cst.Module) -> cst.Module:
        self.tree = tree
        return super().transform_module_impl(tree)

    def looks_into(self, places: Sequence[Place]) -> Iterable[str]:
        return self.targets

    def taken(self) -> str:
        names = ", ".join(sorted(place.what for place in self.wanted))
        return phrase("the name {name} is taken here: make {names} one for each tenant", name=self.name, names=names)

    def missed(self, wanted: Member) -> str:
        return phrase("{place} has no plain first value here: make it one for each tenant by hand", place=wanted.what)

    def leave_FunctionDef(self, original_node: cst.FunctionDef, updated_node: cst.FunctionDef) -> cst.FunctionDef:
        name = self.current
        updated_node = super().leave_FunctionDef(original_node, updated_node)
        if name not in self.targets or not isinstance(updated_node.body, cst.IndentedBlock):
            return updated_node
        owner, kept, is_moved = name.rpartition(".")[0], [], False
        self.own_names = parameters_of(updated_node.params) | defined_names(updated_node.body)
        for item in updated_node.body.body:
            declared = self._declared(owner, item, "self.")
            if declared is None and is_moved and isinstance(item, cst.SimpleStatementLine) and docstring(item):
                declared = item  # it says what the attribute is
            is_moved = declared is not None
            if declared is None:
                kept.append(item)
            else:
                self.moved.setdefault(owner, []).append(declared)
        if len(kept) == len(updated_node.body.body):
            return updated_node
        return updated_node.with_changes(
            body=updated_node.body.with_changes(body=kept or [cst.SimpleStatementLine([cst.Pass()])])
        )

    def leave_ClassDef(self, original_node: cst.ClassDef, updated_node: cst.ClassDef) -> cst.ClassDef:
        owner = self.current_class
        updated_node = super().leave_ClassDef(original_node, updated_node)
        self.own_names = set()
        body = [self._declared(owner, item, "") or item for item in updated_node.body.body]
        moved = self.moved.pop(owner, [])
        place = 1 if docstring(body[0]) is not None else 0
        while place < len(body) and (self._is_one(body[place]) or (place and docstring(body[place]) is not None)):
            place += 1
        if moved and place < len(body):
            moved[0], body[place] = _spaced(moved[0], body[place], is_first=not place)
        body[place:place] = moved
        return updated_node.with_changes(body=updated_node.body.with_changes(body=body))

    def _is_one(self, item: cst.CSTNode) -> bool:
        """Whether a line of a class declares an attribute that each tenant has for itself."""
        small = item.body[0] if isinstance(item, cst.SimpleStatementLine) else None
        value = small.value if isinstance(small, (cst.Assign, cst.AnnAssign)) else None
        return isinstance(value, cst.Call) and written(value.func) == self.name

    def _declared(self, owner: str, item: cst.CSTNode, prefix: str) -> cst.SimpleStatementLine | None:
        """The line in the class for a line that gives one of the places its first value, or None for any other."""
        name = assigned_name(item)
        place = Member(f"{owner}.{name.removeprefix(prefix)}")
        if not isinstance(item, cst.SimpleStatementLine) or len(item.body) > 1 or place not in self.wanted:
            return None
        small = item.body[0]
        if name != f"{prefix}{place.name}" or not isinstance(small, (cst.Assign, cst.AnnAssign)) or small.value is None:
            return None
        if isinstance(small.value, cst.Call) and written(small.value.func) == self.name:
            self.found.add(place)  # it is one already
            return None
        factory = self._factory(small.value)
        if factory is None or (isinstance(small, cst.Assign) and len(small.targets) > 1):
            return None
        self.found.add(place)
        attribute, call = cst.Name(place.name), cst.Call(cst.Name(self.name), [cst.Arg(factory)])
        line: cst.BaseSmallStatement = cst.Assign([cst.AssignTarget(attribute)], call)
        if isinstance(small, cst.AnnAssign) and self.own_names.isdisjoint(names_in(small.annotation)):
            # As a text: a class may be made before the names that its annotations use.
            hint = self._as_text(small.annotation.annotation)
            line = cst.AnnAssign(attribute, cst.Annotation(cst.SimpleString(hint)), call)
        comments = [above for above in item.leading_lines if above.comment is not None]
        return item.with_changes(body=[line], leading_lines=comments)

    def _as_text(self, annotation: cst.BaseExpression) -> str:
        """An annotation in quotes and on one line, whatever texts and lines it has."""
        code = ast.parse(f"({self.tree.code_for_node(annotation)})", mode="eval").body
        hint = str(code.value) if isinstance(code, ast.Constant) else ast.unparse(code)
        return repr(hint) if '"' in hint or "\\" in hint else f'"{hint}"'

    def _factory(self, value: cst.BaseExpression) -> cst.BaseExpression | None:
        text = self.tree.code_for_node(value)
        if text in _FACTORIES:
            return cst.Name(_FACTORIES[text])
        is_plain = isinstance(value, (cst.BaseNumber, cst.SimpleString, cst.UnaryOperation)) or text in ("None", "True")
        if is_plain:
            return cst.Lambda(cst.Parameters(), value)
        return self._making(value) if isinstance(value, _CONTAINERS) and self._is_closed(value) else None

    def _making(self, value: cst.BaseExpression) -> cst.BaseExpression:
        """What makes a container anew: its class alone where that is given nothing."""
        return value.func if isinstance(value, cst.Call) and not value.args else cst.Lambda(cst.Parameters(), value)

    def _is_closed(self, value: cst.BaseExpression) -> bool:
        """Whether a value is made of nothing of the function's own, and by nothing but what makes containers."""
        names = {item.value for item in m.findall(value, m.Name()) if isinstance(item, cst.Name)}
        calls = [item for item in m.findall(value, m.Call()) if isinstance(item, cst.Call)]
        makes = all(written(call.func).rpartition(".")[2] in MAKING for call in calls)
        return makes and names.isdisjoint(self.own_names)


def _spaced(
    line: cst.SimpleStatementLine, following: cst.BaseStatement | cst.BaseSmallStatement, *, is_first: bool
) -> tuple[cst.SimpleStatementLine, cst.BaseStatement | cst.BaseSmallStatement]:
    """A new first line of a class, with the empty lines that stood above what follows it now; a method keeps one."""
    if not isinstance(following, (cst.SimpleStatementLine, cst.FunctionDef, cst.ClassDef)):
        return line, following
    empty = [item for item in following.leading_lines if item.comment is None]
    comments = [item for item in following.leading_lines if item.comment is not None]
    if not isinstance(following, cst.SimpleStatementLine):
        comments.insert(0, cst.EmptyLine(indent=False))
    above = [*empty, *line.leading_lines]
    return line if is_first else line.with_changes(leading_lines=above), following.with_changes(leading_lines=comments)
