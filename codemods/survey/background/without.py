"""What runs without a tenant, and how it comes to: nobody who calls it could have one."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

from codemods.analysis.definitions import is_only_answered, run_by_defining
from codemods.analysis.facts import PROGRAM
from codemods.analysis.symbols import MODULE_BODY, Symbol
from codemods.messages import phrase
from codemods.survey.background.loops import of_own_tenant
from codemods.survey.gateway.branches import unscoped_branches
from codemods.survey.gateway.entrances import can_enter_senders
from codemods.survey.lookups import callers_of, method_of, subclasses_of
from codemods.survey.never_made import never_run
from codemods.survey.plugins.start_handlers import starts_of
from codemods.survey.program import TenantProgram, once
from codemods.survey.routes import Route, routes_of
from codemods.survey.spawns import Spawn, registered_handlers, thread_runs, thread_spawns
from codemods.survey.unmet import is_mended
from codemods.survey.verdicts import in_webui, webui_files


@once
def run_without_tenant(program: TenantProgram) -> tuple[dict[Symbol, Symbol], dict[Symbol, Symbol]]:
    """Every function that may run without a tenant, with what gets there; and those of them that no recipe mends."""
    starts = [(start, stays) for start, stays in starts_without(program) if not program.enters_tenant(start)]
    # What is started by itself, and is of the application, starts with it.
    files = [Symbol(module, PROGRAM) for module in program.files]
    starts += [(file, True) for file in files if file in program.functions and not is_program_by_hand(program, file)]
    everything = _reached(program, (start for start, _ in starts))
    defining = by_definition(program)
    staying = [start for start, stays in starts if stays]
    mended = {*mended_starts(program), *of_own_tenant(program)}.difference(staying)
    return defining | everything, defining | _reached(program, staying, mended)


def starts_without(program: TenantProgram) -> Iterator[tuple[Symbol, bool]]:
    """What is called by nobody who could have a tenant, and whether it stays so when the other recipes have run."""
    yield from ((name, True) for name in sorted(program.state.entry_points.startup) if name in program.functions)
    yield from _edited_starts(program)
    dead = never_run(program)
    for spawn in thread_spawns(program):
        if not spawn.carried and spawn.spawner not in dead and not is_program_by_hand(program, spawn.spawner):
            yield spawn.target, bool(spawn.obstacle)
    yield from ((run, True) for run in thread_runs(program))
    yield from ((Symbol(module, MODULE_BODY), True) for module in program.files)


@once
def by_definition(program: TenantProgram) -> dict[Symbol, Symbol]:
    """What runs as modules are imported because something is defined there, each with the module's body; not what is
    put in the place of a function, which is run when that is called."""
    starts = run_by_defining(program.program)
    reached = program.reaches.origins(
        starts,
        lambda edge: (
            not (edge.scoped or program.enters_tenant(edge.target) or is_only_answered(program.program, edge.target))
        ),
    )
    return {function: starts[start] for function, start in reached.items()}


def mended_starts(program: TenantProgram) -> frozenset[Symbol]:
    """Those that enter a tenant themselves, or do nothing without one, when the other recipes have run."""
    return frozenset(start for start, stays in _edited_starts(program) if not stays)


@once
def left_alone(program: TenantProgram) -> frozenset[Symbol]:
    """Those of them behind which other recipes find no data of a tenant's."""
    return frozenset(start for start in mended_starts(program) if program.path_to_state(start) is None)


def _edited_starts(program: TenantProgram) -> Iterator[tuple[Symbol, bool]]:
    """Those that recipes edit where they stand, and whether they cannot: threads are edited where they are started."""
    for caller in callers_of(program, program.state.entry_points.process):
        if not in_webui(program, caller.module):
            yield caller, not unscoped_branches(program, caller)
    yield from ((handler, not can_enter_senders(program, handler)) for handler in registered_handlers(program))
    is_left = not is_mended(program, "webui-handler")
    for file in webui_files(program):
        yield from ((route.function, is_left) for route in routes_of(program, file) if isinstance(route, Route))
    for plugin in starts_of(program):
        staying = plugin.staying_executes()
        yield from ((execute, execute in staying) for execute in plugin.process_executes())
    going = [handler for plugin in starts_of(program) for handler in plugin.going]
    begun = {handler.execute for handler in going if handler.begun}
    begun |= {Symbol(item.module, item.owner).member("__init__") for handler in going for item in handler.made}
    yield from ((method, method not in begun) for method in _registered(program))


def _registered(program: TenantProgram) -> Iterator[Symbol]:
    """What the host runs of plugins and event handlers as it registers them: before any tenant exists."""
    for identifier in subclasses_of(program, frozenset(program.state.plugins.singletons)):
        for name in program.state.plugins.registering:
            method = method_of(program, identifier, name)
            if method is not None and identifier in program.classes:
                yield method


def _reached(program: TenantProgram, starts: Iterable[Symbol], mended: Collection[Symbol] = ()) -> dict[Symbol, Symbol]:
    # Which tasks and event handlers run without a tenant, their own verdicts say.
    elsewhere = program.state.entry_points.started_elsewhere.union(mended)
    return program.reaches.origins(
        starts, lambda edge: not (edge.scoped or edge.target in elsewhere or program.enters_tenant(edge.target))
    )


def is_program_by_hand(program: TenantProgram, identifier: Symbol) -> bool:
    """Whether a function is of a program that is started by itself: no other file imports it, and it is not the app."""
    return identifier.module in _programs_by_hand(program)


@once
def _programs_by_hand(program: TenantProgram) -> frozenset[str]:
    starts = (Symbol(module, PROGRAM) for module in program.files if not program.is_imported(module))
    startup = program.state.entry_points.startup
    known = (start for start in starts if start in program.functions)
    return frozenset(start.module for start in known if startup.isdisjoint(_reached(program, [start])))


def lost_at(program: TenantProgram, without: dict[Symbol, Symbol], spawn: Spawn) -> str:
    """How what a place starts comes to have no tenant."""
    start = without[spawn.spawner]
    is_import = start.qualname == MODULE_BODY
    origin = phrase("importing {module}", module=start.module) if is_import else start.qualname.replace(".<locals>", "")
    return phrase(
        "started at {where}, which {origin} reaches without a tenant", where=place_of(program, spawn), origin=origin
    )


def place_of(program: TenantProgram, spawn: Spawn) -> str:
    return f"{program.file_of(spawn.spawner).path}:{spawn.line}"
