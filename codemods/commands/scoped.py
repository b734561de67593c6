"""What the commands share: they edit functions that they know by the survey's names, and no others."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

import libcst as cst
from libcst.codemod import CodemodContext, VisitorBasedCodemodCommand
from libcst.codemod.visitors import AddImportsVisitor
from libcst.helpers import get_absolute_module_from_package_for_import, get_full_name_for_node

from codemods.analysis.symbols import MODULE_BODY
from codemods.places import Imported

_Statement = cst.SimpleStatementLine | cst.BaseCompoundStatement

_LOCALS = ".<locals>."
# The longest line that the trees' own settings allow.
LINE_LENGTH = 120


class FunctionCommand(VisitorBasedCodemodCommand):
    """A command that edits named functions: "f", "Class.method", "f.<locals>.inner", "f#2" for a second definition.

    Only the way to `targets` is visited. Subclasses edit in `leave_...` methods where `self.current` is a target.
    """

    def __init__(self, context: CodemodContext) -> None:
        super().__init__(context)
        self.targets: frozenset[str] = frozenset()
        self._scopes: list[str] = []
        self._around: list[set[str]] = []
        self._seen: Counter[str] = Counter()

    @property
    def current(self) -> str:
        """The function that is being visited, or "<module>" outside of any."""
        inside = [index for index, scope in enumerate(self._scopes) if scope.endswith(_LOCALS)]
        return "".join(self._scopes[: inside[-1] + 1]).removesuffix(_LOCALS) if inside else MODULE_BODY

    @property
    def in_class(self) -> bool:
        """Whether what is visited stands in the body of a class, and in no method of it."""
        return bool(self._scopes) and not self._scopes[-1].endswith(_LOCALS)

    def is_taken(self, name: str) -> bool:
        """Whether a function or class around the place that is visited has another use for a name."""
        return any(name in names for names in self._around)

    def visit_SimpleStatementLine(self, node: cst.SimpleStatementLine) -> bool | None:
        return self.current in self.targets

    def visit_ClassDef(self, node: cst.ClassDef) -> bool | None:
        self._scopes.append(node.name.value + ".")
        self._around.append(defined_names(node.body))
        return True

    def leave_ClassDef(self, original_node: cst.ClassDef, updated_node: cst.ClassDef) -> cst.ClassDef:
        self._scopes.pop()
        self._around.pop()
        return updated_node

    def visit_FunctionDef(self, node: cst.FunctionDef) -> bool | None:
        prefix = "".join(self._scopes)
        name = prefix + node.name.value
        self._seen[name] += 1
        if self._seen[name] > 1:
            name = f"{name}#{self._seen[name]}"
        self._scopes.append(name.removeprefix(prefix) + _LOCALS)
        inside = any(target == name or target.startswith(name + _LOCALS) for target in self.targets)
        self._around.append(defined_names(node.body) if inside else set())
        return inside

    def leave_FunctionDef(self, original_node: cst.FunctionDef, updated_node: cst.FunctionDef) -> cst.FunctionDef:
        self._scopes.pop()
        self._around.pop()
        return updated_node


def can_import(context: CodemodContext, tree: cst.Module, item: Imported) -> bool:
    """Whether a file may import a name: it does so already, or has no other use for it."""
    return item.name not in defined_names(tree) or _is_imported(context, tree, item.module, item.name)


def need_import(context: CodemodContext, item: Imported) -> None:
    """Have a file import a name, once all commands have run over it."""
    AddImportsVisitor.add_needed_import(context, item.module, item.name)


def defined_names(node: cst.Module | cst.BaseSuite) -> set[str]:
    """The names that a module, or the body of a function or class, defines, imports or assigns itself."""
    names = _Bindings()
    for statement in node.body:
        statement.visit(names)
    return names.found


class _Bindings(cst.CSTVisitor):
    """Collects the names that statements bind, at whatever depth, but not inside functions and classes."""

    def __init__(self) -> None:
        self.found: set[str] = set()

    def visit_FunctionDef(self, node: cst.FunctionDef) -> bool:
        self.found.add(node.name.value)
        return False

    def visit_ClassDef(self, node: cst.ClassDef) -> bool:
        self.found.add(node.name.value)
        return False

    def visit_ImportAlias(self, node: cst.ImportAlias) -> bool:
        self.found.add((node.evaluated_alias or node.evaluated_name).partition(".")[0])
        return False

    def visit_AssignTarget(self, node: cst.AssignTarget) -> bool:
        return self._targets(node.target)

    def visit_AnnAssign(self, node: cst.AnnAssign) -> bool:
        return self._targets(node.target)

    def visit_For(self, node: cst.For) -> None:
        self._targets(node.target)

    def visit_AsName(self, node: cst.AsName) -> bool:
        return self._targets(node.name)

    def visit_Call(self, node: cst.Call) -> bool:
        return False  # what binds names are statements

    def _targets(self, target: cst.BaseExpression) -> bool:
        if isinstance(target, cst.Name):
            self.found.add(target.value)
        elif isinstance(target, (cst.Tuple, cst.List)):
            for element in target.elements:
                self._targets(element.value)
        return False


def _is_imported(context: CodemodContext, tree: cst.Module, module: str, item: str) -> bool:
    for statement in tree.body:
        for small in statement.body if isinstance(statement, cst.SimpleStatementLine) else ():
            if isinstance(small, cst.ImportFrom) and not isinstance(small.names, cst.ImportStar):
                home = get_absolute_module_from_package_for_import(context.full_package_name, small)
                if home == module and any(alias.evaluated_name == item and not alias.asname for alias in small.names):
                    return True
    return False


def apply_imports(context: CodemodContext, tree: cst.Module) -> cst.Module:
    """Add the imports that commands asked for, looking at no more of the module than the imports at its top."""
    start, stop = _import_block(tree.body)
    after = tree.body[stop : stop + 1]
    # LibCST sees to the blank line between imports and code: show it a stand-in for the first statement of that code.
    stand_in = [cst.parse_statement("pass").with_changes(leading_lines=item.leading_lines) for item in after]
    head = tree.with_changes(body=[*tree.body[start:stop], *stand_in])
    changed = AddImportsVisitor(context).transform_module(head)
    body = [item if item in head.body else _folded(item, tree) for item in changed.body]
    for item in after:
        body[-1] = item.with_changes(leading_lines=body[-1].leading_lines)
    is_new = start == stop - 1 and len(body) > 1 and _is_import(body[1]) and not _is_import(tree.body[start])
    if is_new and not body[1].leading_lines:
        # Below a docstring, the first import of a file stands behind an empty line.
        body[1] = body[1].with_changes(leading_lines=[cst.EmptyLine(indent=False)])
    there = {_imports_from(item) for item in head.body}
    is_added = [_is_import(item) and _imports_from(item) not in there for item in body]
    for index in range(1, len(body)):
        if is_added[index - 1] and is_added[index]:
            body[index] = body[index].with_changes(leading_lines=())  # a file's first imports stand together
    return tree.with_changes(header=changed.header, body=[*tree.body[:start], *body, *tree.body[stop + 1 :]])


def _imports_from(statement: cst.BaseStatement) -> str:
    """What an import says before its names, without what stands above it."""
    small = statement.body[0] if isinstance(statement, cst.SimpleStatementLine) else statement
    return cst.Module([]).code_for_node(small).partition(" import ")[0]


def _folded(statement: _Statement, tree: cst.Module) -> _Statement:
    """An import that has grown longer than a line may be, with a line for each name."""
    if not isinstance(statement, cst.SimpleStatementLine) or len(statement.body) != 1:
        return statement
    small = statement.body[0]
    if not isinstance(small, cst.ImportFrom) or isinstance(small.names, cst.ImportStar) or small.lpar is not None:
        return statement
    if len(tree.code_for_node(small)) <= LINE_LENGTH:
        return statement
    head, _, _ = tree.code_for_node(small).partition(" import ")
    names = [tree.code_for_node(alias.with_changes(comma=cst.MaybeSentinel.DEFAULT)) for alias in small.names]
    lines = [f"{head} import (", *(f"{tree.default_indent}{name}," for name in names), ")", ""]
    folded = cst.parse_statement(tree.default_newline.join(lines), config=tree.config_for_parsing)
    assert isinstance(folded, cst.SimpleStatementLine)
    return statement.with_changes(body=folded.body)


def _import_block(body: Sequence[cst.BaseStatement]) -> tuple[int, int]:
    """Where the imports stand that ours belong to: behind docstring, `__future__` and changes of sys.path."""
    start = stop = 0
    for index, statement in enumerate(body):
        small = statement.body if isinstance(statement, cst.SimpleStatementLine) else ()
        is_head = (index == 0 and not _is_import(statement)) or (index == stop and _is_text(statement))
        if len(small) > 1 and ((is_head and _is_text(statement)) or any(_is_future(item) for item in small)):
            start = stop = index + 1  # several on one line: nothing may come between them
        elif any(_changes_path(item) for item in small):
            start = stop = index + 1
        elif (_is_import(statement) and stop == index) or is_head:
            stop = index + 1
        elif isinstance(statement, (cst.FunctionDef, cst.ClassDef)):
            break
    return start, stop


def _is_import(statement: cst.BaseStatement) -> bool:
    return isinstance(statement, cst.SimpleStatementLine) and isinstance(
        statement.body[0], (cst.Import, cst.ImportFrom)
    )


def _is_text(statement: cst.BaseStatement) -> bool:
    """Whether a statement is a text of its own, as some put below the docstring."""
    small = statement.body[0] if isinstance(statement, cst.SimpleStatementLine) else None
    return isinstance(small, cst.Expr) and isinstance(small.value, cst.SimpleString)


def _is_future(small: cst.BaseSmallStatement) -> bool:
    return isinstance(small, cst.ImportFrom) and get_full_name_for_node(small.module or "") == "__future__"


def _changes_path(small: cst.BaseSmallStatement) -> bool:
    return (
        isinstance(small, cst.Expr)
        and isinstance(small.value, cst.Call)
        and (get_full_name_for_node(small.value.func) or "").startswith("sys.path.")
    )


def without_import(tree: cst.Module, name: str) -> cst.Module:
    """The module without the import at its top that brings a name, where nothing mentions the name any more."""
    changed = tree.visit(_WithoutImport(name))
    # Annotations may be texts, so that a mention in a text counts as well.
    return tree if re.search(rf"\b{name}\b", changed.code) else changed


class _WithoutImport(cst.CSTTransformer):
    """Takes a name out of the import at the top of a module that brings it."""

    def __init__(self, name: str) -> None:
        self.name = name

    def visit_FunctionDef(self, node: cst.FunctionDef) -> bool:
        return False

    def leave_ImportFrom(
        self, original_node: cst.ImportFrom, updated_node: cst.ImportFrom
    ) -> cst.ImportFrom | cst.RemovalSentinel:
        if isinstance(updated_node.names, cst.ImportStar):
            return updated_node
        kept = [alias for alias in updated_node.names if (alias.evaluated_alias or alias.evaluated_name) != self.name]
        if not kept:
            return cst.RemoveFromParent()
        if len(kept) < len(updated_node.names):
            kept[-1] = kept[-1].with_changes(comma=updated_node.names[-1].comma)
        return updated_node.with_changes(names=kept)


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


def docstring(statement: cst.CSTNode) -> cst.SimpleString | cst.ConcatenatedString | None:
    """The text that a statement is, as the first of a module, class or function."""
    small = statement.body[0] if isinstance(statement, cst.SimpleStatementLine) and len(statement.body) == 1 else None
    value = small.value if isinstance(small, cst.Expr) else None
    if isinstance(value, (cst.SimpleString, cst.ConcatenatedString)) and isinstance(value.evaluated_value, str):
        return value
    return None


def assigned_name(item: cst.CSTNode) -> str:
    """The name that a line gives a value, or ""."""
    small = item.body[0] if isinstance(item, cst.SimpleStatementLine) else None
    if isinstance(small, cst.AnnAssign) and small.value is not None:
        return written(small.target)
    return written(small.targets[0].target) if isinstance(small, cst.Assign) else ""


def names_in(node: cst.CSTNode) -> set[str]:
    """The names that a piece of code mentions outside of its imports."""
    names = _Names()
    node.visit(names)
    return names.found


class _Names(cst.CSTVisitor):
    def __init__(self) -> None:
        self.found: set[str] = set()

    def visit_ImportFrom(self, node: cst.ImportFrom) -> bool:
        return False

    def visit_Name(self, node: cst.Name) -> None:
        self.found.add(node.value)


def named_infos(function: cst.FunctionDef, classes: set[str]) -> set[str]:
    """The names that stand for `info` in `(info, Class)`, or in a call with these two arguments, and for no other."""
    pairs = _Pairs()
    function.body.visit(pairs)
    named = [(first.value, written(second) in classes) for first, second in pairs.found if isinstance(first, cst.Name)]
    shared = {name for name, is_asked in named if not is_asked or pairs.given[name] > 1}
    return {name for name, is_asked in named if is_asked} - shared


class _Pairs(cst.CSTVisitor):
    def __init__(self) -> None:
        self.found: list[tuple[cst.BaseExpression, cst.BaseExpression]] = []
        self.given: Counter[str] = Counter()

    def visit_FunctionDef(self, node: cst.FunctionDef) -> bool:
        return False

    def visit_AssignTarget(self, node: cst.AssignTarget) -> None:
        self.given[written(node.target)] += 1

    def visit_Tuple(self, node: cst.Tuple) -> None:
        if len(node.elements) == 2:
            self.found.append((node.elements[0].value, node.elements[1].value))

    def visit_Call(self, node: cst.Call) -> None:
        if len(node.args) == 2:
            self.found.append((node.args[0].value, node.args[1].value))
