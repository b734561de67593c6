"""Caches by decorator: what one tenant was answered, the next one is answered too."""

from __future__ import annotations

from collections.abc import Iterator

from codemods.analysis.chains import expression
from codemods.analysis.facts import Use
from codemods.analysis.lifetimes import is_cache
from codemods.analysis.symbols import MODULE_BODY, Symbol
from codemods.messages import phrase
from codemods.survey.program import TenantProgram
from codemods.survey.shared_state.work import Work
from codemods.survey.verdicts import Finding

_ENDING = (phrase("take the cache off, or hand the function the tenant's ids, so that its answers are kept by these"),)


def cached_answers(program: TenantProgram, shared: frozenset[Symbol], work: Work) -> Iterator[Finding]:
    """Functions that keep their answers for everybody, and answer with what is a tenant's."""
    for identifier, cache, module in _cached(program):
        if _is_of_own_object(program, identifier, cache.chain, shared):
            continue
        path = program.path_to_state(identifier, unscoped_only=False)
        if path is not None and identifier in work.before:
            reason = phrase(
                "{expression} keeps what {name} answers one tenant for all of them: {path}",
                expression=("@" if cache in program.functions[identifier].decorators else "") + expression(cache.chain),
                name=identifier.name,
                path=path,
            )
            yield Finding(program.files[module].path, cache.line, reason, "cached-answer", details=_ENDING)


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
