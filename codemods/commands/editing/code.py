"""Reading code as LibCST has it: what it writes, and which names it gives a meaning."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

import libcst as cst

# Where the blocks of a statement are.
BLOCKS = ("body", "handlers", "cases", "orelse", "finalbody")


def defined_names(node: cst.Module | cst.BaseSuite) -> set[str]:
    """The names that a module, or the body of a function or class, defines, imports or assigns itself."""
    return set(_bound(node.body))


def bound_inside(node: cst.Module | cst.BaseSuite) -> set[str]:
    """The names that a module, or the body of a function or class, binds where no statement shows it: by `:=` and
    patterns, or because it is declared to be another's, as by `global` in a module's functions."""
    found = _BoundInside()
    for statement in node.body:
        statement.visit(found)
    if isinstance(node, cst.Module):
        declared = _Declared()
        node.visit(declared)
        found.names |= declared.names
    return found.names


def parameters_of(parameters: cst.Parameters) -> set[str]:
    """The names of all parameters of a function or lambda."""
    stars = [item for item in (parameters.star_arg, parameters.star_kwarg) if isinstance(item, cst.Param)]
    every = (*parameters.posonly_params, *parameters.params, *parameters.kwonly_params, *stars)
    return {item.name.value for item in every}


def variables_of(comprehension: cst.BaseComp) -> set[str]:
    """The names that a comprehension gives its items: they are known in it, and nowhere else."""
    found: set[str] = set()
    inner: cst.CompFor | None = comprehension.for_in
    while inner is not None:
        found.update(_names_of(inner.target))
        inner = inner.inner_for_in
    return found


class _Declared(cst.CSTVisitor):
    """The names that functions declare `global`."""

    def __init__(self) -> None:
        self.names: set[str] = set()

    def visit_Global(self, node: cst.Global) -> None:
        self.names.update(item.name.value for item in node.names)

    def visit_SimpleStatementLine(self, node: cst.SimpleStatementLine) -> bool:
        return any(isinstance(small, cst.Global) for small in node.body)


class _BoundInside(_Declared):
    """Besides, what expressions and patterns bind, but not in functions and classes of their own."""

    def visit_FunctionDef(self, node: cst.FunctionDef) -> bool:
        return False

    def visit_ClassDef(self, node: cst.ClassDef) -> bool:
        return False

    def visit_Lambda(self, node: cst.Lambda) -> bool:
        return False

    def visit_SimpleStatementLine(self, node: cst.SimpleStatementLine) -> bool:
        return True

    def visit_Nonlocal(self, node: cst.Nonlocal) -> None:
        self.names.update(item.name.value for item in node.names)

    def visit_NamedExpr(self, node: cst.NamedExpr) -> None:
        self.names.update(_names_of(node.target))

    def visit_Del(self, node: cst.Del) -> None:
        self.names.update(_names_of(node.target))

    def visit_MatchAs(self, node: cst.MatchAs) -> None:
        self.names.update(_names_of(node.name) if node.name else ())

    def visit_MatchStar(self, node: cst.MatchStar) -> None:
        self.names.update(_names_of(node.name) if node.name else ())

    def visit_MatchMapping(self, node: cst.MatchMapping) -> None:
        self.names.update(_names_of(node.rest) if node.rest else ())


def _bound(body: Iterable[cst.CSTNode]) -> Iterator[str]:
    """The names that statements bind, at whatever depth, but not inside functions and classes."""
    for statement in body:
        if isinstance(statement, (cst.FunctionDef, cst.ClassDef)):
            yield statement.name.value
        elif isinstance(statement, (cst.SimpleStatementLine, cst.SimpleStatementSuite)):
            yield from _bound(statement.body)
        elif isinstance(statement, cst.BaseSmallStatement):
            yield from _bound_by(statement)
        else:
            yield from _bound_around(statement)


def _bound_by(small: cst.BaseSmallStatement) -> Iterator[str]:
    if isinstance(small, (cst.Import, cst.ImportFrom)) and not isinstance(small.names, cst.ImportStar):
        for alias in small.names:
            yield (alias.evaluated_alias or alias.evaluated_name).partition(".")[0]
    elif isinstance(small, cst.Assign):
        for target in small.targets:
            yield from _names_of(target.target)
    elif isinstance(small, cst.AnnAssign):
        yield from _names_of(small.target)


def _bound_around(node: cst.CSTNode) -> Iterator[str]:
    """The names that a compound statement, or a part of one, binds itself and in its blocks."""
    if isinstance(node, cst.For):
        yield from _names_of(node.target)
    for item in node.items if isinstance(node, cst.With) else (node,):
        name = item.name if isinstance(item, (cst.ExceptHandler, cst.ExceptStarHandler)) else None
        name = item.asname if isinstance(item, cst.WithItem) else name
        if name is not None:
            yield from _names_of(name.name)
    for block in blocks_of(node):
        if isinstance(block, (cst.IndentedBlock, cst.SimpleStatementSuite)):
            yield from _bound(block.body)
        else:
            yield from _bound_around(block)


def blocks_of(node: cst.CSTNode) -> Iterator[cst.CSTNode]:
    """The blocks of a compound statement, and its parts that have blocks."""
    for name in BLOCKS:
        inner = getattr(node, name, None)
        if isinstance(inner, cst.CSTNode):
            yield inner
        elif isinstance(inner, Sequence):
            yield from inner


def _names_of(target: cst.CSTNode) -> Iterator[str]:
    if isinstance(target, cst.Name):
        yield target.value
    elif isinstance(target, (cst.Tuple, cst.List)):
        for element in target.elements:
            yield from _names_of(element.value)


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
