"""Give classes a base more."""

from __future__ import annotations

import argparse
from collections.abc import Sequence

import libcst as cst
from libcst.codemod import CodemodContext

from codemods.commands.editing.code import written
from codemods.commands.editing.function_command import FunctionCommand
from codemods.commands.editing.imports import can_import, need_import
from codemods.messages import phrase
from codemods.places import Definition, Imported


class AddBases(FunctionCommand):
    """`class Rows(Model)` becomes `class Rows(Writes, Model)`, in each place that defines a class of the name."""

    DESCRIPTION = "Give classes a base more, before those that they have."

    PLACE = Definition

    def __init__(self, context: CodemodContext, places: Sequence[Definition], *, base: Imported) -> None:
        super().__init__(context)
        self.base = base
        self.classes = frozenset(place.name for place in places)
        self.found: set[str] = set()

    @staticmethod
    def add_args(arg_parser: argparse.ArgumentParser) -> None:
        arg_parser.add_argument(
            "--base", type=Imported.parse, required=True, metavar="MODULE:NAME", help="the base to add"
        )
        arg_parser.add_argument(
            "--classes",
            dest="places",
            nargs="+",
            type=Definition.parse,
            required=True,
            metavar="NAME",
            help="such as Rows",
        )

    def transform_module_impl(self, tree: cst.Module) -> cst.Module:
        if not can_import(self.context, tree, self.base):
            names = ", ".join(sorted(self.classes))
            self.warn(
                phrase("the name {name} is taken here: give {classes} it by hand", name=self.base.name, classes=names)
            )
            return tree
        changed = super().transform_module_impl(tree)
        for name in sorted(self.classes - self.found):
            self.warn(
                phrase("{name} cannot be given the base {base} here: do so by hand", name=name, base=self.base.name)
            )
        if self.found:
            need_import(self.context, self.base)
        return changed

    def leave_ClassDef(self, original_node: cst.ClassDef, updated_node: cst.ClassDef) -> cst.ClassDef:
        name = self.current_class
        updated_node = super().leave_ClassDef(original_node, updated_node)
        if name not in self.classes or self.is_taken(self.base.name):
            return updated_node
        self.found.add(name)
        if any(written(base.value) == self.base.name for base in updated_node.bases):
            return updated_node
        comma: cst.Comma | cst.MaybeSentinel = cst.MaybeSentinel.DEFAULT
        if updated_node.bases or updated_node.keywords:
            comma = cst.Comma(whitespace_after=cst.SimpleWhitespace(" "))
        added = cst.Arg(cst.Name(self.base.name), comma=comma)
        return updated_node.with_changes(bases=[added, *updated_node.bases])
