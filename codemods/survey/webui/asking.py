"""Who asks for the WebUI's token, and what runs before it has been shown."""

from __future__ import annotations

import ast
from collections import deque
from collections.abc import Iterable, Iterator

from codemods.analysis.chains import chain_of, uncalled
from codemods.analysis.guards import NOTHING, Guarded, Passing, guarded
from codemods.analysis.nodes import own_nodes
from codemods.analysis.symbols import Symbol
from codemods.survey.authentication import COMPARING, checks_of
from codemods.survey.program import TenantProgram, once
from codemods.survey.routes import is_dependent
from codemods.survey.verdicts import in_webui
from codemods.survey.webui.routers import Registration, depended, registrations_of, routers_of

_OF_SESSIONS = frozenset({(".set_cookie", "()"), (".delete_cookie", "()")})
_BOTH = Passing(returns=True, truth=True)


@once
def _known(program: TenantProgram) -> dict[Symbol, Guarded]:
    return {}


def unasked_lines(program: TenantProgram, identifier: Symbol, *, websocket: bool) -> frozenset[int]:
    """The lines of a handler that run for a caller who has shown no token; none where something asks before it."""
    if is_wrapped(program, identifier) or _is_behind(program, identifier, websocket):
        return frozenset()
    return _followed(program, identifier).unguarded


def passing(program: TenantProgram, identifier: Symbol) -> Passing:
    """What a function tells its callers of the token: that it was valid, because it returned or because it is true."""
    is_check = identifier in program.state.entry_points.authentication
    if not is_check and identifier not in _near_checks(program):
        return NOTHING
    node = program.sources.function(identifier) if identifier in program.functions else None
    if node is None:
        return _BOTH if is_check else NOTHING
    found = _followed(program, identifier).passing
    if is_check:
        refuses = any(isinstance(part, ast.Raise) for part in own_nodes(node.body))
        return Passing(found.returns or refuses, True)
    return found


@once
def _near_checks(program: TenantProgram) -> set[Symbol]:
    """The functions that may run a check, themselves or by what they call: of the others nothing is told."""
    callers = program.reaches.callers
    found = {identifier for check in checks_of(program) for identifier in (check, *program.naming(check.name))}
    found |= {  # what FastAPI hands a function may be a check's answer
        identifier
        for identifier, function in program.functions.items()
        if any(is_dependent(program, parameter, program.around(identifier)) for parameter in function.parameters)
    }
    queue = deque(found)
    while queue:
        for caller in callers.get(queue.popleft(), ()):
            if caller not in found:
                found.add(caller)
                queue.append(caller)
    return found


def checks_itself(program: TenantProgram, identifier: Symbol) -> bool:
    """Whether a handler checks a token and answers also where it is wrong: nobody can be asked for one before it."""
    if passing(program, identifier).returns:
        return False
    return any(passing(program, edge.target) != NOTHING for edge in program.edges(identifier))


def hands_out_session(program: TenantProgram, identifier: Symbol) -> bool:
    """Whether a handler sets a cookie, itself or by a helper."""
    functions = [identifier, *(edge.target for edge in program.edges(identifier))]
    return any(use.chain[-2:] == (".set_cookie", "()") for name in functions for use in program.functions[name].uses)


def is_about_session(program: TenantProgram, identifier: Symbol) -> bool:
    """Whether a handler sets or deletes a cookie, however many helpers of the WebUI lie between: a login or its end."""
    run = program.reaches.run_by([identifier], lambda edge: not edge.guessed and in_webui(program, edge.target.module))
    return any(use.chain[-2:] in _OF_SESSIONS for name in run for use in program.functions[name].uses)


def _followed(program: TenantProgram, identifier: Symbol) -> Guarded:
    known = _known(program)
    if identifier not in known:
        known[identifier] = Guarded(frozenset(), NOTHING)  # what calls itself tells nothing new
        node = program.sources.function(identifier)
        if node is not None:
            truths = [
                name
                for name, part in _parameters(node.args)
                for check in depended(program, part, program.around(identifier))
                if passing(program, check).truth
            ]
            known[identifier] = guarded(node.body, lambda call: _asked(program, call, identifier), truths)
    return known[identifier]


def _parameters(arguments: ast.arguments) -> Iterator[tuple[str, ast.expr | None]]:
    """What stands beside each parameter: its annotation, and its default."""
    plain = [*arguments.posonlyargs, *arguments.args]
    yield from ((item.arg, item.annotation) for item in (*plain, *arguments.kwonlyargs))
    behind = plain[len(plain) - len(arguments.defaults) :]
    yield from ((item.arg, value) for item, value in zip(behind, arguments.defaults, strict=True))
    yield from ((item.arg, value) for item, value in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True))


def _asked(program: TenantProgram, call: ast.Call, frame: Symbol) -> Passing:
    """What a call tells: what all that it may run do."""
    chain = chain_of(call.func)
    if not chain:
        return NOTHING
    values = program.values(chain, frame)
    if any(value.name in COMPARING for value in values):
        return Passing(truth=True)
    names = program.state.entry_points.authentication
    if any(value.kind == "unknown" for value in values):
        # A method of something unknown: whoever bears a check's name is taken for it.
        return Passing(truth=any(chain[-1] == f".{name.name}" for name in names))
    found = [
        passing(program, value.name) if value.kind == "function" or value.name in names else NOTHING for value in values
    ]
    if not found:
        return NOTHING
    return Passing(all(item.returns for item in found), all(item.truth for item in found))


def is_wrapped(program: TenantProgram, identifier: Symbol) -> bool:
    """Whether a decorator below the route's asks: ours, or one of the tree that calls the handler only then."""
    frame = program.around(identifier)
    wrappers = program.state.entry_points.asking
    for use in program.functions[identifier].decorators:
        chain = uncalled(use.chain)
        if not chain:
            continue
        if program.named(chain, frame, wrappers):
            return True
        if any(
            value.kind == "function" and _calls_only_asked(program, value.name)
            for value in program.values(chain, frame)
        ):
            return True
    return False


def _calls_only_asked(program: TenantProgram, decorator: Symbol) -> bool:
    """Whether the functions inside of a decorator call what it is given only once a token was shown."""
    inner = [
        Symbol(decorator.module, name)
        for name in program.files[decorator.module].functions
        if name.startswith(f"{decorator.qualname}.<locals>.")
    ]
    parameters = {parameter.name for name in (decorator, *inner) for parameter in program.functions[name].parameters}
    lines = [
        use.line not in _followed(program, name).unguarded
        for name in inner
        for use in program.functions[name].uses
        if len(use.chain) == 2 and use.chain[1] == "()" and use.chain[0] in parameters - _own(program, name)
    ]
    return bool(lines) and all(lines)


def _own(program: TenantProgram, identifier: Symbol) -> set[str]:
    return {parameter.name for parameter in program.functions[identifier].parameters}


def _is_behind(program: TenantProgram, identifier: Symbol, websocket: bool) -> bool:
    """Whether something that runs before a handler asks: what it depends on, its routers or the application."""
    node = program.sources.function(identifier)
    if node is not None and _ask(program, depended(program, node.args, program.around(identifier))):
        return True
    ways = registrations_of(program, identifier)
    return bool(ways) and all(_way_asks(program, way, websocket, frozenset()) for way in ways)


def _way_asks(program: TenantProgram, way: Registration, websocket: bool, seen: frozenset[Symbol]) -> bool:
    if _ask(program, way.dependencies):
        return True
    if way.router is None or way.router in seen:
        return False
    routers = routers_of(program)
    if _ask(program, routers.depends.get(way.router, ())):
        return True
    if any(_middleware_asks(program, item, websocket) for item in routers.middleware.get(way.router, ())):
        return True
    ways = routers.included.get(way.router, ())
    return bool(ways) and all(_way_asks(program, item, websocket, seen | {way.router}) for item in ways)


def _middleware_asks(program: TenantProgram, identifier: Symbol, websocket: bool) -> bool:
    """Whether a middleware asks before it goes on, at least for some paths: which, only a person can tell.

    What FastAPI wraps as `dispatch` or `middleware("http")` sees no WebSocket.
    """
    is_pure = identifier.name == "__call__"
    if websocket and not is_pure:
        return False
    guard = _followed(program, identifier)
    going_on = [
        use.line
        for use in program.functions[identifier].uses
        if use.chain[-1] == "()" and (use.chain[0] == "call_next" or use.chain[:2] == ("self", ".app"))
    ]
    return any(line not in guard.unguarded for line in going_on)


def _ask(program: TenantProgram, functions: Iterable[Symbol]) -> bool:
    return any(passing(program, function).returns for function in functions)
