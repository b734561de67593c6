"""What the entries of a mapping are: made for the one key, or something that lives longer and so is every key's."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Callable, Iterator

from codemods.analysis.chains import Chain, chain_of
from codemods.analysis.facts import Use
from codemods.analysis.holders import Holders
from codemods.analysis.kept import ATTRIBUTE, Holder
from codemods.analysis.matching import matched
from codemods.analysis.sources import given
from codemods.analysis.symbols import Symbol
from codemods.survey.program import TenantProgram

# Names for names, answers of functions and what callers hand on are followed so far.
_DEEPEST = 4


class Entries:
    """Answers for one program; `is_shared`: whether a holder is everybody's."""

    def __init__(self, program: TenantProgram, holders: Holders, is_shared: Callable[[Holder], bool]) -> None:
        self.program = program
        self.holders = holders
        self._is_shared = is_shared
        # By the name of a function: many have the same.
        self._calls: dict[str, dict[Symbol, list[tuple[Symbol, Use]]]] = {}

    def are_made(self, holder: Holder, frame: Symbol) -> bool:
        """Whether all that a function puts into a holder by a key is made for it."""
        return all(
            self._is_made(value, frame, 0)
            for node in self.program.sources.nodes(frame)
            for container, value in _stored(node)
            if self.holders.at(chain_of(container), frame).get(holder) is False
        )

    def _is_made(self, value: ast.expr, frame: Symbol, depth: int) -> bool:
        match value:
            case ast.NamedExpr() | ast.Await():
                return self._is_made(value.value, frame, depth)
            case ast.IfExp():
                return self._is_made(value.body, frame, depth) and self._is_made(value.orelse, frame, depth)
            case ast.BoolOp():
                return all(self._is_made(part, frame, depth) for part in value.values)
            case ast.Name() | ast.Attribute() | ast.Subscript() | ast.Call():
                chain = chain_of(value)
                return not chain or self._is_new(chain, frame, depth)
        return True

    def _is_new(self, chain: Chain, frame: Symbol, depth: int) -> bool:
        """Whether a chain stands for nothing that lives longer than the call: changed by one, it would be all's."""
        if depth > _DEEPEST:
            return False
        if any(self._lives_on(holder) for holder in self.holders.at(chain, frame)):
            return False
        if chain[-1] == "()":
            return all(self._is_made(value, function, depth + 1) for value, function in self._answers(chain, frame))
        return len(chain) > 1 or (
            all(self._is_made(value, frame, depth + 1) for value in self._given(chain[0], frame))
            and all(self._is_new(other, caller, depth + 1) for other, caller in self._handed(chain[0], frame))
        )

    def _lives_on(self, holder: Holder) -> bool:
        """Whether a holder keeps one thing for the process, which may change."""
        if not self._is_shared(holder):
            return False
        if holder.kind == ATTRIBUTE:
            cls = self.program.classes.get(holder.owner)
            return cls is None or holder.name in cls.containers or bool(cls.assigned.get(holder.name))
        file = self.program.files.get(holder.at.module)
        function = self.program.functions.get(holder.owner) or (file.body if file is not None else None)
        # What is given no name and nothing that is called is a number or a text.
        return function is None or holder.name in function.containers or bool(function.assigned.get(holder.name))

    def _answers(self, chain: Chain, frame: Symbol) -> Iterator[tuple[ast.expr, Symbol]]:
        for value in self.program.values(chain[:-1], frame):
            if value.kind == "function":
                nodes = self.program.sources.nodes(value.name)
                yield from (
                    (node.value, value.name)
                    for node in nodes
                    if isinstance(node, ast.Return) and node.value is not None
                )

    def _given(self, name: str, frame: Symbol) -> Iterator[ast.expr]:
        """What a function gives a name of its own."""
        for node in self.program.sources.nodes(frame):
            for target, value in given(node):
                if isinstance(target, ast.Name) and target.id == name:
                    yield value

    def _handed(self, name: str, frame: Symbol) -> Iterator[tuple[Chain, Symbol]]:
        """What those who call a function hand it by this name, each with the caller."""
        function = self.program.functions[frame]
        if not any(parameter.name == name for parameter in function.parameters):
            return
        if function.name not in self._calls:
            self._calls[function.name] = self._called(function.name)
        for caller, use in self._calls[function.name].get(frame, ()):
            yield from ((chain, caller) for given_to, chain in matched(function, use) if given_to == name)

    def _called(self, name: str) -> dict[Symbol, list[tuple[Symbol, Use]]]:
        """The calls of each function where one of a name is written down, with the callers."""
        found: dict[Symbol, list[tuple[Symbol, Use]]] = defaultdict(list)
        for caller in self.program.naming(name):
            for use in self.program.functions[caller].uses:
                called = self.program.values(use.chain[:-1], caller) if use.chain[1:] and use.chain[-1] == "()" else ()
                for callee in {value.name for value in called}:
                    found[callee].append((caller, use))
        return found


def _stored(node: ast.AST) -> Iterator[tuple[ast.expr, ast.expr]]:
    """The containers that a node puts something into by a key, and that."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and len(node.args) > 1:
        if node.func.attr in ("setdefault", "__setitem__"):
            yield node.func.value, node.args[1]
    elif not isinstance(node, ast.AugAssign):
        yield from ((target.value, value) for target, value in given(node) if isinstance(target, ast.Subscript))
