"""What a keeper keeps: an object that hands out by an attribute what it was made with, and what that was set to since.

`settings = Keeper(factory=Settings)` hands out as `settings.value` what `Settings()` is. A descriptor's attribute is
that of its class: with `last = Keeper(Message)` there, `self.last` is what `Message()` is.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from codemods.analysis.chains import Chain, chain_of
from codemods.analysis.file_index import FileIndex
from codemods.analysis.nodes import own_nodes
from codemods.analysis.sources import Sources, given
from codemods.analysis.symbols import MODULE_BODY, Symbol
from codemods.analysis.writes import BIND, Operand, operand_of

# What a keeper is told to make each value by.
_FACTORY = "factory"


def kept_chains(index: FileIndex, sources: Sources, at: Symbol, operator: str) -> Iterator[tuple[Chain, Symbol]]:
    """What the keeper at a name of a module or of a class may hand out: chains, and the function each stands in."""
    owner, _, name = at.qualname.rpartition(".")
    cls = sources.cls(Symbol(at.module, owner)) if owner else None
    body = cls.body if cls is not None else sources.module(at.module).body
    frame = Symbol(at.module, owner) if owner else at.body
    for node in own_nodes(body):
        for target, value in given(node):
            if isinstance(target, ast.Name) and target.id == name and isinstance(value, ast.Call):
                yield from ((chain, frame.body) for chain in _made_with(value, describes=not operator))
    for file in (index.file(at.module), *index.importers((at.module,))) if operator else ():
        for qualname, function in file.functions.items():
            for write in function.writes:
                identifier = Symbol(file.module, qualname)
                if write.how == BIND and write.chain[-1] == operator and _is_of(index, write.chain, identifier, at):
                    yield from ((given_to, identifier) for given_to in _outer(write.value))


def _is_of(index: FileIndex, chain: Chain, identifier: Symbol, at: Symbol) -> bool:
    """Whether what is set, in a file that knows the keeper's, is the keeper at a name: by that, or as an attribute."""
    name = at.qualname.rpartition(".")[2]
    if len(chain) > 2 or at.qualname != name:
        return len(chain) > 1 and chain[-2] == "." + name
    if identifier.module == at.module:
        return chain[0] == name and not index.binds(identifier, name)
    functions = index.file(identifier.module).functions
    return any(
        function.imports.get(chain[0]) == at for function in (functions[identifier.qualname], functions[MODULE_BODY])
    )


def _made_with(call: ast.Call, *, describes: bool) -> list[Chain]:
    """What a keeper is made with: what its factory answers, or its first value. A descriptor takes a factory first."""
    first = call.args[0] if call.args and describes else None
    factory = next((item.value for item in call.keywords if item.arg == _FACTORY), first)
    if isinstance(factory, ast.Lambda):
        return _outer(operand_of(factory.body))
    if factory is not None:
        chain = chain_of(factory)
        return [(*chain, "()")] if chain else []
    return _outer(operand_of(call.args[0])) if call.args else []


def _outer(operand: Operand | None) -> list[Chain]:
    """The chains that a value may be: of a call, what it is given is none of them."""
    if operand is None or operand.form in ("text", "tuple"):
        return []
    return list(operand.chains[:1] if operand.form == "call" else operand.chains)
