"""Where messages, start-up and events enter the core and its plugins."""

from __future__ import annotations

from collections.abc import Iterator

from codemods.analysis.symbols import MODULE_BODY, Symbol
from codemods.messages import phrase
from codemods.places import Branch, Decorators
from codemods.survey.gateway.branches import unscoped_branches
from codemods.survey.lookups import callers_of
from codemods.survey.program import TenantProgram
from codemods.survey.sites import Site
from codemods.survey.spawns import Spawn, registered_handlers
from codemods.survey.verdicts import GLOBAL, INSECURE, SECURE, EntryPoint, entry, guessing, in_webui, stations


def gateways(program: TenantProgram) -> Iterator[EntryPoint]:
    """Functions outside the WebUI that hand a message to the chat, and those that the message server calls itself."""
    process = program.state.entry_points.process
    for identifier in callers_of(program, process) if not process.isdisjoint(program.functions) else ():
        module, qualname = identifier.module, identifier.qualname
        if in_webui(program, module) or qualname == MODULE_BODY:
            continue
        open_calls = [edge for edge in program.calls(identifier, process) if not edge.scoped]
        if program.enters_tenant(identifier) or not open_calls:
            yield entry(program, identifier, "gateway", SECURE, phrase("hands every message on inside its tenant"))
        else:
            reason = phrase("line {line} processes a message without any tenant", line=open_calls[0].line)
            by_hand = not unscoped_branches(program, identifier)
            yield entry(program, identifier, "gateway", INSECURE, reason, by_hand=by_hand)
    for identifier, spawn in registered_handlers(program).items():
        yield _called_by_the_server(program, identifier, spawn)


def _called_by_the_server(program: TenantProgram, identifier: Symbol, spawn: Spawn) -> EntryPoint:
    where = f"{program.file_of(spawn.spawner).path}:{spawn.line}"
    path = program.path_to_state(identifier)
    if program.enters_tenant(identifier):
        return entry(
            program,
            identifier,
            "gateway",
            SECURE,
            phrase("runs in the tenant of the sender's key ({where})", where=where),
        )
    if path is None:
        return entry(
            program,
            identifier,
            "gateway",
            GLOBAL,
            phrase("reaches no tenant data (registered at {where})", where=where),
        )
    reason = guessing(
        phrase("registered at {where}, and called without a tenant: {path}", where=where, path=path), path
    )
    by_hand = not can_enter_senders(program, identifier)
    way = stations(program, path)
    return entry(program, identifier, "gateway", INSECURE, reason, by_hand=by_hand, way=way)


def can_enter_senders(program: TenantProgram, identifier: Symbol) -> bool:
    """Whether what the message server calls may enter the tenant of the sender's key: where the tree knows keys."""
    knows_keys = program.state.entry_points.key_parser in program.functions
    return (
        knows_keys and program.functions[identifier].is_async and identifier not in program.state.entry_points.process
    )


def gateway_sites(program: TenantProgram) -> Iterator[Site]:
    """What mends the gateways: the branches that have no tenant, and the handlers that the server calls."""
    entries = [item for item in gateways(program) if item.verdict == INSECURE and not item.by_hand]
    registered = registered_handlers(program)
    modules = {file.path: file.module for file in program.files.values()}
    for item in entries:
        identifier = Symbol(modules[item.path], item.qualname)
        if identifier in registered:
            below = len(program.functions[identifier].decorators)
            yield Site("gateway-handler", item.path, Decorators(item.qualname, below))
        else:
            for number in unscoped_branches(program, identifier):
                yield Site("gateway-branch", item.path, Branch(item.qualname, number))
