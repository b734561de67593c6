"""What FastAPI calls: handlers, however they are registered, and the dependencies that run before them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from codemods.survey.facts import MODULE_BODY, Chain, FileFacts, FunctionFacts, Use
from codemods.survey.resolve import Program, expression

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
}
_WEBSOCKET_METHODS = frozenset({"websocket", "websocket_route", "add_api_websocket_route", "add_websocket_route"})
_ROUTERS = ("APIRouter", "FastAPI", "Router", "Starlette")


@dataclass(frozen=True, slots=True)
class Route:
    """A function that FastAPI calls. `dependency`: before a handler, through Depends."""

    function: str
    websocket: bool = False
    dependency: bool = False


@dataclass(frozen=True, slots=True)
class Unfollowed:
    """A registration whose function cannot be found, such as a lambda or a partial."""

    path: str
    line: int
    text: str


def routes_of(program: Program, file: FileFacts) -> Iterator[Route | Unfollowed]:
    """Every function that a file registers with FastAPI, handlers first; one function may come more than once."""
    for qualname, function in file.functions.items():
        identifier = f"{file.module}:{qualname}"
        methods = [method for use in function.decorators if (method := route_method(program, use.chain, identifier))]
        if methods:
            yield Route(identifier, websocket=not _WEBSOCKET_METHODS.isdisjoint(methods))
    for qualname, function in file.functions.items():
        frame = f"{file.module}:{qualname}"
        for use in function.uses:
            yield from _added(program, file, use, frame)
        outer = program.around(frame)
        for use in _definition_uses(function):
            yield from _depended(program, use, outer)
        for use in function.uses:
            yield from _depended(program, use, frame)


def route_method(program: Program, chain: Chain, frame: str) -> str | None:
    """The method of a route decorator such as `router.get(...)`, or None for another decorator."""
    if len(chain) < 3 or chain[-1] != "()" or chain[-2][1:] not in ROUTE_METHODS or not chain[-2].startswith("."):
        return None
    outer = program.around(frame)
    values = program.values(chain[:-2], outer)
    if any(value.kind == "outside" and value.name.endswith(_ROUTERS) for value in values):
        return chain[-2][1:]
    # A router that is handed in from elsewhere is known by its name.
    unclear = not values or all(value.kind == "unknown" for value in values)
    return chain[-2][1:] if unclear and chain[-3].lstrip(".").lower().endswith(("router", "app")) else None


def _added(program: Program, file: FileFacts, use: Use, frame: str) -> Iterator[Route | Unfollowed]:
    if len(use.chain) < 3 or use.chain[-1] != "()" or use.chain[-2][1:] not in ADDING_METHODS:
        return
    method = use.chain[-2][1:]
    values = program.values(use.chain[:-2], frame)
    if not any(value.kind in ("outside", "unknown") for value in values):
        return
    positional = [argument for argument in use.arguments if argument.keyword is None]
    named = [argument for argument in use.arguments if argument.keyword == "endpoint"]
    place = ADDING_METHODS[method]
    endpoints = named or positional[place : place + 1]
    if not endpoints:
        return
    chain = endpoints[0].chain
    functions = [value.name for value in program.values(chain, frame) if value.kind == "function"] if chain else []
    for function in functions:
        yield Route(function, websocket=method in _WEBSOCKET_METHODS)
    if not functions:
        yield Unfollowed(file.path, use.line, f"{expression(use.chain[:-1])}(…, {expression(chain) or '…'})")


def _definition_uses(function: FunctionFacts) -> Iterator[Use]:
    yield from function.definition
    for parameter in function.parameters:
        yield from parameter.metadata


def _depended(program: Program, use: Use, frame: str) -> Iterator[Route]:
    if not is_depends(program, use, frame):
        return
    for argument in use.arguments[:1]:
        if argument.keyword in (None, "dependency") and argument.chain:
            for value in program.values(argument.chain, frame):
                if value.kind == "function":
                    yield Route(value.name, dependency=True)


def is_depends(program: Program, use: Use, frame: str) -> bool:
    """Whether a use is FastAPI's `Depends(...)` or `Security(...)`."""
    if len(use.chain) < 2 or use.chain[-1] != "()" or use.chain[-2].lstrip(".") not in ("Depends", "Security"):
        return False
    return any(value.kind == "outside" for value in program.values(use.chain[:-1], frame))


def dependencies_of(program: Program, identifier: str) -> Iterator[str]:
    """The functions that a handler, its decorators or the routers of its own module depend on."""
    module = identifier.partition(":")[0]
    outer = program.around(identifier)
    for use in _definition_uses(program.functions[identifier]):
        yield from (route.function for route in _depended(program, use, outer))
    for use in program.files[module].body.uses:
        yield from (route.function for route in _depended(program, use, f"{module}:{MODULE_BODY}"))
