"""Have functions do something before all else."""

from __future__ import annotations

import argparse
from collections.abc import Sequence

import libcst as cst
from libcst.codemod import CodemodContext
from libcst.codemod.visitors import AddImportsVisitor

from codemods.commands.scoped import FunctionCommand, can_import, split_name


class InsertFirst(FunctionCommand):
    """Put a statement at the top of functions, behind the docstring.

    `{0}`, `{1}`, ... in the statement stand for the function's own parameters, `self` and `cls` not counted.
    """

    DESCRIPTION = "Put a statement at the top of functions, behind the docstring."

    def __init__(
        self, context: CodemodContext, statement: str, functions: Sequence[str], imports: Sequence[str] = ()
    ) -> None:
        super().__init__(context)
        self.statement = statement
        self.targets = frozenset(functions)
        self.imports = imports
        self.found: set[str] = set()

    @staticmethod
    def add_args(arg_parser: argparse.ArgumentParser) -> None:
        arg_parser.add_argument("--statement", required=True, help="such as 'await load({0}, {1})'")
        arg_parser.add_argument("--functions", nargs="+", required=True, metavar="NAME", help="such as Hub.broadcast")
        arg_parser.add_argument("--imports", nargs="*", default=(), metavar="MODULE:NAME", help="what it uses")

    def transform_module_impl(self, tree: cst.Module) -> cst.Module:
        taken = [name for name in self.imports if not can_import(self.context, tree, name)]
        if taken:
            self.warn(f"the name {split_name(taken[0])[1]} is taken here, so nothing was added")
            return tree
        self.parsed_with = tree.config_for_parsing
        changed = super().transform_module_impl(tree)
        for function in sorted(self.targets - self.found):
            self.warn(f"{function} is not there, or has not the parameters that {self.statement!r} needs")
        if self.found:
            for name in self.imports:
                AddImportsVisitor.add_needed_import(self.context, *split_name(name))
        return changed

    def leave_FunctionDef(self, original_node: cst.FunctionDef, updated_node: cst.FunctionDef) -> cst.FunctionDef:
        name = self.current
        updated_node = super().leave_FunctionDef(original_node, updated_node)
        if name not in self.targets or not isinstance(updated_node.body, cst.IndentedBlock):
            return updated_node
        parameters = [*updated_node.params.posonly_params, *updated_node.params.params]
        names = [item.name.value for item in parameters if item.name.value not in ("self", "cls")]
        try:
            text = self.statement.format(*names)
        except IndexError:
            return updated_node
        self.found.add(name)
        return updated_node.with_changes(body=self._opened(updated_node.body, text))

    def _opened(self, block: cst.IndentedBlock, text: str) -> cst.IndentedBlock:
        statements = cst.parse_module(text, config=self.parsed_with).body
        place = 1 if _is_docstring(block.body[0]) else 0
        return block.with_changes(body=[*block.body[:place], *statements, *block.body[place:]])


def _is_docstring(statement: cst.BaseStatement) -> bool:
    if not isinstance(statement, cst.SimpleStatementLine) or len(statement.body) != 1:
        return False
    small = statement.body[0]
    return isinstance(small, cst.Expr) and isinstance(small.value, (cst.SimpleString, cst.ConcatenatedString))
