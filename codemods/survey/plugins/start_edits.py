"""What the audit says of every event handler, and the edits that mend those of the process's start."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from codemods.analysis.symbols import Symbol
from codemods.knowledge.decisions import PROCESS
from codemods.messages import listed, phrase
from codemods.places import Beginnings, Decorators, Registration, Role, Splitting, State, Subscription
from codemods.survey.lookups import method_of
from codemods.survey.plugins.begun import Begun
from codemods.survey.plugins.first_values import PluginHolder
from codemods.survey.plugins.occurrences import Occurrence
from codemods.survey.plugins.prepared import prepared
from codemods.survey.plugins.splitting import Partition
from codemods.survey.plugins.start_handler import LEFT, MOVES, SPLITS, STAYS, StartHandler
from codemods.survey.plugins.start_handlers import PluginStart, starts_of
from codemods.survey.program import TenantProgram
from codemods.survey.sites import Site
from codemods.survey.verdicts import GLOBAL, INSECURE, SECURE, EntryPoint, Finding


def event_handlers(program: TenantProgram) -> Iterator[EntryPoint | Finding]:
    """Every plugin event handler class; the ones for process-wide events run without a tenant."""
    known = {cls for start in starts_of(program) for cls in start.subscribed}
    event = program.state.entry_points.process_events[0]
    for identifier, facts in program.classes.items():
        chains = [chain for name in ("event_type", "init_subscribe") for chain in facts.assigned.get(name, ())]
        says_so = any(chain[-1] == f".{event}" for chain in chains)
        if says_so and "execute" in facts.methods and identifier not in known:
            reason = phrase(
                "{qualname} says {event}, but its bases do not tell whether it is an event handler",
                qualname=facts.qualname,
                event=event,
            )
            yield Finding(program.file_of(identifier).path, facts.line, reason, "unknown-handler")
    for start in starts_of(program):
        for path, line in start.subscriptions.unpaired:
            reason = phrase(
                "registers something for {event}, but for which class it does so cannot be followed", event=event
            )
            yield Finding(path, line, reason, "registers-unknown")
        for handler in start.handlers:
            if handler.begun is not None and handler.decision == LEFT:
                reason = phrase("starts a tenant's work in __init__: {obstacle}", obstacle=handler.obstacles[0])
                line = handler.begun.statements[0].lineno
                yield Finding(program.file_of(handler.cls).path, line, reason, "started-in-init")
            if handler.decision in (MOVES, SPLITS) and (shared := start.shared_files(handler)):
                reason = phrase(
                    "moves to {tenant_event}, but all tenants share what {shared} writes",
                    tenant_event=program.state.entry_points.tenant_event,
                    shared=shared,
                )
                where = program.file_of(handler.cls).path
                yield Finding(where, program.classes[handler.cls].line, reason, "moves-shared-file")
        deciding = {handler.cls: handler for handler in start.handlers if handler.begun is None}
        for cls in start.subscribed:
            if method_of(program, cls, "execute") is not None:
                yield _verdict(start, cls, deciding.get(cls))


def _verdict(start: PluginStart, cls: Symbol, handler: StartHandler | None) -> EntryPoint:
    program, events = start.program, start.events_of(cls)
    at = sorted(events & {start.starting, start.stopping})
    file, facts = program.file_of(cls), program.classes[cls]
    verdict, reason, by_hand = SECURE, phrase("runs in the tenant of the message that fires it"), False
    details = handler.details if handler is not None else ()
    if program.state.entry_points.tenant_event in events:
        reason = phrase("runs once for each tenant, inside it")
    if handler is not None:
        is_decided = handler.answer == PROCESS and handler.decision == STAYS
        verdict = GLOBAL if handler.decision == STAYS and not is_decided else INSECURE
        reason, by_hand = (
            phrase("{at}: {reason}", at=listed(at) or phrase("unknown event"), reason=handler.reason),
            handler.decision == LEFT or is_decided,
        )
    elif at:
        execute = method_of(program, cls, "execute") or cls
        if execute in start.stops:
            verdict, reason = INSECURE, phrase("{at}: ends once for all what is kept for each tenant", at=listed(at))
        elif program.enters_tenant(execute):
            reason = phrase("{at}: runs once for each tenant, inside it", at=listed(at))
        elif (path := program.path_to_state(execute)) is not None:
            verdict, reason = INSECURE, phrase("{at} fires without a tenant: {path}", at=listed(at), path=path)
            by_hand = True
        else:
            verdict, reason = GLOBAL, phrase("{at}: does nothing of a tenant's", at=listed(at))
    return EntryPoint(
        file.path, facts.qualname, facts.line, "event-handler", verdict, reason, by_hand=by_hand, details=details
    )


def start_sites(program: TenantProgram) -> Iterator[Site]:
    """What mends the plugins, one after the other."""
    for start in starts_of(program):
        yield from edits_of(start)


def edits_of(start: PluginStart) -> Iterator[Site]:
    """What mends the plugin, in the order in which it is to be done."""
    for handler in start.going:
        if handler.decision == MOVES:
            yield from _moves(start, handler)
        elif handler.begun is not None:
            yield from _begins(start, handler.begun)
        elif handler.partition is not None:
            yield from _splits(start, handler, handler.partition)
    for holder in sorted({item for handler in start.going for item in handler.holders}):
        yield from _one_a_tenant(start, holder)
    for naming in start.files.own(start.without_tenant()):
        scope = naming.frame.qualname
        named = State(scope, naming.text, Role.FIRST)
        yield Site("tenant-path", _path(start, Symbol(naming.frame.module)), named, start.code.package)
    for execute in start.stops:
        place = Decorators(execute.qualname, len(start.program.functions[execute].decorators))
        yield Site("stopping-handler", _path(start, execute), place, start.code.package)


def _moves(start: PluginStart, handler: StartHandler) -> Iterator[Site]:
    keeps_name = start.subscriptions.keeps_name(handler.cls)
    for item in handler.subscriptions:
        cls = item.written if item.function else handler.cls.qualname
        place = Subscription(cls, item.function, keeps_name)
        if start.starting in item.events:
            path = _path(start, Symbol(item.module) if item.function else handler.cls)
            yield Site("tenant-handler", path, place, start.code.package)


def _begins(start: PluginStart, begun: Begun) -> Iterator[Site]:
    path, registering = _path(start, begun.init.cls), begun.init.registering
    assert registering is not None  # else it is left
    for text in begun.texts:
        place = Beginnings(begun.init.cls.qualname, begun.handler, text, begun.block.is_gated, begun.making)
        yield Site("begun", path, place, start.code.package)
    home = ""
    if registering.module != begun.init.cls.module:
        home = _relative(begun.init.cls.module, registering.module)
    registered = Registration(registering.qualname, begun.handler, home)
    yield Site("begun-handler", _path(start, registering), registered, start.code.package)


def _relative(module: str, seen_from: str) -> str:
    """A module of a plugin, as another one of it imports it."""
    target, here = module.split("."), seen_from.split(".")[:-1]
    shared = next((index for index, (a, b) in enumerate(zip(target, here, strict=False)) if a != b), len(here))
    shared = min(shared, len(target) - 1, len(here))
    return "." * (len(here) - shared + 1) + ".".join(target[shared:])


def _splits(start: PluginStart, handler: StartHandler, partition: Partition) -> Iterator[Site]:
    path, name = _path(start, handler.cls), handler.cls.qualname
    yield Site("mixed-handler", path, Splitting(name, partition.halves), start.code.package)
    pairs = [(item.written, item.function) for cls, item in start.subscriptions.pairs if cls == handler.cls]
    for written, function in dict.fromkeys(pairs):
        yield Site("mixed-handler", path, Splitting(written, (), function), start.code.package)


def _one_a_tenant(start: PluginStart, holder: PluginHolder) -> Iterator[Site]:
    places, _ = start.occurrences.of(holder)
    if not any(place.declared for place in places):
        lacking = State(holder.owner, holder.name, Role.LACKING)
        yield Site("tenant-state", _path(start, Symbol(holder.module)), lacking, start.code.package)
    yield from dict.fromkeys(_state_site(start, holder, place) for place in places)


def _state_site(start: PluginStart, holder: PluginHolder, place: Occurrence) -> Site:
    role = Role.FIRST if place.declared else Role.USE
    ready = prepared(start.state, holder) if place.declared else ()
    scope, text = place.function.qualname, place.text
    if not place.declared and (begun := start.runs_instead(place.function, place.line)) is not None:
        scope, text = begun.execute, begun.owned(text)
    state = State(scope, text, role, tuple(ast.unparse(item) for item in ready))
    return Site("tenant-state", _path(start, place.function), state, start.code.package)


def _path(start: PluginStart, identifier: Symbol) -> str:
    return start.program.file_of(identifier).path
