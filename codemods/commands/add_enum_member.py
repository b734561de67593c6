"""Give an enumeration a member more."""

from __future__ import annotations

import argparse
from collections.abc import Sequence

import libcst as cst
from libcst.codemod import CodemodContext, VisitorBasedCodemodCommand


class AddEnumMember(VisitorBasedCodemodCommand):
    """Put `NAME = "value"  # comment` into an enumeration, behind the member `after`, or its last one."""

    DESCRIPTION = "Give an enumeration a member more."

    def __init__(
        self, context: CodemodContext, member: str, classes: Sequence[str], after: str = "", comment: str = ""
    ) -> None:
        super().__init__(context)
        self.name, _, self.value = member.partition("=")
        self.classes = classes
        self.after = after
        self.comment = comment
        self.found: set[str] = set()

    @staticmethod
    def add_args(arg_parser: argparse.ArgumentParser) -> None:
        arg_parser.add_argument("--member", required=True, metavar="NAME=VALUE", help="such as ON_LOAD=on_load")
        arg_parser.add_argument("--classes", nargs="+", required=True, metavar="NAME", help="the enumeration")
        arg_parser.add_argument("--after", default="", metavar="NAME", help="the member to put it behind")
        arg_parser.add_argument("--comment", default="", help="what stands behind it")

    def transform_module_impl(self, tree: cst.Module) -> cst.Module:
        changed = super().transform_module_impl(tree)
        for name in sorted(set(self.classes) - self.found):
            self.warn(f"{name} is not there, or has no member to put {self.name} behind")
        return changed

    def visit_FunctionDef(self, node: cst.FunctionDef) -> bool:
        return False

    def leave_ClassDef(self, original_node: cst.ClassDef, updated_node: cst.ClassDef) -> cst.ClassDef:
        name = updated_node.name.value
        members = [(index, _member_of(item)) for index, item in enumerate(updated_node.body.body)]
        places = [index for index, member in members if member == self.after]
        places = places or [index for index, member in members if member]
        if name not in self.classes or not places:
            return updated_node
        self.found.add(name)
        if self.name in [member for _, member in members]:
            return updated_node
        body = list(updated_node.body.body)
        body.insert(places[-1] + 1, self._line(body[places[-1]]))
        return updated_node.with_changes(body=updated_node.body.with_changes(body=body))

    def _line(self, neighbour: cst.CSTNode) -> cst.SimpleStatementLine:
        (line,) = cst.parse_module(f'{self.name} = "{self.value}"  # {self.comment}\n').body
        assert isinstance(line, cst.SimpleStatementLine)
        trailing = line.trailing_whitespace
        if not self.comment:
            trailing = trailing.with_changes(whitespace=cst.SimpleWhitespace(""), comment=None)
        if isinstance(neighbour, cst.SimpleStatementLine):
            # A file may mix newlines: the new line ends as its neighbour does.
            trailing = trailing.with_changes(newline=neighbour.trailing_whitespace.newline)
        return line.with_changes(trailing_whitespace=trailing)


def _member_of(statement: cst.CSTNode) -> str | None:
    """The name of the member that a line of an enumeration gives a value to."""
    small = statement.body[0] if isinstance(statement, cst.SimpleStatementLine) else None
    if isinstance(small, cst.Assign) and isinstance(small.targets[0].target, cst.Name):
        return small.targets[0].target.value
    return None
