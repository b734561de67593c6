"""Give an enumeration a member more."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Annotated

import libcst as cst
from libcst.codemod import CodemodContext

from codemods.commands.editing.code import defined_names, docstring
from codemods.commands.editing.function_command import FunctionCommand
from codemods.messages import phrase
from codemods.places import Definition, Place


class AddEnumMember(FunctionCommand):
    """Put `NAME = "value"  # comment` into an enumeration of texts, behind the member `after`, or its last one."""

    DESCRIPTION = "Give an enumeration a member more."

    PLACE = Definition

    def __init__(
        self,
        context: CodemodContext,
        places: Sequence[Definition],
        *,
        member: Annotated[str, "such as ON_LOAD"],
        value: Annotated[str, "such as on_load"],
        after: Annotated[str, "the member to put it behind"] = "",
        comment: Annotated[str, "what stands behind it"] = "",
    ) -> None:
        super().__init__(context)
        self.name, self.value = member, value
        self.classes = frozenset(place.name for place in places)
        self.after = after
        self.comment = comment
        self.found: set[str] = set()

    def looks_into(self, places: Sequence[Place]) -> Iterable[str]:
        return ()

    def transform_module_impl(self, tree: cst.Module) -> cst.Module:
        changed = super().transform_module_impl(tree)
        for name in sorted(self.classes - self.found):
            self.warn(
                phrase(
                    "{name} is not there, or has no member of text to put {name2} behind", name=name, name2=self.name
                )
            )
        return changed

    def leave_ClassDef(self, original_node: cst.ClassDef, updated_node: cst.ClassDef) -> cst.ClassDef:
        name = self.current_class
        updated_node = super().leave_ClassDef(original_node, updated_node)
        members = [_members(item) for item in updated_node.body.body]
        places = [index for index, names in enumerate(members) if self.after in names]
        places = places or [index for index, names in enumerate(members) if names]
        if name not in self.classes or not places:
            return updated_node
        self.found.add(name)
        if self.name in defined_names(updated_node.body):
            return updated_node
        body = list(updated_node.body.body)
        place = places[-1] + 1
        while place < len(body) and docstring(body[place]) is not None:
            place += 1  # what a member's text says stays with it
        body.insert(place, self._line(body[place - 1]))
        return updated_node.with_changes(body=updated_node.body.with_changes(body=body))

    def _line(self, neighbour: cst.CSTNode) -> cst.SimpleStatementLine:
        (line,) = cst.parse_module(
            f"{self.name} = {json.dumps(self.value, ensure_ascii=False)}  # {self.comment}\n"
        ).body
        assert isinstance(line, cst.SimpleStatementLine)
        trailing = line.trailing_whitespace
        if not self.comment:
            trailing = trailing.with_changes(whitespace=cst.SimpleWhitespace(""), comment=None)
        if isinstance(neighbour, cst.SimpleStatementLine):
            # A file may mix newlines: the new line ends as its neighbour does.
            trailing = trailing.with_changes(newline=neighbour.trailing_whitespace.newline)
        return line.with_changes(trailing_whitespace=trailing)


def _members(statement: cst.CSTNode) -> set[str]:
    """The names of the members that a line of an enumeration gives texts to."""
    found: set[str] = set()
    for small in statement.body if isinstance(statement, cst.SimpleStatementLine) else ():
        targets = [item.target for item in small.targets] if isinstance(small, cst.Assign) else []
        targets += [small.target] if isinstance(small, cst.AnnAssign) else []
        if isinstance(small, (cst.Assign, cst.AnnAssign)) and isinstance(small.value, cst.SimpleString):
            found |= {item.value for item in targets if isinstance(item, cst.Name) and not item.value.startswith("_")}
    return found
