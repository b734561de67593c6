"""What the application runs besides handlers: middleware, route classes, lifespans, events and exception handlers."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

from codemods.analysis.chains import Chain, chain_of
from codemods.analysis.nodes import walk
from codemods.analysis.symbols import Symbol
from codemods.messages import phrase
from codemods.survey.lookups import is_kept_by_others
from codemods.survey.program import TenantProgram, once
from codemods.survey.routes import Route, Unfollowed, routes_of
from codemods.survey.shared_state.sharing import shared_read
from codemods.survey.verdicts import Finding, in_webui, stations, webui_files
from codemods.survey.webui.routers import routers_of

# Arguments that take a function which the application runs, and calls that take one: its place among the arguments.
_KEYWORDS = frozenset({"dispatch", "lifespan", "on_startup", "on_shutdown", "exception_handlers"})
_MAKING = ("FastAPI", "Starlette", "APIRouter", "Router")
_CALLS = {"add_event_handler": 1, "add_exception_handler": 1, "add_middleware": 0}
# What pydantic runs of a model that a request brings, before its handler, and of one that it answers with, after it.
_CHECKING = frozenset({"field_validator", "model_validator", "validator", "root_validator"})
_ANSWERING = _CHECKING | {"computed_field", "field_serializer", "model_serializer"}
# What a class of routes may do around its handlers, and what an endpoint that is a class does instead of one.
_AROUND = ("get_route_handler", "handle", "matches")
_ENDPOINTS = ("HTTPEndpoint", "WebSocketEndpoint")
# What servers call an application by, and with; and what a middleware is told to run around each request.
_SERVED_WITH = ("scope", "receive", "send")
_DISPATCHING = "dispatch"


def unrouted(program: TenantProgram, named: frozenset[Symbol]) -> Iterator[Finding]:
    """Those that reach tenant data, which no decorator of ours can be put on; `named`: what is judged already."""
    for identifier in _found(program):
        # Settings have values for the whole process as well, and middleware looks at every request, whosever it is.
        path = program.path_to_state(identifier, but=program.state.gate.process_values)
        if path is not None and identifier not in named and in_webui(program, identifier.module):
            line = program.functions[identifier].line
            reason = phrase("runs without any tenant: {path}", path=path)
            yield Finding(program.file_of(identifier).path, line, reason, "without-tenant")


def reading_shared(program: TenantProgram, also: Iterable[Symbol]) -> Iterator[Finding]:
    """Those, and what runs by itself `also`, that reach nothing of a tenant's but read what tenants share."""
    for identifier in dict.fromkeys((*_found(program), *also)):
        if not in_webui(program, identifier.module) or program.path_to_state(identifier) is not None:
            continue
        if (read := shared_read(program, identifier)) is not None:
            path, line = program.file_of(identifier).path, program.functions[identifier].line
            reason = phrase("reads what tenants share: {path}", path=read)
            yield Finding(path, line, reason, "without-tenant", way=stations(program, read))


@once
def _found(program: TenantProgram) -> tuple[Symbol, ...]:
    return tuple(dict.fromkeys(_run_by_application(program)))


def _run_by_application(program: TenantProgram) -> Iterator[Symbol]:
    for functions in routers_of(program).middleware.values():
        yield from functions
    for file in webui_files(program):
        yield from (method for route in routes_of(program, file) for method in _around_handler(program, route))
        for name in file.classes:
            cls = Symbol(file.module, name)
            bases = [base.dotted for base in program.lineage(cls)[1:]]
            if any(base.endswith("APIRoute") for base in bases):
                yield from (method for each in _AROUND for method in program.method(cls, each))
            if any(base.endswith(_ENDPOINTS) for base in bases):
                yield from (Symbol(file.module, method) for method in file.classes[name].methods.values())
        for name, function in file.functions.items():
            frame = Symbol(file.module, name)
            for use in function.uses:
                place = _CALLS.get(use.chain[-2].lstrip(".")) if len(use.chain) > 1 else None
                if place is not None and use.chain[-1] == "()":
                    for number, argument in enumerate(use.arguments):
                        if number == place or argument.keyword == _DISPATCHING:
                            yield from _functions(program, argument.chain, frame)
            if tuple(item.name for item in function.parameters)[-3:] == _SERVED_WITH:
                yield frame
            yield from (frame for use in function.decorators if is_kept_by_others(program, use.chain, frame))
    yield from _handed_to_applications(program)


def _handed_to_applications(program: TenantProgram) -> Iterator[Symbol]:
    """What an application is given as it is made: functions, or lists and tables of them."""
    for frame in dict.fromkeys(frame for name in _MAKING for frame in program.naming(name)):
        if not program.sources.says(frame.module, _KEYWORDS):
            continue
        for node in program.sources.nodes(frame):
            if isinstance(node, ast.keyword) and node.arg in _KEYWORDS:
                for part in walk(node.value):
                    if isinstance(part, (ast.Name, ast.Attribute)):
                        yield from _functions(program, chain_of(part), frame)


def _around_handler(program: TenantProgram, route: Route | Unfollowed) -> Iterator[Symbol]:
    """What pydantic runs for a handler, outside of whatever its decorators enter."""
    if isinstance(route, Unfollowed):
        return
    handler = program.functions[route.function]
    taken = [value for item in handler.parameters for value in program.values((item.name,), route.function)]
    chains = [item.chain for use in handler.decorators for item in use.arguments if item.keyword == "response_model"]
    around = program.around(route.function)
    answered = [value for chain in (*chains, *handler.returns) if chain for value in program.values(chain, around)]
    for values, names in ((taken, _CHECKING), (answered, _ANSWERING)):
        for model in _models(program, [value.name for value in values if value.kind in ("class", "instance")]):
            for method in program.classes[model].methods.values():
                identifier = Symbol(model.module, method)
                parts = {part.lstrip(".") for use in program.functions[identifier].decorators for part in use.chain}
                if not names.isdisjoint(parts) or identifier.name == "model_post_init":
                    yield identifier


def _models(program: TenantProgram, classes: list[Symbol]) -> list[Symbol]:
    """These classes, their bases, and those of their fields, as far as they are in view."""
    found: dict[Symbol, None] = {}
    while classes:
        name = classes.pop()
        if name in program.classes and name not in found:
            found[name] = None
            chains = [chain for fields in program.classes[name].annotated.values() for chain in fields]
            values = [value for chain in chains for value in program.values(chain, name.body)]
            classes += [*program.lineage(name)[1:], *(value.name for value in values if value.kind == "class")]
    return list(found)


def _functions(program: TenantProgram, chain: Chain, frame: Symbol) -> Iterator[Symbol]:
    for value in program.values(chain, frame) if chain else ():
        if value.kind == "function":
            yield value.name
        elif value.kind == "class":
            yield from (method for name in ("dispatch", "__call__") for method in program.method(value.name, name))
