"""Give every tenant a value of its own where one was shared: `x` becomes `x.value`, of a TenantLocal."""

from __future__ import annotations

import argparse
from collections import defaultdict
from collections.abc import Sequence

import libcst as cst
from libcst.codemod import CodemodContext
from libcst.codemod.visitors import AddImportsVisitor

from codemods.commands.scoped import FunctionCommand, can_import, split_name, written

_FACTORIES = {cst.Dict: "dict", cst.List: "list"}


class MakePerTenant(FunctionCommand):
    """Wrap first values in a holder, and read and write the holder's `.value` everywhere else.

    A place is "function=expression" for a use ("run=Start._task"), "scope:=expression" for a first value
    ("<module>:=cache", "Start:=_task", "Start.__init__:=self._task"), or "Class+=name" for an attribute that has none.
    """

    DESCRIPTION = "Give every tenant a value of its own where one was shared."

    def __init__(self, context: CodemodContext, holder: str, places: Sequence[str]) -> None:
        super().__init__(context)
        self.holder = holder
        self.name = split_name(holder)[1]
        self.uses: dict[str, set[str]] = defaultdict(set)
        self.declared: dict[str, set[str]] = defaultdict(set)
        self.lacking: dict[str, set[str]] = defaultdict(set)
        for place in places:
            scope, _, expression = place.partition("=")
            kinds = {":": self.declared, "+": self.lacking}
            kinds.get(scope[-1:], self.uses)[scope.rstrip(":+")].add(expression)
        self.wanted = set(places)
        self.found: set[str] = set()
        self.plain: set[int] = set()

    @staticmethod
    def add_args(arg_parser: argparse.ArgumentParser) -> None:
        arg_parser.add_argument("--holder", required=True, metavar="MODULE:NAME", help="the class of the holder")
        arg_parser.add_argument("--places", nargs="+", required=True, metavar="PLACE", help="such as 'run=Start._task'")

    def transform_module_impl(self, tree: cst.Module) -> cst.Module:
        if (self.declared or self.lacking) and not can_import(self.context, tree, self.holder):
            self.warn(f"the name {self.name} is taken here, so its state stays shared: mend it by hand")
            return tree
        self.targets = frozenset(scope for scope in (*self.uses, *self.declared))
        changed = super().transform_module_impl(tree)
        for place in sorted(self.wanted - self.found):
            self.warn(f"{place} is not there as it was read: the state of this file must be mended by hand")
        if self.wanted != self.found:
            return tree
        if self.declared or self.lacking:
            AddImportsVisitor.add_needed_import(self.context, *split_name(self.holder))
        return changed

    # Uses

    def visit_Attribute(self, node: cst.Attribute) -> None:
        self.plain.add(id(node.attr))

    def visit_Arg(self, node: cst.Arg) -> None:
        self.plain.add(id(node.keyword))

    def visit_Param(self, node: cst.Param) -> None:
        self.plain.add(id(node.name))

    def visit_NameItem(self, node: cst.NameItem) -> None:
        self.plain.add(id(node.name))

    def leave_Name(self, original_node: cst.Name, updated_node: cst.Name) -> cst.BaseExpression:
        return updated_node if id(original_node) in self.plain else self._of_tenant(original_node, updated_node)

    def leave_Attribute(self, original_node: cst.Attribute, updated_node: cst.Attribute) -> cst.BaseExpression:
        return self._of_tenant(original_node, updated_node)

    def _of_tenant(self, original: cst.BaseExpression, updated: cst.BaseExpression) -> cst.BaseExpression:
        text = written(original)
        if text not in self.uses.get(self.current, ()):
            return updated
        self.found.add(f"{self.current}={text}")
        return cst.Attribute(updated, cst.Name("value"))

    def leave_Global(
        self, original_node: cst.Global, updated_node: cst.Global
    ) -> cst.BaseSmallStatement | cst.RemovalSentinel:
        """A function that sets the holder's value no longer sets the module's name."""
        gone = self.uses.get(self.current, set())
        kept = [item for item in updated_node.names if item.name.value not in gone]
        if not kept:
            return cst.RemoveFromParent()
        return updated_node.with_changes(names=[*kept[:-1], kept[-1].with_changes(comma=cst.MaybeSentinel.DEFAULT)])

    def leave_SimpleStatementLine(
        self, original_node: cst.SimpleStatementLine, updated_node: cst.SimpleStatementLine
    ) -> cst.BaseStatement | cst.RemovalSentinel:
        return updated_node if updated_node.body else cst.RemoveFromParent()

    # First values

    def leave_Assign(self, original_node: cst.Assign, updated_node: cst.Assign) -> cst.Assign:
        texts = [written(target.target) for target in original_node.targets]
        if len(texts) != 1 or not self._declares(texts[0]):
            return updated_node
        target = updated_node.targets[0].with_changes(target=original_node.targets[0].target)
        return updated_node.with_changes(targets=[target], value=self._held(updated_node.value))

    def leave_AnnAssign(self, original_node: cst.AnnAssign, updated_node: cst.AnnAssign) -> cst.AnnAssign:
        if not self._declares(written(original_node.target)):
            return updated_node
        annotation = updated_node.annotation.with_changes(
            annotation=self._annotated(updated_node.annotation.annotation)
        )
        value = self._held(updated_node.value or cst.Name("None"))
        equal = updated_node.equal if updated_node.value else cst.AssignEqual()
        return updated_node.with_changes(target=original_node.target, annotation=annotation, value=value, equal=equal)

    def _declares(self, text: str) -> bool:
        scope = "".join(self._scopes).removesuffix(".").removesuffix(".<locals>") or "<module>"
        if text not in self.declared.get(scope, ()):
            return False
        self.found.add(f"{scope}:={text}")
        return True

    def visit_SimpleStatementLine(self, node: cst.SimpleStatementLine) -> bool | None:
        in_class = bool(self._scopes) and not self._scopes[-1].endswith(".<locals>.")
        return self.current in self.targets or (in_class and "".join(self._scopes)[:-1] in self.declared)

    def _annotated(self, annotation: cst.BaseExpression) -> cst.BaseExpression:
        """`Optional[Task]` becomes `TenantLocal[Optional[Task]]`, also inside ClassVar."""
        if isinstance(annotation, cst.Subscript) and written(annotation.value).endswith("ClassVar"):
            (element,) = annotation.slice
            if isinstance(element.slice, cst.Index):
                inner = element.slice.with_changes(value=self._annotated(element.slice.value))
                return annotation.with_changes(slice=[element.with_changes(slice=inner)])
        return cst.Subscript(cst.Name(self.name), [cst.SubscriptElement(cst.Index(annotation))])

    def _held(self, value: cst.BaseExpression) -> cst.Call:
        plain = (cst.Name, cst.SimpleString, cst.Integer, cst.Float, cst.UnaryOperation)
        if isinstance(value, plain):
            return cst.Call(cst.Name(self.name), [cst.Arg(value)])
        empty = _FACTORIES.get(type(value))
        factory: cst.BaseExpression = cst.Lambda(cst.Parameters(), value)
        if isinstance(value, (cst.Dict, cst.List)) and empty and not value.elements:
            factory = cst.Name(empty)
        elif isinstance(value, cst.Call) and not value.args and isinstance(value.func, (cst.Name, cst.Attribute)):
            factory = value.func
        equal = cst.AssignEqual(cst.SimpleWhitespace(""), cst.SimpleWhitespace(""))
        return cst.Call(cst.Name(self.name), [cst.Arg(factory, cst.Name("factory"), equal)])

    def leave_ClassDef(self, original_node: cst.ClassDef, updated_node: cst.ClassDef) -> cst.ClassDef:
        name = "".join(self._scopes)[:-1]
        updated_node = super().leave_ClassDef(original_node, updated_node)
        lacking = sorted(self.lacking.get(name, ()))
        if not lacking or not isinstance(updated_node.body, cst.IndentedBlock):
            return updated_node
        body = list(updated_node.body.body)
        place = next((index for index, item in enumerate(body) if isinstance(item, cst.FunctionDef)), len(body))
        place = next(
            (index for index in range(place, 0, -1) if isinstance(body[index - 1], cst.SimpleStatementLine)), 0
        )
        for attribute in lacking:
            self.found.add(f"{name}+={attribute}")
            value = self._held(cst.Name("None"))
            target = cst.AssignTarget(cst.Name(attribute))
            body.insert(place, cst.SimpleStatementLine([cst.Assign([target], value)]))
            place += 1
        return updated_node.with_changes(body=updated_node.body.with_changes(body=body))
