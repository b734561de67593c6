"""The WebUI's handlers: what requests start, what they depend on, and what runs there by itself."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import replace

from codemods.analysis.symbols import MODULE_BODY, Symbol
from codemods.messages import phrase
from codemods.places import Decorators
from codemods.survey.program import TenantProgram, once
from codemods.survey.routes import (
    Route,
    Unfollowed,
    dependencies_of,
    made_for,
    registering_decorators,
    routes_of,
)
from codemods.survey.shared_state.own_paths import way_to_own_file
from codemods.survey.sites import Site
from codemods.survey.spawns import task_spawns
from codemods.survey.verdicts import (
    ANONYMOUS,
    GLOBAL,
    INSECURE,
    SECURE,
    EntryPoint,
    Finding,
    entry,
    guessing,
    in_webui,
    stations,
    webui_files,
)
from codemods.survey.webui.acting import acts
from codemods.survey.webui.asking import checks_itself, hands_out_session, is_about_session, passing, unasked_lines
from codemods.survey.webui.unrouted import unrouted

_ASKS_NOBODY = phrase("asks nobody for a token")
_BEFORE = phrase("runs before anybody is a tenant, and reads the settings of the process only")
_TELLS = phrase("tells who has a token, and reaches no tenant data")


@once
def webui_handlers(program: TenantProgram) -> tuple[EntryPoint | Finding, ...]:
    """Every routed function under the WebUI's folders, and dependencies and direct callers that do tenant work."""
    return tuple(_judged(program))


def anonymous_sites(program: TenantProgram) -> Iterator[Site]:
    """The handlers that a decorator can make ask for the token."""
    for item in webui_handlers(program):
        if not isinstance(item, EntryPoint):
            continue
        # What no recipe may wrap in a tenant can be made to ask all the same.
        is_left = item.verdict == INSECURE and item.by_hand and item.note == _ASKS_NOBODY
        if is_left or (item.verdict == ANONYMOUS and not item.by_hand):
            yield Site("anonymous-handler", item.path, Decorators(item.qualname, item.registering))


def _judged(program: TenantProgram) -> Iterator[EntryPoint | Finding]:
    routes: dict[Symbol, Route] = {}
    for file in webui_files(program):
        for route in routes_of(program, file):
            if isinstance(route, Unfollowed):
                reason = phrase(
                    "{text} registers something that is no plain function: wrap it by hand", text=route.text
                )
                yield Finding(route.path, route.line, reason, "route-not-followed")
            elif in_webui(program, route.function.module):
                known = routes.get(route.function)
                if known is None or known.dependency:
                    routes[route.function] = route
            elif (path := program.path_to_state(route.function)) is not None:
                reason = phrase(
                    "{function} is registered here, from outside of the WebUI, and has no tenant: {path}",
                    function=route.function,
                    path=path,
                )
                yield Finding(file.path, 1, reason, f"registered-outside {route.function}")
    for route in routes.values():
        if route.dependency and program.path_to_state(route.function, unscoped_only=False) is None:
            continue
        verdict = _webui_verdict(program, route.function, dependency=route.dependency)
        yield verdict if route.dependency else _unless_anonymous(program, route, verdict)
    started = started_by_themselves(program)
    yield from unrouted(program, frozenset({*started, *routes}))
    for identifier in started:
        path = program.path_to_state(identifier)
        if identifier not in routes and path is not None and program.functions[identifier].decorators:
            if _reads_settings_only(program, identifier):
                continue  # it looks at every request, whosever it is
            function = program.functions[identifier]
            yield Finding(
                program.file_of(identifier).path,
                function.line,
                phrase("runs without any tenant: {path}", path=path),
                "without-tenant",
            )
    for identifier in _direct_callers(program):
        callers = _callers(program, identifier)
        if identifier not in routes and not (callers and callers <= routes.keys()):
            yield _webui_verdict(program, identifier, dependency=True)


def _webui_verdict(program: TenantProgram, identifier: Symbol, *, dependency: bool) -> EntryPoint:
    function = program.functions[identifier]
    if _wrapped_too_high(program, identifier):
        reason = phrase("its tenant decorator stands above a route decorator, which registers the function without it")
        return entry(program, identifier, "webui-handler", INSECURE, reason, by_hand=True)
    if program.enters_tenant(identifier):
        return entry(program, identifier, "webui-handler", SECURE, phrase("runs in an admin tenant context"))
    path = program.path_to_state(identifier) or (None if dependency else way_to_own_file(program, identifier))
    line = entered_by_hand(program, identifier)
    if path is None:
        if line is not None:
            reason = phrase("enters a tenant by hand, line {line}", line=line)
            return entry(program, identifier, "webui-handler", SECURE, reason, by_hand=True)
        if program.path_to_state(identifier, unscoped_only=False) is not None:
            return entry(
                program, identifier, "webui-handler", SECURE, phrase("what it calls enters a tenant"), by_hand=True
            )
        below = registering_decorators(program, identifier)
        return entry(program, identifier, "webui-handler", GLOBAL, phrase("reaches no tenant data"), registering=below)
    if line is None and _is_before_tenants(program, identifier, dependency=dependency):
        return entry(program, identifier, "webui-handler", GLOBAL, _BEFORE, by_hand=True)
    reason, way = phrase("no tenant: {path}", path=path), stations(program, path)
    if line is not None:
        reason = phrase(
            "enters a tenant by hand (line {line}), but line {line2} is outside it: {path}",
            line=line,
            line2=path.steps[0].line,
            path=path,
        )
    elif dependency and function.is_generator:
        reason = phrase("a dependency that yields cannot be wrapped by a decorator: {path}", path=path)
    elif own := _own_selection(program, identifier):
        reason = phrase("has a parameter {own} of its own, which user selection would take: {path}", own=own, path=path)
    else:
        below = registering_decorators(program, identifier)
        return entry(program, identifier, "webui-handler", INSECURE, guessing(reason, path), registering=below, way=way)
    return entry(program, identifier, "webui-handler", INSECURE, guessing(reason, path), by_hand=True, way=way)


def _is_before_tenants(program: TenantProgram, identifier: Symbol, *, dependency: bool) -> bool:
    """Whether a handler or dependency runs before anybody is a tenant: a login or a limit that only reads settings."""
    if not _reads_settings_only(program, identifier):
        return False
    # A dependency that returns nothing lets pass or refuses, such as one that counts attempts.
    return not program.functions[identifier].returned if dependency else is_about_session(program, identifier)


def _reads_settings_only(program: TenantProgram, identifier: Symbol) -> bool:
    return program.path_to_state(identifier, but=program.state.gate.process_values) is None


def _unless_anonymous(program: TenantProgram, route: Route, judged: EntryPoint) -> EntryPoint:
    """A handler's verdict, or that it acts for whoever calls it: no tenant is safe behind a door that nobody keeps."""
    function = route.function
    lines = unasked_lines(program, function, websocket=route.websocket)
    act = acts(program, function, lines) if lines else None
    if lines and checks_itself(program, function):
        settings = program.state.gate.process_values
        if program.path_to_state(function, but=settings) is None and acts(program, function, lines, settings) is None:
            return replace(judged, verdict=GLOBAL, reason=_TELLS, by_hand=True)
        if hands_out_session(program, function):
            what = act.said if act else judged.reason
            reason = phrase("is a login, which can ask for no token first: {what}", what=what)
            return replace(judged, verdict=judged.verdict if act is None else ANONYMOUS, reason=reason, by_hand=True)
    if act is None:
        is_open = bool(lines) and not passing(program, function).returns
        return replace(judged, by_hand=True) if is_open and judged.verdict == GLOBAL else judged
    below = registering_decorators(program, function)
    if judged.verdict == INSECURE:
        return replace(judged, note=_ASKS_NOBODY, registering=below)
    reason = phrase("{asks_nobody}: {way}", asks_nobody=_ASKS_NOBODY, way=act.said)
    return replace(judged, verdict=ANONYMOUS, reason=reason, by_hand=False, registering=below, way=act.way)


def _wrapped_too_high(program: TenantProgram, identifier: Symbol) -> bool:
    """Whether every decorator that enters a tenant stands above one that registers the function."""
    frame = program.around(identifier)
    decorators = program.functions[identifier].decorators
    wrappers = [
        index for index, use in enumerate(decorators) if program.named(use.chain, frame, program.state.context.wrappers)
    ]
    return bool(wrappers) and wrappers[-1] < registering_decorators(program, identifier)


def _own_selection(program: TenantProgram, identifier: Symbol) -> str | None:
    """A parameter of a handler, or of what it depends on, that has a name which user selection reads."""
    for function in (identifier, *dependencies_of(program, identifier)):
        for parameter in program.functions[function].parameters:
            arguments = (item for use in made_for(parameter) for item in use.arguments)
            aliases = [item.text for item in arguments if item.keyword == "alias" and item.text]
            for name in (parameter.name, *aliases):
                if name.lower().replace("_", "-").removeprefix("x-") in ("tenant-id", "agent-id"):
                    return name
    return None


# What the application registers besides routes: it runs for no request, or before one has a tenant.
_REGISTERING = frozenset({".on_event", ".middleware", ".exception_handler"})


def started_by_themselves(program: TenantProgram) -> dict[Symbol, None]:
    """WebUI functions that no request starts: endless loops, what the application registers, and what those call."""
    starts = [
        spawn.target
        for spawn in task_spawns(program)
        if program.functions[spawn.target].loops and in_webui(program, spawn.target.module)
    ]
    starts += registered_by_application(program)
    return dict.fromkeys(item for item in _run_by(program, starts) if in_webui(program, item.module))


def registered_by_application(program: TenantProgram) -> list[Symbol]:
    """What decorators register with the application besides routes."""
    return [
        Symbol(file.module, qualname)
        for file in webui_files(program)
        for qualname, function in file.functions.items()
        if any(len(use.chain) > 2 and use.chain[-2] in _REGISTERING for use in function.decorators)
    ]


def entered_by_hand(program: TenantProgram, identifier: Symbol) -> int | None:
    """The line where a function's own body enters a tenant, or None."""
    state = program.state
    for use in program.functions[identifier].uses:
        if any(program.is_scope(item, identifier) for item in use.within):
            return use.line
        if use.chain[-1] == "()" and program.named(use.chain, identifier, state.context.setters):
            return use.line
    return None


def _direct_callers(program: TenantProgram) -> Iterator[Symbol]:
    """WebUI functions that hand a message to the chat themselves."""
    for file in webui_files(program):
        for qualname in file.functions:
            identifier = Symbol(file.module, qualname)
            if qualname != MODULE_BODY and program.calls(identifier, program.state.entry_points.process):
                yield identifier


def _callers(program: TenantProgram, identifier: Symbol) -> set[Symbol]:
    """The functions of the tree that run one function; looked for only where its own name stands."""
    name = program.functions[identifier].name
    return {caller for caller in program.naming(name) if program.calls(caller, frozenset({identifier}))}


def _run_by(program: TenantProgram, starts: Iterable[Symbol]) -> Iterator[Symbol]:
    """Every function that these may run within the WebUI, themselves first."""
    queue = deque(starts)
    seen = set(queue)
    while queue:
        current = queue.popleft()
        yield current
        if not in_webui(program, current.module):
            continue
        for edge in program.edges(current):
            if edge.target not in seen:
                seen.add(edge.target)
                queue.append(edge.target)
