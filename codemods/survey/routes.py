"""What FastAPI calls: handlers, however they are registered, and the dependencies that run before them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from msgspec import Struct

from codemods.analysis.chains import Chain, expression
from codemods.analysis.facts import FileFacts, FunctionFacts, Parameter, Use
from codemods.analysis.symbols import MODULE_BODY, Symbol
from codemods.analysis.values import Value
from codemods.survey.program import TenantProgram, once

ROUTE_METHODS = frozenset(
    {"get", "put", "post", "delete", "options", "head", "patch", "trace", "api_route", "websocket", "route"}
    | {"websocket_route"}
)
# Registration by call: the method, and where its endpoint stands.
ADDING_METHODS = {
    "add_api_route": 1,
    "add_api_websocket_route": 1,
    "add_route": 1,
    "add_websocket_route": 1,
    "APIRoute": 1,
    "Route": 1,
    "APIWebSocketRoute": 1,
    "WebSocketRoute": 1,
}
_WEBSOCKET_METHODS = frozenset(
    {"websocket", "websocket_route", "add_api_websocket_route", "add_websocket_route"}
    | {"APIWebSocketRoute", "WebSocketRoute"}
)
# The root, every path, or a file that browsers ask for by themselves.
_PAGE = re.compile(r"/|/\{\w+:path\}|/(favicon\.ico|index\.html|robots\.txt|manifest\.json)")
_ROUTERS = ("APIRouter", "FastAPI", "Router", "Starlette")


class Route(Struct, frozen=True):
    """A function that FastAPI calls. `dependency`: before a handler, through Depends."""

    function: Symbol
    websocket: bool = False
    dependency: bool = False


class Unfollowed(Struct, frozen=True):
    """A registration whose function cannot be found, such as a lambda or a partial."""

    path: str
    line: int
    text: str


@once
def _known_routes(program: TenantProgram) -> dict[str, tuple[Route | Unfollowed, ...]]:
    return {}


def routes_of(program: TenantProgram, file: FileFacts) -> Sequence[Route | Unfollowed]:
    """Every function that a file registers with FastAPI, handlers first; one function may come more than once."""
    known = _known_routes(program)
    if file.module not in known:
        known[file.module] = tuple(_routes_of(program, file))
    return known[file.module]


def _routes_of(program: TenantProgram, file: FileFacts) -> Iterator[Route | Unfollowed]:
    for qualname, function in file.functions.items():
        identifier = Symbol(file.module, qualname)
        methods = [method for use in function.decorators if (method := route_method(program, use, identifier))]
        if methods:
            yield Route(identifier, websocket=not _WEBSOCKET_METHODS.isdisjoint(methods))
    for qualname, function in file.functions.items():
        frame = Symbol(file.module, qualname)
        for use in function.uses:
            yield from _added(program, file, use, frame)
        outer = program.around(frame)
        for use in _definition_uses(function):
            yield from _depended(program, use, outer)
        for parameter in function.parameters:
            yield from _depended_by_class(program, parameter, outer)
        for use in function.uses:
            yield from _depended(program, use, frame)


def registering_decorators(program: TenantProgram, identifier: Symbol) -> int:
    """How many decorators of a function, from the top, are route decorators or stand above one."""
    decorators = program.functions[identifier].decorators
    routes = [index for index, use in enumerate(decorators) if route_method(program, use, identifier)]
    return routes[-1] + 1 if routes else 0


def route_method(program: TenantProgram, use: Use, frame: Symbol) -> str | None:
    """The method of a route decorator such as `router.get(...)`, or None for another decorator."""
    if not use.chain or use.chain[-1] != "()":
        return None
    outer = program.around(frame)
    for value in program.values(use.chain, outer):
        if value.kind == "outside" and (method := _router_method(value.name)):
            return method
    method = use.chain[-2][1:] if len(use.chain) > 2 and use.chain[-2].startswith(".") else ""
    if method not in ROUTE_METHODS:
        return None
    values = program.values(use.chain[:-2], outer)
    if any(_is_router(program, value) for value in values):
        return method
    # A router that is handed in from elsewhere is known by its name, or by the path that it is given.
    unclear = not values or all(value.kind == "unknown" for value in values)
    looks_so = use.chain[-3].lstrip(".").lower().endswith(("router", "app")) or any(
        argument.keyword in (None, "path") and (argument.text or "").startswith("/") for argument in use.arguments[:1]
    )
    return method if unclear and looks_so else None


@once
def page_routes(program: TenantProgram) -> frozenset[Symbol]:
    """The handlers of the page itself: those of the root, and of every path that no other handler has."""
    found = []
    for identifier in program.functions:
        for use in program.functions[identifier].decorators:
            path = use.arguments[0].text if use.arguments else None
            if path is not None and _PAGE.fullmatch(path) and route_method(program, use, identifier):
                found.append(identifier)
    return frozenset(found)


def _router_method(name: Symbol) -> str | None:
    """ "get" for "fastapi:APIRouter.get", whichever way that was reached."""
    return name.name if name.name in ROUTE_METHODS and name.owner.qualname.endswith(_ROUTERS) else None


def _is_router(program: TenantProgram, value: Value) -> bool:
    if value.kind == "outside":
        return value.name.dotted.endswith(_ROUTERS)
    return value.kind == "instance" and any(base.dotted.endswith(_ROUTERS) for base in program.lineage(value.name)[1:])


def _added(program: TenantProgram, file: FileFacts, use: Use, frame: Symbol) -> Iterator[Route | Unfollowed]:
    """The endpoint that a call registers: add_api_route(path, f), APIRoute(path, f), or router.get(path)(f)."""
    if len(use.chain) < 2 or use.chain[-1] != "()":
        return
    name = use.chain[-2].lstrip(".")
    place = ADDING_METHODS.get(name)
    if place is None and name != "()":
        return
    values = program.values(use.chain[:-1], frame)
    if place is not None and not any(value.kind in ("outside", "unknown", "function") for value in values):
        return
    if place is None:
        methods = {_router_method(value.name) for value in values if value.kind == "outside"} - {None}
        if not methods:
            return
        place, name = 0, str(min(str(method) for method in methods))
    endpoint = use.argument(place, "endpoint")
    if endpoint is None:
        return
    chain = endpoint.chain
    functions = [value.name for value in program.values(chain, frame) if value.kind == "function"] if chain else []
    for function in functions:
        yield Route(function, websocket=name in _WEBSOCKET_METHODS)
    if not functions:
        yield Unfollowed(file.path, use.line, f"{expression(use.chain[:-1])}(…, {expression(chain) or '…'})")


def _definition_uses(function: FunctionFacts) -> Iterator[Use]:
    yield from function.definition
    for parameter in function.parameters:
        yield from parameter.metadata


def _depended(program: TenantProgram, use: Use, frame: Symbol) -> Iterator[Route | Unfollowed]:
    if not is_depends(program, use, frame):
        return
    for argument in use.arguments[:1]:
        if argument.keyword in (None, "dependency") and argument.chain:
            for value in program.values(argument.chain, frame):
                if value.kind == "function":
                    yield Route(value.name, dependency=True)
                elif value.kind in ("class", "instance"):
                    method = "__init__" if value.kind == "class" else "__call__"
                    if any(program.path_to_state(item) for item in program.method(value.name, method)):
                        text = f"Depends({expression(argument.chain)})"
                        yield Unfollowed(program.file_of(frame).path, use.line, text)


def _depended_by_class(program: TenantProgram, parameter: Parameter, frame: Symbol) -> Iterator[Unfollowed]:
    """A class that a parameter is annotated with and `Depends()` makes, where that reaches something of a tenant's."""
    if not any(not use.arguments and is_depends(program, use, frame) for use in made_for(parameter)):
        return
    for chain in parameter.annotation:
        for value in program.values(chain, frame):
            if value.kind == "class" and any(map(program.path_to_state, program.method(value.name, "__init__"))):
                line = program.functions[program.method(value.name, "__init__")[0]].line
                yield Unfollowed(program.file_of(value.name).path, line, f"Depends({expression(chain)})")


def is_depends(program: TenantProgram, use: Use, frame: Symbol) -> bool:
    """Whether a use is FastAPI's `Depends(...)` or `Security(...)`."""
    return len(use.chain) > 1 and use.chain[-1] == "()" and is_depends_name(program, use.chain[:-1], frame)


def is_dependent(program: TenantProgram, parameter: Parameter, frame: Symbol) -> bool:
    """Whether FastAPI gives a parameter what something answers that it depends on."""
    return any(is_depends(program, use, frame) for use in made_for(parameter))


def made_for(parameter: Parameter) -> Sequence[Use]:
    """The calls that say what a parameter is given: of its annotation, and its default."""
    return (*parameter.metadata, parameter.default) if parameter.default is not None else parameter.metadata


def is_depends_name(program: TenantProgram, chain: Chain, frame: Symbol) -> bool:
    """Whether a chain stands for FastAPI's `Depends` or `Security`."""
    if not chain or chain[-1].lstrip(".") not in ("Depends", "Security"):
        return False
    return any(value.kind == "outside" for value in program.values(chain, frame))


def dependencies_of(program: TenantProgram, identifier: Symbol) -> Iterator[Symbol]:
    """The functions that a handler, its decorators or the routers of its own module depend on."""
    module = identifier.module
    outer = program.around(identifier)
    for use in _definition_uses(program.functions[identifier]):
        yield from (route.function for route in _depended(program, use, outer) if isinstance(route, Route))
    for use in program.files[module].body.uses:
        routes = _depended(program, use, Symbol(module, MODULE_BODY))
        yield from (route.function for route in routes if isinstance(route, Route))
