"""Work in other threads, which carry no context along unless they are handed one."""

from __future__ import annotations

from collections.abc import Iterator

from codemods.analysis.reach import Path
from codemods.analysis.symbols import Symbol
from codemods.messages import phrase
from codemods.places import Handover
from codemods.survey.background.tasks import said_with, stations_of, unproven, way_to_data
from codemods.survey.background.without import is_program_by_hand, lost_at, place_of, run_without_tenant
from codemods.survey.never_made import never_run, said_of
from codemods.survey.program import TenantProgram
from codemods.survey.shared_state.handed import handed_threads, way_to_anything
from codemods.survey.shared_state.own_paths import way_to_own_file
from codemods.survey.sites import Site
from codemods.survey.spawns import Spawn, thread_runs, thread_spawns, unfollowed_threads
from codemods.survey.verdicts import GLOBAL, INSECURE, NOT_JUDGED, SECURE, EntryPoint, entry


def threads(program: TenantProgram) -> Iterator[EntryPoint]:
    """Functions that run in another thread, which carries no context along unless it is handed one."""
    by_target: dict[Symbol, list[Spawn]] = {}
    for spawn in thread_spawns(program):
        by_target.setdefault(spawn.target, []).append(spawn)
    dead = never_run(program)
    for target, found in by_target.items():
        starts = [spawn for spawn in found if spawn.spawner not in dead]
        if starts:
            yield _thread_verdict(program, target, starts)
        else:
            yield entry(program, target, "thread", GLOBAL, said_of(program, dead[found[0].spawner]))
    for identifier, line, written in unfollowed_threads(program):
        reason = phrase(
            "line {line} starts {written} in a thread, and what that is cannot be followed", line=line, written=written
        )
        yield entry(program, identifier, "thread", NOT_JUDGED, reason, by_hand=True)
    for run in thread_runs(program):
        yield _thread_by_itself(program, run)


def _thread_by_itself(program: TenantProgram, run: Symbol) -> EntryPoint:
    path = way_to_data(program, run) or way_to_own_file(program, run)
    if path is None:
        return entry(program, run, "thread", GLOBAL, phrase("reaches no tenant data"))
    reason = said_with(phrase("a thread by itself, which has no tenant"), path)
    return entry(program, run, "thread", INSECURE, reason, by_hand=True, way=stations_of(program, path))


def thread_sites(program: TenantProgram) -> Iterator[Site]:
    """Where a thread that reaches a tenant's data or files is handed its tenant."""
    for spawn in handed_threads(program):
        place = Handover(spawn.spawner.qualname, spawn.call, str(spawn.place), spawn.written)
        yield Site("thread-start", program.file_of(spawn.spawner).path, place)


def _thread_verdict(program: TenantProgram, target: Symbol, starts: list[Spawn]) -> EntryPoint:
    data = way_to_data(program, target)
    path = data or way_to_own_file(program, target)
    if path is None and not any(spawn.obstacle for spawn in starts):
        path = way_to_anything(program, target)
    bare = [spawn for spawn in starts if not spawn.carried]
    first = (bare or starts)[0]
    where = place_of(program, first)
    if path is None:
        return entry(
            program, target, "thread", GLOBAL, phrase("reaches no tenant data (started at {where})", where=where)
        )
    if all(is_program_by_hand(program, spawn.spawner) for spawn in starts):
        return entry(
            program,
            target,
            "thread",
            GLOBAL,
            phrase("of a program that is run by hand ({where}): {path}", where=where, path=path),
        )
    if bare:
        blocked = next((spawn for spawn in bare if spawn.obstacle), None)
        reason = phrase("its thread, started at {where}, has no tenant", where=where)
        if blocked is not None:
            reason = phrase("is run at {where} {obstacle}", where=place_of(program, blocked), obstacle=blocked.obstacle)
        by_hand = blocked is not None or isinstance(data, str)  # in a host that is not in view
        way = stations_of(program, path)
        left = "" if by_hand else _lost(program, starts, path, run_without_tenant(program)[1])
        return entry(program, target, "thread", INSECURE, said_with(reason, path), by_hand=by_hand, left=left, way=way)
    without, still = run_without_tenant(program)
    if reason := _lost(program, starts, path, without):
        by_hand = bool(_lost(program, starts, path, still))
        way = stations_of(program, path)
        return entry(program, target, "thread", INSECURE, reason, by_hand=by_hand, way=way)
    carries = phrase("carries the tenant of what starts it, at {where}", where=where)
    return unproven(program, target, "thread", starts, path) or entry(program, target, "thread", SECURE, carries)


def _lost(program: TenantProgram, starts: list[Spawn], path: Path | str, without: dict[Symbol, Symbol]) -> str:
    """How a thread has no tenant, though it is handed that of what starts it; "" where that has one."""
    lost = next((spawn for spawn in starts if not spawn.scoped and spawn.spawner in without), None)
    return said_with(lost_at(program, without, lost), path) if lost is not None else ""
