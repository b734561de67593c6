"""Who keeps WebSocket connections of several tenants in one place, and where it goes through all of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from codemods.analysis.chains import Chain, expression
from codemods.analysis.facts import FileFacts, FunctionFacts, Use
from codemods.analysis.reach import Touch
from codemods.analysis.symbols import MODULE_BODY, Symbol
from codemods.analysis.values import Value
from codemods.analysis.writes import BIND
from codemods.messages import phrase
from codemods.places import Expression
from codemods.survey.logs.kept import log_listeners, log_sockets
from codemods.survey.program import TenantProgram, once
from codemods.survey.routes import Route, routes_of
from codemods.survey.shared_state.parts import KIND as SHARED
from codemods.survey.sites import Site
from codemods.survey.verdicts import Finding, in_webui, webui_files
from codemods.survey.webui.handlers import started_by_themselves
from codemods.survey.webui.limits import limit_of_count, limited_lines

_WEBSOCKETS = frozenset(
    Symbol(module, "WebSocket") for module in ("fastapi", "starlette.websockets", "fastapi.websockets")
)
# The types that a plain collection of connections is written with; anything else around a WebSocket is not one.
_COLLECTIONS = frozenset({"Dict", "dict", "List", "list", "Set", "set", "MutableMapping", "Mapping"})
_ELEMENTS = frozenset({"str", "int", "Optional", "WebSocket"})
_MAPPINGS = frozenset({"Dict", "dict", "MutableMapping", "Mapping"})
_WHOLE = frozenset({".values", ".items", ".keys", ".copy"})
# Roles in which a whole collection is used without going through it.
_HARMLESS = frozenset({"test", "store"})


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
    """Where connections are kept: an attribute of a class, or a name of a module (`owner` is None).

    givers: the functions and properties that answer the collection itself, and nothing else.
    """

    module: str
    owner: str | None
    name: str
    givers: frozenset[Symbol] = frozenset()

    @property
    def names(self) -> tuple[str, ...]:
        """By what it may be named."""
        return tuple(dict.fromkeys((self.name, *sorted(item.name for item in self.givers))))


def with_connections(program: TenantProgram) -> TenantProgram:
    """The program, where whoever goes through a tenant's connections, or gets what tenants log, does tenant work."""
    touches: dict[Symbol, tuple[Touch, ...]] = {}
    for place in shared_connections(program):
        function = Symbol(place.module, place.qualname)
        touch = Touch("connections", place.line, False, place.collection)
        touches[function] = (*touches.get(function, ()), touch)
    for function, use in log_sockets(program):
        touch = Touch("log lines", use.line, False, expression(use.chain))
        touches[function] = (*touches.get(function, ()), touch)
    return program.with_touches(touches)


def shared_connections(program: TenantProgram) -> list[SharedConnections]:
    return [item for item in _looked_at(program.plain) if isinstance(item, SharedConnections)]


def unfit_connections(program: TenantProgram) -> list[Finding]:
    """Where going through them is left to a person, and why."""
    return [item for item in _looked_at(program.plain) if isinstance(item, Finding)]


def connection_sites(program: TenantProgram) -> Iterator[Site]:
    for place in shared_connections(program):
        yield Site("shared-connections", place.path, Expression(place.qualname, place.collection))


def open_connections(program: TenantProgram) -> Iterator[Finding]:
    """Ways through all tenants' connections in a tree whose WebUI has been migrated."""
    if program.state.context.filters.isdisjoint(program.functions):
        return
    for place in shared_connections(program):
        reason = phrase("goes through {collection} of every tenant", collection=place.collection)
        yield Finding(place.path, place.line, reason, f"connections {place.collection}")


@once
def _looked_at(program: TenantProgram) -> tuple[SharedConnections | Finding, ...]:
    """What is found, once: before those places count as tenant work themselves."""
    return tuple(_shared_connections(program))


def _shared_connections(program: TenantProgram) -> Iterator[SharedConnections | Finding]:
    """Every place that goes through connections of handlers which do tenant work, or why it must be left."""
    used = _run_by_tenant_sockets(program)
    alone = started_by_themselves(program).keys() - used
    for keeper in _keepers(program):
        file = program.files[keeper.module]
        at = Symbol(keeper.module, f"{keeper.owner}.{keeper.name}" if keeper.owner else keeper.name)
        if at in log_listeners(program) or _is_apart(program, keeper) or not _is_worked_on(program, keeper, used):
            continue
        annotation = _annotation(file, keeper)
        if annotation and not _is_plain(annotation):
            line = file.classes[keeper.owner].line if keeper.owner else 1
            reason = phrase("{name} keeps connections of every tenant in a shape that no rule covers", name=keeper.name)
            yield Finding(file.path, line, reason, f"connections {keeper.name}", ends_with=_group(file, at))
            continue
        for place in _naming(program, keeper):
            found = _places(program, keeper, program.file_of(place), place.qualname, alone)
            for item in found if in_webui(program, place.module) else ():
                yield replace(item, ends_with=_group(file, at)) if isinstance(item, Finding) else item


def _group(file: FileFacts, at: Symbol) -> str:
    """What is edited together where the collection becomes one for each tenant."""
    return f"{file.path}:{at.qualname}#{SHARED}"


def _keepers(program: TenantProgram) -> Iterator[_Keeper]:
    for file in webui_files(program):
        frame = Symbol(file.module, MODULE_BODY)
        for qualname, cls in file.classes.items():
            for name in {**cls.annotated, **cls.assigned}:
                chains = [*cls.annotated.get(name, ()), *cls.assigned.get(name, ())]
                is_collection = name in cls.filled or _names_collection(cls.annotated.get(name, ()))
                if is_collection and _has_socket(program, chains, frame):
                    yield _with_givers(program, _Keeper(file.module, qualname, name))
        for name in {**file.body.annotated, **file.body.assigned}:
            is_collection = name in file.held or _names_collection(file.body.annotated.get(name, ()))
            if is_collection and _has_socket(program, [(name,), *file.body.annotated.get(name, ())], frame):
                yield _with_givers(program, _Keeper(file.module, None, name))


def _has_socket(program: TenantProgram, chains: Iterable[Chain], frame: Symbol) -> bool:
    values = (value for chain in chains for value in program.values(chain, frame))
    return any(value.kind == "outside" and value.name in _WEBSOCKETS for value in values)


def _is_apart(program: TenantProgram, keeper: _Keeper) -> bool:
    """Whether a collection shows each tenant its own connections by itself."""
    file = program.files[keeper.module]
    place = file.classes[keeper.owner].assigned if keeper.owner else file.body.assigned
    made = [chain for chain in place.get(keeper.name, ()) if chain[-1:] == ("()",)]
    return bool(made) and all(_makes_partition(program, chain, file.module) for chain in made)


def _makes_partition(program: TenantProgram, chain: Chain, module: str) -> bool:
    frame = Symbol(module, chain[0][1:] if chain[0].startswith("@") else MODULE_BODY)
    return program.named(chain[1:] if chain[0].startswith("@") else chain, frame, program.state.context.partitions)


def _annotation(file: FileFacts, keeper: _Keeper) -> tuple[Chain, ...]:
    place = file.classes[keeper.owner].annotated if keeper.owner else file.body.annotated
    return place.get(keeper.name, ())


def _type_names(annotation: tuple[Chain, ...]) -> list[str]:
    return [chain[-1].lstrip(".") for chain in annotation]


def _names_collection(annotation: tuple[Chain, ...]) -> bool:
    return any(name not in _ELEMENTS for name in _type_names(annotation))


def _is_plain(annotation: tuple[Chain, ...]) -> bool:
    """Whether a collection of connections itself, or a mapping to them, is what an annotation says."""
    names = _type_names(annotation)
    known = all(name in _COLLECTIONS | _ELEMENTS for name in names)
    return known and sum(name in _COLLECTIONS for name in names) == 1 and names[-1] == "WebSocket"


def _run_by_tenant_sockets(program: TenantProgram) -> set[Symbol]:
    """The WebUI functions that websocket handlers doing tenant work may run, those handlers among them."""
    handlers = [
        route.function
        for file in webui_files(program)
        for route in routes_of(program, file)
        if isinstance(route, Route) and route.websocket and in_webui(program, route.function.module)
        if program.path_to_state(route.function, unscoped_only=False) is not None
    ]
    return set(program.reaches.run_by(handlers, lambda edge: in_webui(program, edge.target.module)))


def _is_worked_on(program: TenantProgram, keeper: _Keeper, used: set[Symbol]) -> bool:
    """Whether some of the functions of tenants' handlers work on this collection."""
    for qualname, function in program.files[keeper.module].functions.items() if keeper.owner is not None else ():
        if function.owner == keeper.owner and Symbol(keeper.module, qualname) in used:
            return True
    return any(
        _end_of_collection(program, program.file_of(identifier), identifier.qualname, use, keeper)
        for identifier in used.intersection(_naming(program, keeper))
        for use in _uses_of(program, identifier, keeper)
    )


def _places(
    program: TenantProgram, keeper: _Keeper, file: FileFacts, qualname: str, alone: set[Symbol]
) -> Iterator[SharedConnections | Finding]:
    """Where one function goes through the collection; a finding where an edit could be wrong."""
    function = file.functions[qualname]
    found = [
        (use, use.chain[:cut], use.chain[cut:])
        for use in _uses_of(program, Symbol(file.module, qualname), keeper)
        if (cut := _end_of_collection(program, file, qualname, use, keeper)) is not None
    ]
    is_mapping = not _MAPPINGS.isdisjoint(_type_names(_annotation(program.files[keeper.module], keeper)))
    indexed = any(rest[:1] == ("[]",) for _, _, rest in found) and not is_mapping
    for use, collection, rest in found:
        through = (bool(rest) and rest[0] in _WHOLE) or (not rest and use.role in ("each", "size"))
        text, identifier = expression(collection), Symbol(file.module, qualname)
        if through and use.line in limited_lines(program, identifier, collection):
            continue  # how many the whole process takes
        if through and (where := limit_of_count(program, identifier, collection)):
            reason = phrase(
                "counts {text}, which {where} compares with a limit: say whether it is the process's or a tenant's",
                text=text,
                where=where,
            )
            yield Finding(file.path, use.line, reason, f"connections {text}")
        elif through and function.name != "__init__" and _binds(function, collection):
            reason = phrase("assigns {text} while going through it: another tenant's would be lost", text=text)
            yield Finding(file.path, use.line, reason, f"connections {text}")
        elif through and use.role == "size" and indexed:
            reason = phrase("counts {text} and takes its items by number: filter it by hand", text=text)
            yield Finding(file.path, use.line, reason, f"connections {text}")
        elif through and identifier in alone:
            reason = phrase("goes through {text} of every tenant, started by itself", text=text)
            yield Finding(file.path, use.line, reason, f"connections {text}")
        elif through:
            yield SharedConnections(file.path, file.module, qualname, use.line, text)
        elif identifier in keeper.givers and _is_asked_by_pages(program, identifier):
            continue  # those who ask it are told of
        elif not rest and use.role not in _HARMLESS and not _is_filtered(program, use, identifier):
            reason = phrase("hands {text} on as a whole, with the connections of every tenant", text=text)
            yield Finding(file.path, use.line, reason, f"connections {text}")


def _naming(program: TenantProgram, keeper: _Keeper) -> Sequence[Symbol]:
    """The functions that may name a collection, also by what answers it."""
    return list(dict.fromkeys(identifier for name in keeper.names for identifier in program.naming(name)))


def _uses_of(program: TenantProgram, identifier: Symbol, keeper: _Keeper) -> Sequence[Use]:
    """What a function evaluates by a collection's name, or by that of what answers it: many collections share one."""
    known, key = _known_uses(program), (identifier, keeper.names)
    if key not in known:
        uses = program.functions[identifier].uses
        known[key] = [use for use in uses if any(part.removeprefix(".") in keeper.names for part in use.chain)]
    return known[key]


@once
def _known_uses(program: TenantProgram) -> dict[tuple[Symbol, tuple[str, ...]], Sequence[Use]]:
    return {}


def _with_givers(program: TenantProgram, keeper: _Keeper) -> _Keeper:
    answered = (keeper.name,) if keeper.owner is None else ("self", f".{keeper.name}")
    functions = program.files[keeper.module].functions.items()
    givers = (
        identifier
        for identifier, function in ((Symbol(keeper.module, qualname), function) for qualname, function in functions)
        if function.returned and function.owner == keeper.owner and not function.is_generator
        if all(chain == answered for chain in function.returned)
        if keeper.owner is not None or not program.binds(identifier, keeper.name)
    )
    return replace(keeper, givers=frozenset(givers))


def _is_asked_by_pages(program: TenantProgram, giver: Symbol) -> bool:
    """Whether all who ask for a collection are parts of the WebUI."""
    callers = program.reaches.callers.get(giver, ())
    return bool(callers) and all(in_webui(program, caller.module) for caller in callers)


def _binds(function: FunctionFacts, collection: Chain) -> bool:
    return any(write.how == BIND and write.chain == collection for write in function.writes)


def _is_filtered(program: TenantProgram, use: Use, frame: Symbol) -> bool:
    """Whether a collection is handed to what keeps the tenant's own connections."""
    return bool(use.given_to) and program.named(use.given_to, frame, program.state.context.filters)


def _end_of_collection(program: TenantProgram, file: FileFacts, qualname: str, use: Use, keeper: _Keeper) -> int | None:
    """How much of a chain names the collection itself; None where it does not."""
    frame = Symbol(file.module, qualname)
    if (cut := _end_of_answer(program, use.chain, frame, keeper)) is not None:
        return cut
    if keeper.owner is None:
        if program.binds(frame, use.chain[0]):
            return None
        target = _imported_name(file, qualname, use.chain[0])
        if use.chain[0] == keeper.name and file.module == keeper.module:
            return 1
        if target == Symbol(keeper.module, keeper.name):
            return 1
        home = Value("module", Symbol(keeper.module))
        is_module = home in program.values(use.chain[:1], frame)
        return 2 if is_module and use.chain[1:2] == (f".{keeper.name}",) else None
    owner, attribute = Symbol(keeper.module, keeper.owner), f".{keeper.name}"
    for cut in range(1, len(use.chain) if attribute in use.chain else 0):
        if use.chain[cut] == attribute:
            values = program.values(use.chain[:cut], frame)
            if any(value.kind in ("instance", "class") and owner in program.lineage(value.name) for value in values):
                return cut + 1
    return None


def _end_of_answer(program: TenantProgram, chain: Chain, frame: Symbol, keeper: _Keeper) -> int | None:
    """How much of a chain names what answers the collection."""
    names = {item.name for item in keeper.givers}
    for cut, part in enumerate(chain, 1) if names else ():
        if part.removeprefix(".") in names:
            kinds = {value.kind for value in program.values(chain[:cut], frame) if value.name in keeper.givers}
            if "property" in kinds:
                return cut
            if "function" in kinds and chain[cut : cut + 1] == ("()",):
                return cut + 1
    return None


def _imported_name(file: FileFacts, qualname: str, name: str) -> Symbol | None:
    """What a name is imported from, in a function or at its file's top."""
    return file.functions[qualname].imports.get(name) or file.body.imports.get(name)
