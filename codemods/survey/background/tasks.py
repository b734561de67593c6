"""Work that goes on by itself: tasks and chat loops."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from codemods.analysis.facts import PROGRAM
from codemods.analysis.reach import Path
from codemods.analysis.symbols import MODULE_BODY, Symbol
from codemods.messages import phrase
from codemods.places import Decorators
from codemods.survey.background.called import called_functions
from codemods.survey.gateway.branches import unscoped_branches
from codemods.survey.gateway.entrances import can_enter_senders
from codemods.survey.host import way_to_host
from codemods.survey.lookups import callers_of, method_of, subclasses_of
from codemods.survey.plugins.start_handlers import starts_of
from codemods.survey.program import TenantProgram, once
from codemods.survey.routes import Route, routes_of
from codemods.survey.sites import Site
from codemods.survey.spawns import (
    Spawn,
    is_per_tenant,
    registered_handlers,
    task_spawns,
    thread_spawns,
)
from codemods.survey.verdicts import (
    GLOBAL,
    INSECURE,
    NOT_JUDGED,
    SECURE,
    EntryPoint,
    Station,
    entry,
    guessing,
    in_webui,
    stations,
    webui_files,
)


def tasks(program: TenantProgram) -> Iterator[EntryPoint]:
    """AsyncTask classes, everything that is started as a task of its own, and what starts chat loops."""
    for identifier in subclasses_of(program, program.state.entry_points.tasks):
        run = method_of(program, identifier, "run")
        if run is None or program.classes.get(identifier) is None:
            continue
        file, cls = program.file_of(identifier), program.classes[identifier]
        path, by_hand = program.path_to_state(run), False
        if is_per_tenant(program, identifier):
            verdict, reason = SECURE, phrase("run once for each active tenant, inside it")
        elif path is None:
            verdict, reason = GLOBAL, phrase("per_tenant=False, and reaches no tenant data")
        else:
            verdict, reason, by_hand = (
                INSECURE,
                phrase("per_tenant=False runs it without a tenant: {path}", path=path),
                True,
            )
            reason = guessing(reason, path)
        way = stations(program, path) if by_hand else ()
        yield EntryPoint(
            file.path, cls.qualname, cls.line, "background-task", verdict, reason, by_hand=by_hand, way=way
        )
    loops = dict.fromkeys(loop for loop, _ in _chat_loops(program))
    yield from (_loop_verdict(program, loop) for loop in loops)
    yield from _starters(program)
    yield from _spawned(program, [spawn for spawn in task_spawns(program) if spawn.target not in loops])


def loop_sites(program: TenantProgram) -> Iterator[Site]:
    """What mends chat loops, place by place."""
    owners = dict.fromkeys(owner for _, owner in _chat_loops(program))
    for method in of_own_tenant(program):
        if not program.enters_tenant(method):
            yield _decorated(program, "chat-loop-method", method)
    for owner in owners:
        init = program.classes[owner].methods.get("__init__")
        if init is not None and not _knows_its_tenant(program, owner):
            yield _decorated(program, "chat-loop-init", Symbol(owner.module, init))


def of_own_tenant(program: TenantProgram) -> list[Symbol]:
    """The chat loops and what starts them: they run in the tenant of their own chat, or are made to."""
    return list(dict.fromkeys([*(loop for loop, _ in _chat_loops(program)), *_starting(program)]))


def _decorated(program: TenantProgram, on: str, identifier: Symbol) -> Site:
    below = len(program.functions[identifier].decorators)
    return Site(on, program.file_of(identifier).path, Decorators(identifier.qualname, below))


# Chat loops


def _chat_loops(program: TenantProgram) -> list[tuple[Symbol, Symbol]]:
    """The methods of chat loops' classes that are started as loops and do tenant work, each with its class."""
    classes = program.state.entry_points.chat_loops
    owners = {*classes, *subclasses_of(program, classes)} & program.classes.keys()
    found = []
    for spawn in task_spawns(program):
        owner = _owner(program, spawn.target)
        is_loop = owner in owners and program.functions[spawn.target].loops
        if is_loop and program.path_to_state(spawn.target, unscoped_only=False) is not None:
            found.append((spawn.target, owner))
    return sorted(set(found))


def _owner(program: TenantProgram, identifier: Symbol) -> Symbol:
    return Symbol(identifier.module, program.functions[identifier].owner or "")


def _loop_verdict(program: TenantProgram, loop: Symbol) -> EntryPoint:
    if program.enters_tenant(loop):
        return entry(
            program, loop, "chat-loop", SECURE, phrase("runs in the tenant of its own chat, whoever starts it")
        )
    path = program.path_to_state(loop)
    if path is None:
        return entry(program, loop, "chat-loop", SECURE, phrase("enters a tenant before it does anything of one"))
    reason = guessing(phrase("runs for ever in the tenant that starts it, or none: {path}", path=path), path)
    return entry(program, loop, "chat-loop", INSECURE, reason, way=stations(program, path))


def _starting(program: TenantProgram) -> list[Symbol]:
    """The methods that start a chat loop of their own class."""
    loops = dict(_chat_loops(program))
    starters = {
        spawn.spawner
        for spawn in task_spawns(program)
        if spawn.target in loops and _owner(program, spawn.spawner) == loops[spawn.target]
    }
    return sorted(starters - loops.keys())


def _starters(program: TenantProgram) -> Iterator[EntryPoint]:
    loops = dict(_chat_loops(program))
    for starter in _starting(program):
        if program.enters_tenant(starter):
            yield entry(
                program, starter, "chat-loop", SECURE, phrase("starts its loop in the tenant of its own chat only")
            )
        else:
            reason = phrase("starts its loop for whoever calls it, another tenant too")
            yield entry(program, starter, "chat-loop", INSECURE, reason)
    for owner in sorted(set(loops.values())):
        if not _knows_its_tenant(program, owner):
            cls = program.classes[owner]
            reason = phrase("keeps neither a stream that names its tenant nor the tenant that made it")
            init = cls.methods.get("__init__")
            if init is not None:
                yield entry(program, Symbol(owner.module, init), "chat-loop", INSECURE, reason)
            else:
                path = program.file_of(owner).path
                yield EntryPoint(path, cls.qualname, cls.line, "chat-loop", INSECURE, reason, by_hand=True)


def _knows_its_tenant(program: TenantProgram, owner: Symbol) -> bool:
    """Whether an object of a chat loop's class can tell its tenant: from its stream, or because it remembers it."""
    init = method_of(program, owner, "__init__")
    if init is None:
        return False
    decorators = program.functions[init].decorators
    if any(program.named(use.chain, program.around(init), program.state.context.remembering) for use in decorators):
        return True
    streams = program.values(("self", "." + program.state.entry_points.chat_stream), init)
    classes = [program.classes[value.name] for value in streams if value.kind == "instance"]
    return any({*program.state.models.columns} <= {*cls.assigned, *cls.annotated} for cls in classes)


# Tasks


def _spawned(program: TenantProgram, spawns: list[Spawn]) -> Iterator[EntryPoint]:
    without, still = run_without_tenant(program)
    handled = _handler_executes(program)
    by_target: dict[Symbol, list[Spawn]] = {}
    for spawn in spawns:
        if spawn.target not in handled:  # an event handler has a verdict of its own
            by_target.setdefault(spawn.target, []).append(spawn)
    for target, starts in by_target.items():
        path = way_to_data(program, target)
        bare = [spawn for spawn in starts if not spawn.scoped and spawn.spawner in without]
        if program.enters_tenant(target):
            yield entry(program, target, "background-task", SECURE, phrase("enters its tenant itself"))
        elif path is None:
            yield entry(program, target, "background-task", GLOBAL, phrase("reaches no tenant data"))
        elif not bare:
            inherits = phrase("inherits the tenant of what starts it")
            yield unproven(program, target, "background-task", starts, path) or entry(
                program, target, "background-task", SECURE, inherits
            )
        else:
            reason = said_with(lost_at(program, without, bare[0]), path)
            left = path if isinstance(path, str) else program.path_to_state(target, past=program.state.gate.system)
            by_hand = left is not None and any(spawn.spawner in still for spawn in bare)
            way = stations_of(program, path)
            yield entry(program, target, "background-task", INSECURE, reason, by_hand=by_hand, way=way)


def unproven(
    program: TenantProgram, target: Symbol, kind: str, starts: list[Spawn], path: Path | str
) -> EntryPoint | None:
    """What is said of what nobody in view starts: that nobody is seen to do so without a tenant proves nothing."""
    called = called_functions(program)
    if any(spawn.scoped or spawn.spawner in called for spawn in starts):
        return None
    where = place_of(program, starts[0])
    name = starts[0].spawner.qualname.replace(".<locals>", "")
    reason = phrase("started at {where} by {name}, which nobody in view calls", where=where, name=name)
    return entry(
        program, target, kind, NOT_JUDGED, said_with(reason, path), by_hand=True, way=stations_of(program, path)
    )


def way_to_data(program: TenantProgram, target: Symbol) -> Path | str | None:
    """The way to a tenant's data: in view, or in a host that is not."""
    return program.path_to_state(target) or way_to_host(program, target)


def said_with(reason: str, way: Path | str) -> str:
    told = phrase("{reason}: {way}", reason=reason, way=way)
    return told if isinstance(way, str) else guessing(told, way)


def stations_of(program: TenantProgram, way: Path | str) -> tuple[Station, ...]:
    """The stations in view."""
    return () if isinstance(way, str) else stations(program, way)


def place_of(program: TenantProgram, spawn: Spawn) -> str:
    return f"{program.file_of(spawn.spawner).path}:{spawn.line}"


def lost_at(program: TenantProgram, without: dict[Symbol, Symbol], spawn: Spawn) -> str:
    """How what a place starts comes to have no tenant."""
    module, qualname = without[spawn.spawner]
    origin = (
        phrase("importing {module}", module=module) if qualname == MODULE_BODY else qualname.replace(".<locals>", "")
    )
    return phrase(
        "started at {where}, which {origin} reaches without a tenant", where=place_of(program, spawn), origin=origin
    )


def _handler_executes(program: TenantProgram) -> set[Symbol]:
    classes = [cls for plugin in starts_of(program) for cls in plugin.subscribed]
    return {execute for cls in classes if (execute := method_of(program, cls, "execute")) is not None}


# What runs without a tenant


@once
def run_without_tenant(program: TenantProgram) -> tuple[dict[Symbol, Symbol], dict[Symbol, Symbol]]:
    """Every function that may run without a tenant, with what gets there; and those of them that no recipe mends."""
    starts = [(start, stays) for start, stays in starts_without(program) if not program.enters_tenant(start)]
    # What is started by itself, and is of the application, starts with it.
    files = [Symbol(module, PROGRAM) for module in program.files]
    starts += [(file, True) for file in files if file in program.functions and not is_program_by_hand(program, file)]
    everything = _reached(program, (start for start, _ in starts))
    return everything, _reached(program, (start for start, stays in starts if stays))


def starts_without(program: TenantProgram) -> Iterator[tuple[Symbol, bool]]:
    """What is called by nobody who could have a tenant, and whether it stays so when the other recipes have run."""
    yield from ((name, True) for name in sorted(program.state.entry_points.startup) if name in program.functions)
    for caller in callers_of(program, program.state.entry_points.process):
        if not in_webui(program, caller.module):
            yield caller, not unscoped_branches(program, caller)
    yield from ((handler, not can_enter_senders(program, handler)) for handler in registered_handlers(program))
    for file in webui_files(program):
        yield from ((route.function, False) for route in routes_of(program, file) if isinstance(route, Route))
    for plugin in starts_of(program):
        staying = plugin.staying_executes()
        yield from ((execute, execute in staying) for execute in plugin.process_executes())
    going = [handler for plugin in starts_of(program) for handler in plugin.going]
    begun = {handler.execute for handler in going if handler.begun}
    begun |= {Symbol(item.module, item.owner).member("__init__") for handler in going for item in handler.made}
    yield from ((method, method not in begun) for method in _registered(program))
    for spawn in thread_spawns(program):
        if not spawn.carried and not is_program_by_hand(program, spawn.spawner):
            yield spawn.target, bool(spawn.obstacle)
    yield from ((Symbol(module, MODULE_BODY), True) for module in program.files)


def _registered(program: TenantProgram) -> Iterator[Symbol]:
    """What the host runs of plugins and event handlers as it registers them: before any tenant exists."""
    for identifier in subclasses_of(program, frozenset(program.state.plugins.singletons)):
        for name in program.state.plugins.registering:
            method = method_of(program, identifier, name)
            if method is not None and identifier in program.classes:
                yield method


def _reached(program: TenantProgram, starts: Iterable[Symbol]) -> dict[Symbol, Symbol]:
    # Which tasks and event handlers run without a tenant, their own verdicts say.
    elsewhere = program.state.entry_points.started_elsewhere
    return program.reaches.origins(
        starts, lambda edge: not (edge.scoped or edge.target in elsewhere or program.enters_tenant(edge.target))
    )


def is_program_by_hand(program: TenantProgram, identifier: Symbol) -> bool:
    """Whether a function is of a program that is started by itself: no other file imports it, and it is not the app."""
    module = identifier.module
    start = Symbol(module, PROGRAM)
    if start not in program.functions or program.is_imported(module):
        return False
    return program.state.entry_points.startup.isdisjoint(_reached(program, [start]))
