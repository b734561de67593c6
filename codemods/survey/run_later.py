"""What an expression hands on to be called later: what that touches, and which functions it runs."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from codemods.analysis.chains import Chain, chain_of, expression
from codemods.analysis.nodes import children, walk
from codemods.analysis.symbols import Symbol
from codemods.analysis.values import Value, Values
from codemods.survey.api_functions import is_public
from codemods.survey.program import TenantProgram


class Later:
    """What an expression hands on to be called later, as seen from where it stands."""

    def __init__(self, program: TenantProgram, frame: Symbol, cls: Symbol | None = None) -> None:
        self.program, self.frame = program, frame
        facts = program.classes.get(cls) if cls is not None else None
        # The functions that a name in the body of a class stands for.
        self.methods = {name: Symbol(frame.module, method) for name, method in facts.methods.items()} if facts else {}

    def of(self, value: ast.expr) -> tuple[str, tuple[Symbol, ...]]:
        """What that touches first, or "", and the functions that it runs, but for those that are judged anyway."""
        chains = list(self._chains(value, frozenset()))
        touched = next((text for chain in chains if (text := self._touch(chain))), "")
        runs = dict.fromkeys(name for chain in chains for name in self._functions(chain))
        runs |= dict.fromkeys(self._made(value))
        return touched or next((text for name in runs if (text := self._reached(name))), ""), tuple(runs)

    def _made(self, node: ast.AST) -> Iterator[Symbol]:
        """The functions that calls make: not what a decorator makes of those that it is given, which are judged."""
        if isinstance(node, ast.Lambda):
            return
        chain, parts = chain_of(node) if isinstance(node, ast.Call) else (), children(node)
        if isinstance(node, ast.Call):
            parts = [*node.args, *(item.value for item in node.keywords)]
            given = [chain_of(item) for item in node.args]
            if any(found.kind == "function" for item in given if item for found in self._stands_for(item)):
                chain = ()
        for found in self._stands_for(chain) if chain else ():
            if found.kind == "function" and ".<locals>." in found.name.qualname:
                yield found.name
        for part in parts:
            yield from self._made(part)

    def _stands_for(self, chain: Chain) -> Values:
        return self.program.values(chain, self.frame)

    def _chains(self, node: ast.AST, hidden: frozenset[str], *, runs: bool = False) -> Iterator[Chain]:
        """The chains of an expression that are run later: all of a lambda's, else those that are named and not called.

        hidden: parameters of the lambdas around. runs: whether it stands in a lambda.
        """
        if isinstance(node, ast.Lambda):
            arguments = walk(node.args)
            hidden = hidden | {item.arg for item in arguments if isinstance(item, ast.arg)}
            yield from self._chains(node.body, hidden, runs=True)
            return
        chain = chain_of(node) if isinstance(node, (ast.Name, ast.Attribute, ast.Call, ast.Subscript)) else ()
        if chain and chain[0] not in hidden and (runs or isinstance(node, (ast.Name, ast.Attribute))):
            yield chain
        if not isinstance(node, (ast.Name, ast.Attribute)) or not chain:
            for child in children(node):
                if not (isinstance(node, ast.Call) and child is node.func and not runs):
                    yield from self._chains(child, hidden, runs=runs)

    def _values(self, chain: Chain) -> Iterator[Value]:
        for cut in range(1, len(chain) + 1):
            yield from self.program.values(chain[:cut], self.frame)

    def _touch(self, chain: Chain) -> str:
        found = any(value.kind in ("holder", "shared") for value in self._values(chain))
        return expression(chain) if found else ""

    def _functions(self, chain: Chain) -> Iterator[Symbol]:
        package = self.program.state.apis.package + "."
        own = [Value("function", self.methods[chain[0]])] if chain[0] in self.methods else []
        for value in (*own, *self._values(chain)):
            is_judged = value.name.module.startswith(package) and value.name in self.program.functions
            if value.kind == "function" and not (is_judged and is_public(self.program, value.name)):
                yield value.name

    def _reached(self, function: Symbol) -> str:
        """The way from a function to what tenants share, or ""."""
        path = self.program.path_to_state(function)
        if path is not None:
            return str(path)
        touches = self.program.reach(function).shared
        return touches[0].expression if touches else ""
