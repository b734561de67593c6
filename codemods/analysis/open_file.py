"""A file while it is read: what it defines so far, and where in it the reader is."""

from __future__ import annotations

import ast
from collections.abc import Iterable

from codemods.analysis.attributes import is_self_attribute
from codemods.analysis.chains import Chain, chain_of
from codemods.analysis.open_facts import Held, OpenClass, OpenFunction
from codemods.analysis.symbols import MODULE_BODY


class OpenFile:
    """One instance keeps the function that it is in, and the `with` items around it."""

    def __init__(self, module: str, is_package: bool) -> None:
        self.package = module if is_package else module.rpartition(".")[0]
        self.functions: dict[str, OpenFunction] = {MODULE_BODY: OpenFunction(MODULE_BODY, 1)}
        self.classes: dict[str, OpenClass] = {}
        self.function = self.functions[MODULE_BODY]
        self.owner: OpenClass | None = None
        self.prefix = ""
        self.within: tuple[Chain, ...] = ()
        self.parameters: frozenset[str] = frozenset()
        self.roles: dict[int, str] = {}
        self.given_to: dict[int, Chain] = {}
        self.held: Held = {}
        # What the file has named of what parameters are annotated with, besides classes: `Annotated[...]`.
        self.annotations: dict[str, ast.expr] = {}
        # The lambdas that are handed to what starts them, by the names that they get.
        self.lambdas: dict[int, str] = {}
        self._chain_by_node: dict[int, Chain] = {}
        self._made: list[ast.AST] = []

    def _assign(self, name: str, chain: Chain) -> None:
        if self.owner is not None and len(chain) == 1 and chain[0] in self.owner.methods:
            self.owner.methods[name] = self.owner.methods[chain[0]]  # another name of a method
        into = self.owner.assigned if self.owner is not None else self.function.assigned
        into.setdefault(name, []).append(chain)

    def _enclosing_class(self) -> OpenClass | None:
        return self.classes.get(self.function.owner) if self.function.owner else None

    def _class_of(self, target: ast.Attribute) -> OpenClass | None:
        """The class of the file on which, or on an object of which, an attribute is put by a name."""
        if self._is_own(target):
            return self._enclosing_class()
        if not isinstance(target.value, ast.Name) or (name := target.value.id) in self.parameters:
            return None
        given = () if name in self.classes else self._given_to(name)
        made = next((chain[0] for chain in given if len(chain) == 2 and chain[1] == "()"), "")
        return self.classes.get(made or name)

    def _is_own(self, target: ast.Attribute) -> bool:
        """Whether an attribute is one of the object or class that a method is of, also by another name for it."""
        if is_self_attribute(target):
            return True
        return isinstance(target.value, ast.Name) and ("self",) in self.function.assigned.get(target.value.id, ())

    def _given_to(self, name: str) -> Iterable[Chain]:
        """What a name has been given so far, in a function or else in its file."""
        return self.function.assigned.get(name) or self.functions[MODULE_BODY].assigned.get(name) or ()

    def _chain(self, node: ast.expr) -> Chain:
        """The chain of an expression; a lambda that has a name is known by it."""
        if id(node) in self.lambdas:
            return (self.lambdas[id(node)],)
        return self._known_chain(node)

    def _known_chain(self, node: ast.expr) -> Chain:
        chain = self._chain_by_node.get(id(node))
        if chain is None:
            chain = self._chain_by_node[id(node)] = chain_of(node)
        return chain

    def _unique(self, qualname: str) -> str:
        """A name of its own for each of several definitions: "f", "f#2", ... in the order of the file."""
        count, unique = 1, qualname
        while unique in self.functions:
            count += 1
            unique = f"{qualname}#{count}"
        return unique
