"""What a plugin API function does that no read of its tenant, guard or filter can keep to that tenant."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from functools import cached_property

from msgspec import Struct

from codemods.analysis.chains import Chain, chain_of, expression
from codemods.analysis.containers import CHANGING
from codemods.analysis.lifetimes import is_cache
from codemods.analysis.nodes import walk
from codemods.analysis.symbols import MODULE_BODY, Symbol
from codemods.analysis.values import Values
from codemods.survey.program import TenantProgram
from codemods.survey.shared_state.sharing import sharing_of

# What writes rows as they are handed in.
_WRITING = frozenset({"create", "insert", "insert_many", "replace", "replace_many"})


class Unresolved(Struct, frozen=True):
    """Something that an API function does to shared state, which no rule of plugin APIs covers.

    division: the group of sites that make that state one for each tenant; "" where none do.
    """

    line: int
    expression: str
    division: str = ""


class Escapes:
    """Answers for the functions of one program."""

    def __init__(self, program: TenantProgram) -> None:
        self.program = program
        self._owners = {at.owner for at in program.state.holders if "." in at.qualname}
        self._named = {*program.state.holders, *program.state.shared}
        # By module, the names of its own that its functions change.
        self._changed: dict[str, frozenset[str]] = {}

    def of(self, identifier: Symbol, node: ast.FunctionDef | ast.AsyncFunctionDef) -> Iterator[Unresolved]:
        """What one function does, in the order of its lines."""
        for use in self.program.functions[identifier].decorators:
            if is_cache(self.program.program, use.chain, self.program.around(identifier)):
                yield Unresolved(use.line, "@" + expression(use.chain))
        for item in (part for statement in node.body for part in walk(statement)):
            if type(item) is ast.Call and (self._enters_tenant(item, identifier) or self._writes(item, identifier)):
                yield Unresolved(item.lineno, expression((*chain_of(item.func), "()")))
            elif type(item) is ast.Attribute and self._is_back_door(item, identifier):
                yield Unresolved(item.lineno, expression(chain_of(item)))
            elif type(item) is ast.Return and item.value is not None and self._is_manager(item.value, identifier):
                yield Unresolved(item.lineno, expression(chain_of(item.value)))
            elif type(item) is ast.Global:
                kept = [Symbol(identifier.module, name) for name in item.names]
                yield from (Unresolved(item.lineno, at.qualname, self._divisions.get(at, "")) for at in kept)
            elif type(item) is ast.Name and (at := self._kept_name(item, identifier)) is not None:
                yield Unresolved(item.lineno, item.id, self._divisions.get(at, ""))

    @cached_property
    def _divisions(self) -> Mapping[Symbol, str]:
        """What becomes one for each tenant of what tenants share, and the group of what makes it so."""
        divided = sharing_of(self.program).divided()
        return {holder.at: part.sites[0].atomic_group for holder, _, part in divided if part.sites}

    def _enters_tenant(self, call: ast.Call, identifier: Symbol) -> bool:
        entering = self.program.state.context.scopes | self.program.state.context.setters
        chain = chain_of(call.func)
        return bool(chain) and self.program.named(chain, identifier, entering)

    def _writes(self, call: ast.Call, identifier: Symbol) -> bool:
        """`Messages.create(**data)`: whose row that becomes, the caller says."""
        if not isinstance(call.func, ast.Attribute) or call.func.attr not in _WRITING:
            return False
        is_model = any(
            value.kind == "class" and self.program.inherits(value.name, self.program.state.models.bases)
            for value in self._values(chain_of(call.func.value), identifier)
        )
        return is_model and any(item.arg is None for item in call.keywords)

    def _is_back_door(self, node: ast.Attribute, identifier: Symbol) -> bool:
        """A part of a holder that is not for others, or its way into another tenant's."""
        if not node.attr.startswith("_") and node.attr != "set_with_context":
            return False
        return any(value.kind == "holder" for value in self._values(chain_of(node.value), identifier))

    def _is_manager(self, node: ast.expr, identifier: Symbol) -> bool:
        """An object that keeps a holder, or one of the whole process: whoever has it has all of it."""
        return any(
            value.kind == "shared"
            or (value.kind == "instance" and not self._owners.isdisjoint(self.program.lineage(value.name)))
            for value in self._values(chain_of(node), identifier)
        )

    # What modules keep

    def _kept_name(self, node: ast.Name, identifier: Symbol) -> Symbol | None:
        """The name of a module that functions of that module change, and state does not name; None for others."""
        if not isinstance(node.ctx, ast.Load) or self.program.binds(identifier, node.id):
            return None
        module = identifier.module
        for function in (self.program.functions[identifier], self.program.files[module].body):
            if node.id in function.imports:
                imported = function.imports[node.id]
                module, name = imported.module, imported.qualname
                break
        else:
            name = node.id
        at = Symbol(module, name)
        return at if at not in self._named and module in self.program.files and self._is_kept(module, name) else None

    def _is_kept(self, module: str, name: str) -> bool:
        body = self.program.files[module].body
        if name in body.nested or name in body.imports:
            return False
        if module not in self._changed:
            functions = self.program.sources.functions_of(module)
            self._changed[module] = frozenset(
                changed
                for identifier, node in functions
                for changed, is_global in _changed_names(node)
                if is_global or not self.program.binds(identifier, changed)
            )
        return name in self._changed[module] and not self._is_instance(module, name)

    def _is_instance(self, module: str, name: str) -> bool:
        """Whether a name stands for an object of the tree's, which is judged by what is asked of it."""
        values = self._values((name,), Symbol(module, MODULE_BODY))
        return any(value.kind == "instance" for value in values)

    def _values(self, chain: Chain, identifier: Symbol) -> Values:
        return self.program.values(chain, identifier) if chain else ()


def _changed_names(function: ast.AST) -> Iterator[tuple[str, bool]]:
    """The names that a function makes its module's, and those of containers that it changes: with True the first."""
    for node in walk(function):
        target: ast.expr | None = None
        if type(node) is ast.Global:
            yield from ((name, True) for name in node.names)
        elif type(node) is ast.Subscript and not isinstance(node.ctx, ast.Load):
            target = node.value
        elif type(node) is ast.Call and isinstance(node.func, ast.Attribute) and node.func.attr in CHANGING:
            target = node.func.value
        if isinstance(target, ast.Name):
            yield target.id, False
