"""What the commands share: they edit functions that they know by the survey's names, and no others."""

from __future__ import annotations

from collections import Counter

import libcst as cst
from libcst.codemod import CodemodContext, VisitorBasedCodemodCommand
from libcst.codemod.visitors import AddImportsVisitor

MODULE_BODY = "<module>"
_LOCALS = ".<locals>."


class FunctionCommand(VisitorBasedCodemodCommand):
    """A command that edits named functions: "f", "Class.method", "f.<locals>.inner", "f#2" for a second definition.

    Only the way to `targets` is visited. Subclasses edit in `leave_...` methods where `self.current` is a target.
    """

    def __init__(self, context: CodemodContext) -> None:
        super().__init__(context)
        self.targets: frozenset[str] = frozenset()
        self._scopes: list[str] = []
        self._seen: Counter[str] = Counter()

    @property
    def current(self) -> str:
        """The function that is being visited, or "<module>" outside of any."""
        inside = [index for index, scope in enumerate(self._scopes) if scope.endswith(_LOCALS)]
        return "".join(self._scopes[: inside[-1] + 1]).removesuffix(_LOCALS) if inside else MODULE_BODY

    def visit_SimpleStatementLine(self, node: cst.SimpleStatementLine) -> bool | None:
        return self.current in self.targets

    def visit_ClassDef(self, node: cst.ClassDef) -> bool | None:
        self._scopes.append(node.name.value + ".")
        return True

    def leave_ClassDef(self, original_node: cst.ClassDef, updated_node: cst.ClassDef) -> cst.ClassDef:
        self._scopes.pop()
        return updated_node

    def visit_FunctionDef(self, node: cst.FunctionDef) -> bool | None:
        prefix = "".join(self._scopes)
        name = prefix + node.name.value
        self._seen[name] += 1
        if self._seen[name] > 1:
            name = f"{name}#{self._seen[name]}"
        self._scopes.append(name.removeprefix(prefix) + _LOCALS)
        return any(target == name or target.startswith(name + _LOCALS) for target in self.targets)

    def leave_FunctionDef(self, original_node: cst.FunctionDef, updated_node: cst.FunctionDef) -> cst.FunctionDef:
        self._scopes.pop()
        return updated_node


def split_name(name: str) -> tuple[str, str]:
    """("module", "name") of "module:name". Raises ValueError where there is no colon."""
    module, colon, item = name.partition(":")
    if not colon:
        raise ValueError(f"{name!r} is not of the form module:name")
    return module, item


def can_import(tree: cst.Module, name: str) -> bool:
    """Whether a file may import "module:name": it does so already, or has no other use for the name."""
    module, item = split_name(name)
    return item not in defined_names(tree) or _is_imported(tree, module, item)


def defined_names(tree: cst.Module) -> set[str]:
    """The names that a module defines, imports or assigns at its top level."""
    names: set[str] = set()
    for statement in tree.body:
        if isinstance(statement, (cst.FunctionDef, cst.ClassDef)):
            names.add(statement.name.value)
        elif isinstance(statement, cst.SimpleStatementLine):
            for small in statement.body:
                names |= _names_bound_by(small)
    return names


def _names_bound_by(small: cst.BaseSmallStatement) -> set[str]:
    if isinstance(small, (cst.Import, cst.ImportFrom)) and not isinstance(small.names, cst.ImportStar):
        return {alias.evaluated_alias or alias.evaluated_name for alias in small.names}
    if isinstance(small, cst.Assign):
        return {item.target.value for item in small.targets if isinstance(item.target, cst.Name)}
    if isinstance(small, cst.AnnAssign) and isinstance(small.target, cst.Name):
        return {small.target.value}
    return set()


def _is_imported(tree: cst.Module, module: str, item: str) -> bool:
    for statement in tree.body:
        for small in statement.body if isinstance(statement, cst.SimpleStatementLine) else ():
            if isinstance(small, cst.ImportFrom) and small.module is not None and item in _names_bound_by(small):
                return cst.helpers.get_full_name_for_node(small.module) == module
    return False


def apply_imports(context: CodemodContext, tree: cst.Module) -> cst.Module:
    """Add the imports that commands asked for, looking at no more of the module than the imports at its top."""
    first_other = next(
        (index for index, item in enumerate(tree.body) if index > 0 and not _is_import(item)), len(tree.body)
    )
    after = tree.body[first_other : first_other + 1]
    # LibCST sees to the blank line between imports and code: show it a stand-in for the first statement of that code.
    stand_in = [cst.parse_statement("pass").with_changes(leading_lines=item.leading_lines) for item in after]
    head = tree.with_changes(body=[*tree.body[:first_other], *stand_in])
    changed = AddImportsVisitor(context).transform_module(head)
    body = list(changed.body)
    for item in after:
        body[-1] = item.with_changes(leading_lines=body[-1].leading_lines)
    return tree.with_changes(header=changed.header, body=[*body, *tree.body[first_other + 1 :]])


def _is_import(statement: cst.BaseStatement) -> bool:
    return isinstance(statement, cst.SimpleStatementLine) and isinstance(
        statement.body[0], (cst.Import, cst.ImportFrom)
    )


def written(node: cst.BaseExpression) -> str:
    """An expression as the survey writes it, without arguments and indices: get_hub().rooms[...]."""
    if isinstance(node, cst.Name):
        return node.value
    if isinstance(node, cst.Attribute):
        return f"{written(node.value)}.{node.attr.value}"
    if isinstance(node, cst.Call):
        return written(node.func) + "()"
    if isinstance(node, cst.Subscript):
        return written(node.value) + "[...]"
    if isinstance(node, cst.Await):
        return written(node.expression)
    return "?"
