"""What checks tokens and passwords: by the names of state, and by what it does."""

from __future__ import annotations

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
        identifier for identifier in found if in_webui(program, identifier.module)
    }


@once
def of_checks(program: TenantProgram) -> frozenset[Symbol]:
    """All that belongs to what checks tokens, as the methods of its class: what it keeps is whose the process is."""
    checks = checks_of(program)
    owners = {check.owner for check in checks if check.owner in program.classes}
    return checks | {Symbol(own.module, method) for own in owners for method in program.classes[own].methods.values()}
