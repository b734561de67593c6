"""Wrap a collection in a function that keeps the tenant's own items, wherever code goes through all of it."""

from __future__ import annotations

import argparse
from collections import defaultdict
from collections.abc import Sequence

import libcst as cst
from libcst.codemod import CodemodContext
from libcst.codemod.visitors import AddImportsVisitor

from codemods.analysis.facts import ENUMERATING, WHOLE
from codemods.commands.scoped import FunctionCommand, can_import, split_name, written


class FilterCollections(FunctionCommand):
    """`for item in self.items` becomes `for item in own(self.items)`, for the functions and collections named.

    Going through a collection is: a loop or comprehension over it, `.items()`, `.keys()`, `.values()` and `.copy()` of
    it, and handing it to a built-in such as `list` or `len`. Taking one item by its key stays as it is. Without sites,
    the file by itself must show which collections keep connections of several tenants.
    """

    DESCRIPTION = "Keep to the tenant's own items wherever a shared collection is gone through."

    def __init__(self, context: CodemodContext, filter: str, sites: Sequence[str] | None = None) -> None:
        super().__init__(context)
        self.filter = filter
        self.sites = sites
        self.collections: dict[str, set[str]] = defaultdict(set)
        self.done: set[tuple[str, str]] = set()

    @staticmethod
    def add_args(arg_parser: argparse.ArgumentParser) -> None:
        arg_parser.add_argument("--filter", required=True, metavar="MODULE:NAME", help="the function to wrap with")
        arg_parser.add_argument(
            "--sites", nargs="+", metavar="FUNCTION=COLLECTION", help="such as Hub.broadcast=self.connections"
        )

    def transform_module_impl(self, tree: cst.Module) -> cst.Module:
        if self.sites is None:
            from codemods.survey.survey import connections_alone

            self.sites = connections_alone(self.context.filename or "module.py", tree.bytes)
        if not self.sites:
            return tree
        for site in self.sites:
            function, _, collection = site.partition("=")
            self.collections[function].add(collection)
        if not can_import(self.context, tree, self.filter):
            self.warn(f"the name {split_name(self.filter)[1]} is taken here: filter its collections by hand")
            return tree
        self.targets = frozenset(self.collections)
        changed = super().transform_module_impl(tree)
        if self.done:
            AddImportsVisitor.add_needed_import(self.context, *split_name(self.filter))
        for function, collections in sorted(self.collections.items()):
            for collection in sorted(collections - {done for name, done in self.done if name == function}):
                self.warn(f"{function} goes through {collection} in a way that is not understood")
        return changed

    def _own(self, node: cst.BaseExpression) -> cst.BaseExpression:
        collection = written(node)
        if collection not in self.collections.get(self.current, ()):
            return node
        self.done.add((self.current, collection))
        return cst.Call(cst.Name(split_name(self.filter)[1]), [cst.Arg(node)])

    def leave_For(self, original_node: cst.For, updated_node: cst.For) -> cst.For:
        return updated_node.with_changes(iter=self._own(updated_node.iter))

    def leave_CompFor(self, original_node: cst.CompFor, updated_node: cst.CompFor) -> cst.CompFor:
        return updated_node.with_changes(iter=self._own(updated_node.iter))

    def leave_Attribute(self, original_node: cst.Attribute, updated_node: cst.Attribute) -> cst.Attribute:
        if updated_node.attr.value not in WHOLE:
            return updated_node
        return updated_node.with_changes(value=self._own(updated_node.value))

    def leave_Call(self, original_node: cst.Call, updated_node: cst.Call) -> cst.Call:
        function = updated_node.func
        if not isinstance(function, cst.Name) or function.value not in ENUMERATING or not updated_node.args:
            return updated_node
        first = updated_node.args[0]
        return updated_node.with_changes(
            args=[first.with_changes(value=self._own(first.value)), *updated_node.args[1:]]
        )
