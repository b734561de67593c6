"""Components of plugins: whether whoever runs one, or hands it out, asks first whether it is enabled for the tenant."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from msgspec import Struct

from codemods.analysis.chains import Chain, chain_of, expression
from codemods.analysis.containers import HANDING_OUT
from codemods.analysis.facts import Use
from codemods.analysis.symbols import Symbol
from codemods.messages import phrase
from codemods.survey.program import TenantProgram, once
from codemods.survey.shared_state.enabled import Enabled
from codemods.survey.shared_state.work import Work
from codemods.survey.verdicts import Finding

# Other names for a component are followed so far.
_DEEPEST = 4
# What of a container hands out what it holds.
_HANDING_OUT = frozenset(f".{name}" for name in HANDING_OUT)
_ENDING = (phrase("ask is_plugin_enabled before, or keep what enabled_for_tenant leaves"),)


class Handed(Struct, frozen=True):
    """An expression, what of it a registry answers, and whether with something of the plugin that an argument names."""

    use: Use
    answer: Chain
    by_name: bool


class Running(Struct, frozen=True):
    """An expression that runs a component, and what of it that component is."""

    use: Use
    component: Chain


def unasked_components(program: TenantProgram, work: Work) -> Iterator[Finding]:
    """Where tenant work runs components out of a registry, or hands them on, and nobody asks on the way."""
    enabled = Enabled(program, work)
    for identifier in working(program, work):
        path = program.file_of(identifier).path
        if run := next(running(program, enabled, identifier), None):
            text = expression(run.use.chain)
            reason = phrase(
                "{expression} runs for every tenant, whether its plugin is enabled for it or not", expression=text
            )
            yield Finding(path, run.use.line, reason, f"unasked-component {text}", details=_ENDING)
        elif handed := next(handing(program, enabled, identifier), None):
            text = expression(handed.use.chain)
            reason = phrase(
                "{expression} hands a tenant the components of plugins that are not enabled for it", expression=text
            )
            yield Finding(path, handed.use.line, reason, f"handed-component {text}", details=_ENDING)


def working(program: TenantProgram, work: Work) -> Iterator[Symbol]:
    """The functions of tenant work that are no component's own, which has been asked for, and do not answer it."""
    homes = {name.module for name in program.state.plugins.asking}
    return (item for item in work.before if not _is_component(program, item) and item.module not in homes)


def running(program: TenantProgram, enabled: Enabled, identifier: Symbol) -> Iterator[Running]:
    """The expressions of a function that run a component, for which nobody has asked."""
    if identifier not in _naming_running(program):
        return
    for use in program.functions[identifier].uses:
        for cut, part in enumerate(use.chain[1:], 1):
            is_called = use.chain[cut + 1 : cut + 2] == ("()",) or (cut + 1 == len(use.chain) and use.role is None)
            if (
                part[1:] in program.state.plugins.running
                and is_called
                and _is_running(program, identifier, use.chain[:cut])
            ):
                component = _node(program, identifier, use, use.chain[:cut])
                if not enabled.is_asked(identifier, use.line, component):
                    yield Running(use, use.chain[:cut])
                break


def handing(program: TenantProgram, enabled: Enabled, identifier: Symbol) -> Iterator[Handed]:
    """The expressions of a function that ask a registry for components of all plugins, of which nobody keeps some.

    The plugin APIs have their own verdicts, and what registries ask of each other stays among them.
    """
    registries = {at.module for at in program.state.shared}
    if identifier.module.startswith(program.state.apis.package) or identifier.module in registries:
        return
    if identifier not in _naming_handing(program):
        return
    for use in program.functions[identifier].uses:
        if use.chain[-1:] == ("()",) and (found := _handed(program, identifier, use)) is not None:
            answer = _node(program, identifier, use, found.answer)
            if answer is None or not enabled.is_kept_where(identifier, answer):
                yield found


def _node(program: TenantProgram, identifier: Symbol, use: Use, chain: Chain) -> ast.expr | None:
    """The expression of a use that its chain's beginning stands for."""
    for node in program.sources.nodes(identifier):
        if isinstance(node, ast.expr) and node.lineno == use.line and chain_of(node) == chain:
            return node
    return None


def _is_component(program: TenantProgram, identifier: Symbol) -> bool:
    """Whether a function is a component's own."""
    owner = program.functions[identifier].owner
    return owner is not None and not program.state.plugins.components.isdisjoint(
        program.lineage(Symbol(identifier.module, owner))
    )


def _is_running(program: TenantProgram, identifier: Symbol, component: Chain) -> bool:
    """Whether what is run is a component, known by its class or because a registry of plugins hands it out."""
    kinds = program.state.plugins.components
    for value in program.values(component, identifier):
        if value.kind == "instance" and not kinds.isdisjoint(program.lineage(value.name)):
            return True
    if len(component) == 1 and _behaves_like_one(program, identifier, component[0]):
        return True
    return _is_handed_out(program, identifier, component, 0) or _is_kept(program, identifier, component)


def _is_kept(program: TenantProgram, frame: Symbol, component: Chain) -> bool:
    """Whether it comes out of a container that is said to hold components, or is made of a class that does."""
    kinds = program.state.plugins.components
    for chain in program.functions[frame].assigned.get(component[0], ()):
        held = (*chain, *component[1:])
        while held[-1:] in (("()",), ("[]",)) or (len(held) > 1 and held[-1] in _HANDING_OUT):
            held = held[:-1]
        if len(held) < len(chain) + len(component) - 1 and any(
            value.kind == "instance" and not kinds.isdisjoint(program.lineage(value.name))
            for value in program.values(held, frame)
        ):
            return True
    return False


def _behaves_like_one(program: TenantProgram, identifier: Symbol, name: str) -> bool:
    """Whether something that is handed in is asked for what only components have."""
    own = _only_components_have(program)
    return any(
        use.chain[:1] == (name,) and len(use.chain) > 1 and use.chain[1][1:] in own
        for use in program.functions[identifier].uses
    )


@once
def _only_components_have(program: TenantProgram) -> frozenset[str]:
    """The names of methods that components have, and no other class of the program."""
    kinds = program.state.plugins.components
    return frozenset(
        name
        for name, methods in program.program.methods.items()
        if name not in program.state.plugins.running
        and not name.startswith("__")
        and all(not kinds.isdisjoint(program.lineage(method.owner)) for method in methods)
    )


@once
def _handing_out(program: TenantProgram) -> frozenset[str]:
    """The names by which registries are asked for components."""
    registries = program.state.shared.values()
    return frozenset(name for registry in registries for name in (*registry.own, *registry.own_by_name))


@once
def _naming_handing(program: TenantProgram) -> frozenset[Symbol]:
    return program.naming_one_of(_handing_out(program))


@once
def _naming_running(program: TenantProgram) -> frozenset[Symbol]:
    return program.naming_one_of(program.state.plugins.running)


def _handed(program: TenantProgram, frame: Symbol, use: Use) -> Handed | None:
    """What of an expression a registry answers with components of whatever tenant, or None."""
    handing_out = _handing_out(program)
    for cut in (cut for cut in range(1, len(use.chain)) if use.chain[cut][1:] in handing_out):
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
