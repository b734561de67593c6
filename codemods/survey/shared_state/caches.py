"""Caches by decorator: what one tenant was answered, the next one is answered too."""

from __future__ import annotations

from collections.abc import Iterator

from codemods.analysis.chains import expression
from codemods.analysis.lifetimes import is_cache
from codemods.analysis.symbols import Symbol
from codemods.messages import phrase
from codemods.survey.program import TenantProgram
from codemods.survey.shared_state.work import Work
from codemods.survey.verdicts import Finding

_ENDING = (phrase("take the cache off, or hand the function the tenant's ids, so that its answers are kept by these"),)


def cached_answers(program: TenantProgram, shared: frozenset[Symbol], work: Work) -> Iterator[Finding]:
    """Functions that keep their answers for everybody, and answer with what is a tenant's."""
    for identifier, function in program.functions.items():
        for use in function.decorators:
            if not is_cache(program.program, use.chain, program.around(identifier)):
                continue
            if _is_of_own_object(program, identifier, use.chain, shared):
                continue
            path = program.path_to_state(identifier, unscoped_only=False)
            if path is not None and identifier in work.before:
                reason = phrase(
                    "@{expression} keeps what {name} answers one tenant for all of them: {path}",
                    expression=expression(use.chain),
                    name=function.name,
                    path=path,
                )
                yield Finding(program.file_of(identifier).path, use.line, reason, "cached-answer", details=_ENDING)


def _is_of_own_object(
    program: TenantProgram, identifier: Symbol, chain: tuple[str, ...], shared: frozenset[Symbol]
) -> bool:
    """Whether the answer is kept with an object that does not live as long as the process: a cached property's."""
    owner = program.functions[identifier].owner
    if owner is None or chain[-1].lstrip(".") != "cached_property":
        return False
    cls = Symbol(identifier.module, owner)
    return not any(item in shared for item in (cls, *program.subclasses(cls)))
