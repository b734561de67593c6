"""Each entry point and plugin API function: its verdict and the reason, from the ways that its code can take.

The verdicts are the seed's own words (see the design page). Which recipe mends an entry point is the recipe's to say.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from codemods.survey.facts import MODULE_BODY, Chain, FileFacts, FunctionFacts, Use
from codemods.survey.resolve import Path, Program, expression
from codemods.survey.routes import Route, Unfollowed, dependencies_of, registering_decorators, routes_of

SECURE, INSECURE, GLOBAL = "secure", "insecure", "global"
SCOPED, UNSCOPED, STATELESS, EXEMPT, UNRESOLVED = "scoped", "unscoped", "stateless", "exempt", "unresolved"


@dataclass(frozen=True, slots=True)
class EntryPoint:
    """Code that the outside world, a timer or start-up calls.

    `note`: what its maintainer should know besides. `by_hand`: no recipe may edit it.
    """

    path: str
    qualname: str
    line: int
    kind: str
    verdict: str
    reason: str
    note: str | None = None
    by_hand: bool = False
    # How many of its decorators register it: a decorator that wraps it belongs below these.
    registering: int = 0

    @property
    def id(self) -> str:
        return f"{self.path}:{self.qualname.replace('.<locals>', '')}"


@dataclass(frozen=True, slots=True)
class ApiFunction:
    """A public function of the plugin APIs, and the shared state behind it."""

    path: str
    qualname: str
    line: int
    verdict: str
    reason: str
    state: tuple[str, ...]

    @property
    def id(self) -> str:
        return f"{self.path}:{self.qualname.replace('.<locals>', '')}"


@dataclass(frozen=True, slots=True)
class Finding:
    """What a person must decide: where, and why the tool leaves it alone."""

    path: str
    line: int
    reason: str


def _entry(program: Program, identifier: str, kind: str, verdict: str, reason: str, **more: object) -> EntryPoint:
    file, function = program.file_of(identifier), program.functions[identifier]
    return EntryPoint(file.path, function.qualname, function.line, kind, verdict, reason, **more)  # type: ignore[arg-type]


# WebUI


def in_webui(program: Program, module: str) -> bool:
    return any(module == folder or module.startswith(folder + ".") for folder in program.state.webui)


def webui_files(program: Program) -> list[FileFacts]:
    return [file for file in program.files.values() if in_webui(program, file.module)]


def webui_handlers(program: Program) -> Iterator[EntryPoint | Finding]:
    """Every routed function under the WebUI's folders, and dependencies and direct callers that do tenant work."""
    routes: dict[str, Route] = {}
    for file in webui_files(program):
        for route in routes_of(program, file):
            if isinstance(route, Unfollowed):
                reason = f"{route.text} registers something that is no plain function: wrap it by hand"
                yield Finding(route.path, route.line, reason)
            elif in_webui(program, route.function.partition(":")[0]):
                known = routes.get(route.function)
                if known is None or known.dependency:
                    routes[route.function] = route
            elif (path := program.path_to_state(route.function)) is not None:
                reason = f"{route.function} is registered here, from outside of the WebUI, and has no tenant: {path}"
                yield Finding(file.path, 1, reason)
    for route in routes.values():
        if route.dependency and program.path_to_state(route.function, unscoped_only=False) is None:
            continue
        yield _webui_verdict(program, route.function, dependency=route.dependency)
    for identifier in started_by_themselves(program):
        path = program.path_to_state(identifier)
        if identifier not in routes and path is not None and program.functions[identifier].decorators:
            function = program.functions[identifier]
            yield Finding(program.file_of(identifier).path, function.line, f"runs without any tenant: {path}")
    for identifier in _direct_callers(program):
        callers = _callers(program, identifier)
        if identifier not in routes and not (callers and callers <= routes.keys()):
            yield _webui_verdict(program, identifier, dependency=True)


def _webui_verdict(program: Program, identifier: str, *, dependency: bool) -> EntryPoint | Finding:
    function = program.functions[identifier]
    if _wrapped_too_high(program, identifier):
        reason = "its tenant decorator stands above a route decorator, which registers the function without it"
        return _entry(program, identifier, "webui-handler", INSECURE, reason, by_hand=True)
    if program.enters_tenant(identifier):
        note = (
            None if dependency or _asks_for_token(program, identifier) else "acts as admin but asks for no WebUI token"
        )
        return _entry(program, identifier, "webui-handler", SECURE, "runs in an admin tenant context", note=note)
    path = program.path_to_state(identifier)
    line = entered_by_hand(program, identifier)
    if path is None:
        if line is not None:
            reason = f"enters a tenant by hand, line {line}"
            return _entry(program, identifier, "webui-handler", SECURE, reason, by_hand=True)
        if program.path_to_state(identifier, unscoped_only=False) is not None:
            return _entry(program, identifier, "webui-handler", SECURE, "what it calls enters a tenant", by_hand=True)
        below = registering_decorators(program, identifier)
        return _entry(program, identifier, "webui-handler", GLOBAL, "reaches no tenant data", registering=below)
    reason = f"no tenant: {path}"
    if line is not None:
        reason = f"enters a tenant by hand (line {line}), but line {path.steps[0].line} is outside it: {path}"
    elif dependency and function.is_generator:
        reason = f"a dependency that yields cannot be wrapped by a decorator: {path}"
    elif own := _own_selection(program, identifier):
        reason = f"has a parameter {own} of its own, which user selection would take: {path}"
    else:
        below = registering_decorators(program, identifier)
        return _entry(program, identifier, "webui-handler", INSECURE, _guessing(reason, path), registering=below)
    return _entry(program, identifier, "webui-handler", INSECURE, _guessing(reason, path), by_hand=True)


def _wrapped_too_high(program: Program, identifier: str) -> bool:
    """Whether every decorator that enters a tenant stands above one that registers the function."""
    frame = program.around(identifier)
    decorators = program.functions[identifier].decorators
    wrappers = [
        index for index, use in enumerate(decorators) if program.named(use.chain, frame, program.state.wrappers)
    ]
    return bool(wrappers) and wrappers[-1] < registering_decorators(program, identifier)


def _own_selection(program: Program, identifier: str) -> str | None:
    """A parameter of a handler, or of what it depends on, that has a name which user selection reads."""
    for function in (identifier, *dependencies_of(program, identifier)):
        for parameter in program.functions[function].parameters:
            details: tuple[Use, ...] = (*parameter.metadata, *((parameter.default,) if parameter.default else ()))
            aliases = [item.text for use in details for item in use.arguments if item.keyword == "alias" and item.text]
            for name in (parameter.name, *aliases):
                if name.lower().replace("_", "-").removeprefix("x-") in ("tenant-id", "agent-id"):
                    return name
    return None


# What the application registers besides routes: it runs for no request, or before one has a tenant.
_REGISTERING = frozenset({".on_event", ".middleware", ".exception_handler"})


def started_by_themselves(program: Program) -> dict[str, None]:
    """WebUI functions that no request starts: endless loops, what the application registers, and what those call."""
    starts = [
        spawn.target
        for spawn in _task_spawns(program)
        if program.functions[spawn.target].loops and in_webui(program, spawn.target.partition(":")[0])
    ]
    for file in webui_files(program):
        for qualname, function in file.functions.items():
            if any(len(use.chain) > 2 and use.chain[-2] in _REGISTERING for use in function.decorators):
                starts.append(f"{file.module}:{qualname}")
    return dict.fromkeys(item for item in _run_by(program, starts) if in_webui(program, item.partition(":")[0]))


def _guessing(reason: str, path: Path) -> str:
    return reason + " (a call on the way is followed by its name only)" if path.guessed else reason


def entered_by_hand(program: Program, identifier: str) -> int | None:
    """The line where a function's own body enters a tenant, or None."""
    state = program.state
    for use in program.functions[identifier].uses:
        if any(program.is_scope(item, identifier) for item in use.within):
            return use.line
        if use.chain[-1] == "()" and program.named(use.chain, identifier, state.setters):
            return use.line
    return None


def _direct_callers(program: Program) -> Iterator[str]:
    """WebUI functions that hand a message to the chat themselves."""
    for file in webui_files(program):
        for qualname in file.functions:
            identifier = f"{file.module}:{qualname}"
            calls = [edge for edge in program.reach(identifier).edges if edge.target in program.state.process]
            if calls and qualname != MODULE_BODY:
                yield identifier


def _callers(program: Program, identifier: str) -> set[str]:
    """The functions of the tree that run one function; looked for only where its own name stands."""
    name = program.functions[identifier].name
    return {
        caller
        for caller, function in program.functions.items()
        if any(name in use.chain or f".{name}" in use.chain for use in function.uses)
        and any(edge.target == identifier for edge in program.reach(caller).edges)
    }


def _asks_for_token(program: Program, identifier: str) -> bool:
    names = program.state.authentication
    starts = [identifier, *dependencies_of(program, identifier)]
    return any(function in names for function in _run_by(program, starts))


def _run_by(program: Program, starts: Iterable[str]) -> Iterator[str]:
    """Every function that these may run within the WebUI, themselves first."""
    queue = deque(starts)
    seen = set(queue)
    while queue:
        current = queue.popleft()
        yield current
        if not in_webui(program, current.partition(":")[0]):
            continue
        for edge in program.reach(current).edges:
            if edge.target not in seen:
                seen.add(edge.target)
                queue.append(edge.target)


# Gateway, start-up and plugins


def gateways(program: Program) -> Iterator[EntryPoint]:
    """Functions outside the WebUI that hand a message to the chat."""
    process = program.state.process
    if not any(name in program.functions for name in process):
        return
    for identifier in _callers_of(program, process):
        module, _, qualname = identifier.partition(":")
        if in_webui(program, module) or qualname == MODULE_BODY:
            continue
        open_calls = [edge for edge in program.reach(identifier).edges if edge.target in process and not edge.scoped]
        if program.enters_tenant(identifier) or not open_calls:
            yield _entry(program, identifier, "gateway", SECURE, "hands every message on inside its tenant")
        else:
            reason = f"line {open_calls[0].line} processes a message without any tenant"
            yield _entry(program, identifier, "gateway", INSECURE, reason)


def _callers_of(program: Program, names: frozenset[str]) -> Iterator[str]:
    """Functions that run one of these methods; looked for only where the method's own name stands."""
    last = {"." + name.rpartition(".")[2] for name in names}
    for identifier, function in program.functions.items():
        if any(not last.isdisjoint(use.chain) for use in function.uses) and any(
            edge.target in names for edge in program.reach(identifier).edges
        ):
            yield identifier


def startups(program: Program) -> Iterator[EntryPoint]:
    for identifier in sorted(program.state.startup):
        if identifier not in program.functions:
            continue
        path = program.path_to_state(identifier)
        if path is None:
            yield _entry(program, identifier, "startup", GLOBAL, "reaches no tenant data")
        else:
            yield _entry(program, identifier, "startup", INSECURE, f"runs once, before any tenant: {path}")


def event_handlers(program: Program) -> Iterator[EntryPoint]:
    """Every plugin event handler class; the ones for process-wide events run without a tenant."""
    for identifier in _subclasses(program, program.state.event_handlers):
        execute = _method(program, identifier, "execute")
        if execute is None:
            continue
        events = _events(program, identifier)
        at_start = sorted(events & program.state.process_events)
        path = program.path_to_state(execute)
        if not at_start:
            verdict, reason = SECURE, "runs in the tenant of the message that fires it"
        elif path is None:
            verdict, reason = GLOBAL, f"{', '.join(at_start)}: does nothing of a tenant's"
        else:
            verdict, reason = INSECURE, f"{', '.join(at_start)} fires without a tenant: {path}"
        file, cls = program.file_of(identifier), program.classes[identifier]
        yield EntryPoint(file.path, cls.qualname, cls.line, "event-handler", verdict, reason)


def _events(program: Program, identifier: str) -> set[str]:
    """The names of the events that a handler class subscribes to, as members or as their values."""
    for base in program.lineage(identifier):
        cls = program.classes.get(base)
        if cls is None:
            continue
        found = {
            chain[1][1:]
            for name in ("event_type", "init_subscribe")
            for chain in cls.assigned.get(name, ())
            if len(chain) > 1
        }
        if "event_type" in cls.texts:
            found.add(cls.texts["event_type"].upper())
        if found:
            return found
    return set()


def _subclasses(program: Program, bases: frozenset[str]) -> list[str]:
    return sorted({identifier for base in bases for identifier in program.subclasses(base)})


def _method(program: Program, identifier: str, name: str) -> str | None:
    for base in program.lineage(identifier):
        cls = program.classes.get(base)
        if cls is not None and name in cls.methods:
            return f"{base.partition(':')[0]}:{cls.methods[name]}"
    return None


# Work that goes on by itself

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
    for identifier in _subclasses(program, program.state.tasks):
        run = _method(program, identifier, "run")
        if run is None or program.classes.get(identifier) is None:
            continue
        file, cls = program.file_of(identifier), program.classes[identifier]
        path = program.path_to_state(run)
        if _is_per_tenant(program, identifier):
            verdict, reason = SECURE, "run once for each active tenant, inside it"
        elif path is None:
            verdict, reason = GLOBAL, "per_tenant=False, and reaches no tenant data"
        else:
            verdict, reason = INSECURE, f"per_tenant=False runs it without a tenant: {path}"
        yield EntryPoint(file.path, cls.qualname, cls.line, "background-task", verdict, reason)
    yield from _spawned(program, _task_spawns(program))


def _is_per_tenant(program: Program, identifier: str) -> bool:
    init = _method(program, identifier, "__init__")
    uses = program.functions[init].uses if init else []
    return not any(
        argument.keyword == "per_tenant" and argument.text == "False" for use in uses for argument in use.arguments
    )


def threads(program: Program) -> Iterator[EntryPoint]:
    """Functions that run in another thread, which carries no context along."""
    targets: dict[str, _Spawn] = {}
    for spawn in _thread_spawns(program):
        targets.setdefault(spawn.target, spawn)
    for target, spawn in targets.items():
        path = program.path_to_state(target)
        where = f"{program.file_of(spawn.spawner).path}:{spawn.line}"
        if path is None:
            yield _entry(program, target, "thread", GLOBAL, f"reaches no tenant data (started at {where})")
        else:
            yield _entry(program, target, "thread", INSECURE, f"its thread, started at {where}, has no tenant: {path}")


def _spawned(program: Program, spawns: list[_Spawn]) -> Iterator[EntryPoint]:
    without = _run_without_tenant(program)
    by_target: dict[str, list[_Spawn]] = {}
    for spawn in spawns:
        by_target.setdefault(spawn.target, []).append(spawn)
    for target, starts in by_target.items():
        owner = program.functions[target].owner
        module = target.partition(":")[0]
        kind = "chat-loop" if f"{module}:{owner}" in program.state.chat_loops else "background-task"
        path = program.path_to_state(target)
        bare = [spawn for spawn in starts if not spawn.scoped and spawn.spawner in without]
        if path is None:
            yield _entry(program, target, kind, GLOBAL, "reaches no tenant data")
        elif not bare:
            yield _entry(program, target, kind, SECURE, "inherits the tenant of what starts it")
        else:
            where = f"{program.file_of(bare[0].spawner).path}:{bare[0].line}"
            origin = without[bare[0].spawner].partition(":")[2].replace(".<locals>", "")
            reason = f"started at {where}, which {origin} reaches without a tenant: {path}"
            yield _entry(program, target, kind, INSECURE, reason)


def _task_spawns(program: Program) -> list[_Spawn]:
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


def _run_without_tenant(program: Program) -> dict[str, str]:
    """Every function that may run without a tenant, with the entry point that gets there."""
    starts = [name for name in sorted(program.state.startup) if name in program.functions]
    starts += [
        caller
        for caller in _callers_of(program, program.state.process)
        if not in_webui(program, caller.partition(":")[0])
    ]
    for file in webui_files(program):
        starts += [route.function for route in routes_of(program, file) if isinstance(route, Route)]
    starts = [start for start in starts if not program.enters_tenant(start)]
    for identifier in _subclasses(program, program.state.event_handlers):
        execute = _method(program, identifier, "execute")
        if execute is not None and _events(program, identifier) & program.state.process_events:
            starts.append(execute)
    origin = {start: start for start in starts}
    queue = deque(starts)
    while queue:
        current = queue.popleft()
        for edge in program.reach(current).edges:
            if edge.target not in origin and not edge.scoped and not program.enters_tenant(edge.target):
                origin[edge.target] = origin[current]
                queue.append(edge.target)
    return origin


# Plugin APIs


def api_functions(program: Program) -> Iterator[ApiFunction]:
    """Every public function of the API modules, and every public static method of their classes."""
    package = program.state.api_package
    for file in program.files.values():
        if not file.module.startswith(package + "."):
            continue
        for qualname, function in file.functions.items():
            if qualname != MODULE_BODY and _is_public(file, function):
                yield _api_verdict(program, f"{file.module}:{qualname}")


def _is_public(file: FileFacts, function: FunctionFacts) -> bool:
    parts = function.qualname.split(".")
    if "<locals>" in parts or any(part.startswith("_") for part in parts):
        return False
    return function.owner is None or any(
        use.chain in (("staticmethod",), ("classmethod",)) for use in function.decorators
    )


def _api_verdict(program: Program, identifier: str) -> ApiFunction:
    module = identifier.partition(":")[0]
    file, function = program.file_of(identifier), program.functions[identifier]
    state = _state_behind(program, identifier)
    path = program.path_to_state(identifier)
    if module in program.state.api_exempt:
        verdict, reason = EXEMPT, "runs while plugins are imported, before any tenant"
    elif any(program.named(chain, identifier, program.state.guards) for chain in function.first_reads):
        verdict, reason = SCOPED, "reads its tenant first"
    elif path is not None:
        verdict, reason = UNSCOPED, f"answers without a tenant: {path}"
    elif state:
        verdict, reason = UNSCOPED, f"shares {', '.join(state)} with every tenant"
    elif unknown := _unknown_state(program, identifier):
        verdict, reason = UNRESOLVED, f"line {unknown.line} touches {expression(unknown.chain)}, which no rule covers"
    else:
        verdict, reason = STATELESS, "touches no shared state"
    return ApiFunction(file.path, function.qualname, function.line, verdict, reason, state)


def _state_behind(program: Program, identifier: str) -> tuple[str, ...]:
    """The state that an API function uses: its own, and that of the API functions and methods it calls directly."""
    names: set[str] = set()
    path = program.path_to_state(identifier)
    if path is not None:
        names.add(path.touch.state)
    reach = program.reach(identifier)
    package = program.state.api_package
    near = [identifier, *(edge.target for edge in reach.edges if edge.target.startswith(package))]
    for function in near:
        reach = program.reach(function)
        names.update(touch.state for touch in (*reach.touches, *reach.shared))
    return tuple(sorted(names))


def _unknown_state(program: Program, identifier: str) -> Use | None:
    """A module-level object of the tree outside the APIs that a function uses, though state.toml does not name it."""
    package = program.state.api_package
    for use in program.functions[identifier].uses:
        if len(use.chain) < 2:
            continue
        home = _home_of(program, use.chain[0], identifier)
        values = program.values(use.chain[:1], identifier)
        is_object = any(value.kind == "instance" for value in values)
        if home and not home.startswith(package) and is_object and home in program.files:
            return use
    return None


def _home_of(program: Program, name: str, identifier: str) -> str | None:
    """The module that a function imports a name from, or None where it is no import."""
    module = identifier.partition(":")[0]
    for function in (program.functions[identifier], program.files[module].body):
        if name in function.imports:
            return function.imports[name].partition(":")[0]
    return None


# All together

KINDS: dict[str, Callable[[Program], Iterable[EntryPoint | Finding]]] = {
    "gateway": gateways,
    "webui-handler": webui_handlers,
    "startup": startups,
    "event-handler": event_handlers,
    "background-task": tasks,
    "thread": threads,
}
