"""Work that goes on by itself: tasks, chat loops and threads."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass

from codemods.survey.entrances import callers_of, is_per_tenant, method_of, subclasses_of
from codemods.survey.facts import Chain, Use
from codemods.survey.resolve import Program
from codemods.survey.routes import Route, routes_of
from codemods.survey.start_handlers import starts_of
from codemods.survey.verdicts import GLOBAL, INSECURE, SECURE, EntryPoint, entry, in_webui, webui_files

_SPAWNING = frozenset({".create_task", ".ensure_future", "create_task", "ensure_future"})
# What runs a function in another thread, and where that function stands among the arguments.
_THREADS: dict[str, int | str] = {
    ".run_in_executor": 1,
    ".submit": 0,
    ".Thread": "target",
    "Thread": "target",
    ".Timer": 1,
    "Timer": 1,
}


@dataclass(frozen=True, slots=True)
class _Spawn:
    """A place that starts work: the function it is in, what is started, and whether a tenant is entered there."""

    spawner: str
    target: str
    line: int
    scoped: bool


def tasks(program: Program) -> Iterator[EntryPoint]:
    """AsyncTask classes, and everything that is started as a task of its own."""
    for identifier in subclasses_of(program, program.state.tasks):
        run = method_of(program, identifier, "run")
        if run is None or program.classes.get(identifier) is None:
            continue
        file, cls = program.file_of(identifier), program.classes[identifier]
        path = program.path_to_state(run)
        if is_per_tenant(program, identifier):
            verdict, reason = SECURE, "run once for each active tenant, inside it"
        elif path is None:
            verdict, reason = GLOBAL, "per_tenant=False, and reaches no tenant data"
        else:
            verdict, reason = INSECURE, f"per_tenant=False runs it without a tenant: {path}"
        yield EntryPoint(file.path, cls.qualname, cls.line, "background-task", verdict, reason)
    yield from _spawned(program, task_spawns(program))


def threads(program: Program) -> Iterator[EntryPoint]:
    """Functions that run in another thread, which carries no context along."""
    targets: dict[str, _Spawn] = {}
    for spawn in _thread_spawns(program):
        targets.setdefault(spawn.target, spawn)
    for target, spawn in targets.items():
        path = program.path_to_state(target)
        where = f"{program.file_of(spawn.spawner).path}:{spawn.line}"
        if path is None:
            yield entry(program, target, "thread", GLOBAL, f"reaches no tenant data (started at {where})")
        else:
            yield entry(program, target, "thread", INSECURE, f"its thread, started at {where}, has no tenant: {path}")


def _spawned(program: Program, spawns: list[_Spawn]) -> Iterator[EntryPoint]:
    without = _run_without_tenant(program)
    handled = _handler_executes(program)
    by_target: dict[str, list[_Spawn]] = {}
    for spawn in spawns:
        if spawn.target not in handled:  # an event handler has a verdict of its own
            by_target.setdefault(spawn.target, []).append(spawn)
    for target, starts in by_target.items():
        owner = program.functions[target].owner
        module = target.partition(":")[0]
        kind = "chat-loop" if f"{module}:{owner}" in program.state.chat_loops else "background-task"
        path = program.path_to_state(target)
        bare = [spawn for spawn in starts if not spawn.scoped and spawn.spawner in without]
        if path is None:
            yield entry(program, target, kind, GLOBAL, "reaches no tenant data")
        elif not bare:
            yield entry(program, target, kind, SECURE, "inherits the tenant of what starts it")
        else:
            where = f"{program.file_of(bare[0].spawner).path}:{bare[0].line}"
            origin = without[bare[0].spawner].partition(":")[2].replace(".<locals>", "")
            reason = f"started at {where}, which {origin} reaches without a tenant: {path}"
            yield entry(program, target, kind, INSECURE, reason)


def task_spawns(program: Program) -> list[_Spawn]:
    found = []
    for identifier, use in _calls_named(program, _SPAWNING):
        for argument in use.arguments[:1]:
            chain = argument.chain[:-1] if argument.chain[-1:] == ("()",) else ()
            found += _spawns_of(program, identifier, use, chain)
    return found


def _thread_spawns(program: Program) -> list[_Spawn]:
    found = []
    for identifier, use in _calls_named(program, frozenset(_THREADS)):
        place = _THREADS[use.chain[-2]]
        if isinstance(place, str):
            chains = [argument.chain for argument in use.arguments if argument.keyword == place]
        else:
            chains = [argument.chain for argument in use.arguments if argument.keyword is None][place : place + 1]
        found += [spawn for chain in chains for spawn in _spawns_of(program, identifier, use, chain)]
    return found


def _calls_named(program: Program, names: frozenset[str]) -> Iterator[tuple[str, Use]]:
    for identifier, function in program.functions.items():
        for use in function.uses:
            if len(use.chain) > 1 and use.chain[-1] == "()" and use.chain[-2] in names:
                yield identifier, use


def _spawns_of(program: Program, spawner: str, use: Use, chain: Chain) -> list[_Spawn]:
    if not chain:
        return []
    scoped = program.enters_tenant(spawner) or any(program.is_scope(item, spawner) for item in use.within)
    targets = [value.name for value in program.values(chain, spawner) if value.kind == "function"]
    return [_Spawn(spawner, target, use.line, scoped) for target in targets]


def _handler_executes(program: Program) -> set[str]:
    classes = [cls for plugin in starts_of(program) for cls in plugin.subscribed]
    return {execute for cls in classes if (execute := method_of(program, cls, "execute")) is not None}


def _run_without_tenant(program: Program) -> dict[str, str]:
    """Every function that may run without a tenant, with the entry point that gets there."""
    starts = [name for name in sorted(program.state.startup) if name in program.functions]
    starts += [
        caller
        for caller in callers_of(program, program.state.process)
        if not in_webui(program, caller.partition(":")[0])
    ]
    for file in webui_files(program):
        starts += [route.function for route in routes_of(program, file) if isinstance(route, Route)]
    starts = [start for start in starts if not program.enters_tenant(start)]
    for plugin in starts_of(program):
        starts += [execute for execute in plugin.process_executes() if not program.enters_tenant(execute)]
    origin = {start: start for start in starts}
    queue = deque(starts)
    while queue:
        current = queue.popleft()
        for edge in program.reach(current).edges:
            # Which tasks and event handlers run without a tenant, their own verdicts say.
            if edge.target in origin or edge.scoped or edge.target in program.state.started_elsewhere:
                continue
            if not program.enters_tenant(edge.target):
                origin[edge.target] = origin[current]
                queue.append(edge.target)
    return origin
