"""What the commands share: they go straight to the functions and classes that they edit, and to no others."""

from __future__ import annotations

import argparse
import ast
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from typing import Any, ClassVar

import libcst as cst
from libcst.codemod import CodemodCommand, CodemodContext

from codemods.analysis.symbols import MODULE_BODY
from codemods.commands.editing.arguments import add_arguments
from codemods.commands.editing.code import BLOCKS, bound_inside, defined_names, parameters_of, variables_of
from codemods.commands.editing.imports import mentions, place_imports, without_own_imports
from codemods.places import Place

_LOCALS = ".<locals>."


class PlaceCommand(CodemodCommand):
    """A command that edits places of a file. By itself it also puts the imports that it needs.

    `top`: how many statements behind the texts at the top of a function it looks at; None for all of them.
    `classes`: those that it edits.
    """

    PLACE: ClassVar[type[Place]]
    top: int | None = None
    classes: frozenset[str] = frozenset()

    def looks_into(self, places: Sequence[Place]) -> Iterable[str] | None:
        """The functions and classes whose code it looks at, besides what is in no function; None for all there is."""
        return None

    def looks_for(self, places: Sequence[Place]) -> Mapping[str, Iterable[Iterable[str]]]:
        """By function, words of which what it edits there mentions all of one; none for one that it looks at as a
        whole. A statement that mentions none of them, nor what the command writes, it need not be shown."""
        return {}

    @classmethod
    def add_args(cls, arg_parser: argparse.ArgumentParser) -> None:
        add_arguments(arg_parser, cls)

    def transform_module(self, tree: cst.Module) -> cst.Module:
        return place_imports(self.context, super().transform_module(tree))


class _Scope:
    """A class or function around what is visited: what names in it begin with, and the names that it defines."""

    def __init__(self, name: str, node: cst.ClassDef | cst.FunctionDef) -> None:
        self.name = name
        self._body = node.body
        self._parameters = node.params if isinstance(node, cst.FunctionDef) else None

    @cached_property
    def names(self) -> set[str]:
        return defined_names(self._body)

    @cached_property
    def all_names(self) -> set[str]:
        """Its parameters' as well, and what only shows when all of its code is looked through."""
        parameters = parameters_of(self._parameters) if self._parameters is not None else set[str]()
        return self.names | parameters | bound_inside(self._body)


class FunctionCommand(PlaceCommand, cst.CSTTransformer):
    """A command that edits named functions: "f", "Class.method", "f.<locals>.inner", "f#2" for a second definition.

    Of a module only the way to `targets`, and to the classes of `classes`, is gone. Subclasses edit in `leave_...`
    methods where `self.current` is a target; those that look at the top of a function only say so.
    """

    def __init__(self, context: CodemodContext) -> None:
        PlaceCommand.__init__(self, context)
        cst.CSTTransformer.__init__(self)
        self.targets: frozenset[str] = frozenset()
        self._ways: frozenset[str] = frozenset()
        self._scopes: list[_Scope] = []
        self._seen: Counter[str] = Counter()
        self._module: cst.Module | None = None
        # The names that lambdas and comprehensions around what is visited have for themselves.
        self._inner: list[set[str]] = []

    def looks_into(self, places: Sequence[Place]) -> Iterable[str] | None:
        return {*self.targets, *self.classes, *(place.what for place in places)}

    # Where it is

    @property
    def current(self) -> str:
        """The function that is being visited, or "<module>" outside of any."""
        inside = [index for index, scope in enumerate(self._scopes) if scope.name.endswith(_LOCALS)]
        scopes = self._scopes[: inside[-1] + 1] if inside else ()
        return "".join(scope.name for scope in scopes).removesuffix(_LOCALS) or MODULE_BODY

    @property
    def in_class(self) -> bool:
        """Whether what is visited stands in the body of a class, and in no method of it."""
        return bool(self._scopes) and not self._scopes[-1].name.endswith(_LOCALS)

    @property
    def current_class(self) -> str:
        """The class whose body is being visited, or "" in a function or the module."""
        return self._prefix[:-1] if self.in_class else ""

    @property
    def names_of_class(self) -> set[str]:
        """The names that the class whose body is being visited defines."""
        return self._scopes[-1].names if self.in_class else set()

    @property
    def _prefix(self) -> str:
        return "".join(scope.name for scope in self._scopes)

    def is_taken(self, name: str) -> bool:
        """Whether what is around the place visited has another use for a name; a class's are not its methods'."""
        if any(name in names for names in self._inner):
            return True
        return any(
            name in (scope.all_names if self._is_mentioned(name) else scope.names)
            for scope in self._scopes
            if scope.name.endswith(_LOCALS) or scope is self._scopes[-1]
        )

    def _is_mentioned(self, name: str) -> bool:
        return self._module is not None and mentions(self.context, self._module, name)

    # The way there

    def transform_module_impl(self, tree: cst.Module) -> cst.Module:
        self._module = tree
        wanted = self.targets | self.classes
        self._ways = frozenset(_ways(wanted))
        if MODULE_BODY in self.targets:
            return tree.visit(self)
        body = self._walked(tree.body)
        return tree if body is tree.body else tree.with_changes(body=body)

    def _walked(self, body: Sequence[Any]) -> Sequence[Any]:
        """Statements with what is edited in them; the same object where that is nothing."""
        found: list[Any] = []
        for statement in body:
            after = self._reached(statement)
            if isinstance(after, cst.FlattenSentinel):
                found += after
            elif not isinstance(after, cst.RemovalSentinel):
                found.append(after)
        same = len(found) == len(body) and all(after is before for after, before in zip(found, body, strict=True))
        return body if same else found

    def _reached(self, node: cst.CSTNode) -> Any:
        if isinstance(node, cst.FunctionDef):
            return self._function(node)
        if isinstance(node, cst.ClassDef):
            return self._class(node)
        if isinstance(node, (cst.SimpleStatementLine, cst.SimpleStatementSuite, cst.BaseSmallStatement)):
            return node
        return self._blocks(node)

    def _blocks(self, node: cst.CSTNode) -> cst.CSTNode:
        """A statement, or a part of one, with what is edited in its blocks."""
        changes: dict[str, Any] = {}
        for name in BLOCKS:
            inner = getattr(node, name, None)
            if isinstance(inner, cst.CSTNode):
                after: Any = self._reached(inner)
            elif isinstance(inner, Sequence):
                after = self._walked(inner)
            else:
                continue
            if after is not inner:
                changes[name] = after
        return node.with_changes(**changes) if changes else node

    def _function(self, node: cst.FunctionDef) -> Any:
        prefix = self._prefix + node.name.value
        count = self._seen[prefix] + 1
        name = prefix if count == 1 else f"{prefix}#{count}"
        has_more = f"{name}{_LOCALS}" in self._ways
        if has_more or (name in self.targets and self.top is None):
            return node.visit(self)
        if name not in self.targets:
            self._seen[prefix] = count
            return node
        self.visit_FunctionDef(node)
        return self.leave_FunctionDef(node, node)

    def _class(self, node: cst.ClassDef) -> Any:
        name = self._prefix + node.name.value
        if name in self.classes:
            return node.visit(self)
        if f"{name}." not in self._ways:
            return node
        self._scopes.append(_Scope(f"{node.name.value}.", node))
        after = self._blocks(node)
        self._scopes.pop()
        return after

    # Inside of targets

    def visit_SimpleStatementLine(self, node: cst.SimpleStatementLine) -> bool | None:
        return self.current in self.targets

    def visit_ClassDef(self, node: cst.ClassDef) -> bool | None:
        name = self._prefix + node.name.value
        is_wanted = self.current in self.targets or name in self.classes or f"{name}." in self._ways
        self._scopes.append(_Scope(f"{node.name.value}.", node))
        return is_wanted

    def leave_ClassDef(self, original_node: cst.ClassDef, updated_node: cst.ClassDef) -> cst.ClassDef:
        self._scopes.pop()
        return updated_node

    def visit_FunctionDef(self, node: cst.FunctionDef) -> bool | None:
        prefix = self._prefix
        name = prefix + node.name.value
        self._seen[name] += 1
        if self._seen[name] > 1:
            name = f"{name}#{self._seen[name]}"
        self._scopes.append(_Scope(name.removeprefix(prefix) + _LOCALS, node))
        return name in self.targets or f"{name}{_LOCALS}" in self._ways

    def leave_FunctionDef(self, original_node: cst.FunctionDef, updated_node: cst.FunctionDef) -> cst.FunctionDef:
        self._scopes.pop()
        return updated_node

    # Names inside of expressions

    def on_visit(self, node: cst.CSTNode) -> bool:
        if isinstance(node, (cst.Lambda, cst.BaseComp)):
            self._inner.append(parameters_of(node.params) if isinstance(node, cst.Lambda) else variables_of(node))
        return super().on_visit(node)

    def on_leave(self, original_node: Any, updated_node: Any) -> Any:
        left = super().on_leave(original_node, updated_node)
        if isinstance(original_node, (cst.Lambda, cst.BaseComp)):
            self._inner.pop()
        if isinstance(original_node, cst.FunctionDef) and isinstance(left, cst.FunctionDef):
            return without_own_imports(original_node, left)
        return left


def words_of(places: Iterable[tuple[str, str]]) -> Mapping[str, Iterable[Iterable[str]]]:
    """By function, the names in each of the expressions that are looked for in it, where each has some."""
    words: dict[str, set[frozenset[str]]] = defaultdict(set)
    for function, text in places:
        words[function].add(_names(text))
    return {function: found for function, found in words.items() if frozenset() not in found}


def _names(text: str) -> frozenset[str]:
    try:
        nodes = list(ast.walk(ast.parse(text, mode="eval")))
    except SyntaxError:
        return frozenset()
    names = {node.id for node in nodes if isinstance(node, ast.Name)}
    return frozenset(names | {node.attr for node in nodes if isinstance(node, ast.Attribute)})


def _ways(names: Iterable[str]) -> Iterable[str]:
    """What the names of the classes and functions around each of these end with, a dot."""
    for name in names:
        for index, letter in enumerate(name):
            if letter == ".":
                yield name[: index + 1]
