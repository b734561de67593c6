"""Who keeps WebSocket connections of several tenants in one place, and where it goes through all of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from codemods.survey.facts import MODULE_BODY, Chain, FileFacts, FunctionFacts, Use
from codemods.survey.resolve import Program, expression
from codemods.survey.routes import Route, routes_of
from codemods.survey.verdicts import Finding, in_webui, webui_files

_WEBSOCKETS = frozenset({"fastapi:WebSocket", "starlette.websockets:WebSocket", "fastapi.websockets:WebSocket"})
# The types that a plain collection of connections is written with; anything else around a WebSocket is not one.
_PLAIN = frozenset({"Dict", "dict", "List", "list", "Set", "set", "Optional", "MutableMapping", "Mapping"})
_KEYS = frozenset({"str", "int"})
_WHOLE = frozenset({".values", ".items", ".keys", ".copy"})


@dataclass(frozen=True, slots=True)
class SharedConnections:
    """A place that goes through the connections of every tenant: the function, and the collection as written there."""

    path: str
    module: str
    qualname: str
    line: int
    collection: str


@dataclass(frozen=True, slots=True)
class _Keeper:
    """Where connections are kept: an attribute of a class, or a name of a module (`owner` is None)."""

    module: str
    owner: str | None
    name: str


def shared_connections(program: Program) -> Iterator[SharedConnections | Finding]:
    """Every enumeration of connections that belong to handlers which do tenant work."""
    used = _run_by_tenant_sockets(program)
    for keeper in _keepers(program):
        file = program.files[keeper.module]
        if not any(_belongs(program, keeper, function) for function in used):
            continue
        annotation = _annotation(file, keeper)
        if annotation and not _is_plain(annotation):
            line = file.classes[keeper.owner].line if keeper.owner else 1
            yield Finding(
                file.path, line, f"{keeper.name} keeps connections of every tenant in a shape that no rule covers"
            )
            continue
        yield from _enumerations(program, keeper)


def _keepers(program: Program) -> Iterator[_Keeper]:
    for file in webui_files(program):
        for qualname, cls in file.classes.items():
            for name in {**cls.annotated, **cls.assigned}:
                if _holds_sockets(
                    program, f"{file.module}:{MODULE_BODY}", cls.annotated.get(name, ()), cls.assigned.get(name, ())
                ):
                    yield _Keeper(file.module, qualname, name)
        body = file.body
        for name in {**body.annotated, **body.assigned}:
            if _holds_sockets(
                program, f"{file.module}:{MODULE_BODY}", body.annotated.get(name, ()), body.assigned.get(name, [])
            ):
                yield _Keeper(file.module, None, name)


def _holds_sockets(
    program: Program, frame: str, annotated: tuple[Chain, ...], assigned: list[Chain] | tuple[()]
) -> bool:
    values = [value for chain in (*annotated, *assigned) for value in program.values(chain, frame)]
    return any(value.kind == "outside" and value.name in _WEBSOCKETS for value in values)


def _annotation(file: FileFacts, keeper: _Keeper) -> tuple[Chain, ...]:
    place = file.classes[keeper.owner].annotated if keeper.owner else file.body.annotated
    return place.get(keeper.name, ())


def _is_plain(annotation: tuple[Chain, ...]) -> bool:
    names = [chain[-1].lstrip(".") for chain in annotation]
    collections = [name for name in names if name in _PLAIN and name != "Optional"]
    return len(collections) == 1 and all(name in _PLAIN | _KEYS | {"WebSocket"} for name in names)


def _run_by_tenant_sockets(program: Program) -> set[str]:
    """The WebUI functions that websocket handlers doing tenant work may run, those handlers among them."""
    found: set[str] = set()
    for file in webui_files(program):
        for route in routes_of(program, file):
            if not isinstance(route, Route) or not route.websocket:
                continue
            if program.path_to_state(route.function, unscoped_only=False) is None:
                continue
            queue = [route.function]
            while queue:
                current = queue.pop()
                if current not in found and in_webui(program, current.partition(":")[0]):
                    found.add(current)
                    queue += [edge.target for edge in program.reach(current).edges]
    return found


def _belongs(program: Program, keeper: _Keeper, identifier: str) -> bool:
    """Whether a function of a tenant's handler works on this collection."""
    module, _, qualname = identifier.partition(":")
    function = program.functions[identifier]
    if keeper.owner is not None:
        return module == keeper.module and function.owner == keeper.owner
    return (
        module == keeper.module
        and any(use.chain[0] == keeper.name for use in function.uses)
        and qualname != MODULE_BODY
    )


def _enumerations(program: Program, keeper: _Keeper) -> Iterator[SharedConnections]:
    for file in webui_files(program):
        for qualname, function in file.functions.items():
            for use in function.uses:
                cut = _end_of_collection(program, file, function, use, keeper)
                if cut is None:
                    continue
                rest = use.chain[cut:]
                if (rest[:1] and rest[0] in _WHOLE) or (not rest and use.enumerated):
                    yield SharedConnections(file.path, file.module, qualname, use.line, expression(use.chain[:cut]))


def _end_of_collection(
    program: Program, file: FileFacts, function: FunctionFacts, use: Use, keeper: _Keeper
) -> int | None:
    """How much of a chain names the collection itself; None where it does not."""
    if keeper.owner is None:
        return 1 if file.module == keeper.module and use.chain[0] == keeper.name else None
    frame = f"{file.module}:{function.qualname}"
    owner = f"{keeper.module}:{keeper.owner}"
    for cut in range(1, len(use.chain)):
        if use.chain[cut] == "." + keeper.name:
            values = program.values(use.chain[:cut], frame)
            if any(value.kind in ("instance", "class") and owner in program.lineage(value.name) for value in values):
                return cut + 1
    return None
