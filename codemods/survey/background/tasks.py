"""Work that goes on by itself, as tasks."""

from __future__ import annotations

from collections.abc import Iterator

from codemods.analysis.reach import Path
from codemods.analysis.symbols import Symbol
from codemods.messages import phrase
from codemods.survey.background.called import called_functions
from codemods.survey.background.loops import chat_loops, loop_verdicts
from codemods.survey.background.without import lost_at, place_of, run_without_tenant
from codemods.survey.host import way_to_host
from codemods.survey.lookups import method_of, subclasses_of
from codemods.survey.never_made import never_made, never_run, said_of
from codemods.survey.plugins.start_handlers import starts_of
from codemods.survey.program import TenantProgram
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
    yield from loop_verdicts(program)
    loops = chat_loops(program)
    yield from _spawned(program, [spawn for spawn in task_spawns(program) if spawn.target not in loops])


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
        if program.enters_tenant(target) or (path is not None and target.module in program.brought):
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
