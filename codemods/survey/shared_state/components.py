"""Components of plugins: whether whoever runs one, or hands it out, asks first whether it is enabled for the tenant."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

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


@dataclass(frozen=True, slots=True)
class Handed:
    """An expression, what of it a registry answers, and whether with something of the plugin that an argument names."""

    use: Use
    answer: Chain
    by_name: bool


def unasked_components(program: TenantProgram, work: Work) -> Iterator[Finding]:
    """Where tenant work runs components out of a registry, or hands them on, and nobody asks on the way."""
    for identifier in unasking(program, work):
        path = program.file_of(identifier).path
        if run := next(running(program, identifier), None):
            text = expression(run[0].chain)
            reason = phrase(
                "{expression} runs for every tenant, whether its plugin is enabled for it or not", expression=text
            )
            yield Finding(path, run[0].line, reason, f"unasked-component {text}", details=_ENDING)
        elif handed := next(handing(program, identifier), None):
            text = expression(handed.use.chain)
            reason = phrase(
                "{expression} hands a tenant the components of plugins that are not enabled for it", expression=text
            )
            yield Finding(path, handed.use.line, reason, f"handed-component {text}", details=_ENDING)


def unasking(program: TenantProgram, work: Work) -> Iterator[Symbol]:
    """The functions of tenant work that, like those on the way to them, do not ask whether a plugin is enabled."""
    for identifier in work.before:
        if not _is_component(program, identifier) and not _asks(program, work, identifier):
            yield identifier


def running(program: TenantProgram, identifier: Symbol) -> Iterator[tuple[Use, Chain]]:
    """The expressions of a function that run a component (known by its class, or by a registry), each with that."""
    for use in program.functions[identifier].uses:
        for cut, part in enumerate(use.chain[1:], 1):
            runs = part[1:] in program.state.plugins.running and use.chain[cut + 1 : cut + 2] == ("()",)
            if runs and _is_running(program, identifier, use.chain[:cut]):
                yield use, use.chain[:cut]
                break


def handing(program: TenantProgram, identifier: Symbol) -> Iterator[Handed]:
    """The expressions of a function that ask a registry for components of all plugins.

    The plugin APIs have their own verdicts, and what registries ask of each other stays among them.
    """
    registries = {at.module for at in program.state.shared}
    if identifier.module.startswith(program.state.apis.package) or identifier.module in registries:
        return
    for use in program.functions[identifier].uses:
        if use.chain[-1:] == ("()",) and (found := _handed(program, identifier, use)) is not None:
            yield found


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


def _is_running(program: TenantProgram, identifier: Symbol, component: Chain) -> bool:
    """Whether what is run is a component, known by its class or because a registry of plugins hands it out."""
    kinds = program.state.plugins.components
    for value in program.values(component, identifier):
        if value.kind == "instance" and not kinds.isdisjoint(program.lineage(value.name)):
            return True
    return _is_handed_out(program, identifier, component, 0)


def _handed(program: TenantProgram, frame: Symbol, use: Use) -> Handed | None:
    """What of an expression a registry answers with components of whatever tenant, or None."""
    for cut in range(1, len(use.chain)):
        for value in program.values(use.chain[:cut], frame):
            shared = program.state.shared.get(value.name) if value.kind == "shared" else None
            if shared is not None and use.chain[cut][1:] in shared.own | shared.own_by_name:
                return Handed(use, use.chain[: cut + 2], use.chain[cut][1:] in shared.own_by_name)
    return None


def _is_handed_out(program: TenantProgram, frame: Symbol, chain: Chain, depth: int) -> bool:
    """Whether an object comes out of a registry that answers with components of whatever tenant."""
    if _handed(program, frame, Use(chain, 0)) is not None:
        return True
    assigned = program.functions[frame].assigned.get(chain[0], ()) if depth < _DEEPEST else ()
    return any(
        _is_handed_out(program, frame, (*other, *chain[1:]), depth + 1) for other in assigned if other != chain[:1]
    )
