"""Work that goes on by itself: tasks and chat loops."""

from __future__ import annotations

from collections.abc import Iterator

from codemods.analysis.reach import Path
from codemods.analysis.symbols import Symbol
from codemods.messages import phrase
from codemods.places import Decorators
from codemods.survey.background.called import called_functions
from codemods.survey.background.without import lost_at, place_of, run_without_tenant
from codemods.survey.host import way_to_host
from codemods.survey.lookups import method_of, subclasses_of
from codemods.survey.never_made import never_made, never_run, said_of
from codemods.survey.plugins.start_handlers import starts_of
from codemods.survey.program import TenantProgram
from codemods.survey.sites import Site
from codemods.survey.spawns import (
    Spawn,
    is_per_tenant,
    task_spawns,
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
    stations,
)


def tasks(program: TenantProgram) -> Iterator[EntryPoint]:
    """AsyncTask classes, everything that is started as a task of its own, and what starts chat loops."""
    for identifier in subclasses_of(program, program.state.entry_points.tasks):
        run = method_of(program, identifier, "run")
        if run is None or program.classes.get(identifier) is None:
            continue
        file, cls = program.file_of(identifier), program.classes[identifier]
        path, by_hand = program.path_to_state(run), False
        if identifier in never_made(program):
            verdict, reason = GLOBAL, said_of(program, never_made(program)[identifier])
        elif is_per_tenant(program, identifier):
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
    dead = never_run(program)
    for target, found in by_target.items():
        starts = [spawn for spawn in found if spawn.spawner not in dead]
        if not starts:
            said = said_of(program, dead[found[0].spawner])
            yield entry(program, target, "background-task", GLOBAL, said)
            continue
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


def _handler_executes(program: TenantProgram) -> set[Symbol]:
    classes = [cls for plugin in starts_of(program) for cls in plugin.subscribed]
    return {execute for cls in classes if (execute := method_of(program, cls, "execute")) is not None}
