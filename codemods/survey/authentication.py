"""What checks tokens and passwords: by the names of state, and by what it does."""

from __future__ import annotations

from codemods.analysis.chains import Chain
from codemods.analysis.facts import FunctionFacts
from codemods.analysis.symbols import Symbol
from codemods.survey.program import TenantProgram, once
from codemods.survey.verdicts import in_webui

# What compares a secret with the one that is kept: where it is true, that was shown.
COMPARING = frozenset({Symbol("secrets", "compare_digest"), Symbol("hmac", "compare_digest")})


@once
def checks_of(program: TenantProgram) -> frozenset[Symbol]:
    """What checks tokens: what state names, and functions of the WebUI that compare one with the one that is kept."""
    found = {identifier for comparing in COMPARING for identifier in program.naming(comparing.name)}
    return program.state.entry_points.authentication | {
        identifier
        for identifier in found
        if in_webui(program, identifier.module) and _compares_with_kept(program.functions[identifier])
    }


def _compares_with_kept(function: FunctionFacts) -> bool:
    """Whether one side of a comparison is not what the function is handed: two values of a request prove nothing."""
    names = {comparing.name for comparing in COMPARING}
    return any(
        not _is_handed(argument.given or argument.chain, function)
        for use in function.uses
        if use.chain[-1:] == ("()",) and use.chain[-2:-1] and use.chain[-2].lstrip(".") in names
        for argument in use.positional
    )


def _is_handed(chain: Chain, function: FunctionFacts) -> bool:
    """Whether a value is made of a parameter, also by way of one name."""
    handed = {parameter.name for parameter in function.parameters} - {"self", "cls"}
    ways = function.assigned.get(chain[0], []) if chain else []
    return bool(chain) and (chain[0] in handed or (bool(ways) and all(way[0] in handed for way in ways)))


@once
def of_checks(program: TenantProgram) -> frozenset[Symbol]:
    """All that belongs to what checks tokens, as the methods of its class: what it keeps is whose the process is."""
    checks = checks_of(program)
    owners = {check.owner for check in checks if check.owner in program.classes}
    return checks | {Symbol(own.module, method) for own in owners for method in program.classes[own].methods.values()}
