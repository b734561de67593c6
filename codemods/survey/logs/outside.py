"""Lines that a gateway logs of a message outside of its tenant's scope: they are nobody's, and shown to the admin."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from codemods.analysis.chains import Chain, expression
from codemods.analysis.symbols import MODULE_BODY, Symbol
from codemods.analysis.writes import LOGGING, Logged
from codemods.messages import phrase
from codemods.survey.logs.kept import log_sockets
from codemods.survey.lookups import callers_of
from codemods.survey.program import TenantProgram, once
from codemods.survey.verdicts import Finding, in_webui

OUTSIDE = "log-outside"
_INSIDE = (phrase("ended by logging it inside of the scope, so that its tenant sees it, or not at all"),)


def logged_outside(program: TenantProgram) -> Iterator[Finding]:
    """What gateways that enter a tenant log of their message where they have not, or no more."""
    for identifier, lines in lines_outside(program).items():
        for line, chain in lines.items():
            said = phrase("logs {expression} outside of its tenant's scope", expression=expression(chain))
            yield Finding(program.file_of(identifier).path, line, said, OUTSIDE, details=_INSIDE)


@once
def lines_outside(program: TenantProgram) -> Mapping[Symbol, Mapping[int, Chain]]:
    """The gateways that do so, each with the lines, and what of a parameter they log."""
    process = program.state.entry_points.process
    if process.isdisjoint(program.functions) or not log_sockets(program):
        return {}
    found: dict[Symbol, Mapping[int, Chain]] = {}
    for identifier in callers_of(program, process):
        is_gateway = identifier.qualname != MODULE_BODY and not in_webui(program, identifier.module)
        if is_gateway and not program.enters_tenant(identifier) and _enters(program, identifier):
            found[identifier] = dict(_lines(program, identifier))
    return found


def _enters(program: TenantProgram, identifier: Symbol) -> bool:
    """Whether it hands a message on inside a tenant, which it thus knows."""
    return any(edge.scoped for edge in program.calls(identifier, program.state.entry_points.process))


def _lines(program: TenantProgram, identifier: Symbol) -> Iterator[tuple[int, Chain]]:
    """The lines outside of a scope, each with what of a parameter it logs."""
    function = program.functions[identifier]
    given = {parameter.name for parameter in function.parameters} - {"self", "cls"}
    for logged in function.logged:
        if not _is_scoped(program, identifier, logged):
            for chain in logged.operand.chains:
                if chain[:1] and chain[0] in given:
                    yield logged.line, chain
                    break


def _is_scoped(program: TenantProgram, identifier: Symbol, logged: Logged) -> bool:
    logging = frozenset({program.state.access.logging})
    return any(
        program.is_scoped(use, identifier) or any(program.named(item, identifier, logging) for item in use.within)
        for use in program.functions[identifier].uses
        if use.line == logged.line and use.chain[-2:-1] and use.chain[-2].lstrip(".") in LOGGING
    )
