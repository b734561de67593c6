"""A file's text, its newlines plain, and what it is made of: what mutators change."""

from __future__ import annotations

import ast
import random
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from textwrap import dedent, indent

Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


@dataclass(frozen=True)
class Source:
    """A file's text, its newlines plain, and what it is made of."""

    text: str

    @cached_property
    def lines(self) -> list[str]:
        return self.text.split("\n")

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.text)

    @cached_property
    def names(self) -> list[str]:
        found = {node.id for node in ast.walk(self.tree) if isinstance(node, ast.Name)}
        found |= {node.name for node in ast.walk(self.tree) if isinstance(node, ast.FunctionDef | ast.ClassDef)}
        return sorted(found) or ["x"]

    @cached_property
    def definitions(self) -> list[Definition]:
        return [
            node for node in self.statements if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
        ]

    @cached_property
    def statements(self) -> list[ast.stmt]:
        """Statements that have their lines to themselves."""
        found = [node for node in ast.walk(self.tree) if isinstance(node, ast.stmt)]
        return [node for node in found if self._is_alone(node)]

    def _is_alone(self, node: ast.stmt) -> bool:
        head = self.lines[node.lineno - 1].encode()[: node.col_offset]
        tail = self.lines[(node.end_lineno or 1) - 1].encode()[node.end_col_offset or 0 :]
        return not head.strip() and not tail.strip()

    def span(self, node: ast.stmt) -> tuple[int, int]:
        """The lines of a statement, its decorators included: the first, and the one behind the last."""
        decorators = getattr(node, "decorator_list", [])
        return min(item.lineno for item in (node, *decorators)) - 1, node.end_lineno or node.lineno

    def space(self, line: int) -> str:
        return self.lines[line][: len(self.lines[line]) - len(self.lines[line].lstrip())]

    def block(self, node: ast.stmt) -> list[str]:
        start, end = self.span(node)
        return self.lines[start:end]

    def with_lines(self, start: int, end: int, new: Sequence[str]) -> str:
        return "\n".join([*self.lines[:start], *new, *self.lines[end:]])


# Makes of a file another text; the second is another file, to take something from.
Mutator = Callable[[random.Random, Source, Source], str]


def some_statement(dice: random.Random, source: Source) -> tuple[int, int]:
    return source.span(dice.choice(source.statements))


def put(dice: random.Random, source: Source, lines: Sequence[str]) -> str:
    """The file with more lines above or below one of its statements, indented as that is."""
    start, end = some_statement(dice, source)
    at = dice.choice((start, end))
    return source.with_lines(at, at, indent(dedent("\n".join(lines)), source.space(start)).split("\n"))


def parses(text: str) -> bool:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            compile(text, "mutant", "exec", dont_inherit=True)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return False
    return True
