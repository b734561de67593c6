"""Components of plugins: whether whoever runs one, or hands it out, asks first whether it is enabled for the tenant."""

from __future__ import annotations

from collections.abc import Iterator

from codemods.analysis.chains import Chain, expression
from codemods.analysis.facts import Use
from codemods.analysis.symbols import Symbol
from codemods.messages import phrase
from codemods.survey.program import TenantProgram
from codemods.survey.shared_state.work import Work
from codemods.survey.verdicts import Finding

# Other names for a component are followed so far.
_DEEPEST = 4
_ENDING = (phrase("ask is_plugin_enabled before, or keep what enabled_for_tenant leaves"),)


def unasked_components(program: TenantProgram, work: Work) -> Iterator[Finding]:
    """Where tenant work runs components out of a registry, or hands them on, and nobody asks on the way."""
    for identifier in work.before:
        if _is_component(program, identifier) or _asks(program, work, identifier):
            continue
        uses, path = program.functions[identifier].uses, program.file_of(identifier).path
        if run := next((use for use in uses if _runs(program, identifier, use)), None):
            reason = phrase(
                "{expression} runs for every tenant, whether its plugin is enabled for it or not",
                expression=expression(run.chain),
            )
            yield Finding(path, run.line, reason, f"unasked-component {expression(run.chain)}", details=_ENDING)
        elif handed := next((use for use in uses if _hands_out(program, identifier, use)), None):
            reason = phrase(
                "{expression} hands a tenant the components of plugins that are not enabled for it",
                expression=expression(handed.chain),
            )
            what = f"handed-component {expression(handed.chain)}"
            yield Finding(path, handed.line, reason, what, details=_ENDING)


def _is_component(program: TenantProgram, identifier: Symbol) -> bool:
    """Whether a function is a component's own: what that runs of itself it has been asked for."""
    owner = program.functions[identifier].owner
    return owner is not None and not program.state.plugins.components.isdisjoint(
        program.lineage(Symbol(identifier.module, owner))
    )


def _asks(program: TenantProgram, work: Work, identifier: Symbol) -> bool:
    """Whether a function, one on the way to it, or one that it calls asks whether a plugin is enabled."""
    asking = program.state.plugins.asking
    called = [edge.target for edge in program.edges(identifier) if not edge.guessed]
    return any(True for station in (*work.path(identifier), *called) for _ in program.calls_of(station, asking))


def _runs(program: TenantProgram, identifier: Symbol, use: Use) -> bool:
    """Whether an expression runs a component, known by its class or because a registry of plugins hands it out."""
    for cut, part in enumerate(use.chain[1:], 1):
        if part[1:] not in program.state.plugins.running or use.chain[cut + 1 : cut + 2] != ("()",):
            continue
        for value in program.values(use.chain[:cut], identifier):
            if value.kind == "instance" and not program.state.plugins.components.isdisjoint(
                program.lineage(value.name)
            ):
                return True
        if _is_handed_out(program, identifier, use.chain[:cut], 0):
            return True
    return False


def _hands_out(program: TenantProgram, identifier: Symbol, use: Use) -> bool:
    """Whether an expression asks a registry for components of all plugins. The plugin APIs have their own verdicts."""
    is_api = identifier.module.startswith(program.state.apis.package)
    return not is_api and use.chain[-1:] == ("()",) and _is_handed_out(program, identifier, use.chain, _DEEPEST)


def _is_handed_out(program: TenantProgram, frame: Symbol, chain: Chain, depth: int) -> bool:
    """Whether an object comes out of a registry that answers with components of whatever tenant."""
    for cut in range(1, len(chain)):
        for value in program.values(chain[:cut], frame):
            shared = program.state.shared.get(value.name) if value.kind == "shared" else None
            if shared is not None and chain[cut][1:] in shared.own | shared.own_by_name:
                return True
    assigned = program.functions[frame].assigned.get(chain[0], ()) if depth < _DEEPEST else ()
    return any(
        _is_handed_out(program, frame, (*other, *chain[1:]), depth + 1) for other in assigned if other != chain[:1]
    )
