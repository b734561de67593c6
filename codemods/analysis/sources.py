"""Functions and classes of the tree as syntax, for the few places where a survey must read statements in order.

Facts hold no tree objects; a file is parsed again here when somebody asks for a function of it, and kept.
"""

from __future__ import annotations

import ast
import re
from bisect import bisect_left
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING

from codemods.analysis.chains import Chain, chain_of
from codemods.analysis.facts import FileFacts
from codemods.analysis.nodes import children, own_nodes, walk
from codemods.analysis.parsing import Function, alone, outside_of_definitions, parse, says_the_same
from codemods.analysis.symbols import MODULE_BODY, Symbol

if TYPE_CHECKING:
    from codemods.analysis.references import References

_Words = tuple[str, ...] | frozenset[str]


@dataclass(frozen=True, slots=True)
class ParsedModule:
    """One file as syntax, and what it defines, by the names that facts have for it."""

    body: Sequence[ast.stmt]
    functions: dict[str, Function] = field(default_factory=dict)
    classes: dict[str, ast.ClassDef] = field(default_factory=dict)
    # The nodes that run with each function, once somebody has asked for them.
    nodes: dict[str, Sequence[ast.AST]] = field(default_factory=dict)
    # Its references, by the names that are wanted.
    references: dict[frozenset[str] | None, References] = field(default_factory=dict)

    def index(self, body: Sequence[ast.stmt], prefix: str) -> None:
        for node in _definitions(body):
            name = prefix + node.name
            if isinstance(node, ast.ClassDef):
                self.classes[name] = node
                self.index(node.body, name + ".")
                continue
            count, unique = 1, name
            while unique in self.functions:
                count += 1
                unique = f"{name}#{count}"
            self.functions[unique] = node
            self.index(node.body, unique + ".<locals>.")


_NOTHING = ParsedModule(())
# What has statements in it besides definitions.
_AROUND = frozenset(
    {ast.If, ast.For, ast.AsyncFor, ast.While, ast.With, ast.AsyncWith, ast.Try, ast.TryStar, ast.Match}
    | {ast.ExceptHandler, ast.match_case}
)
# What may give a name, an attribute or an item a value.
GIVING = frozenset(
    {ast.Assign, ast.AnnAssign, ast.AugAssign, ast.NamedExpr, ast.For, ast.AsyncFor, ast.comprehension, ast.withitem}
    | {ast.Match}
)
# So many parsed files are kept, and so many parts of files: syntax takes ten times the memory of facts.
_KEPT, _KEPT_PARTS, _KEPT_LINES = 256, 512, 4


class Sources:
    """The bytes of every file by its module, and the last files that were parsed of them."""

    def __init__(
        self,
        data: Mapping[str, bytes],
        trees: Mapping[bytes, ast.Module] | None = None,
        files: Mapping[str, FileFacts] | None = None,
    ) -> None:
        self._data, self._files = data, files or {}
        # Files that have been parsed as their facts were read, by their bytes.
        self._trees = dict(trees or {})
        self._parsed = lru_cache(_KEPT)(self._parse)
        self.module: Callable[[str], ParsedModule] = self._parsed
        self._part = lru_cache(_KEPT_PARTS)(self._parse_part)
        self._lines = lru_cache(_KEPT_LINES)(lambda module: data[module].splitlines(keepends=True))
        # The modules that were parsed last: they are there, and their parts are taken from them.
        self._whole: dict[str, None] = {}

    def forget(self) -> None:
        """Let go of all syntax: what is asked for again is parsed again."""
        self._trees.clear()
        self._parsed.cache_clear()
        self._part.cache_clear()
        self._whole.clear()

    def is_same(self, module: str, data: bytes) -> bool:
        """Whether a module's file says what these bytes do, however it is laid out."""
        own = self._data.get(module)
        return own == data or (own is not None and says_the_same(own, data))

    def _parse(self, module: str) -> ParsedModule:
        data = self._data[module]
        tree = self._trees.pop(data, None) or parse(data)  # no two files share one: nodes are told apart by identity
        parsed = ParsedModule(tree.body)
        parsed.index(tree.body, "")
        self._whole[module] = None
        if len(self._whole) > _KEPT:
            del self._whole[next(iter(self._whole))]
        return parsed

    def _around(self, identifier: Symbol) -> ParsedModule:
        """What a function stands in: its file, where that is at hand as syntax, else the part of it that is needed."""
        module = identifier.module
        if module in self._whole or (self._trees and self._data[module] in self._trees):
            return self.module(module)
        return self._part(module, identifier.qualname.partition(".<locals>.")[0]) or self.module(module)

    def _parse_part(self, module: str, qualname: str) -> ParsedModule | None:
        """A function, or a module outside of its functions and classes; None where its file must be parsed for it."""
        facts = self._files.get(module)
        if facts is None or qualname not in facts.functions:
            return None
        lines = self._lines(module)
        if qualname == MODULE_BODY:
            body = outside_of_definitions(lines, facts)
            return ParsedModule(body) if body else None
        function = facts.functions[qualname]
        if function.more < 0:
            return _NOTHING  # a lambda
        node = alone(lines, function)
        if node is None:
            return None
        parsed = ParsedModule([node], {qualname: node})
        parsed.index(node.body, qualname + ".<locals>.")
        return parsed

    def text(self, module: str) -> bytes:
        """A module as it is on disk."""
        return self._data[module]

    def says(self, module: str, words: _Words) -> bool:
        """Whether any of these words stands in a module, whatever it means there."""
        text = self._data[module]
        return any(word.encode() in text for word in words)

    def lines(self, module: str, words: _Words) -> list[int]:
        """The lines of a module on which any of these words stands, whatever it means there."""
        text = b"\n".join(self._data[module].splitlines())  # whatever ends them
        found, done, line = list[int](), 0, 1
        for word in re.finditer(b"|".join(re.escape(word.encode()) for word in words), text):
            line += text.count(b"\n", done, word.start())
            done = word.start()
            found.append(line)
        return found

    def saying(self, module: str, words: _Words) -> Iterator[ast.AST]:
        """The nodes of a module, but for those of statements in which none of these words stands."""
        lines = self.lines(module, words) if self.says(module, words) else []
        stack: list[ast.AST] = list(self.module(module).body) if lines else []
        while stack:
            node = stack.pop()
            if not isinstance(node, ast.stmt) or stands_on(node, lines):
                yield node
                stack += children(node)

    def function(self, identifier: Symbol) -> Function | None:
        """The definition of a function; None for a module's body or a lambda."""
        return self._around(identifier).functions.get(identifier.qualname)

    def functions_of(self, module: str) -> Iterator[tuple[Symbol, Function]]:
        """Every function of a module, by its name."""
        return ((Symbol(module, name), node) for name, node in self.module(module).functions.items())

    def cls(self, identifier: Symbol) -> ast.ClassDef | None:
        return self.module(identifier.module).classes.get(identifier.qualname)

    def body(self, identifier: Symbol) -> Sequence[ast.stmt]:
        """The statements of a function, or those of a module outside of functions; none of a file that is not here."""
        if identifier.module not in self._data:
            return ()
        if identifier.qualname == MODULE_BODY:
            return self.module(identifier.module).body
        function = self.function(identifier)
        return function.body if function is not None else ()

    def nodes(self, identifier: Symbol) -> Sequence[ast.AST]:
        """Every node that runs with a function, or with a module outside of functions; see `own_nodes`."""
        around, name = self._around(identifier), identifier.qualname
        if name not in around.nodes:
            function = around.functions.get(name)
            body = around.body if name == MODULE_BODY else function.body if function is not None else ()
            around.nodes[name] = tuple(own_nodes(body))
        return around.nodes[name]


def stands_on(node: ast.stmt, lines: Sequence[int]) -> bool:
    """Whether a statement takes up any of some lines, which are in order."""
    decorators: Sequence[ast.expr] = getattr(node, "decorator_list", ())
    first = min(node.lineno, *(item.lineno for item in decorators)) if decorators else node.lineno
    at = bisect_left(lines, first)
    return at < len(lines) and lines[at] <= (node.end_lineno or first)


def _definitions(body: Sequence[ast.stmt]) -> Iterator[Function | ast.ClassDef]:
    """The functions and classes that statements define, in order, however deep below `if` and `try`."""
    stack: list[ast.AST] = list(reversed(body))
    while stack:
        node = stack.pop()
        if type(node) is ast.FunctionDef or type(node) is ast.AsyncFunctionDef or type(node) is ast.ClassDef:
            yield node
        elif node.__class__ in _AROUND:
            parts = [item for _, value in ast.iter_fields(node) if isinstance(value, list) for item in value]
            stack += reversed(parts)


def given(node: ast.AST) -> Sequence[tuple[ast.expr, ast.expr]]:
    """What gets a value, and which: by assignments, loops, comprehensions, `with` and the patterns of `match`."""
    if node.__class__ not in GIVING:
        return ()
    if isinstance(node, ast.Assign):
        return [(target, node.value) for target in node.targets]
    if isinstance(node, (ast.AnnAssign, ast.AugAssign, ast.NamedExpr)) and node.value is not None:
        return ((node.target, node.value),)
    if isinstance(node, (ast.For, ast.AsyncFor, ast.comprehension)):
        return ((node.target, node.iter),)
    if isinstance(node, ast.withitem) and node.optional_vars is not None:
        return ((node.optional_vars, node.context_expr),)
    return _matched(node) if isinstance(node, ast.Match) else ()


def _matched(node: ast.Match) -> Sequence[tuple[ast.expr, ast.expr]]:
    """The names that patterns give something of what is matched."""
    patterns = [part for case in node.cases for part in walk(case.pattern)]
    names = [getattr(part, "rest" if isinstance(part, ast.MatchMapping) else "name", None) for part in patterns]
    return [(ast.Name(name, ast.Store()), node.subject) for name in names if isinstance(name, str)]


def is_thrown_away(body: Sequence[ast.stmt], chain: Chain) -> bool:
    """Whether nobody looks at what calls of a chain answer, in statements that have some."""
    nodes = list(own_nodes(body))
    alone = {id(node.value) for node in nodes if isinstance(node, ast.Expr)}
    calls = [node for node in nodes if isinstance(node, ast.Call) and chain_of(node) == chain]
    return bool(calls) and all(id(call) in alone for call in calls)
