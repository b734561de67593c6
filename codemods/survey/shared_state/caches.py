"""Caches by decorator: what one tenant was answered, the next one is answered too."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import TypeGuard

from codemods.analysis.chains import chain_of, expression
from codemods.analysis.facts import Use
from codemods.analysis.lifetimes import is_cache
from codemods.analysis.nodes import walk
from codemods.analysis.symbols import MODULE_BODY, Symbol
from codemods.messages import phrase
from codemods.survey.program import TenantProgram
from codemods.survey.shared_state.work import Work
from codemods.survey.verdicts import Finding

# How decorators are told what makes the key that an answer is kept by.
_KEYS = frozenset({"key", "key_builder"})
_ENDING = (phrase("take the cache off, or hand the function the tenant's ids, so that its answers are kept by these"),)


def cached_answers(program: TenantProgram, shared: frozenset[Symbol], work: Work) -> Iterator[Finding]:
    """Functions that keep their answers for everybody, and answer with what is a tenant's."""
    for identifier, cache, module in _cached(program):
        if _is_of_own_object(program, identifier, cache.chain, shared):
            continue
        path = program.path_to_state(identifier, unscoped_only=False)
        if path is not None and identifier in work.before and not _is_by_tenant(program, identifier, cache):
            reason = phrase(
                "{expression} keeps what {name} answers one tenant for all of them: {path}",
                expression=("@" if cache in program.functions[identifier].decorators else "") + expression(cache.chain),
                name=identifier.name,
                path=path,
            )
            yield Finding(program.files[module].path, cache.line, reason, "cached-answer", details=_ENDING)


def _is_by_tenant(program: TenantProgram, identifier: Symbol, cache: Use) -> bool:
    """Whether a decorator is told to keep answers by a key that has the tenant in it."""
    node, around = program.sources.function(identifier), program.around(identifier)
    calls = [item for item in (node.decorator_list if node is not None else ()) if isinstance(item, ast.Call)]
    for keyword in (item for call in calls if call.lineno == cache.line for item in call.keywords):
        if keyword.arg in _KEYS and isinstance(keyword.value, ast.Lambda):
            return _has_tenant(program, keyword.value.body, around)
        if keyword.arg in _KEYS and (chain := chain_of(keyword.value)):
            made = [value.name for value in program.values(chain, around) if value.kind == "function"]
            answers = [(part.value, name) for name in made for part in program.sources.nodes(name) if _returns(part)]
            return bool(answers) and all(_has_tenant(program, answer, name) for answer, name in answers)
    return False


def _returns(node: ast.AST) -> TypeGuard[ast.Return]:
    return isinstance(node, ast.Return)


def _has_tenant(program: TenantProgram, key: ast.expr | None, frame: Symbol) -> bool:
    """Whether a key is made of the tenant's id and others, and is no text of both, which two tenants may share."""
    parts = list(walk(key)) if isinstance(key, (ast.Tuple, ast.Call)) else []
    getters = program.state.context.getters
    calls = [chain_of(part) for part in parts if isinstance(part, ast.Call)]
    is_text = any(isinstance(part, ast.JoinedStr) for part in parts)
    return not is_text and any(program.named(chain, frame, getters) for chain in calls if chain)


def _cached(program: TenantProgram) -> Iterator[tuple[Symbol, Use, str]]:
    """Every function whose answers are kept, with what keeps them and where: a decorator, or a call that is given the
    function as a module is imported."""
    for identifier, function in program.functions.items():
        for use in function.decorators:
            if is_cache(program.program, use.chain, program.around(identifier)):
                yield identifier, use, identifier.module
    for module, file in program.files.items():
        body = Symbol(module, MODULE_BODY)
        for use in file.body.uses:
            if use.chain[-1] != "()" or not use.positional or not is_cache(program.program, use.chain, body):
                continue
            values = program.values(use.positional[0].chain, body)
            yield from ((value.name, use, module) for value in values if value.kind == "function")


def _is_of_own_object(
    program: TenantProgram, identifier: Symbol, chain: tuple[str, ...], shared: frozenset[Symbol]
) -> bool:
    """Whether the answer is kept with an object that does not live as long as the process: a cached property's."""
    owner = program.functions[identifier].owner
    if owner is None or chain[-1].lstrip(".") != "cached_property":
        return False
    cls = Symbol(identifier.module, owner)
    return not any(item in shared for item in (cls, *program.subclasses(cls)))
