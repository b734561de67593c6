"""Functions and classes of the tree as syntax, for the few places where a survey must read statements in order.

Facts hold no tree objects; a file is parsed again here when somebody asks for a function of it, and kept.
"""

from __future__ import annotations

import ast
import warnings
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from codemods.analysis.facts import MODULE_BODY

Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass
class Sources:
    """The bytes of every file by its module, and what was parsed of them. Functions are named as in the facts."""

    data: Mapping[str, bytes]
    _modules: dict[str, ast.Module] = field(default_factory=dict)
    _functions: dict[str, Function] = field(default_factory=dict)
    _classes: dict[str, ast.ClassDef] = field(default_factory=dict)

    def module(self, module: str) -> ast.Module:
        if module not in self._modules:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # the tree's own escapes are not this tool's to report
                tree = self._modules[module] = ast.parse(self.data[module])
            self._index(module, tree.body, "")
        return self._modules[module]

    def function(self, identifier: str) -> Function | None:
        """The definition of "module:qualname"; None for a module's body or a lambda."""
        self.module(identifier.partition(":")[0])
        return self._functions.get(identifier)

    def functions_of(self, module: str) -> list[tuple[str, Function]]:
        """Every function of a module, by its name."""
        self.module(module)
        return [(name, node) for name, node in self._functions.items() if name.startswith(module + ":")]

    def cls(self, identifier: str) -> ast.ClassDef | None:
        self.module(identifier.partition(":")[0])
        return self._classes.get(identifier)

    def body(self, identifier: str) -> Sequence[ast.stmt]:
        """The statements of a function, or those of a module outside of functions."""
        module, _, qualname = identifier.partition(":")
        if qualname == MODULE_BODY:
            return self.module(module).body
        function = self.function(identifier)
        return function.body if function is not None else ()

    def _index(self, module: str, body: Sequence[ast.stmt], prefix: str) -> None:
        for node in _definitions(body):
            name = f"{module}:{prefix}{node.name}"
            if isinstance(node, ast.ClassDef):
                self._classes[name] = node
                self._index(module, node.body, f"{prefix}{node.name}.")
                continue
            count, unique = 1, name
            while unique in self._functions:
                count += 1
                unique = f"{name}#{count}"
            self._functions[unique] = node
            self._index(module, node.body, unique.partition(":")[2] + ".<locals>.")


def _definitions(body: Sequence[ast.stmt]) -> Iterator[Function | ast.ClassDef]:
    """The functions and classes that statements define, in order, however deep below `if` and `try`."""
    for statement in body:
        if isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            yield statement
        else:
            for _, value in ast.iter_fields(statement):
                for item in value if isinstance(value, list) else ():
                    inner = item.body if isinstance(item, (ast.ExceptHandler, ast.match_case)) else [item]
                    yield from _definitions([each for each in inner if isinstance(each, ast.stmt)])


def own_nodes(body: Sequence[ast.stmt]) -> Iterator[ast.AST]:
    """Every node of these statements that runs with them: not what stands inside functions and classes of their own."""
    stack: list[ast.AST] = list(reversed(body))
    while stack:
        node = stack.pop()
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            continue
        yield node
        stack += reversed(list(ast.iter_child_nodes(node)))
