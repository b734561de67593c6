"""Tenant work: every function that may run for a tenant, and how it is reached."""

from __future__ import annotations

import ast
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from codemods.analysis.chains import chain_of
from codemods.analysis.definitions import run_by_defining
from codemods.analysis.facts import PROGRAM
from codemods.analysis.lifetimes import one_of_process
from codemods.analysis.reach import LEADING_ON, Step
from codemods.analysis.symbols import MODULE_BODY, Symbol
from codemods.survey.api_functions import api_functions, api_modules
from codemods.survey.never_made import never_run
from codemods.survey.offered import offered_names
from codemods.survey.plugins.start_handler import STAYS
from codemods.survey.plugins.start_handlers import starts_of
from codemods.survey.program import TenantProgram, once
from codemods.survey.routes import Route, routes_of
from codemods.survey.spawns import is_per_tenant, registered_handlers
from codemods.survey.verdicts import Station, in_webui, station, webui_files

# What an attribute of a class does as objects of that class are asked for it.
_DESCRIBING = ("__get__", "__set__", "__delete__")


@dataclass(frozen=True)
class Work:
    """The functions that may run in a tenant, each with the station before it on the shortest way there."""

    before: Mapping[Symbol, Step | None]
    # What else belongs to the running application: requests that reach nothing of a tenant's, and what they call.
    remaining: frozenset[Symbol]
    # What runs only on the way to the process's end: what it leaves in memory nobody sees any more.
    ending: frozenset[Symbol] = frozenset()

    def is_served(self, identifier: Symbol) -> bool:
        """Whether a function may run for somebody who is not the process: a request that reaches nothing, too."""
        return identifier in self.before or identifier in self.remaining

    def path(self, identifier: Symbol) -> tuple[Symbol, ...]:
        """The way from an entry point to a function, both with it."""
        found = [identifier]
        while (step := self.before.get(found[-1])) is not None:
            found.append(step.function)
        return tuple(reversed(found))

    def stations(self, program: TenantProgram, identifier: Symbol, line: int) -> tuple[Station, ...]:
        """The same way as stations, the last of which is a line of the function's own."""
        steps = [Step(identifier, line)]
        while (step := self.before.get(steps[-1].function)) is not None:
            steps.append(step)
        return tuple(station(program, step) for step in reversed(steps))

    def shown(self, identifier: Symbol) -> str:
        return LEADING_ON.join(item.qualname.replace(".<locals>", "") for item in self.path(identifier))


@once
def tenant_work(program: TenantProgram) -> Work:
    """What entrances reach, and what nobody in view calls though it does a tenant's work.

    What is for the admin tenant only, what the process does as it starts, and what is run by hand, is no tenant's; nor
    what stands in modules that recipes bring, but for what others call of it. What never runs is nobody's.
    """
    before: dict[Symbol, Step | None] = {}
    dead = frozenset(never_run(program))
    startup = program.state.entry_points.startup | {*_process_handlers(program), *_process_tasks(program)}
    by_hand = frozenset(module for module in program.files if is_by_hand(program, module))
    theirs = {item for item in program.functions if item.module in by_hand or is_admins(program, item)} | startup
    # What an admin asks of what the whole process shares is the process's.
    stopping = startup | frozenset(admin_methods(program))
    theirs |= stopping
    stopping |= dead
    last = frozenset(_ending(program))
    _walk(program, [root for root in _entrances(program) if root not in theirs | dead], before, stopping | last)
    process: dict[Symbol, Step | None] = {}
    bodies = [Symbol(module, name) for module in program.files for name in (MODULE_BODY, PROGRAM)]
    served = _gateways(program)
    _walk(
        program,
        [*bodies, *sorted(theirs - dead), *served, *run_by_defining(program.program), *_registering(program)],
        process,
        dead,
    )
    ending: dict[Symbol, Step | None] = {}
    callers = program.reaches.callers
    _walk(program, [item for item in last if not before.keys().isdisjoint(callers.get(item, ()))], ending, stopping)
    others = before.keys() | process.keys() | dead | theirs | ending.keys()
    uncalled = [item for item in program.functions if item not in others and _is_left(program, item)]
    among = frozenset(uncalled)
    _walk(program, [item for item in uncalled if among.isdisjoint(callers.get(item, ()))], before, stopping | last)
    _walk(program, uncalled, before, stopping | last)  # those that call each other
    ending = {identifier: step for identifier, step in ending.items() if identifier not in before}
    before |= ending
    remaining = program.functions.keys() - before.keys() - process.keys() - dead
    return Work(
        {identifier: step for identifier, step in before.items() if identifier.module not in by_hand},
        frozenset(identifier for identifier in remaining if identifier.module not in by_hand),
        frozenset(ending),
    )


@once
def one_of_all(program: TenantProgram) -> frozenset[Symbol]:
    """The classes that the process has one object of."""
    hosted = [*program.state.plugins.singletons, *program.state.entry_points.tasks]
    return one_of_process(program.program, hosted, program.state.context.partitions, _starting(program))


def _starting(program: TenantProgram) -> frozenset[Symbol]:
    """What runs as modules are imported and plugins are registered, and never in a tenant's work. What the app loads as
    it sets itself up is the tenants'."""
    bodies = (Symbol(module, MODULE_BODY) for module in program.files)
    starts = [*bodies, *run_by_defining(program.program), *_registering(program)]
    run = program.reaches.run_by(starts, lambda edge: not edge.guessed and not edge.scoped)
    return frozenset(run) - tenant_work(program).before.keys()


def _gateways(program: TenantProgram) -> list[Symbol]:
    """What hands messages on to the chat, or is called with them from outside."""
    callers = program.reaches.callers
    found = [caller for name in program.state.entry_points.process for caller in callers.get(name, ())]
    return sorted({*found, *registered_handlers(program)})


def _process_handlers(program: TenantProgram) -> Iterator[Symbol]:
    """What handlers run that are called once for the process, as it starts or stops, and do nothing of a tenant's."""
    names = frozenset(program.state.entry_points.process_events)
    at_ends, others = set[Symbol](), set[Symbol]()
    for start in starts_of(program):
        working = {handler.cls for handler in start.handlers if handler.decision != STAYS}
        for cls in start.subscribed:
            is_once = cls not in working and bool(start.events_of(cls)) and start.events_of(cls) <= names
            (at_ends if is_once else others).update(program.method(cls, "execute"))
    yield from at_ends - others


def _process_tasks(program: TenantProgram) -> Iterator[Symbol]:
    """What tasks run that say that they run once for the process, and reach nothing of a tenant's."""
    for identifier in program.classes:
        if program.inherits(identifier, program.state.entry_points.tasks) and not is_per_tenant(program, identifier):
            run = program.classes[identifier].methods.get("run")
            if run is not None and program.path_to_state(Symbol(identifier.module, run)) is None:
                yield Symbol(identifier.module, run)


def _registering(program: TenantProgram) -> Iterator[Symbol]:
    """What the host runs as it registers plugins and event handlers."""
    singletons = frozenset(program.state.plugins.singletons)
    for identifier in program.classes:
        if not singletons.isdisjoint(program.lineage(identifier)):
            for name in program.state.plugins.registering:
                yield from program.method(identifier, name)


def _ending(program: TenantProgram) -> Iterator[Symbol]:
    """What ends the process, whatever happens in it."""
    for identifier in program.naming("_exit"):
        body = program.sources.body(identifier)
        last = body[-1] if body else None
        statements = last.finalbody if isinstance(last, ast.Try) else [last]
        if any(isinstance(item, ast.Expr) and chain_of(item.value) == ("os", "._exit", "()") for item in statements):
            yield identifier


def is_by_hand(program: TenantProgram, module: str) -> bool:
    """Whether a module is started by itself, or a test: no part of the running application imports it."""
    return not module.startswith("plugins.") and not module.startswith("src.") and not program.is_imported(module)


def _walk(
    program: TenantProgram, roots: Iterable[Symbol], before: dict[Symbol, Step | None], stopping: frozenset[Symbol]
) -> None:
    queue = deque(root for root in roots if root in program.functions and root not in before)
    before.update(dict.fromkeys(queue))
    while queue:
        current = queue.popleft()
        for edge in program.edges(current):
            if edge.target in before or edge.target in stopping or is_admins(program, edge.target):
                continue
            before[edge.target] = Step(current, edge.line)
            queue.append(edge.target)


def is_admins(program: TenantProgram, identifier: Symbol) -> bool:
    """Whether a function refuses all tenants but the admin: what it does is the process's."""
    return identifier in _refusing(program)


@once
def _refusing(program: TenantProgram) -> frozenset[Symbol]:
    admitting, admin = (frozenset({at}) for at in (program.state.entry_points.admitting, program.state.access.admin))
    return frozenset(
        identifier
        for identifier, function in program.functions.items()
        if any(program.named(use.chain, program.around(identifier), admitting) for use in function.decorators)
        or any(True for _ in program.calls_of(identifier, admin))
    )


def admin_methods(program: TenantProgram) -> Iterator[Symbol]:
    """The methods by which an admin changes what the whole process shares."""
    for shared in program.state.shared.values():
        file = program.files.get(shared.at.module)
        for cls in file.classes.values() if file is not None else ():
            yield from (
                Symbol(shared.at.module, cls.methods[name]) for name in sorted(shared.admin & cls.methods.keys())
            )


def _is_left(program: TenantProgram, identifier: Symbol) -> bool:
    """Whether a function that nobody in view calls is the tree's own, and does something of a tenant's."""
    return identifier.module not in program.brought and _is_work(program, identifier)


def _is_work(program: TenantProgram, identifier: Symbol) -> bool:
    """Whether a function that nobody in view calls does something of a tenant's."""
    if identifier.qualname.startswith("<"):
        return False
    # What keeps values apart may be what recipes made of a name: who uses that does no more of a tenant's than before.
    return program.path_to_state(identifier, unscoped_only=False, but=program.apart) is not None


def run_of_component(program: TenantProgram, identifier: Symbol) -> tuple[str, ...]:
    """The methods of a component that the host runs for a message: it also makes one, unless it keeps one for all."""
    plugins = program.state.plugins
    return (*plugins.running, *(() if program.inherits(identifier, frozenset(plugins.singletons)) else ("__init__",)))


def _entrances(program: TenantProgram) -> Iterator[Symbol]:
    """Where tenants' work begins: messages, requests, components of plugins, periodic tasks, plugin API functions."""
    yield from program.state.entry_points.process
    # What plugins of a tenant call, too.
    yield from program.state.entry_points.started_elsewhere
    for handler in _gateways(program):
        # What the message server calls has no tenant yet: where it enters one, what it calls there is work. What does
        # so in the WebUI is in one, or comes to be.
        if program.enters_tenant(handler) or in_webui(program, handler.module):
            yield handler
        yield from (edge.target for edge in program.edges(handler) if edge.scoped)
    for file in webui_files(program):
        routes = [route.function for route in routes_of(program, file) if isinstance(route, Route)]
        # A request that reaches nothing of a tenant's changes the process, on purpose.
        yield from (route for route in routes if _is_work(program, route))
    for identifier in program.classes:
        if program.inherits(identifier, program.state.plugins.components):
            for name in run_of_component(program, identifier):
                yield from program.method(identifier, name)
        if program.inherits(identifier, program.state.entry_points.tasks) and is_per_tenant(program, identifier):
            yield from program.method(identifier, "run")
    for identifier, cls in program.classes.items():
        # Whoever has an object with such an attribute runs these, and no call shows it.
        described = (cls.methods[name] for name in _DESCRIBING if name in cls.methods)
        yield from (
            Symbol(identifier.module, method) for method in described if identifier.module not in program.brought
        )
    exempt = program.state.apis.exempt
    yield from (identifier for identifier in api_functions(program) if identifier.module not in exempt)
    for module in (item for item in api_modules(program) if item not in exempt):
        yield from (function for name in offered_names(program, module) for function in name.runs)
